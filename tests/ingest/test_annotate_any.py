"""From any text, over any ontology, to linked entities at exact characters; together, alone, or in other processes."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lexicons import TOYS, lexicon_of

from graph.concept import Concept
from ingest import annotate as module
from ingest.annotate import Annotator
from ingest.detect import default_types
from ingest.document import ASSERTIONS, AnnotatedRelation, Document
from ingest.link import Linker


def annotator(*concepts: Concept) -> Annotator:
    lexicon = lexicon_of(*concepts)
    return Annotator(Linker(lexicon), types=default_types(lexicon))


ANNOTATE = annotator(*TOYS)
LONG = "x" * 500
NAMES = st.sampled_from([name for concept in TOYS for name in (concept.name, *concept.synonyms)])
ODD = st.sampled_from(
    "\x00|\x1b[2J|\u0301|a\u0301\u0302|\u202e|\u200f|\u05d0|\u200d|\r\n|\u2028|\U0001d51e|\xdf|\u0130|\ufb01|\xbd|(|)|"
    f"'s|_|\ufeff|\u075e\u06cc|\U0001f469\u200d\u2695\ufe0f|No|history of|病|{LONG}".split("|")
)
TEXTS = st.lists(st.text(max_size=6) | NAMES | ODD, max_size=14).flatmap(
    lambda parts: st.sampled_from(["", " ", "-", ". ", " ("]).map(lambda glue: glue.join(parts))
)


def check(before: Document, after: Document, ids: set[str]) -> None:
    """See that only entities were added, each at its characters, none over another, each linked or to nothing."""
    text = before.text
    assert (after.id, after.text, after.relations) == (before.id, text, before.relations)
    assert [(e.start, e.end) for e in after.entities] == [(m.start, m.end) for m in after.mentions]
    assert all(left.end <= right.start for left, right in pairwise(after.entities))
    for entity in after.entities:
        assert text[entity.start : entity.end] == entity.text != ""
        assert entity.id in ids | {None}
        assert 0.0 <= entity.score <= 1.0
        assert entity.assertion in ASSERTIONS


@given(TEXTS)
def test_any_text(text: str) -> None:
    before = Document("d", text, relations=(AnnotatedRelation("A:1", "CID", "A:2"),))
    check(before, ANNOTATE(before), {concept.id for concept in TOYS})


@settings(max_examples=40)
@given(st.lists(TEXTS, max_size=6), st.integers(0, 6))
def test_documents_are_annotated_together_as_alone(texts: list[str], cut: int) -> None:
    documents = [Document(str(i), text) for i, text in enumerate(texts)]
    alone = [ANNOTATE(document) for document in documents]
    assert list(ANNOTATE.pipe(documents)) == alone
    assert [*ANNOTATE.pipe(documents[:cut]), *ANNOTATE.pipe(documents[cut:])] == alone


SAME = [Concept(f"S:{i}", "sugar", types=("Disease",)) for i in range(5)]
ONTOLOGIES = {
    "without synonyms": [Concept(concept.id, concept.name, types=concept.types) for concept in TOYS],
    "without types": [Concept(concept.id, concept.name, concept.synonyms) for concept in TOYS],
    "one concept": [Concept("O:1", "anemia", types=("Disease",))],
    "one letter": [Concept("O:1", "a")],
    "one name for all": SAME,
    "one name twice": [Concept("O:1", "Anemia", ("anemia", "Anemia", "ANEMIA"), ("Disease",))],
    "a long name": [Concept("O:1", LONG, types=("Disease",)), Concept("O:2", f"{LONG} {LONG}y", types=("Disease",))],
    "no letters": [Concept("O:1", "\x00"), Concept("O:2", "()"), Concept("O:3", "\u0301")],
    "nothing": [],
}
ANNOTATORS = {name: annotator(*concepts) for name, concepts in ONTOLOGIES.items()}


@pytest.mark.parametrize("name", ONTOLOGIES)
@settings(max_examples=15)
@given(text=TEXTS)
def test_any_text_over_odd_ontologies(name: str, text: str) -> None:
    known = [concept.name for concept in ONTOLOGIES[name]]
    before = Document("d", f"{text} {' and '.join(known)}")
    check(before, ANNOTATORS[name](before), {concept.id for concept in ONTOLOGIES[name]})


@settings(max_examples=40)
@given(st.lists(st.lists(TEXTS | NAMES, min_size=1, max_size=4), max_size=4), st.data())
def test_any_ontology(names: list[list[str]], data: st.DataObject) -> None:
    concepts = [Concept(f"M:{i}", name, tuple(others)) for i, (name, *others) in enumerate(names) if name.strip()]
    known = [name for concept in concepts for name in (concept.name, *concept.synonyms)]
    before = Document("d", data.draw(st.permutations(known).map(" ".join)))
    check(before, annotator(*concepts)(before), {concept.id for concept in concepts})


def test_what_odd_ontologies_hold_is_found() -> None:
    def found(name: str, text: str) -> list[tuple[str, str | None]]:
        return [(entity.text, entity.id) for entity in ANNOTATORS[name](Document("d", text)).entities]

    assert found("without synonyms", "Anaemia") == [("Anaemia", "MESH:D000740")]
    assert found("one concept", "No anemias.") == [("anemias", "O:1")]
    assert found("one name for all", "sugar, Sugar") == [("sugar", "S:0"), ("Sugar", "S:0")]
    assert found("one name twice", "ANEMIA") == [("ANEMIA", "O:1")]
    assert found("a long name", f"A {LONG}.") == [(LONG, "O:1")]
    assert found("nothing", "anemia") == []


def test_marks_and_directions_move_no_offset() -> None:
    text = "\ufeff\u202e\u05d7\u05d4\u202c: \u05d7\u0301 anemia, e\u0301 \x00AIDS\x00 \U0001d51e (HD)\r\nno Calcium"
    entities = ANNOTATE(Document("d", text)).entities
    assert [(e.text, e.start) for e in entities] == [
        (name, text.index(name)) for name in ("anemia", "AIDS", "HD", "Calcium")
    ]
    assert entities[-1].assertion == "absent"


SENTENCE = "Lithium carbonate (LC) caused anemia in breast tumours, and LC was stopped. "


@pytest.mark.parametrize(
    ("filler", "megabytes"),
    [
        (SENTENCE + "-" * 2000 + " ", 10),
        (SENTENCE.replace(".", ""), 1),
        *((filler, 1) for filler in ("a", " ", "病", "(", "no ", "\u0301", "\u202e", "\x00", "ab (", "(ab) ")),
    ],
)
def test_megabytes_are_read_to_the_end(filler: str, megabytes: int) -> None:
    text = filler * (megabytes * 1_000_000 // len(filler.encode())) + ". No anemia"
    last = ANNOTATE(Document("d", text)).entities[-1]
    assert (last.text, last.end, last.id, last.assertion) == ("anemia", len(text), "MESH:D000740", "absent")


def test_few_documents_are_held_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 100)
    taken = 0

    def many() -> Iterator[Document]:
        nonlocal taken
        for taken in range(1, 1000):
            yield Document(str(taken), "anemia " * 5)

    annotated = ANNOTATE.pipe(many())
    for number in range(1, 20):
        assert next(annotated).id == str(number)
        assert taken <= number + 2


def of_text(text: str) -> Document:
    return ANNOTATE(Document("d", text))


def test_processes_change_nothing() -> None:
    texts = [f"{SENTENCE} {'word ' * n} No {concept.name}." for n, concept in enumerate(TOYS)]
    expected = [of_text(text) for text in texts]
    assert min(len(document.entities) for document in expected) >= 4
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert list(processes.map(of_text, texts)) == expected
