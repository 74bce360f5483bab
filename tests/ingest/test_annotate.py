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
