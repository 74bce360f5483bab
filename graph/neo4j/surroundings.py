"""All that retrieval around sets of seeds will ask, fetched in one query."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from graph.adjacency import Adjacency, Bounds, Facts
from graph.batches import batches
from graph.errors import UnknownConceptError
from graph.neo4j.adjacency import WIDE
from graph.neo4j.connection import Connection
from graph.neo4j.release import Release, read_rows
from graph.neo4j.rows import is_text
from graph.neo4j.schema import NEAR

MAX_HOPS = 2
_AT_ONCE = 256
"""Most sets of seeds in one query."""

_CONCEPT = "[n.id, n.name, n.types, n.degree, n.n_near, "

# What can be taken is bounded without playing the turns: in the first hop the neighbours that seeds lead to; in the
# second no more than there is room for, of each seed's row of what its own neighbours lead to, and of what each
# neighbour leads to that several seeds share (only the turns would tell whose it is).
_SURROUNDINGS = f"""
UNWIND range(0, size($sets) - 1) AS i
CALL (i) {{
    UNWIND $sets[i] AS asked
    OPTIONAL MATCH (c:Concept {{id: asked}})
    OPTIONAL MATCH (taken_over:Concept {{id: c.live}})
    WITH asked, coalesce(taken_over, c) AS start
    RETURN collect([asked, start.id]) AS named, collect(DISTINCT start) AS starts
}}
CALL (starts) {{
    UNWIND starts AS start
    UNWIND start.near[..$fan_out] AS id
    WITH id, count(*) AS n_leading
    MATCH (c:Concept {{id: id}}) WHERE NOT c IN starts
    RETURN collect(c) AS firsts, collect(CASE WHEN n_leading > 1 THEN c END) AS shared
}}
WITH i, named, starts, firsts, shared,
     CASE WHEN $hops > 1 THEN $budget - size(starts) - size(firsts) ELSE -1 END AS room,
     [n IN starts + firsts | n.id] AS known
CALL (starts, shared, room, known) {{
    WITH [n IN starts + shared | n.id] AS elsewhere
    WITH [n IN starts | [id IN n.near[..$fan_out] WHERE NOT id IN elsewhere]] + [n IN shared | [n.id]] AS rows
    UNWIND CASE WHEN room > 0 THEN rows ELSE [] END AS row
    CALL (row, room, known) {{
        UNWIND row AS lead_id
        MATCH (lead:Concept {{id: lead_id}}) WHERE lead.degree <= $hub_degree
        UNWIND lead.near[..$fan_out] AS id
        WITH DISTINCT id WHERE NOT id IN known
        WITH collect(id) AS ids
        RETURN ids[..room] AS ids
    }}
    UNWIND ids AS id
    WITH DISTINCT id
    MATCH (c:Concept {{id: id}})
    RETURN collect(c) AS seconds
}}
WITH i, named, starts, firsts, seconds, room, starts + firsts + seconds AS nodes
CALL (nodes) {{
    UNWIND nodes AS a
    WITH a WHERE COUNT {{ (a)-->() }} <= $wide
    MATCH (a)-[r:TYPES]->(b) WHERE b IN nodes AND r.subject_rank IS NOT NULL
    RETURN collect([a.id, r.predicate, b.id, r.source]) AS relations
}}
CALL (nodes) {{
    UNWIND nodes AS a
    WITH a WHERE COUNT {{ (a)-->() }} > $wide
    UNWIND nodes AS b
    MATCH (a)-[r:TYPES]->(b) WHERE r.subject_rank IS NOT NULL
    RETURN collect([a.id, r.predicate, b.id, r.source]) AS relations_of_wide
}}
RETURN collect([i, named,
    [n IN starts | {_CONCEPT} coalesce(n.near, [])[..$fan_out]]]
    + [n IN firsts | {_CONCEPT} CASE WHEN room >= 0 AND n.degree <= $hub_degree THEN n.near[..$fan_out] END]]
    + [n IN seconds | {_CONCEPT} null]],
    relations + relations_of_wide]) AS rows
"""


def can_answer(release: Release, bounds: Bounds, predicates: frozenset[str] | None, excluded: frozenset[str]) -> bool:
    """Return whether :func:`surroundings` serve: all relations are seen, and the stored lists reach far enough."""
    sees_all = excluded.isdisjoint(release.sources) and (
        predicates is None or predicates.issuperset(release.predicates)
    )
    return sees_all and bounds.hops <= MAX_HOPS and bounds.fan_out <= NEAR


def surroundings(
    connection: Connection,
    release: Release,
    seed_sets: Sequence[Sequence[str]],
    bounds: Bounds,
    rest: Adjacency[str],
) -> list["Surroundings"]:
    """Return a view for each set of seeds; what it was not told, it asks of ``rest``."""
    sets = [[id for id in dict.fromkeys(seeds) if is_text(id)] for seeds in seed_sets]
    bounded = {"budget": bounds.budget, "hub_degree": bounds.hub_degree, "hops": bounds.hops, "wide": WIDE}
    fan_out = bounds.fan_out if bounds.hops else 0
    views = []
    for some in batches(sets, _AT_ONCE):
        rows = read_rows(connection, release, _SURROUNDINGS, sets=some, fan_out=fan_out, **bounded)
        answers = {i: (named, concepts, relations) for i, named, concepts, relations in rows}
        views += [Surroundings(*answers[i], connection.address, rest) for i in range(len(some))]
    return views


class Surroundings:
    """An :class:`~graph.adjacency.Adjacency` of what one query brought, for the retrieval that it was brought for.

    Handles are CURIEs and names.
    """

    def __init__(
        self,
        named: list[list[str]],
        concepts: list[list[Any]],
        relations: list[list[str]],
        where: str,
        rest: Adjacency[str],
    ) -> None:
        """Take what the server returned."""
        self._named: dict[str, str] = {asked: id for asked, id in named if id is not None}
        self._concepts = {row[0]: row for row in concepts}
        self._relations = [(s, p, o, source) for s, p, o, source in relations]
        self._where, self._rest = where, rest
        self._linked: dict[str, set[str]] = {id: set() for id in self._concepts}
        for subject, _, object_, _ in self._relations:
            self._linked[subject].add(object_)
            self._linked[object_].add(subject)

    def nodes(self, ids: Sequence[str]) -> list[str]:
        """Name what stands for each seed."""
        for id in ids:
            if id not in self._named:
                raise UnknownConceptError(id, self._where)
        return [self._named[id] for id in ids]

    def load(self, nodes: Iterable[str]) -> None:
        """Fetch what is not here, which is rarely anything."""
        self._rest.load([node for node in nodes if node not in self._concepts])

    def degree(self, node: str) -> int:
        """Return the stored number."""
        row = self._concepts.get(node)
        return self._rest.degree(node) if row is None else row[3]

    def neighbours(self, node: str) -> Sequence[str]:
        """Return the first ones of a concept that leads on, as far as it leads."""
        row = self._concepts.get(node)
        return self._rest.neighbours(node) if row is None or row[5] is None else row[5]

    def within(self, node: str, inside: set[str]) -> bool:
        """Compare the number of neighbours that there are with those that came along."""
        row = self._concepts.get(node)
        if row is None:
            return self._rest.within(node, inside)
        return len(self._linked[node]) == row[4] and inside >= self._linked[node]

    def among(self, nodes: Collection[str]) -> list[tuple[str, str, str, str]]:
        """Pick from the relations that are here."""
        if not self._concepts.keys() >= set(nodes):
            return self._rest.among(nodes)
        return [row for row in self._relations if row[0] in nodes and row[2] in nodes]

    def facts(self, nodes: Sequence[str]) -> list[Facts]:
        """Return what is stored."""
        if not self._concepts.keys() >= set(nodes):
            return self._rest.facts(nodes)
        rows = (self._concepts[node] for node in nodes)
        return [(row[0], row[1], tuple(row[2] or ())) for row in rows]

    def predicate(self, code: str) -> str:
        """Return ``code``, which is the predicate."""
        return code

    def source(self, code: str) -> str:
        """Return ``code``, which is the source."""
        return code
