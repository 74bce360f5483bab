"""What retrieval needs to know of a graph, and the two ways to know it."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, Protocol, TypeVar

from graph.concept import Concept
from graph.errors import UnknownConceptError
from graph.relation import Relation
from graph.retired import follow
from graph.snapshot import Snapshot
from graph.store import GraphStore

N = TypeVar("N", int, str)


Facts = tuple[str, str, tuple[str, ...]]
"""Id, name and semantic types of a concept."""


class Bounds(NamedTuple):
    """How far a retrieval goes (:func:`graph.retrieve.subgraph`)."""

    hops: int
    budget: int
    fan_out: int
    hub_degree: int


class Adjacency(Protocol[N]):
    """Neighbourhoods, for one retrieval and under its filter.

    Concepts, predicates and sources are handles, which sort as what they stand for.
    """

    def nodes(self, ids: Sequence[str]) -> list[N]:
        """Return the handle of each id; of a retired concept, that of the one that took over.

        Raises:
            UnknownConceptError: The graph does not hold one of them.
        """

    def load(self, nodes: Iterable[N]) -> None:
        """Expect questions about ``nodes``: a store across a network asks for them at once."""

    def degree(self, node: N) -> int:
        """Return the number of relations of ``node``, whatever the filter."""

    def neighbours(self, node: N) -> Sequence[N]:
        """Return the other ends of the allowed relations of ``node`` in neighbour order; an end may come repeatedly."""

    def within(self, node: N, inside: set[N]) -> bool:
        """Return whether every other end of an allowed relation of ``node`` is ``inside``."""

    def among(self, nodes: Collection[N]) -> list[tuple[N, N, N, N]]:
        """Return (subject, predicate, object, source) of the allowed relations between ``nodes``, in any order."""

    def facts(self, nodes: Sequence[N]) -> list[Facts]:
        """Return id, name and types of each node."""

    def predicate(self, code: N) -> str:
        """Return the predicate that ``code`` stands for."""

    def source(self, code: N) -> str:
        """Return the source that ``code`` stands for."""


def adjacency(store: GraphStore, predicates: frozenset[str] | None, excluded_sources: frozenset[str]) -> Adjacency[Any]:
    """Return a view of ``store`` that shows only ``predicates``, and nothing of ``excluded_sources``.

    A store that knows a quicker view than its contract allows has a method of this name, without the first argument.
    """
    quicker = getattr(store, "adjacency", None)
    view: Adjacency[Any] = (quicker or partial(StoreAdjacency, store))(predicates, excluded_sources)
    return view


def surroundings(
    store: GraphStore,
    seed_sets: Sequence[Sequence[str]],
    bounds: Bounds,
    predicates: frozenset[str] | None,
    excluded_sources: frozenset[str],
) -> list[Adjacency[Any]]:
    """Return a view for each set of seeds, good for a retrieval around them within ``bounds`` and without pairs.

    A store across a network has a method of this name, without the first argument, that asks once for all of it.
    """
    quicker = getattr(store, "surroundings", None)
    if quicker is None:
        return [adjacency(store, predicates, excluded_sources)] * len(seed_sets)
    views: list[Adjacency[Any]] = quicker(seed_sets, bounds, predicates, excluded_sources)
    return views


def first(neighbours: Sequence[N], n: int) -> dict[N, None]:
    """Return the first ``n`` distinct ones of ``neighbours``, in order."""
    found = dict.fromkeys(neighbours[:n])
    return found if len(found) == n or len(neighbours) <= n else dict.fromkeys(islice(dict.fromkeys(neighbours), n))


class SnapshotAdjacency:
    """Reads the compiled arrays; handles are their numbers and codes."""

    def __init__(self, snapshot: Snapshot, predicates: frozenset[str] | None, excluded_sources: frozenset[str]) -> None:
        """See ``snapshot`` through the filter."""
        self._snapshot, self.degree, self._others = snapshot, snapshot.degree, snapshot.others
        self.predicate, self.source = snapshot.predicates.__getitem__, snapshot.sources.__getitem__
        self._filtered = predicates is not None or not excluded_sources.isdisjoint(snapshot.sources)
        self._predicates = {n for n, name in enumerate(snapshot.predicates) if predicates is None or name in predicates}
        self._sources = {n for n, name in enumerate(snapshot.sources) if name not in excluded_sources}

    def nodes(self, ids: Sequence[str]) -> list[int]:
        """Look each id up by binary search."""
        found = []
        for id in ids:
            number = self._snapshot.index(id)
            if number is None:
                raise UnknownConceptError(id, self._snapshot.where)
            found.append(self._snapshot.live(number))
        return found

    def load(self, nodes: Iterable[int]) -> None:
        """Do nothing: the arrays are mapped."""

    def neighbours(self, node: int) -> Sequence[int]:
        """Return a slice of the file, or under a filter a list."""
        if not self._filtered:
            return self._others(node)
        others, predicates, _, sources, _ = self._snapshot.neighbours(node)
        allowed, kept = self._predicates, self._sources
        return [o for o, p, s in zip(others, predicates, sources, strict=True) if p in allowed and s in kept]

    def within(self, node: int, inside: set[int]) -> bool:
        """Look for each neighbour."""
        return inside.issuperset(self.neighbours(node))

    def among(self, nodes: Collection[int]) -> list[tuple[int, int, int, int]]:
        """Search the relations of which ``nodes`` are subject."""
        found = self._snapshot.among(nodes)
        if not self._filtered:
            return found
        return [row for row in found if row[1] in self._predicates and row[3] in self._sources]

    def facts(self, nodes: Sequence[int]) -> list[Facts]:
        """Decode id, name and types."""
        snapshot = self._snapshot
        return [(snapshot.id(node), snapshot.name(node), snapshot.types(node)) for node in nodes]


class StoreAdjacency:
    """Asks any store, and keeps its answers; handles are the CURIEs and names themselves."""

    def __init__(self, store: GraphStore, predicates: frozenset[str] | None, excluded_sources: frozenset[str]) -> None:
        """See ``store`` through the filter."""
        self._store, self._predicates, self._excluded = store, predicates, excluded_sources
        self._concepts: dict[str, Concept | None] = {}
        self._relations: dict[str, list[Relation]] = {}

    def nodes(self, ids: Sequence[str]) -> list[str]:
        """Fetch the concepts, and as long as they are retired those that took over."""
        asked = list(ids)
        while asked:
            self._fetch(asked)
            after = [concept.replaced_by for id in asked if (concept := self._concepts[id])]
            asked = [id for id in after if id is not None and id not in self._concepts]
        for id in ids:
            if self._concepts[id] is None:
                raise UnknownConceptError(id, type(self._store).__name__)
        return [follow(id, self._successor) for id in ids]

    def load(self, nodes: Iterable[str]) -> None:
        """Fetch the relations of ``nodes`` that are not here yet."""
        missing = [node for node in dict.fromkeys(nodes) if node not in self._relations]
        if missing:
            self._relations.update(zip(missing, self._store.relations(missing), strict=True))

    def degree(self, node: str) -> int:
        """Count the relations."""
        self.load([node])
        return len(self._relations[node])

    def neighbours(self, node: str) -> Sequence[str]:
        """Name the other ends."""
        return [r.object if r.subject == node else r.subject for r in self._allowed(node)]

    def within(self, node: str, inside: set[str]) -> bool:
        """Look for each neighbour."""
        return inside.issuperset(self.neighbours(node))

    def among(self, nodes: Collection[str]) -> list[tuple[str, str, str, str]]:
        """Pick from all relations of ``nodes``."""
        self.load(nodes)
        return [
            (r.subject, r.predicate, r.object, r.source)
            for node in nodes
            for r in self._allowed(node)
            if r.subject == node and r.object in nodes
        ]

    def facts(self, nodes: Sequence[str]) -> list[Facts]:
        """Fetch the concepts that are not here yet."""
        self._fetch(nodes)
        concepts = (self._concepts[node] for node in nodes)
        return [(concept.id, concept.name, concept.types) for concept in concepts if concept is not None]

    def predicate(self, code: str) -> str:
        """Return ``code``, which is the predicate."""
        return code

    def source(self, code: str) -> str:
        """Return ``code``, which is the source."""
        return code

    def _fetch(self, ids: Sequence[str]) -> None:
        missing = [id for id in dict.fromkeys(ids) if id not in self._concepts]
        if missing:
            self._concepts.update(zip(missing, self._store.concepts(missing), strict=True))

    def _successor(self, id: str) -> str | None:
        concept = self._concepts[id]
        after = concept.replaced_by if concept else None
        return after if after is not None and self._concepts.get(after) else None

    def _allowed(self, node: str) -> list[Relation]:
        self.load([node])
        return [
            relation
            for relation in self._relations[node]
            if (self._predicates is None or relation.predicate in self._predicates)
            and relation.source not in self._excluded
        ]
