"""Names within names: which are found, and which stay once they are linked."""

from hypothesis import given
from hypothesis import strategies as st
from lexicons import TOYS, lexicon_of

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from graph.relation import IS_A, Relation
from ingest.annotate import annotator_over
from ingest.convention import Convention
from ingest.detect import detect
from ingest.document import Document, Entity, Mention
from ingest.evaluate import linked_anew
from ingest.link import Linker
from ingest.nested import broader_within

NESTED = Convention(nested=True)
CONCEPTS = (
    Concept("P:1", "colitis"),
    Concept("P:2", "ulcerative colitis"),
    Concept("P:3", "prognathism", ("mandibular prognathism",)),
    Concept("P:4", "basal cell"),
)
ABOVE = {"P:2": {"P:1"}}


def entities(text: str, *found: tuple[str, str | None]) -> Document:
    spans = [(text.index(words), words, id) for words, id in found]
    return Document("d", text, entities=tuple(Entity(at, at + len(w), w, "", id=id) for at, w, id in spans))


def kept(document: Document) -> list[str]:
    return [e.text for e in broader_within(document, above=lambda id: ABOVE.get(id, ())).entities]


def test_what_stands_within_another_stays_if_it_is_more_general() -> None:
    text = "ulcerative colitis"
    assert kept(entities(text, (text, "P:2"), ("colitis", "P:1"))) == [text, "colitis"]
    assert kept(entities(text, (text, "P:1"), ("colitis", "P:2"))) == [text]
    assert kept(entities(text, (text, "P:1"), ("colitis", "P:1"))) == [text]
    assert kept(entities(text, (text, "P:2"), ("colitis", None))) == [text]
    assert kept(entities(text, (text, None), ("colitis", "P:1"))) == [text, "colitis"]


def test_what_a_mention_of_several_things_holds_stays() -> None:
    text = "otic and renal anomalies"
    assert kept(entities(text, (text, "P:2"), ("renal anomalies", "P:3"))) == [text, "renal anomalies"]


def test_what_stands_beside_another_stays() -> None:
    assert kept(entities("colitis, prognathism", ("prognathism", "P:3"), ("colitis", "P:1"))) == [
        "colitis",
        "prognathism",
    ]


def test_the_graph_decides(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    ontology = Ontology("p", concepts=CONCEPTS, relations=(Relation("P:2", IS_A, "P:1", "p"),))
    text = "Ulcerative colitis and mandibular prognathism."
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", ontology) as store:
        found = annotator_over(store, convention=NESTED)(Document("d", text))
        plain = annotator_over(store)(Document("d", text))
    assert [(e.text, e.id) for e in found.entities] == [
        ("Ulcerative colitis", "P:2"),
        ("colitis", "P:1"),
        ("mandibular prognathism", "P:3"),
    ]
    assert [e.text for e in plain.entities] == ["Ulcerative colitis", "mandibular prognathism"]


def test_evaluation_finds_them_too() -> None:
    gold = [Document("d", "ulcerative colitis")]
    linker = Linker(lexicon_of(*CONCEPTS))
    for above, expected in ((None, 2), (lambda id: ABOVE.get(id, ()), 2), (lambda _: (), 1)):
        (found,) = linked_anew(gold, linker, end_to_end=True, convention=NESTED, above=above)
        assert len(found.entities) == expected


NAMES = st.sampled_from([name for concept in (*CONCEPTS, *TOYS) for name in (concept.name, *concept.synonyms)])
LEXICON = lexicon_of(*CONCEPTS, *TOYS, Concept("P:5", "cell tumor breast"), Concept("P:6", "breast"))


def crosses(one: Mention, other: Mention) -> bool:
    return one.start < other.start < one.end < other.end


@given(st.lists(NAMES | st.sampled_from(["cell", "(HD)", "of", ","]), max_size=10).map(" ".join))
def test_nested_mentions_hold_the_plain_ones_and_never_cross(text: str) -> None:
    nested = detect(text, LEXICON, convention=NESTED)
    assert set(detect(text, LEXICON)) <= set(nested)
    assert len({(m.start, m.end) for m in nested}) == len(nested)
    assert not any(crosses(one, other) for one in nested for other in nested)


def test_short_forms_can_be_left_out() -> None:
    text = "Lithium carbonate (LC) worked; LC is cheap, HD is not."
    written_out = detect(text, LEXICON, convention=Convention(short_forms=False))
    assert [m.text for m in written_out] == ["Lithium carbonate", "HD"]
    assert [m.text for m in detect(text, LEXICON)] == ["Lithium carbonate", "LC", "LC", "HD"]
