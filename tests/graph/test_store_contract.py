"""What every store promises, asked of every store."""

import inspect
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.concept import Concept
from graph.errors import CycleError
from graph.ontology import Ontology
from graph.relation import Relation
from graph.store import Counts, GraphStore, Source

DRUG, EFFECT, ASPIRIN = Concept("T:1", "Drug"), Concept("T:2", "Effect"), Concept("T:3", "Aspirin", ("ASS",))
BLEEDING, PAIN = Concept("T:4", "Bleeding", types=("Disease",)), Concept("T:5", "Pain")
TOY = Ontology(
    "toy",
    "1",
    "CC0",
    (DRUG, EFFECT, ASPIRIN, BLEEDING, PAIN),
    (
        Relation("T:3", "is_a", "T:1", "toy"),
        Relation("T:4", "is_a", "T:2", "toy"),
        Relation("T:5", "is_a", "T:2", "toy"),
        Relation("T:3", "causes", "T:4", "toy", ("PMID:2", "PMID:1")),
        Relation("T:3", "treats", "T:5", "toy"),
    ),
)


def chain(n, *, closed=False):
    ends = [(i, i + 1) for i in range(n - 1)] + ([(n - 1, 0)] if closed else [])
    concepts = tuple(Concept(f"C:{i:06d}", "c") for i in range(n))
    return Ontology("chain", "", "", concepts, tuple(Relation(f"C:{a:06d}", "is_a", f"C:{b:06d}") for a, b in ends))


def everything(store):
    ids = [concept.id for concept in store.iterate()]
    return store.release, store.sources, store.count(), list(store.iterate()), store.concepts(ids), store.relations(ids)


def test_an_empty_store_has_nothing_and_says_so(make_store):
    with make_store() as store:
        assert isinstance(store, GraphStore)
        assert store.count() == Counts(0, 0, 0, 0)
        assert list(store.iterate()) == [] == store.search("aspirin")
        assert store.concepts(["T:1"]) == [None]
        assert store.relations(["T:1"]) == [[]]
        assert store.concepts([]) == [] == store.relations([])
        assert store.sources == ()


def test_a_toy_graph_comes_back_as_it_was_given(make_store):
    store = make_store(TOY)
    assert store.count() == Counts(concepts=5, obsolete=0, names=6, relations=5)
    assert store.sources == (Source("toy", "1", "CC0"),)
    assert list(store.iterate()) == [DRUG, EFFECT, ASPIRIN, BLEEDING, PAIN]
    assert store.concepts(["T:5", "T:404", "T:3", "T:5"]) == [PAIN, None, ASPIRIN, PAIN]
    assert store.relations(["T:404", "T:5"]) == [
        [],
        [Relation("T:5", "is_a", "T:2", "toy"), Relation("T:3", "treats", "T:5", "toy")],
    ]


def test_neighbours_are_dealt_from_every_group_in_turn_most_specific_first(make_store):
    hub, rare, common = "N:0", "N:1", "N:2"
    relations = [
        Relation(hub, "is_a", "N:9", "s"),
        *(Relation(f"N:{i}", "is_a", hub, "s") for i in (3, 4)),
        Relation(hub, "treats", common, "s"),
        Relation(hub, "treats", rare, "s"),
        Relation(hub, "treats", rare, "r"),
        Relation(common, "causes", "N:3", "s"),
        Relation(common, "causes", "N:4", "s"),
        Relation(common, "causes", "N:9", "s"),
    ]
    concepts = tuple(Concept(f"N:{i}", "n") for i in (0, 1, 2, 3, 4, 9))
    found = make_store(Ontology("s", "", "", concepts, tuple(relations))).relations([hub])[0]
    assert [(r.subject, r.predicate, r.object, r.source) for r in found] == [
        (hub, "is_a", "N:9", "s"),  # the groups in turn: is_a upwards,
        ("N:3", "is_a", hub, "s"),  # is_a downwards (as many relations as N:4, lower CURIE),
        (hub, "treats", rare, "r"),  # treats: two relations against four; the same end from two sources
        (hub, "treats", rare, "s"),
        ("N:4", "is_a", hub, "s"),  # and round again
        (hub, "treats", common, "s"),
    ]


def test_a_relation_to_itself_comes_once(make_store):
    loop = Relation("L:1", "interacts_with", "L:1", "s")
    store = make_store(Ontology("s", "", "", (Concept("L:1", "l"),), (loop,)))
    assert store.relations(["L:1"]) == [[loop]]
    assert store.count().relations == 1


def test_answers_do_not_depend_on_the_order_or_number_of_additions(make_store, n_examples, ontologies_strategy):
    @settings(max_examples=n_examples)
    @given(st.data())
    def holds(data):
        ontologies = data.draw(ontologies_strategy())
        expected = everything(make_store(*ontologies))
        turned = [
            Ontology(o.name, o.version, o.licence, o.concepts[::-1], o.relations[::-1])
            for o in data.draw(st.permutations(ontologies))
        ]
        one_by_one = make_store()
        for ontology in (*turned, turned[0]):
            one_by_one.add(ontology)
        assert everything(one_by_one) == expected

    holds()


def test_stores_agree(make_store, n_examples, memory_store, ontologies_strategy):
    @settings(max_examples=n_examples)
    @given(st.data())
    def holds(data):
        ontologies = data.draw(ontologies_strategy())
        store, reference = make_store(*ontologies), memory_store(*ontologies)
        assert everything(store) == everything(reference)
        text = data.draw(st.sampled_from(["heart", "HEART f", "fail", "coe", "β", "a", " ", "blocker b"]))
        assert store.search(text, limit=3) == reference.search(text, limit=3)

    holds()


def test_the_release_names_the_content(make_store):
    other = Ontology("toy", "1", "CC0", TOY.concepts, TOY.relations[1:])
    renamed = Ontology("toy", "1", "CC0", (Concept("T:1", "drug"), *TOY.concepts[1:]), TOY.relations)
    releases = {make_store(*ontologies).release for ontologies in ([TOY], [other], [renamed], [TOY, other], [])}
    assert len(releases) == 4
    assert make_store(TOY).release == make_store(other, TOY).release


def test_merging_prefers_the_first_source_by_name(make_store):
    late = Ontology("b", "", "", (Concept("M:1", "late", ("x",), ("T",), "late text", ("U:1",)),))
    early = Ontology("a", "", "", (Concept("M:1", "early", ("late", "y"), ("S", "T"), "", ("U:2",)),))
    store = make_store(late)
    store.add(early)
    merged = Concept("M:1", "early", ("late", "y", "x"), ("S", "T"), "late text", ("U:2", "U:1"))
    assert store.concepts(["M:1"]) == [merged]
    assert [source.name for source in store.sources] == ["a", "b"]
    assert store.count().names == 4


def test_evidence_for_one_relation_is_united(make_store):
    concepts = (Concept("E:1", "a"), Concept("E:2", "b"))
    first, second = (
        Ontology(name, "", "", concepts, (Relation("E:1", "treats", "E:2", "s", evidence),))
        for name, evidence in (("a", ("PMID:3", "PMID:1")), ("b", ("PMID:2", "PMID:1")))
    )
    store = make_store(first, second)
    assert store.relations(["E:2"]) == [[Relation("E:1", "treats", "E:2", "s", ("PMID:1", "PMID:2", "PMID:3"))]]


def test_a_relation_waits_for_its_other_end(make_store):
    store = make_store(Ontology("a", "", "", (Concept("W:1", "a"),), (Relation("W:1", "is_a", "W:2", "a"),)))
    assert store.relations(["W:1"]) == [[]]
    assert store.count().relations == 0
    store.add(Ontology("b", "", "", (Concept("W:2", "b"),)))
    assert store.relations(["W:1"]) == [[Relation("W:1", "is_a", "W:2", "a")]]


def test_a_retired_concept_is_kept_but_neither_neighbour_nor_found(make_store):
    old = Concept("T:3", "Aspirin (old)", obsolete=True, replaced_by="T:1")
    store = make_store(TOY, Ontology("zzz", "", "", (old,)))
    merged = Concept("T:3", "Aspirin", ("ASS", "Aspirin (old)"), obsolete=True, replaced_by="T:1")
    assert store.concepts(["T:3"]) == [merged]
    assert store.relations(["T:3", "T:1"]) == [[], []]
    assert store.search("aspirin") == []
    assert store.count() == Counts(5, 1, 7, 2)


@pytest.mark.parametrize("n", [1, 2, 3000])
def test_a_cycle_is_named_and_nothing_is_added(make_store, n):
    store = make_store(TOY)
    before = everything(store)
    if n == 3000 and type(store).__name__ == "MemoryGraphStore":
        n = 30
    bad = chain(n, closed=True)
    with pytest.raises(CycleError) as caught:
        store.add(Ontology("fine", "", "", (Concept("F:1", "f"),)), bad)
    cycle = caught.value.cycle
    assert cycle[0] == cycle[-1] == "C:000000"
    assert len(cycle) == n + 1
    assert set(pairwise(cycle)) == {(r.subject, r.object) for r in bad.relations}
    assert everything(store) == before


def test_a_cycle_over_two_ontologies_is_found_and_other_predicates_may_circle(make_store):
    concepts = (Concept("Y:1", "a"), Concept("Y:2", "b"))
    up, down = (Ontology(a, "", "", concepts, (Relation(f"Y:{a}", "is_a", f"Y:{b}"),)) for a, b in ("12", "21"))
    both = (Relation("Y:1", "near", "Y:2"), Relation("Y:2", "near", "Y:1"))
    store = make_store(up, Ontology("near", "", "", (), both))
    assert store.count().relations == 3
    with pytest.raises(CycleError, match="Y:1 -> Y:2 -> Y:1"):
        store.add(down)


def test_search_ranks_exact_then_prefix_then_short_then_curie(make_store):
    names = ["Pain", "Painful joint", "Back pain", "Chronic pain", "Chest pain", "Spain", "painting pain"]
    concepts = tuple(Concept(f"S:{i}", name) for i, name in enumerate(names))
    synonym = Concept("S:9", "Dolor", ("pain",))
    store = make_store(Ontology("s", "", "", (*concepts, synonym)))
    found = [concept.name for concept in store.search("PAIN")]
    assert found == ["Pain", "Dolor", "Painful joint", "painting pain", "Back pain", "Chest pain", "Chronic pain"]
    assert [c.name for c in store.search("pain", limit=2)] == ["Pain", "Dolor"]
    assert [c.name for c in store.search("pain chro")] == ["Chronic pain"]
    assert store.search("pain", limit=0) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [(text, "") for text in ("", "  ", '"', "(", "\0", "'", "a:b", "*")]
    + [(text, "S:1 S:2") for text in ("pain*", "pain^", "-pain", '"pain', "{pain}", "pain\0", "PAIN")]
    + [(text, "S:2") for text in ("pain AND", "NOT pain", "pain NEAR", "OR or")],
)
def test_search_takes_any_text_for_words(make_store, text, found):
    store = make_store(Ontology("s", "", "", (Concept("S:1", "Pain"), Concept("S:2", "pain and not near or"))))
    assert " ".join(concept.id for concept in store.search(text)) == found


def test_ids_and_names_may_be_any_unicode(make_store):
    ids = ["U:é", "U:e\N{COMBINING ACUTE ACCENT}", "U:\N{DOMINO TILE HORIZONTAL BACK}", "U:￿", "U:漢字", "U:a/b?c#d%20"]
    concepts = tuple(Concept(id, id[2:] + " – naïve 🫀", types=("Ä",)) for id in ids)
    relations = tuple(Relation(a, "étiré", b, "søurce", ("ΠΜ:1",)) for a, b in pairwise(ids))
    store = make_store(Ontology("ü", "", "", concepts, relations))
    assert [concept.id for concept in store.iterate()] == sorted(ids)
    assert store.concepts(ids) == list(concepts)
    assert all(relation in store.relations([relation.object])[0] for relation in relations)
    assert [concept.id for concept in store.search("NAIVE 漢字")] == ["U:漢字"]


def test_closing_twice_is_allowed(make_store):
    store = make_store(TOY)
    store.close()
    store.close()


def test_every_member_of_the_contract_is_asked_for_here():
    source = inspect.getsource(sys.modules[__name__])
    members = [name for name in vars(GraphStore) if not name.startswith("_")]
    assert len(members) == 9
    assert [name for name in members if f"store.{name}" not in source] == []
