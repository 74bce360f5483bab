"""Predictions as a user asks for them, over the toy graph."""

import json

import pytest
import torch
from toys import SEEDS, copied_with

import kgbert
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from graph.relation import Relation
from ingest.corpora import pubtator
from ingest.document import Document, Entity
from kgbert.errors import CheckpointError, TaskError
from kgbert.faithfulness import without_graph
from kgbert.predicted_pair import surest

TEXT = "aspirin caused severe bleeding and pain in the patient after acetylsalicylic acid."


@pytest.fixture
def kg(model_folder, graph_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    return kgbert.load(model_folder, graph=graph_folder)


def test_a_text_gives_entities_relations_and_their_evidence(kg):
    prediction = kg(TEXT)
    assert [(e.text, e.id) for e in prediction.entities] == [
        ("aspirin", SEEDS[0]),
        ("bleeding", SEEDS[1]),
        ("pain", "MESH:D010146"),
        ("acetylsalicylic acid", SEEDS[0]),
    ]
    assert all(TEXT[e.start : e.end] == e.text for e in prediction.entities)
    pairs = {(r.subject, r.object): r for r in prediction.relations}
    assert pairs.keys() == {(SEEDS[0], SEEDS[1]), (SEEDS[0], "MESH:D010146")}
    assert [r.score for r in prediction.relations] == sorted((r.score for r in prediction.relations), reverse=True)
    evidence = pairs[SEEDS[0], "MESH:D010146"].evidence
    assert evidence.to_dict()["paths"][0]["path"] == [SEEDS[0], "treats", "MESH:D010146"]
    assert sum(weight for _, weight in evidence.paths) == pytest.approx(1.0, abs=1e-5)
    assert 0 < len(evidence.attention) <= 3
    assert evidence.gate == pytest.approx(abs(kg.model.kgbert.gates["1"]))
    assert 0 < evidence.text_score < 1
    assert evidence.text_score != pairs[SEEDS[0], "MESH:D010146"].score
    assert {c.id for c in prediction.subgraph.concepts} >= {SEEDS[0], SEEDS[1]}


def test_the_json_form_has_the_documented_keys(kg):
    record = json.loads(json.dumps(kg(TEXT, id="note-1").to_dict()))
    assert list(record) == ["id", "text", "entities", "relations"]
    assert list(record["entities"][0]) == ["start", "end", "text", "id", "name", "type", "score", "assertion"]
    said = ["subject_assertion", "object_assertion"]
    assert list(record["relations"][0]) == ["subject", "object", "label", "score", *said, "evidence"]
    assert record["id"] == "note-1"


def test_the_texts_score_is_what_is_left_without_the_graph_where_no_token_reads_it(kg):
    with torch.no_grad():
        kg.model.kgbert.text.fusions["1"].gamma.zero_()
    windows = list(kg.examples(kg.annotate(Document("d", TEXT))))
    with_graph = surest(kg.model, kg.collator, windows)
    alone = surest(kg.model, kg.collator, [without_graph(window) for window in windows])
    assert with_graph.keys() == alone.keys()
    for key, pair in with_graph.items():
        assert pair.evidence.text_score == pytest.approx(alone[key].score, abs=1e-6)
        assert pair.evidence.text_score != pytest.approx(pair.score, abs=1e-3)
        assert alone[key].evidence.text_score == alone[key].score, "there is nothing to add"


def test_what_the_text_says_of_the_arguments_is_carried_and_nothing_dropped(kg):
    text = "aspirin was not given because of possible bleeding and no pain. Bleeding after acetylsalicylic acid."
    prediction = kg(text)
    assert [(e.text, e.assertion) for e in prediction.entities] == [
        ("aspirin", "absent"),
        ("bleeding", "possible"),
        ("pain", "absent"),
        ("Bleeding", "present"),
        ("acetylsalicylic acid", "present"),
    ]
    said = {(r.subject, r.object): (r.subject_assertion, r.object_assertion) for r in prediction.relations}
    assert said == {(SEEDS[0], SEEDS[1]): ("present", "present"), (SEEDS[0], "MESH:D010146"): ("present", "absent")}
    record = prediction.to_dict()
    assert [e["assertion"] for e in record["entities"]] == [e.assertion for e in prediction.entities]
    assert {r["object"]: r["object_assertion"] for r in record["relations"]}["MESH:D010146"] == "absent"


def test_assertion_changes_no_score_and_can_be_left_out(model_folder, graph_folder, kg):
    plain = kgbert.load(model_folder, graph=graph_folder, assertion=False)("aspirin caused no bleeding.")
    said = kg("aspirin caused no bleeding.")
    assert [e.assertion for e in plain.entities] == ["present", "present"]
    assert [e.assertion for e in said.entities] == ["present", "absent"]
    assert [(r.object, r.score, r.evidence) for r in plain.relations] == [
        (r.object, r.score, r.evidence) for r in said.relations
    ]
    assert [r.object_assertion for r in plain.relations + said.relations] == ["present", "absent"]


def test_a_spacy_pipeline_finds_the_mentions(model_folder, graph_folder, tmp_path, monkeypatch):
    spacy = pytest.importorskip("spacy")
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(
        [{"label": "CHEMICAL", "pattern": "aspirin"}, {"label": "ENTITY", "pattern": "bleeding"}]
    )
    prediction = kgbert.load(model_folder, graph=graph_folder, nlp=nlp)("aspirin: no bleeding, but pain")
    assert [(e.text, e.id, e.type, e.assertion) for e in prediction.entities] == [
        ("aspirin", SEEDS[0], "Chemical", "present"),
        ("bleeding", SEEDS[1], "Disease", "absent"),
    ]


def test_a_pipe_keeps_order_and_equals_one_by_one(kg):
    texts = [TEXT, "pain", TEXT.replace("bleeding", "ulcer"), "nothing here"]
    piped = list(kg.pipe(iter(texts), batch_size=3))
    assert [p.document.text for p in piped] == texts
    for prediction, text in zip(piped, texts, strict=True):
        alone = kg(text)
        assert prediction.entities == alone.entities
        assert prediction.subgraph == alone.subgraph
        assert [(r.subject, r.object) for r in prediction.relations] == [(r.subject, r.object) for r in alone.relations]
        assert [r.score for r in prediction.relations] == pytest.approx([r.score for r in alone.relations], abs=1e-4)


def test_documents_with_one_id_are_not_mixed_up(kg):
    first, second = kg.predict([kg.annotate(Document("same", t)) for t in (TEXT, "aspirin after ulcer.")])
    assert {r.object for r in second.relations} == {"MESH:D014456"}
    assert {r.object for r in first.relations} == {SEEDS[1], "MESH:D010146"}


def test_annotated_entities_are_taken_as_they_are_and_named(kg, gold):
    prediction = next(kg.predict(pubtator.read(gold)))
    assert [e.name for e in prediction.entities] == ["aspirin", "bleeding", "pain", "aspirin"]


def test_a_more_general_relation_is_dropped_beside_a_specific_one(kg, gold):
    _, second = kg.predict(pubtator.read(gold))
    assert "MESH:D014456" in {r.object for r in second.relations}
    assert SEEDS[1] not in {r.object for r in second.relations if r.subject == SEEDS[0]}


def test_an_unknown_concept_in_the_input_is_no_obstacle(kg):
    entities = (Entity(0, 7, "aspirin", "Chemical", "MESH:D999999"), Entity(22, 30, "bleeding", "Disease", SEEDS[1]))
    (prediction,) = kg.predict([Document("d", TEXT.replace("and pain", "or  pain"), entities=entities)])
    assert [(r.subject, r.evidence.paths) for r in prediction.relations] == [("MESH:D999999", ())]


def test_empty_and_odd_texts(kg):
    for text in ("", " ", "\u202easpirin\u0301 \x00", "a" * 5000):
        prediction = kg(text)
        assert prediction.document.text == text
        assert all(text[e.start : e.end] == e.text for e in prediction.entities)


def test_a_long_note_is_read_in_windows_with_global_offsets(kg):
    text = "the patient is not in pain. " * 60 + TEXT
    prediction = kg(text)
    assert all(text[e.start : e.end] == e.text for e in prediction.entities)
    assert (SEEDS[0], SEEDS[1]) in {(r.subject, r.object) for r in prediction.relations}


def test_a_note_of_two_megabytes_on_one_line_is_read_to_its_end(kg):
    text = "the drug is not in the patient " * 65_000 + TEXT
    prediction = kg(text)
    assert len(text) > 2_000_000
    assert prediction.entities[-1].end == len(text) - 1
    assert all(text[e.start : e.end] == e.text for e in prediction.entities)
    assert (SEEDS[0], SEEDS[1]) in {(r.subject, r.object) for r in prediction.relations}


def test_another_graph_than_the_trained_one_is_refused_unless_asked_for(model_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    other = tmp_path / "other"
    names = [("CHEBI:1", "aspirin", "Chemical"), ("DOID:2", "bleeding", "Disease")]
    concepts = tuple(Concept(id, name, types=(type,)) for id, name, type in names)
    EmbeddedGraphStore.from_ontologies(other, Ontology("Other", concepts=concepts)).close()
    with pytest.raises(CheckpointError, match="was trained on graph release"):
        kgbert.load(model_folder, graph=other)
    swapped = kgbert.load(model_folder, graph=other, swap_graph=True)
    assert [(r.subject, r.object) for r in swapped("aspirin caused bleeding").relations] == [("CHEBI:1", "DOID:2")]


@pytest.mark.parametrize(
    ("met", "read", "unread"), [(["treats"], {"treats"}, ["resembles"]), (None, {"treats", "resembles"}, [])]
)
def test_over_another_graph_only_relation_types_that_the_model_met_are_read(model_folder, tmp_path, met, read, unread):
    pair = (Concept("MESH:D001241", "aspirin", types=("Chemical",)), Concept("MESH:D006470", "bleeding"))
    stated = tuple(Relation(pair[0].id, predicate, pair[1].id, "Other") for predicate in ("treats", "resembles"))
    EmbeddedGraphStore.from_ontologies(tmp_path / "other", Ontology("Other", "1", "", pair, stated)).close()
    with_types = copied_with(model_folder, tmp_path / "model", relation_types=met)
    swapped = kgbert.load(with_types, graph=tmp_path / "other", swap_graph=True, link=False)
    entities = (Entity(0, 7, "aspirin", "Chemical", pair[0].id), Entity(15, 23, "bleeding", "Disease", pair[1].id))
    (example,) = swapped.examples(Document("d", "aspirin caused bleeding", entities=entities))
    assert {relation.predicate for relation in example.subgraph.relations} == read
    assert {step.predicate for path in example.paths[0] for step in path.steps} == read
    assert swapped.unread_relation_types == unread


def test_of_its_own_graph_a_model_reads_every_relation_type(model_folder, graph_folder, tmp_path):
    with_types = copied_with(model_folder, tmp_path / "model", relation_types=[])
    assert kgbert.load(with_types, graph=graph_folder, link=False).unread_relation_types == []


def test_a_pipeline_that_cannot_link_says_so_without_the_text(model_folder, graph_folder):
    pipeline = kgbert.load(model_folder, graph=graph_folder, link=False)
    with pytest.raises(TaskError, match="link=False") as caught:
        pipeline("aspirin caused bleeding")
    assert "bleeding" not in str(caught.value)
