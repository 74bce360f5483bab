"""Linking: abbreviations, composites, NIL, and any way of batching."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from lexicons import DISEASE, TOYS, lexicon_of

from graph.concept import Concept
from ingest.document import Document, Mention
from ingest.link import Linker

LEXICON = lexicon_of(*TOYS)
LINKER = Linker(LEXICON)


def marked(text: str, *words: str, type: str = "") -> Document:
    spans = sorted((text.index(word), text.index(word) + len(word)) for word in words)
    return Document("d", text, mentions=tuple(Mention(start, end, text[start:end], type) for start, end in spans))


def test_a_mention_gets_the_concept_its_name_and_how_sure() -> None:
    (entity,) = LINKER.link(marked("Paracetamols helped.", "Paracetamols")).entities
    assert (entity.id, entity.name) == ("MESH:D000082", "Acetaminophen")
    (verbatim,) = LINKER.link(marked("Paracetamol helped.", "Paracetamol")).entities
    assert 0.5 < entity.score < verbatim.score < 1.0
    assert (entity.start, entity.end, entity.text, entity.type) == (0, 12, "Paracetamols", "Chemical")


def test_nothing_similar_is_nil() -> None:
    (entity,) = LINKER.link(marked("Zzyzx it was.", "Zzyzx", type="Disease")).entities
    assert (entity.id, entity.name, entity.score, entity.type) == (None, "", 0.0, "Disease")


def test_what_is_too_unlikely_is_nil() -> None:
    document = marked("Ovary tumor", "Ovary tumor")
    (entity,) = LINKER.link(document).entities
    assert entity.id == "MESH:D010051"
    for threshold, id in ((entity.score, entity.id), (min(entity.score + 1e-6, 1.0), None)):
        (again,) = Linker(LEXICON, threshold=threshold).link(document).entities
        assert (again.id, again.score) == (id, entity.score)


def test_an_abbreviation_means_what_the_document_says() -> None:
    text = "Lithium carbonate (LC) was given. Later LC was stopped; LC-induced anaemia went."
    document = marked(text, "LC was", "LC-induced anaemia")
    lone, inside = LINKER.link(marked(text, "LC")).entities + LINKER.link(document).entities[1:]
    assert lone.id == "MESH:D016651"
    assert LINKER.link(marked("LC was stopped.", "LC")).entities[0].id is None
    assert inside.id in {"MESH:D000740", "MESH:D016651", None}


def test_short_forms_may_be_given_for_each_document() -> None:
    documents = [marked("QQX was given.", "QQX")] * 3
    forms = [{"QQX": "anaemia"}, None, {"QQX": "calcium"}]
    found = [document.entities[0].id for document in LINKER.link_all(documents, long_forms=forms)]
    assert found == ["MESH:D000740", None, "MESH:D002118"]


def test_a_composite_mention_is_looked_up_by_its_parts() -> None:
    (entity,) = LINKER.link(marked("ovarian and other tumors", "ovarian and other tumors")).entities
    assert entity.id == "MESH:D010051"


def test_what_only_a_part_is_like_stands_beside_what_is_open() -> None:
    lexicon = lexicon_of(*TOYS, Concept("M:1", "gold"), Concept("M:2", "gold"))
    part = "zzyzxqq wwwvvvkkk jjjqqqxxx and anemeia"
    first, second = Linker(lexicon).link(marked(f"{part}; gold", part, "gold")).entities
    assert first.id == "MESH:D000740"
    assert second.id == "M:1"


def test_the_type_of_a_mention_decides_between_names() -> None:
    lexicon = lexicon_of(Concept("M:1", "gold", types=("Chemical",)), Concept("M:2", "gold", types=DISEASE))
    for type, id in {"Chemical": "M:1", "Disease": "M:2", "SpecificDisease": "M:2", "Gene": None}.items():
        (entity,) = Linker(lexicon).link(marked("gold", "gold", type=type)).entities
        assert entity.id == id


NAMES = st.sampled_from([name for concept in TOYS for name in (concept.name, *concept.synonyms)])
TEXTS = st.lists(NAMES | st.text(min_size=1, max_size=8), min_size=1, max_size=6).map(" (".join)


@st.composite
def documents(draw) -> Document:
    text = draw(TEXTS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    mentions = [Mention(start, end, text[start:end]) for start, end in pairwise(cuts)]
    return Document("d", text, mentions=tuple(mentions))


@settings(max_examples=30)
@given(st.lists(documents(), max_size=4), st.integers(0, 4))
def test_batches_change_nothing_and_spans_are_kept(batch: list[Document], cut: int) -> None:
    together = list(LINKER.link_all(batch))
    assert together == [*LINKER.link_all(batch[:cut]), *(LINKER.link(document) for document in batch[cut:])]
    for before, after in zip(batch, together, strict=True):
        assert (after.text, after.mentions) == (before.text, before.mentions)
        assert [(e.start, e.end) for e in after.entities] == [(m.start, m.end) for m in before.mentions]
