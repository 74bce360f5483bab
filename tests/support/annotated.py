"""Annotated documents for tests: one by hand, and any number by hypothesis."""

from hypothesis import strategies as st

from ingest.document import AnnotatedRelation, Document, Entity, Mention

TEXT = "Naïve 𝛽-mice. Breast and\novarian cancer followed\ttamoxifen; no rash."
TOY = Document(
    "7",
    TEXT,
    mentions=(Mention(63, 67, "rash", "Disease"),),
    entities=(
        Entity(8, 12, "mice", "Species", "NCBITaxon:10090", "Mus musculus", 0.5),
        Entity(14, 39, "Breast and\novarian cancer", "Disease", "MESH:D001943"),
        Entity(14, 39, "Breast and\novarian cancer", "Disease", "MESH:D010051"),
        Entity(49, 58, "tamoxifen", "Chemical", None),
    ),
    relations=(AnnotatedRelation("MESH:D001943", "Association", "NCBITaxon:10090"),),
)

ALPHABET = "abcDE.é𝛽()|?#_%<&\"'-\u0301\u202e\u2028\x00\x0b\r\t\n \ufeff"
STRINGS = st.text(ALPHABET, max_size=8)
CURIES = st.from_regex(r"[A-Z]{4}:[A-Za-z0-9_%.-]{1,6}", fullmatch=True)
TYPES = st.sampled_from(["", "Gene", "Disease", "_", "Cell line"])
ASSERTIONS = st.sampled_from(["present", "absent", "possible", "hypothetical", "historical", "family"])


@st.composite
def documents(draw: st.DrawFn, *, max_size: int = 3) -> list[Document]:
    """Up to ``max_size`` documents with mentions, entities and relations between any concepts."""
    ids = st.from_regex(r"[0-9A-Za-z%.é/-]{1,5}", fullmatch=True).filter(lambda id: "/" not in id and id.strip("."))
    return [draw(document(id)) for id in draw(st.lists(ids, unique=True, min_size=1, max_size=max_size))]


@st.composite
def document(draw: st.DrawFn, id: str) -> Document:
    text = draw(st.text(ALPHABET, max_size=40))
    places = st.integers(0, len(text))
    spans = sorted((a, b) for a, b in draw(st.lists(st.tuples(places, places), max_size=6)) if a < b)
    mentions = tuple(Mention(a, b, text[a:b], draw(TYPES)) for a, b in spans[::3])
    entities = tuple(
        Entity(
            a,
            b,
            text[a:b],
            draw(TYPES),
            draw(st.none() | CURIES),
            draw(STRINGS),
            draw(st.floats(0, 1)),
            draw(ASSERTIONS),
        )
        for a, b in spans
    )
    ends = st.sampled_from([e.id for e in entities if e.id] or ["MESH:D1"]) | CURIES
    relations = draw(
        st.lists(st.builds(AnnotatedRelation, ends, st.sampled_from(["CID", "Drug_Use"]), ends), max_size=3)
    )
    return Document(id, text, mentions, entities, tuple(relations))
