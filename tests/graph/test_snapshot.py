"""The compiled graph says by number what the contract says by CURIE."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import manifest as manifests
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.ontology import Ontology
from graph.release import SNAPSHOT
from graph.snapshot import MAGIC, SECTIONS, Snapshot, SnapshotWriter


@settings(max_examples=50)
@given(st.data())
def test_numbers_and_ids_tell_the_same(ontologies_strategy, data):
    ontologies = data.draw(ontologies_strategy())
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedGraphStore.from_ontologies(Path(folder), *ontologies) as store,
    ):
        snapshot, concepts = store.snapshot, list(store.iterate())
        assert snapshot.n_concepts == len(concepts)
        for number, concept in enumerate(concepts):
            assert snapshot.index(concept.id) == number
            assert (snapshot.id(number), snapshot.name(number)) == (concept.id, concept.name)
            assert snapshot.types(number) == concept.types
            relations = store.relations([concept.id])[0]
            assert snapshot.degree(number) == len(relations)
            assert list(snapshot.others(number)) == list(snapshot.neighbours(number).other)
            told = [
                (
                    snapshot.id(other),
                    snapshot.predicates[predicate],
                    bool(forward),
                    snapshot.sources[source],
                    bool(cited),
                )
                for other, predicate, forward, source, cited in zip(*snapshot.neighbours(number), strict=True)
            ]
            assert told == [
                (r.object, r.predicate, True, r.source, bool(r.evidence))
                if r.subject == concept.id
                else (r.subject, r.predicate, False, r.source, bool(r.evidence))
                for r in relations
            ]
            assert not (concept.obsolete and relations)
        everything = {r for relations in store.relations([c.id for c in concepts]) for r in relations}
        rows = [
            (snapshot.id(s), snapshot.predicates[p], snapshot.id(o), snapshot.sources[source])
            for s, p, o, source in snapshot.among(range(len(concepts)))
        ]
        assert sorted(rows) == sorted((r.subject, r.predicate, r.object, r.source) for r in everything)


@pytest.mark.parametrize("id", ["", "A", "A:", "A:1", "A:12", "A:2a", "A:é", "Z:9", "\udcff"])
def test_only_whole_ids_are_found(tmp_path, id):
    held = ["A:10", "A:2", "A:è", "B:1"]
    store = EmbeddedGraphStore.from_ontologies(tmp_path, Ontology("o", concepts=tuple(Concept(i, i) for i in held)))
    assert [store.snapshot.index(i) for i in sorted(held)] == [0, 1, 2, 3]
    assert store.snapshot.index(id) is None


def test_a_snapshot_outlives_its_store(tmp_path):
    store = EmbeddedGraphStore.from_ontologies(tmp_path, Ontology("o", concepts=(Concept("A:1", "one"),)))
    snapshot = store.snapshot
    store.add(Ontology("p", concepts=(Concept("A:0", "zero"),)))
    store.close()
    assert snapshot.name(0) == "one"


def test_sections_are_aligned_and_complete(tmp_path):
    columns = {name: bytes(range(8 * n)) for n, name in enumerate(SECTIONS)}
    with SnapshotWriter(tmp_path / SNAPSHOT) as writer:
        for part in (dict(list(columns.items())[:3]), dict(list(columns.items())[3:])):
            writer.write(part)
    sections = writer.sections
    content = (tmp_path / SNAPSHOT).read_bytes()
    assert content.startswith(MAGIC)
    assert {name: content[first : first + length] for name, (first, length) in sections.items()} == columns
    assert all(first % 64 == 0 for first, _ in sections.values())


def test_a_file_that_is_no_snapshot_is_refused(tmp_path):
    store = EmbeddedGraphStore.from_ontologies(tmp_path, Ontology("o", concepts=(Concept("A:1", "one"),)))
    store.close()
    path = next(tmp_path.glob(f"release-*/{SNAPSHOT}"))
    manifest = manifests.load(path.with_name("manifest.json"))
    with pytest.raises(StoreError, match="2 concepts"):
        Snapshot(path, replace(manifest, counts=manifest.counts._replace(concepts=2)))
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(StoreError, match=SNAPSHOT):
        Snapshot(path, manifest)
