"""Publishing a compiled graph on a server.

Only what differs from what is there is written, so that the same push twice changes nothing and one that was cut off
goes on where it stopped. A concept carries fingerprints to compare, of itself and of the relations that it is subject
of; the latter is zero while only some of these are there, and absent where there are none.

A push first makes itself known in the node ``OntologyPush`` and takes the release away; from then on nobody else's
batches are stored, and nobody reads. Each batch is one transaction that counts itself in that node. So a batch that is
sent again, because the answer to the first was lost, finds itself counted and does nothing.
"""

from typing import NamedTuple

from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.neo4j import publication
from graph.neo4j.connection import Connection
from graph.neo4j.release import Release
from graph.neo4j.schema import MAX_ID_BYTES, ensure
from graph.neo4j.writer import BATCH, STANDS, Writer

_PRINTS = """
MATCH (c:Concept) WHERE c.id > $after
WITH c ORDER BY c.id LIMIT $limit
RETURN c.id AS id, c.row_hash AS row, c.out_hash AS out
"""


def push(store: EmbeddedGraphStore, connection: Connection, *, expected: str | None = None) -> Release:
    """Make the database hold what ``store`` holds, and nothing else of a graph; return what stands there.

    Args:
        store: What to publish.
        connection: To where.
        expected: Content hash of what must be there still; ``None`` for whatever is there.

    Raises:
        StoreError: Something else is there than expected, another push took over, the server failed, or it cannot hold
            an id.
    """
    ensure(connection)
    wanted = Release.of(store, publication.content(store))
    if wanted.content in [row["content"] for row in connection.read(STANDS)]:
        return wanted
    _check_ids(store, connection.address)
    writer = Writer(connection)
    writer.begin(expected)
    change = _change(store, _prints(connection))
    writer.unlink(change.unlinked)
    writer.remove(change.removed)
    writer.write_concepts(row for row in publication.concepts(store) if change.kept.get(row["id"]) != row["row_hash"])
    writer.write_links((subject, rows) for subject, rows in publication.links(store) if subject not in change.linked)
    writer.write_waiting(publication.waiting(store))
    writer.finish(wanted)
    return wanted


def clear(connection: Connection) -> None:
    """Remove a graph, or part of one, with its release; what else is in the database stays.

    Raises:
        StoreError: A push began meanwhile, or the server failed.
    """
    ensure(connection)
    writer = Writer(connection)
    writer.begin(None)
    there = _prints(connection)
    writer.unlink([id for id, (_, out) in there.items() if out is not None])
    writer.remove(list(there))
    writer.write_waiting([])
    writer.finish(None)


class Change(NamedTuple):
    """What of the concepts that are there has to change.

    Attributes:
        removed: Ids of concepts that go.
        unlinked: Ids of concepts whose relations as subject go, to be written anew or not.
        kept: Fingerprint of every concept that is there.
        linked: Ids of concepts whose relations as subject are right.
    """

    removed: list[str]
    unlinked: list[str]
    kept: dict[str, int | None]
    linked: set[str]


def _change(store: EmbeddedGraphStore, there: dict[str, tuple[int | None, int | None]]) -> Change:
    if not there:
        return Change([], [], {}, set())
    wanted = {subject: publication.fingerprint(rows) for subject, rows in publication.links(store)}
    linked = {id for id, (_, out) in there.items() if out is not None and out == wanted.get(id)}
    return Change(
        removed=[id for id in there if store.snapshot.index(id) is None],
        unlinked=[id for id, (_, out) in there.items() if out is not None and id not in linked],
        kept={id: row for id, (row, _) in there.items()},
        linked=linked,
    )


def _prints(connection: Connection) -> dict[str, tuple[int | None, int | None]]:
    """Return both fingerprints of every concept that is there."""
    found: dict[str, tuple[int | None, int | None]] = {}
    after = ""
    while rows := connection.read(_PRINTS, after=after, limit=BATCH):
        found.update((row["id"], (row["row"], row["out"])) for row in rows)
        after = rows[-1]["id"]
    return found


def _check_ids(store: EmbeddedGraphStore, address: str) -> None:
    snapshot = store.snapshot
    for id in map(snapshot.id, range(snapshot.n_concepts)):
        if len(id) * 4 > MAX_ID_BYTES and (size := len(id.encode())) > MAX_ID_BYTES:
            raise StoreError(
                f"{address}: cannot hold the concept {id[:40]}...; its id has {size} bytes, expected at"
                f" most {MAX_ID_BYTES}"
            )
