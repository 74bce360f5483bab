"""Writing a release of an embedded graph."""

import contextlib
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graph import manifest as manifests
from graph import record
from graph import release as releases
from graph.compile import Compiled, compile_graph
from graph.manifest import Manifest
from graph.ontology import Ontology
from graph.relation_table import RelationTable, TableRows, table
from graph.snapshot import Snapshot, SnapshotWriter
from graph.store import Source


def write_release(path: Path, ontologies: Sequence[Ontology]) -> None:
    """Publish what is current at ``path`` with ``ontologies`` added; the caller is the writer.

    Raises:
        CycleError: The hierarchy would have a cycle.
        StoreError: It cannot be written. Nothing changes then, nor on any other error.
    """
    base = releases.current(path)
    with releases.drafting(path) as folder:
        with contextlib.closing(record.create(folder / releases.RECORD)) as connection:
            tables = _copy(connection, base) if base else []
            connection.execute("BEGIN")
            tables += _insert(connection, ontologies)
            with SnapshotWriter(folder / releases.SNAPSHOT) as snapshot:
                compiled = compile_graph(connection, tables, path, snapshot.write)
            record.insert_evidence(connection, compiled.relations.evidence)
            sources = record.ontologies(connection)
            connection.execute("COMMIT")
        publish(folder, compiled, sources, snapshot.sections)


def _copy(connection: sqlite3.Connection, base: Path) -> list[RelationTable]:
    """Take over the concepts of the release in ``base``, and return its relations."""
    record.copy(connection, base / releases.RECORD)
    snapshot = Snapshot(base / releases.SNAPSHOT, manifests.load(base / releases.MANIFEST))
    with contextlib.closing(record.connect(base / releases.RECORD)) as before:
        return [snapshot.united(record.all_evidence(before)).table(snapshot.ids())]


def _insert(connection: sqlite3.Connection, ontologies: Sequence[Ontology]) -> list[RelationTable]:
    """Record what ``ontologies`` say of concepts, and return what they say of relations."""
    # A source of tables spends its time outside the interpreter's lock; others are walked one after the other.
    with ThreadPoolExecutor(1) as worker:
        read = [
            worker.submit(table, ontology.relations) if isinstance(ontology.relations, TableRows) else None
            for ontology in ontologies
        ]
        for ontology in ontologies:
            record.insert(connection, ontology)
        return [
            reading.result() if reading else table(ontology.relations)
            for reading, ontology in zip(read, ontologies, strict=True)
        ]


def publish(
    folder: Path, compiled: Compiled, sources: tuple[Source, ...], sections: dict[str, tuple[int, int]]
) -> None:
    """Describe the release whose record and snapshot are in ``folder``, and make it the current one."""
    Manifest(
        release=compiled.release,
        ontologies=sources,
        counts=compiled.counts,
        dropped_relations=compiled.relations.n_waiting,
        predicates=compiled.relations.predicates,
        sources=compiled.relations.sources,
        typesets=compiled.typesets,
        sections=sections,
        sizes={name: (folder / name).stat().st_size for name in (releases.RECORD, releases.SNAPSHOT)},
        concepts=compiled.concepts,
    ).save(folder / releases.MANIFEST)
    releases.publish(folder, compiled.release)
