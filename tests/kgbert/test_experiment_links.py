"""Mentions without concepts find theirs in a graph by name."""

from dataclasses import replace

import pytest

from graph.embedded_store import EmbeddedGraphStore
from ingest.corpora import pubtator
from kgbert.experiment.corpus import Corpus
from kgbert.experiment.leak import leakage
from kgbert.experiment.links import links
from kgbert.mention_linker import MentionLinker
from kgbert.task import CID
from kgbert.units import units


@pytest.fixture
def store(graph_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    with EmbeddedGraphStore.open(graph_folder) as store:
        yield store


def nameless(document):
    entities = tuple(replace(e, id=f"mention:{document.id}.T{i}") for i, e in enumerate(document.entities))
    return replace(document, entities=entities, relations=())


def test_a_mention_gets_the_concept_of_its_name_and_type(store, gold):
    found = MentionLinker(store, CID).links(map(nameless, units(pubtator.read(gold), CID)))
    assert found["mention:1.T0"] == "MESH:D001241"
    assert found["mention:1.T1"] == "MESH:D006470"
    assert found["mention:2.T1"] == "MESH:D014456"


def test_what_has_a_concept_is_not_linked_and_no_name_compiled(store, gold, tmp_path):
    assert MentionLinker(store, CID).links(units(pubtator.read(gold), CID)) == {}
    assert not (tmp_path / "cache").exists()


def test_links_are_found_once(store, gold, tmp_path, monkeypatch):
    corpus = Corpus(CID, tuple(map(nameless, units(pubtator.read(gold), CID))), ())
    first = links(corpus, store, tmp_path / "kept")
    monkeypatch.setattr(MentionLinker, "links", None)
    assert links(corpus, store, tmp_path / "kept") == first != {}


def test_entities_are_found_in_place_of_those_given(store, gold):
    given = units(pubtator.read(gold), CID)
    first, second = MentionLinker(store, CID).found(given)
    assert {(e.text, e.id) for e in first.entities} >= {("aspirin", "MESH:D001241"), ("bleeding", "MESH:D006470")}
    assert second.relations == given[1].relations


def test_found_mentions_are_called_after_those_given_at_their_place(store, gold):
    given = nameless(units(pubtator.read(gold), CID)[0])
    given = replace(given, entities=given.entities[:1])
    (found,) = MentionLinker(store, CID).found([given])
    names = {e.text: e.id for e in found.entities}
    assert names["bleeding"] == "mention:1.22-30"
    assert {e.id for e in found.entities if e.start == 0} == {"mention:1.T0"}


def test_looking_up_answers_what_the_graph_links(store, gold):
    found = leakage([gold], CID, store)
    assert (found.pairs, found.positives, found.found, found.right) == (6, 2, 3, 1), (
        "the second text names aspirin by two ids"
    )
    assert [c.predicate for c in found.by_predicate] == ["has_side_effect", "treats"]
