"""Fetching a graph from a server, with all that its sources said."""

from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.neo4j.connection import Connection
from graph.neo4j.publication import content
from graph.neo4j.release import Release, read_rows
from graph.neo4j.rows import CONCEPT, RELATION, SAID, claims, relation
from graph.ontology import Ontology, Rows
from graph.relation import Relation

_PAGE = 5000

_SAID = f"""
MATCH (c:Concept) WHERE c.id > $after
WITH c ORDER BY c.id LIMIT $limit
RETURN collect({CONCEPT[:-1]}, {SAID}]) AS rows
"""
_RELATIONS = f"""
MATCH (c:Concept) WHERE c.id > $after
WITH c ORDER BY c.id LIMIT $limit
RETURN collect([c.id, COLLECT {{
    MATCH (c)-[r:TYPES]->(:Concept) WHERE r.subject_rank IS NOT NULL RETURN {RELATION}
}}]) AS rows
"""
_WAITING = """
MATCH (w:WaitingRelation) WHERE w.number > $after
WITH w ORDER BY w.number LIMIT $limit
RETURN collect([w.number, [[w.subject, w.predicate, w.object, w.source, w.evidence]]]) AS rows
"""


def pull(connection: Connection, release: Release, folder: Path) -> EmbeddedGraphStore:
    """Return a new store in ``folder`` that holds what ``release`` on the server holds.

    It is the same to the letter: it answers alike, and further additions come to the same.

    Raises:
        StoreError: The server failed, another graph was pushed meanwhile, something but a push changed the graph, or
            there is a graph in ``folder`` already.
    """
    store = EmbeddedGraphStore.from_ontologies(folder, *_ontologies(connection, release))
    if store.release == release.release and content(store) == release.content:
        return store
    store.close()
    raise StoreError(f"{connection.address}: is not what was pushed there, something else changed it; push it again")


def _ontologies(connection: Connection, release: Release) -> Iterator[Ontology]:
    """Yield every source with what it says of concepts, the first of them with all relations."""
    relations: Rows[Relation] = Rows(partial(_relations, connection, release))
    said: set[str] = set()
    for name, version, licence in release.ontologies:
        concepts: Rows[Concept] = Rows(partial(_concepts, connection, release, name))
        yield Ontology(name, version, licence, () if name in said else concepts, () if said else relations)
        said.add(name)


def _concepts(connection: Connection, release: Release, name: str) -> Iterator[Concept]:
    for row in _pages(connection, release, _SAID, ""):
        yield from (concept for source, concept in claims(row) if source == name)


def _relations(connection: Connection, release: Release) -> Iterator[Relation]:
    pages = chain(_pages(connection, release, _RELATIONS, ""), _pages(connection, release, _WAITING, -1))
    for _, rows in pages:
        yield from map(relation, rows)


def _pages(connection: Connection, release: Release, query: str, after: str | int) -> Iterator[Any]:
    """Yield the rows of ``query``, fetched a page at a time after the key that begins the last row."""
    while rows := read_rows(connection, release, query, after=after, limit=_PAGE):
        yield from rows
        after = rows[-1][0]
