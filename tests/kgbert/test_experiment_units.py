"""Annotated documents become the units that a task reads."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.corpora.read import read_annotated
from ingest.document import AnnotatedRelation, Document, Entity
from kgbert.experiment.draw import evaluation, held_out, training
from kgbert.task import CHEMPROT, CID, DDI
from kgbert.units import document_of, prepared, units

TEXT = "Aspirin inhibits COX1. Nothing here. Aspirin and ibuprofen bind COX2 too."


def entity(word: str, type: str, id: str, after: int = 0) -> Entity:
    start = TEXT.index(word, after)
    return Entity(start, start + len(word), word, type, id=f"mention:1.{id}")


DOCUMENT = Document(
    "1",
    TEXT,
    entities=(
        entity("Aspirin", "CHEMICAL", "T1"),
        entity("COX1", "GENE-Y", "T2"),
        entity("Aspirin", "CHEMICAL", "T3", 10),
        entity("ibuprofen", "CHEMICAL", "T4"),
        entity("COX2", "GENE-N", "T5"),
    ),
    relations=(
        AnnotatedRelation("mention:1.T1", "CPR:4", "mention:1.T2"),
        AnnotatedRelation("mention:1.T4", "CPR:2", "mention:1.T5"),
        AnnotatedRelation("mention:1.T1", "CPR:4", "mention:1.T5"),
    ),
)


def test_sentences_with_a_pair_are_units():
    first, second = units([DOCUMENT], CHEMPROT)
    assert (first.id, second.id) == ("1#0", "1#37")
    assert second.text == TEXT[37:]
    assert [(e.text, e.type) for e in second.entities] == [
        ("Aspirin", "Chemical"),
        ("ibuprofen", "Chemical"),
        ("COX2", "Gene"),
    ]
    assert [r.label for r in first.relations] == ["CPR:4"]
    assert second.relations == (), "a label that is not scored is none, and one across sentences is in no unit"
    assert document_of(second.id, CHEMPROT) == "1"
    assert document_of("note#3", CID) == "note#3"


def test_a_relation_without_direction_begins_with_what_is_mentioned_first():
    drugs = tuple(Entity(e.start, e.end, e.text, "drug", id=e.id) for e in DOCUMENT.entities if e.type == "CHEMICAL")
    stated = (
        AnnotatedRelation("mention:1.T4", "effect", "mention:1.T3"),
        AnnotatedRelation("mention:1.T3", "effect", "mention:1.T4"),
    )
    whole = prepared(Document("1", TEXT, entities=drugs, relations=stated), DDI)
    assert whole.relations == (AnnotatedRelation("mention:1.T3", "effect", "mention:1.T4"),)


def test_lines_are_units_where_a_corpus_has_its_sentences_on_them():
    text = "aspirin and\nibuprofen with warfarin\n\nheparin"
    drugs = tuple(
        Entity(text.index(w), text.index(w) + len(w), w, "drug", id=f"mention:1.{w}")
        for w in ("aspirin", "ibuprofen", "warfarin", "heparin")
    )
    (line,) = units([Document("1", text, entities=drugs)], DDI)
    assert (line.id, line.text) == ("1#12", "ibuprofen with warfarin")
    assert [(e.start, e.text) for e in line.entities] == [(0, "ibuprofen"), (15, "warfarin")]


def test_the_pairs_of_the_ddi_corpus_are_its_own(data_dir):
    documents = read_annotated([data_dir / "corpora" / "ddi2013" / "train.tar.gz"])
    found = units(documents, DDI)
    assert sum(len(list(DDI.pairs({e.id: e.type for e in unit.entities}))) for unit in found) == 27_792
    assert sum(len(unit.relations) for unit in found) == 4_021


def numbered(n: int) -> list[Document]:
    related = (AnnotatedRelation("mention:1.T1", "CPR:4", "mention:1.T2"),)
    return [Document(f"{i // 3}#{i}", "a", relations=related if i % 5 == 0 else ()) for i in range(n)]


@given(st.permutations(range(60)), st.integers(0, 3), st.integers(1, 60))
def test_draws_depend_on_seed_and_ids_alone_and_are_nested(order, seed, n):
    whole = numbered(60)
    drawn = training(whole, n, seed=seed, task=CHEMPROT)
    assert drawn == training([whole[i] for i in order], n, seed=seed, task=CHEMPROT)
    assert len(drawn) == n == len({d.id for d in drawn})
    assert drawn == training(whole, 60, seed=seed, task=CHEMPROT)[:n]


def test_sentences_with_and_without_a_relation_are_drawn_in_turn():
    drawn = training(numbered(60), 20, seed=1, task=CHEMPROT)
    assert sum(bool(d.relations) for d in drawn) == 10
    plain = training(numbered(60), 20, seed=1, task=CID)
    assert sum(bool(d.relations) for d in plain) < 10


def test_seeds_draw_differently_and_tests_do_not_depend_on_them():
    whole = numbered(60)
    assert training(whole, 20, seed=1, task=CHEMPROT) != training(whole, 20, seed=2, task=CHEMPROT)
    assert evaluation(whole, 10) == evaluation(list(reversed(whole)), 10)


def test_units_passed_over_are_those_of_another_draw():
    whole = numbered(60)
    first, rest = evaluation(whole, 10), evaluation(whole, 0, skip=10)
    assert sorted(d.id for d in first + rest) == sorted(d.id for d in whole)
    assert {d.id for d in evaluation(whole, 5, skip=10)} < {d.id for d in rest}


def test_whole_documents_are_held_out():
    kept, out = held_out(numbered(60), 0.25, task=CHEMPROT)
    assert len(kept) + len(out) == 60
    assert {document_of(d.id, CHEMPROT) for d in kept}.isdisjoint(document_of(d.id, CHEMPROT) for d in out)
    assert len({document_of(d.id, CHEMPROT) for d in out}) == 5
