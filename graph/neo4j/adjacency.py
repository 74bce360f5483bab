"""Neighbourhoods fetched from a server as retrieval asks for them, many concepts at a time."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from graph.adjacency import Facts
from graph.batches import batches
from graph.errors import UnknownConceptError
from graph.neo4j.connection import Connection
from graph.neo4j.release import Release, read_rows
from graph.neo4j.rows import is_text

WIDE = 500
"""Relations above which those of a concept are fetched only where nothing else will do."""

_PAGE = 1000

_STANDING = """
UNWIND $ids AS id
MATCH (c:Concept {id: id})
OPTIONAL MATCH (taken_over:Concept {id: c.live})
RETURN collect([id, coalesce(taken_over, c).id]) AS rows
"""
_RELATION = """[
    CASE WHEN startNode(r) = n THEN r.subject_rank ELSE r.object_rank END,
    startNode(r) = n, o.id, r.predicate, r.source
]"""
_CONCEPTS = f"""
UNWIND $ids AS id
MATCH (n:Concept {{id: id}})
RETURN collect([n.id, n.name, n.types, n.degree, n.n_near, COLLECT {{
    MATCH (n)-[r:TYPES]-(o:Concept) WHERE n.degree <= $wide AND r.subject_rank IS NOT NULL RETURN {_RELATION}
}}]) AS rows
"""
_RELATIONS = f"""
MATCH (n:Concept {{id: $id}})-[r:TYPES]-(o:Concept) USING INDEX SEEK n:Concept(id)
WHERE r.subject_rank IS NOT NULL AND r.predicate IN $predicates AND r.source IN $sources
RETURN collect({_RELATION}) AS rows
"""
_LEAVING = """
MATCH (n:Concept {id: $id})-[r:TYPES]-(o) USING INDEX SEEK n:Concept(id)
WHERE r.subject_rank IS NOT NULL AND r.predicate IN $predicates AND r.source IN $sources AND NOT o.id IN $inside
WITH o LIMIT 1
RETURN collect(o.id) AS rows
"""
_BETWEEN = """
UNWIND $ids AS id
MATCH (a:Concept {id: id})
WITH collect(a) AS hubs
UNWIND hubs AS a
UNWIND hubs AS b
MATCH (a)-[r:TYPES]->(b)
WHERE r.subject_rank IS NOT NULL AND r.predicate IN $predicates AND r.source IN $sources
RETURN collect([a.id, r.predicate, b.id, r.source]) AS rows
"""


class _Known(NamedTuple):
    """What was fetched of a concept; its allowed relations in neighbour order, or ``None`` where they are too many."""

    facts: Facts
    degree: int
    n_near: int
    relations: list[tuple[bool, str, str, str]] | None


class Neo4jAdjacency:
    """An :class:`~graph.adjacency.Adjacency` that keeps what was fetched; handles are CURIEs and names."""

    def __init__(
        self,
        connection: Connection,
        release: Release,
        predicates: frozenset[str] | None,
        excluded_sources: frozenset[str],
    ) -> None:
        """See ``release`` through the filter."""
        self._connection, self._release = connection, release
        self._predicates = {name for name in release.predicates if predicates is None or name in predicates}
        self._sources = {name for name in release.sources if name not in excluded_sources}
        filtered = len(self._predicates) + len(self._sources) < len(release.predicates) + len(release.sources)
        self._filtered = filtered
        self._known: dict[str, _Known] = {}
        self._wide: dict[str, list[str]] = {}

    def nodes(self, ids: Sequence[str]) -> list[str]:
        """Ask what stands for each id."""
        named = dict(self._rows(_STANDING, ids=[id for id in dict.fromkeys(ids) if is_text(id)]))
        for id in ids:
            if id not in named:
                raise UnknownConceptError(id, self._connection.address)
        return [named[id] for id in ids]

    def load(self, nodes: Iterable[str]) -> None:
        """Fetch the concepts that are not here yet, with their relations where these are not too many."""
        missing = [node for node in dict.fromkeys(nodes) if node not in self._known]
        for some in batches(missing, _PAGE):
            for row in self._rows(_CONCEPTS, ids=some, wide=WIDE):
                self._known[row[0]] = self._read(row)

    def degree(self, node: str) -> int:
        """Return the stored number."""
        return self._here(node).degree

    def neighbours(self, node: str) -> Sequence[str]:
        """Name the other ends; where they are very many they are fetched now."""
        relations = self._here(node).relations
        if relations is not None:
            return [other for _, other, _, _ in relations]
        if node not in self._wide:
            self._wide[node] = [row[2] for row in sorted(self._allowed(_RELATIONS, id=node))]
        return self._wide[node]

    def within(self, node: str, inside: set[str]) -> bool:
        """Look at what is here, and else ask for one neighbour that is outside."""
        known = self._here(node)
        if known.relations is not None or node in self._wide:
            return inside.issuperset(self.neighbours(node))
        if not self._filtered and known.n_near > len(inside):
            return False
        return not self._allowed(_LEAVING, id=node, inside=list(inside))

    def among(self, nodes: Collection[str]) -> list[tuple[str, str, str, str]]:
        """Pick from the relations of those that have few, and ask for those between the others."""
        self.load(nodes)
        found: set[tuple[str, str, str, str]] = set()
        wide = []
        for node in nodes:
            relations = self._known[node].relations
            if relations is None:
                wide.append(node)
            for forward, other, predicate, source in relations or ():
                if other in nodes:
                    subject, object_ = (node, other) if forward else (other, node)
                    found.add((subject, predicate, object_, source))
        if wide:
            found.update((s, p, o, source) for s, p, o, source in self._allowed(_BETWEEN, ids=wide))
        return list(found)

    def facts(self, nodes: Sequence[str]) -> list[Facts]:
        """Return what is stored."""
        self.load(nodes)
        return [self._known[node].facts for node in nodes]

    def predicate(self, code: str) -> str:
        """Return ``code``, which is the predicate."""
        return code

    def source(self, code: str) -> str:
        """Return ``code``, which is the source."""
        return code

    def _here(self, node: str) -> _Known:
        if node not in self._known:
            self.load([node])
        return self._known[node]

    def _read(self, row: Sequence[Any]) -> _Known:
        id, name, types, degree, n_near, relations = row
        allowed = [
            (forward, other, predicate, source)
            for _, forward, other, predicate, source in sorted(relations)
            if predicate in self._predicates and source in self._sources
        ]
        return _Known((id, name, tuple(types or ())), degree, n_near, allowed if degree <= WIDE else None)

    def _allowed(self, query: str, **values: object) -> list[Any]:
        return self._rows(query, predicates=list(self._predicates), sources=list(self._sources), **values)

    def _rows(self, query: str, **values: object) -> list[Any]:
        return read_rows(self._connection, self._release, query, **values)
