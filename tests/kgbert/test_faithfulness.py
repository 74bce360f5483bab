"""What erasing evidence costs a prediction: what is erased, and how it is counted."""

import json
from dataclasses import replace

import pytest
from toys import PATHS, SEEDS, example, toy_ontology

import kgbert
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.relation import Relation
from graph.subgraph import Path, Step, Subgraph
from ingest.corpora.read import read_annotated
from kgbert import faithfulness as measured
from kgbert.faithfulness import facts_of, faithfulness, with_only, without, without_concepts, without_graph
from kgbert.predicted_pair import surest

ULCER, DRUG = "MESH:D014456", "MESH:D000893"
CAUSES = (SEEDS[0], "has_side_effect", ULCER)
IS_A = (ULCER, "is_a", SEEDS[1])
UP = (SEEDS[0], "is_a", DRUG)
TREATS = (SEEDS[1], "treats", SEEDS[0])


def edges(found):
    return {(r.subject, r.predicate, r.object) for r in found.subgraph.relations}


def flat(figures, before=""):
    """Figures within figures as one mapping."""
    nested = (flat(v, f"{before}{k}.") if isinstance(v, dict) else {f"{before}{k}": v} for k, v in figures.items())
    return {key: value for part in nested for key, value in part.items()}


def test_a_paths_facts_are_its_edges_as_the_graph_has_them():
    assert facts_of(PATHS[0]) == {CAUSES, IS_A}
    assert facts_of(PATHS[1]) == {TREATS}, "it was walked from object to subject"


def test_erasing_facts_takes_their_edges_and_every_path_that_walks_one():
    window = example("aspirin caused bleeding")
    left = without(window, {IS_A})
    assert edges(left) == {UP, CAUSES}
    assert left.paths == ((PATHS[1],),)
    assert left.subgraph.concepts == window.subgraph.concepts
    kept = with_only(window, facts_of(PATHS[0]))
    assert edges(kept) == {CAUSES, IS_A}
    assert kept.paths == ((PATHS[0],),)
    assert without(window, set()) == window


def test_erasing_a_concept_takes_its_edges_and_the_paths_through_it_be_they_in_the_subgraph_or_not():
    beyond = Path(SEEDS[0], (Step("treats", True, "MESH:D9"), Step("is_a", True, SEEDS[1])))
    window = replace(example("aspirin caused bleeding"), paths=((*PATHS, beyond),))
    left = without_concepts(window, {ULCER, "MESH:D9"})
    assert edges(left) == {UP}
    assert left.paths == ((PATHS[1],),)
    assert {concept.id for concept in left.subgraph.concepts} == {*SEEDS, DRUG}


def test_without_a_graph_a_window_is_what_it_would_be_over_an_empty_one():
    window = replace(example("aspirin caused bleeding"), labels=None)
    bare = without_graph(window)
    assert (bare.subgraph, bare.paths) == (Subgraph(), ((),))
    assert bare == replace(example("aspirin caused bleeding", knowledge=False), labels=None)


@pytest.fixture
def kg(model_folder, tmp_path):
    """Over a graph with two ways from aspirin to bleeding, and more around them than the evidence lists."""
    toys = toy_ontology()
    around = [Concept(f"MESH:D00000{i}", f"pain of {word}", types=("Disease",)) for i, word in enumerate("abcdefgh")]
    more = [Relation(SEEDS[0], "has_side_effect", concept.id, "Toys") for concept in around]
    more += [Relation(SEEDS[0], "treats", SEEDS[1], "Toys")]
    rich = replace(toys, concepts=(*toys.concepts, *around), relations=(*toys.relations, *more))
    EmbeddedGraphStore.from_ontologies(tmp_path / "rich", rich).close()
    return kgbert.load(model_folder, graph=tmp_path / "rich", swap_graph=True, link=False)


def test_what_is_found_is_what_asking_again_by_hand_finds(kg, gold):
    documents = list(read_annotated([gold]))
    found = faithfulness(kg, documents)
    windows = [window for document in documents for window in kg.examples(document)]
    pairs = surest(kg.model, kg.collator, windows).values()
    assert (found.documents, found.pairs) == (len(documents), len(pairs))
    assert found.with_paths == sum(bool(pair.evidence.paths) for pair in pairs) > 0

    def fall(pair, erased):
        again = surest(kg.model, kg.collator, [erased(pair.example)])
        return pair.score - again[pair.key].score

    by_hand = [fall(pair, without_graph) for pair in pairs]
    assert found.no_graph == pytest.approx(sum(by_hand) / len(by_hand), abs=1e-5)
    assert abs(found.no_graph) > 1e-3, "the toy model reads its graph"
    walked = [pair for pair in pairs if pair.evidence.paths]
    kept = [fall(pair, lambda window, p=pair: with_only(window, facts_of(p.evidence.paths[0][0]))) for pair in walked]
    assert found.first_path_only == pytest.approx(sum(kept) / len(kept), abs=1e-5)


def test_how_many_documents_are_worked_on_at_once_changes_nothing(kg, gold):
    documents = [*read_annotated([gold]), *read_annotated([gold])]
    whole, single = (flat(faithfulness(kg, documents, batch_size=n).to_dict()) for n in (16, 1))
    assert whole == pytest.approx(single, abs=2e-4)
    assert {"paths.shown", "concepts.shown"} <= whole.keys(), "the toys show both kinds of evidence"


def test_a_difference_is_that_of_means_with_documents_drawn_again():
    rows = [(0, 0.5, 0.1), (0, 0.3, 0.1), (7, 0.2, 0.2)]
    found = measured._difference(rows)
    assert (found.pairs, found.shown, found.other) == (3, pytest.approx(1 / 3), pytest.approx(0.4 / 3))
    assert found.difference == pytest.approx(0.2)
    assert (found.low, found.high) == (0.0, pytest.approx(0.3)), "one of the two documents alone, drawn twice"
    assert measured._difference([]) is None


def test_the_command_prints_the_figures(kgbert, model_folder, graph_folder, gold, tmp_path):
    kgbert("evaluate", "evidence", gold, "--model", model_folder, "--graph", graph_folder, "--json", "figures.json")
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert (figures["documents"], figures["pairs"] > 0) == (2, True)
    assert figures["with_paths"] <= figures["pairs"]
    for key in ("no_graph", "no_facts", "first_path_only"):
        assert -1 <= figures[key] <= 1
