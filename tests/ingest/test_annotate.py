"""A lexicon over a graph holds what annotators call by the types that are asked for, and is compiled once."""

import pytest

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from ingest.annotate import annotator_over, lexicon_over
from ingest.document import Document, Entity


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    concepts = (Concept("M:1", "gout", types=("Disease",)), Concept("M:2", "gold", types=("Chemical",)))
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", Ontology("m", concepts=concepts)) as store:
        yield store


def annotated(text: str, type: str, id: str) -> Document:
    return Document("d", text, entities=(Entity(0, len(text), text, type, id=id),))


@pytest.mark.parametrize(
    ("type", "types", "found"),
    [
        ("Disease", frozenset({"Disease"}), True),
        ("SpecificDisease", frozenset({"Disease"}), True),
        ("SpecificDisease", frozenset({"SpecificDisease"}), True),
        ("SpecificDisease", frozenset({"Chemical"}), False),
        ("SpecificDisease", None, True),
    ],
)
def test_annotated_names_count_by_what_their_type_stands_for(store, type, types, found):
    lexicon = lexicon_over(store, types=types, dictionary=[annotated("podagra", type, "M:1")])
    assert (lexicon.find(["podagra"]) != [-1]) is found


def test_a_lexicon_is_compiled_once(store, tmp_path):
    lexicon_over(store)
    (made,) = (tmp_path / "cache").glob("lexicon-*")
    before = made.stat().st_mtime_ns
    lexicon_over(store)
    assert made.stat().st_mtime_ns == before


def test_without_types_all_that_the_graph_holds_is_found(store):
    document = annotator_over(store)(Document("d", "Gout, treated with gold."))
    assert [(e.text, e.id, e.type) for e in document.entities] == [
        ("Gout", "M:1", "Disease"),
        ("gold", "M:2", "Chemical"),
    ]


def test_a_spacy_pipeline_finds_the_same_in_many_documents_as_in_one(store):
    spacy = pytest.importorskip("spacy")
    from spacy.language import Language
    from spacy.tokens import Doc

    if not Doc.has_extension("abbreviations"):
        Doc.set_extension("abbreviations", default=[])

    @Language.component("toy_short_forms")
    def short_forms(doc):
        if "QQX" in doc.text:
            doc._.abbreviations = [{"short_text": "QQX", "long_text": "gold", "long_start": 0}]
        return doc

    nlp = spacy.blank("en")
    patterns = [{"label": label, "pattern": text} for label, text in (("CHEMICAL", "QQX"), ("DISEASE", "Gout"))]
    nlp.add_pipe("entity_ruler").add_patterns(patterns)
    nlp.add_pipe("toy_short_forms")
    annotate = annotator_over(store, nlp=nlp)
    documents = [Document(str(i), text) for i, text in enumerate(["Gout and QQX", "", "no Gout", "QQX: gold"])]
    together = list(annotate.pipe(documents))
    assert together == [annotate(document) for document in documents]
    assert [[e.id for e in document.entities] for document in together] == [["M:1", "M:2"], [], ["M:1"], ["M:2"]]


def test_a_link_that_is_too_unlikely_is_none(store):
    (entity,) = annotator_over(store, threshold=1.0)(Document("d", "gout")).entities
    assert (entity.text, entity.id) == ("gout", None)
