"""A graph on a Neo4j server, behind the contract of every store."""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from graph.adjacency import Adjacency, Bounds
from graph.batches import batches
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.neo4j import local
from graph.neo4j import push as pushes
from graph.neo4j import release as releases
from graph.neo4j.adjacency import Neo4jAdjacency
from graph.neo4j.connection import Connection
from graph.neo4j.pull import pull
from graph.neo4j.rows import CONCEPT, RELATION, concept, is_text, relation
from graph.neo4j.schema import WORD_INDEX, ensure
from graph.neo4j.surroundings import can_answer, surroundings
from graph.ontology import Ontology
from graph.relation import Relation
from graph.search import fold
from graph.store import Counts, Source

SECONDS = 60.0
"""Longest time of one transaction, unless told otherwise."""

_PAGE = 1000
_MAX_PARTS, _MAX_PART = 64, 100
_MOST = 2**31 - 1

_CONCEPTS = f"""
UNWIND $ids AS id
MATCH (c:Concept {{id: id}})
RETURN collect({CONCEPT}) AS rows
"""
_RELATIONS = f"""
UNWIND $ids AS id
MATCH (c:Concept {{id: id}})-[r:TYPES]-(o:Concept) USING INDEX SEEK c:Concept(id) WHERE r.subject_rank IS NOT NULL
RETURN collect({RELATION} + [c.id]) AS rows
"""
_ITERATE = f"""
MATCH (c:Concept) WHERE c.id > $after
WITH c ORDER BY c.id LIMIT $limit
RETURN collect({CONCEPT}) AS rows
"""
# A name equal to the text is the shortest that begins with it, so two keys give all three ranks.
_SEARCH = f"""
CALL db.index.fulltext.queryNodes('{WORD_INDEX}', $lucene) YIELD node AS c
WITH c, [words IN c.words WHERE all(part IN $parts WHERE ' ' + words CONTAINS part)] AS found
WHERE size(found) > 0
UNWIND found AS words
WITH c, min(CASE WHEN words STARTS WITH $words THEN 0 ELSE 1000000000 END + size(words)) AS rank
ORDER BY rank, c.id LIMIT $limit
RETURN collect({CONCEPT}) AS rows
"""


class Neo4jGraphStore:
    """A :class:`~graph.store.GraphStore` in a Neo4j database.

    What stands there is always the publication of a compiled graph (:mod:`graph.neo4j.push`), so orders, hashes and
    merging are those of the embedded store. A store answers from the release that it was opened with: once another is
    being pushed, it says so instead of mixing them. It may be used from many threads, and after a fork. User,
    password and database come from ``NEO4J_USERNAME``, ``NEO4J_PASSWORD`` and ``NEO4J_DATABASE``.
    """

    def __init__(self, connection: Connection, release: releases.Release) -> None:
        """Use :meth:`create`, :meth:`open`, :meth:`push` or :meth:`from_ontologies`."""
        self._connection: Connection | None = connection
        self._release = release
        self.address = connection.address

    @classmethod
    def create(cls, address: str, *, timeout: float = SECONDS) -> "Neo4jGraphStore":
        """Return a new, empty store at ``address``.

        Raises:
            StoreError: There is a graph already, or the server cannot be reached or refuses.
        """
        return cls.from_ontologies(address, timeout=timeout)

    @classmethod
    def from_ontologies(cls, address: str, *ontologies: Ontology, timeout: float = SECONDS) -> "Neo4jGraphStore":
        """Return a new store with ``ontologies``.

        Raises:
            StoreError: There is a graph already, or the server cannot be reached or refuses.
            CycleError: ``is_a`` would contain a cycle.
        """
        with contextlib.closing(Connection(address, timeout=timeout)) as connection:
            connection.check()
            if releases.find(connection) is not None:
                raise StoreError(f"{connection.address}: there is a graph already; open it, push over it, or clear it")
        with tempfile.TemporaryDirectory(prefix="kgbert-") as folder:
            with local.naming_concepts(connection.address, ontologies):
                store = EmbeddedGraphStore.from_ontologies(Path(folder) / "graph", *ontologies)
            with store:
                return cls.push(store, address, timeout=timeout)

    @classmethod
    def push(cls, store: EmbeddedGraphStore, address: str, *, timeout: float = SECONDS) -> "Neo4jGraphStore":
        """Make the graph at ``address`` that of ``store``, whatever graph was there, and return it.

        Raises:
            StoreError: The server cannot be reached, refuses or fails; what it holds then is read by nobody until
                another push is complete.
        """
        connection = Connection(address, timeout=timeout)
        with _closed_on_error(connection):
            connection.check()
            return cls(connection, pushes.push(store, connection))

    @classmethod
    def open(cls, address: str, *, release: str | None = None, timeout: float = SECONDS) -> "Neo4jGraphStore":
        """Return the store at ``address``; constraints and indexes that an import could not make are made.

        Args:
            address: ``neo4j://host:port``, ``bolt://host:port`` or their ``+s`` and ``+ssc`` variants
                (:func:`graph.neo4j.address.secured`).
            release: Content hash that the graph must have, such as the one that a model was trained on.
            timeout: Longest time of one transaction in seconds.

        Raises:
            StoreError: There is no graph, half of one or another release, or the server cannot be reached or refuses.
        """
        connection = Connection(address, timeout=timeout)
        with _closed_on_error(connection):
            connection.check()
            found = releases.find(connection)
            if found is None:
                raise StoreError(f"{connection.address}: there is no graph here; push one")
            if release is not None and found.release != release:
                raise StoreError(
                    f"{connection.address}: holds release {found.release[:12]}, expected {release[:12]};"
                    " push that one, or use what was made with this one"
                )
            ensure(connection)
            return cls(connection, found)

    @property
    def release(self) -> str:
        """Content hash of all concepts and relations (hex)."""
        return self._release.release

    @property
    def sources(self) -> tuple[Source, ...]:
        """The ontologies that were added, by name."""
        return self._release.ontologies

    @property
    def dropped_relations(self) -> int:
        """How many relations are out of the graph because an end is missing or retired; they wait beside it."""
        return self._release.waiting

    def add(self, *ontologies: Ontology) -> None:
        """Add ontologies to what the store holds (:meth:`graph.store.GraphStore.add`).

        They are added to a local copy (:mod:`graph.neo4j.local`), and the difference is pushed.

        Raises:
            CycleError: ``is_a`` would contain a cycle; the server was left alone.
            StoreError: The graph was changed meanwhile, the server failed, or there is something it cannot hold.
        """
        self._release = local.add(self._used(), self._release, ontologies)

    @staticmethod
    def clear(address: str, *, timeout: float = SECONDS) -> None:
        """Remove the graph at ``address``, or half of one; what else is in the database stays.

        Raises:
            StoreError: The server cannot be reached, refuses or fails.
        """
        with contextlib.closing(Connection(address, timeout=timeout)) as connection:
            connection.check()
            pushes.clear(connection)

    def pull(self, folder: Path | str) -> EmbeddedGraphStore:
        """Return a new store in ``folder`` that is this one to the letter (:func:`graph.neo4j.pull.pull`).

        Raises:
            StoreError: There is a graph in ``folder`` already, or the server fails.
        """
        return pull(self._used(), self._release, Path(folder))

    def local(self) -> EmbeddedGraphStore:
        """Return the same graph from the cache on this machine, fetched if need be (:mod:`graph.neo4j.local`)."""
        return EmbeddedGraphStore.open(local.cached(self._used(), self._release))

    def concepts(self, ids: Sequence[str]) -> list[Concept | None]:
        """Return the concepts of ``ids``, in that order; ``None`` where the store holds none."""
        found: dict[str, Concept] = {}
        for some in _chunks(ids):
            found.update((row[0], concept(row)) for row in self._rows(_CONCEPTS, ids=some))
        return [found.get(id) for id in ids]

    def relations(self, ids: Sequence[str]) -> list[list[Relation]]:
        """Return, for each id, the relations that it is subject or object of, in neighbour order."""
        found: dict[str, list[tuple[int, Relation]]] = {}
        for some in _chunks(ids):
            for *row, id in self._rows(_RELATIONS, ids=some):
                rank = row[5] if row[0] == id else row[6]
                found.setdefault(id, []).append((rank, relation(row)))
        return [[relation for _, relation in sorted(found.get(id, ()), key=_rank)] for id in ids]

    def search(self, text: str, *, limit: int = 10) -> list[Concept]:
        """Return live concepts with a name in which every word of ``text`` begins a word, best first."""
        words = fold(text)
        if not words or limit < 1:
            return []
        parts = list(dict.fromkeys(words.split()))
        rows = self._rows(
            _SEARCH, lucene=_lucene(parts), words=words, parts=[f" {part}" for part in parts], limit=min(limit, _MOST)
        )
        return [concept(row) for row in rows]

    def iterate(self) -> Iterator[Concept]:
        """Yield every concept, by CURIE."""
        after = ""
        while rows := self._rows(_ITERATE, after=after, limit=_PAGE):
            yield from map(concept, rows)
            after = rows[-1][0]

    def adjacency(self, predicates: frozenset[str] | None, excluded_sources: frozenset[str]) -> Adjacency[str]:
        """Return a view that asks as retrieval goes (:func:`graph.adjacency.adjacency`)."""
        return Neo4jAdjacency(self._used(), self._release, predicates, excluded_sources)

    def surroundings(
        self,
        seed_sets: Sequence[Sequence[str]],
        bounds: Bounds,
        predicates: frozenset[str] | None,
        excluded_sources: frozenset[str],
    ) -> list[Adjacency[str]]:
        """Return a view for each set of seeds, from one query if possible (:func:`graph.adjacency.surroundings`)."""
        rest = self.adjacency(predicates, excluded_sources)
        if not can_answer(self._release, bounds, predicates, excluded_sources):
            return [rest] * len(seed_sets)
        return [*surroundings(self._used(), self._release, seed_sets, bounds, rest)]

    def count(self) -> Counts:
        """Return how much the store holds."""
        return self._release.counts

    def close(self) -> None:
        """Release connections; closing twice is allowed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def __enter__(self) -> "Neo4jGraphStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _used(self) -> Connection:
        if self._connection is None:
            raise StoreError(f"{self.address}: the store is closed")
        return self._connection

    def _rows(self, query: str, **values: object) -> list[Any]:
        return releases.read_rows(self._used(), self._release, query, **values)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield the distinct ``ids`` that the server can be asked for, some at a time."""
    return batches(filter(is_text, dict.fromkeys(ids)), _PAGE)


def _rank(ranked: tuple[int, Relation]) -> int:
    return ranked[0]


def _lucene(parts: Sequence[str]) -> str:
    """Return Lucene's query for names that may have a word with each beginning; the names are looked at afterwards.

    Folded words are letters and digits, so that nothing has to be escaped. The index takes long words apart, and a
    query of very many words is refused: beginnings of the longest words find enough.
    """
    longest = sorted(parts, key=len, reverse=True)[:_MAX_PARTS]
    return " ".join(f"+{part[:_MAX_PART]}*" for part in longest)


@contextlib.contextmanager
def _closed_on_error(connection: Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise
