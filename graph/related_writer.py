"""Writing a graph that has the concepts of another, and relations of its own."""

import contextlib
from pathlib import Path

from graph import manifest as manifests
from graph import record
from graph import release as releases
from graph.compile import Compiled, relate
from graph.digest import Digest
from graph.embedded_writer import publish
from graph.ontology import Ontology
from graph.relation_table import RelationTable
from graph.snapshot import SECTIONS, Snapshot, SnapshotWriter

_OF_RELATIONS = frozenset(
    "start other predicate forward source cited out_start out_object out_predicate out_source waiting_subject "
    "waiting_object waiting_predicate waiting_source absent_start absent_bytes".split()
)


def write_related(path: Path, base: Path, relations: RelationTable, *, origin: Ontology) -> None:
    """Publish a new graph at ``path``: the concepts of the release in the folder ``base``, and ``relations``.

    What is compiled of the concepts is copied, not made again: the time is that of copying and of the relations.

    Args:
        path: Folder of the graph to make; there must be none.
        base: Folder of a release, which stays as it is.
        relations: All the relations that the new graph has, with their evidence.
        origin: What is named among the sources as the one that the relations come from; its own are not read.

    Raises:
        CycleError: The hierarchy would have a cycle.
        StoreError: There is a graph at ``path`` already, or it cannot be written. Nothing is published then, nor on any
            other error.
    """
    with releases.creating(path), releases.drafting(path) as folder:
        _write(folder, base, relations, origin)


def _write(folder: Path, base: Path, relations: RelationTable, origin: Ontology) -> None:
    manifest = manifests.load(base / releases.MANIFEST)
    snapshot = Snapshot(base / releases.SNAPSHOT, manifest)
    digest = Digest(manifest.concepts or _digest(base))
    with SnapshotWriter(folder / releases.SNAPSHOT) as writer:
        writer.write({name: snapshot.column(name) for name in SECTIONS if name not in _OF_RELATIONS})
        retired = bytes(snapshot.column("retired"))
        related = relate([relations], snapshot.ids(), retired, folder.parent, digest, writer.write)
    with contextlib.closing(record.derive(folder / releases.RECORD, base / releases.RECORD)) as connection:
        connection.execute("BEGIN")
        record.insert_evidence(connection, related.evidence)
        record.insert(connection, Ontology(origin.name, origin.version, origin.licence))
        sources = record.ontologies(connection)
        connection.execute("COMMIT")
    counts = manifest.counts._replace(relations=related.n_live)
    compiled = Compiled(digest.hex(), counts, manifest.typesets, related, digest.concepts())
    publish(folder, compiled, sources, writer.sections)


def _digest(base: Path) -> str:
    """Return the digest of the concepts of a release that did not keep it."""
    digest = Digest()
    with contextlib.closing(record.connect(base / releases.RECORD)) as connection:
        for concept in record.all_concepts(connection):
            digest.concept(concept)
    return digest.concepts()
