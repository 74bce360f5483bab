"""The writing half of a push: batches, each stored exactly once, by the one push that may write."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from graph.ahead import ahead
from graph.batches import batches
from graph.errors import StoreError
from graph.neo4j.connection import Connection, run
from graph.neo4j.publication import Link, fingerprint
from graph.neo4j.release import Release
from graph.neo4j.schema import relation_type

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

Statement = tuple[str, dict[str, Any]]

BATCH = 10_000
"""Most concepts that one transaction writes, or relations that it removes; it writes three times as many relations."""

_PARTIAL = 0
"""Fingerprint of the relations of a concept while some are missing."""

STANDS = "MATCH (release:OntologyRelease {key: 'graph'}) RETURN release.content AS content"
_BEGIN = """
MERGE (push:OntologyPush {key: 'graph'})
SET push.id = $push, push.batch = 0, push.changes = 0, push.began = datetime()
WITH push
MATCH (old:OntologyRelease) DELETE old
"""
_LOCK = "MATCH (push:OntologyPush {key: 'graph'}) SET push.locked = $push"
_OURS = (
    "MATCH (push:OntologyPush {key: 'graph'}) WHERE push.id = $push RETURN push.batch AS batch, push.changes AS changes"
)
_COUNT = "MATCH (push:OntologyPush {key: 'graph'}) SET push.batch = $batch, push.changes = $changes REMOVE push.locked"
_DONE = "MATCH (release:OntologyRelease {key: 'graph', push: $push}) RETURN count(*) > 0 AS done"
_CLEARED = "MATCH (push:OntologyPush {key: 'graph'}) RETURN count(*) = 0 AS done"
_LEAVE = "MATCH (push:OntologyPush {key: 'graph'}) DELETE push"
_RELEASE = """
CREATE (release:OntologyRelease) SET release = $properties, release.push = $push, release.pushed = datetime()
"""
_CONCEPTS = "UNWIND $rows AS row MERGE (c:Concept {id: row.id}) SET c += row"
_UNLINKING = "UNWIND $ids AS id MATCH (c:Concept {id: id}) SET c.out_hash = $partial"
# Without the hint a plan that was made while the graph was small reads every concept for each id, for as long as it is
# kept: the limit lets the planner hope for an early end.
_UNLINK = """
UNWIND $ids AS id
MATCH (c:Concept {id: id})-[r]->(:Concept) USING INDEX SEEK c:Concept(id) WHERE r.subject_rank IS NOT NULL
WITH r LIMIT $limit
DELETE r
RETURN count(*) AS gone
"""
_UNLINKED = "UNWIND $ids AS id MATCH (c:Concept {id: id}) REMOVE c.out_hash"
_REMOVE = "UNWIND $ids AS id MATCH (c:Concept {id: id}) DETACH DELETE c"
_LINKED = "UNWIND $rows AS row MATCH (c:Concept {id: row[0]}) SET c.out_hash = row[1]"
_UNWAIT = "MATCH (w:WaitingRelation) WITH w LIMIT $limit DELETE w RETURN count(*) AS gone"
_LINK = """
UNWIND $rows AS row
MATCH (s:Concept {{id: row[0]}}) MATCH (o:Concept {{id: row[2]}})
CREATE (s)-[:{type} {{
    predicate: row[1], source: row[3], evidence: CASE row[4] WHEN [] THEN null ELSE row[4] END,
    subject_rank: row[5], object_rank: row[6]
}}]->(o)
"""
_WAIT = "UNWIND $rows AS row CREATE (w:WaitingRelation) SET w = row"


class Writer:
    """The writing half of a push: batches, each stored exactly once."""

    def __init__(self, connection: Connection) -> None:
        """Write through ``connection``, after :meth:`begin`."""
        self._connection, self._id, self._n_batches = connection, uuid.uuid4().hex, 0

    def begin(self, expected: str | None) -> None:
        """Become the one that writes; from here to :meth:`finish` there is no release.

        Raises:
            StoreError: The content that is there is not the ``expected`` one.
        """

        def work(transaction: "ManagedTransaction") -> None:
            if self._last(transaction) is not None:
                return
            there = [row["content"] for row in run(transaction, STANDS)]
            if expected is not None and expected not in there:
                raise StoreError(f"{self._connection.address}: the graph was changed meanwhile; try again")
            run(transaction, _BEGIN, push=self._id).consume()

        self._connection.write(work)

    def unlink(self, ids: Sequence[str]) -> None:
        """Remove the relations of which the concepts are subject."""
        for some in batches(ids, BATCH):
            unlink = (_UNLINK, {"ids": some, "limit": BATCH})
            gone = self._store([(_UNLINKING, {"ids": some, "partial": _PARTIAL}), unlink])
            while gone == BATCH:
                gone = self._store([unlink])
            self._store([(_UNLINKED, {"ids": some})])

    def remove(self, ids: Sequence[str]) -> None:
        """Remove concepts, which are subject or object of no relation any more, and what else hangs on them."""
        for some in batches(ids, BATCH):
            self._store([(_REMOVE, {"ids": some})])

    def write_concepts(self, rows: Iterable[dict[str, Any]]) -> None:
        """Write concepts, new or changed."""
        for some in ahead(batches(rows, BATCH)):
            self._store([(_CONCEPTS, {"rows": some})])

    def write_links(self, links: Iterable[tuple[str, Sequence[Link]]]) -> None:
        """Write the relations of subjects that have none yet."""
        last = ((link, None if link is not rows[-1] else fingerprint(rows)) for _, rows in links for link in rows)
        for some in ahead(batches(last, 3 * BATCH)):  # A statement for each type costs more than its rows.
            by_type: dict[str, list[Link]] = defaultdict(list)
            hashes: dict[str, int] = {}
            for link, complete in some:
                by_type[relation_type(link.predicate)].append(link)
                hashes[link.subject] = _PARTIAL if complete is None else complete
            self._store_links(by_type, hashes)

    def write_waiting(self, rows: Iterable[dict[str, Any]]) -> None:
        """Write the relations that wait, instead of those that waited."""
        while self._store([(_UNWAIT, {"limit": BATCH})]) == BATCH:
            pass
        for some in batches(rows, BATCH):
            self._store([(_WAIT, {"rows": some})])

    def finish(self, release: Release | None) -> None:
        """Say that ``release`` stands here whole, or with ``None`` that nothing does."""

        def work(transaction: "ManagedTransaction") -> None:
            if run(transaction, _CLEARED if release is None else _DONE, push=self._id).single()["done"]:
                return
            self._own(transaction)
            run(transaction, _LEAVE).consume()
            if release is not None:
                run(transaction, _RELEASE, push=self._id, properties=release.properties()).consume()

        self._connection.write(work)

    def _store_links(self, by_type: dict[str, list[Link]], hashes: dict[str, int]) -> None:
        links = [(_LINK.format(type=type), {"rows": list(map(list, rows))}) for type, rows in by_type.items()]
        n_links = sum(map(len, by_type.values()))
        changes = self._store([*links, (_LINKED, {"rows": list(map(list, hashes.items()))})])
        if changes != n_links:
            raise StoreError(f"{self._connection.address}: concepts went away during the push; push again")

    def _store(self, statements: Sequence[Statement]) -> int:
        """Store one batch; return how many relations it created, and relations and nodes it deleted."""
        self._n_batches += 1
        batch = self._n_batches

        def work(transaction: "ManagedTransaction") -> int:
            stored, changes = self._own(transaction)
            if stored < batch:
                summaries = [run(transaction, query, **values).consume() for query, values in statements]
                counters = [summary.counters for summary in summaries]
                changes = sum(c.relationships_created + c.relationships_deleted + c.nodes_deleted for c in counters)
                run(transaction, _COUNT, batch=batch, changes=changes).consume()
            return changes

        return self._connection.write(work)

    def _own(self, transaction: "ManagedTransaction") -> tuple[int, int]:
        """Return the last stored batch and its changes, with the right to write until the transaction ends.

        Raises:
            StoreError: Another push has taken it.
        """
        run(transaction, _LOCK, push=self._id).consume()
        last = self._last(transaction)
        if last is None:
            raise StoreError(f"{self._connection.address}: another push began, and this one ends")
        return last

    def _last(self, transaction: "ManagedTransaction") -> tuple[int, int] | None:
        """Return the last stored batch and its changes; ``None`` if this push is not the one that writes."""
        rows = list(run(transaction, _OURS, push=self._id))
        return (rows[0]["batch"], rows[0]["changes"]) if rows else None
