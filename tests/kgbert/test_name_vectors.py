"""Vectors of a lexicon's names are made once for an encoder, and bring names that share no letters."""

import numpy as np
import pytest

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from ingest.dense import DenseIndex
from ingest.document import Document, Mention
from ingest.lexicon import Lexicon
from ingest.link import Linker
from kgbert.name_vectors import vectors_over


@pytest.fixture
def lexicon(tmp_path, monkeypatch):
    """Of four concepts, with a cache of its own."""
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    names = ("heart attack", "renal failure", "headache", "lung cancer")
    concepts = tuple(Concept(f"M:{n}", name) for n, name in enumerate(names))
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", Ontology("m", concepts=concepts)) as store:
        yield Lexicon.compile(store, tmp_path / "lexicon")


def test_vectors_are_made_once_for_an_encoder(lexicon, encoder, tmp_path, monkeypatch):
    first = vectors_over(lexicon, str(encoder))
    assert len(first) == len(lexicon.keys) == 4
    assert first.encode(["heart attack"]).shape[0] == 1
    made = list((tmp_path / "cache").glob("vectors-*"))
    monkeypatch.setattr(DenseIndex, "compile", None)
    assert len(vectors_over(lexicon, str(encoder))) == 4
    assert list((tmp_path / "cache").glob("vectors-*")) == made
    assert len(made) == 1


def test_the_linker_links_by_meaning_what_shares_no_letters(lexicon, tmp_path):
    meaning = {"heart attack": 0, "myocardial infarction": 0, "renal failure": 1, "headache": 2, "lung cancer": 3}

    def encode(texts):
        return np.eye(4, dtype=np.float32)[[meaning[text] for text in texts]]

    dense = DenseIndex.compile(list(lexicon.keys), tmp_path / "dense", encode, encoder="toy")
    text = "A myocardial infarction."
    document = Document("d", text, mentions=(Mention(2, 23, text[2:23]),))
    (without,) = Linker(lexicon).link(document).entities
    (with_it,) = Linker(lexicon, dense=dense).link(document).entities
    assert without.id is None
    assert (with_it.id, with_it.name) == ("M:0", "heart attack")
