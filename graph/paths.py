"""Short paths between two concepts, written once for every store."""

from collections import defaultdict
from collections.abc import Iterator, Set
from heapq import nsmallest
from itertools import chain, pairwise, product
from typing import TypeVar

from graph.adjacency import Adjacency, adjacency, first
from graph.store import GraphStore
from graph.subgraph import MAX_PATH_EDGES, Path, Step

N = TypeVar("N", int, str)

Walk = tuple[tuple[N, ...], tuple[N, ...], tuple[bool, ...]]
"""Predicates, concepts behind the start, and whether each edge is walked backward: walks sort as their paths do."""

FAN_OUT = 32
"""Most concepts next to either end that a path may pass through, unless told otherwise."""


def paths(
    store: GraphStore,
    start: str,
    end: str,
    *,
    max_edges: int = MAX_PATH_EDGES,
    limit: int = 8,
    predicates: frozenset[str] | None = None,
    excluded_sources: frozenset[str] = frozenset(),
    fan_out: int = FAN_OUT,
    hub_degree: int = 1000,
) -> tuple[Path, ...]:
    """Return the first ``limit`` paths from ``start`` to ``end``, walking edges in both directions.

    Shortest first, then by predicates, then by the concepts' CURIEs, then edges walked forward first. A path visits
    no concept twice, and does not pass through a concept with more than ``hub_degree`` relations (it may start or end
    at one). Where much lies between, a path of two edges leads through one of the ``fan_out`` concepts with the fewest
    relations (then by CURIE), and a path of three edges leaves either end by one of its first ``fan_out`` distinct
    neighbours in neighbour order. Retired ids are followed. From a concept to itself there is no path.

    Args:
        store: Where to look.
        start: CURIE.
        end: CURIE.
        max_edges: Longest path, 1 to ``MAX_PATH_EDGES``.
        limit: Most paths.
        predicates: Relations to walk; ``None`` for all.
        excluded_sources: Sources whose relations are not walked.
        fan_out: Most concepts to pass through next to either end.
        hub_degree: Most relations (before any filter) of a concept between the ends.

    Raises:
        UnknownConceptError: The store does not hold ``start`` or ``end``.
        ValueError: ``max_edges`` is out of range, or another bound is negative.
    """
    if not 1 <= max_edges <= MAX_PATH_EDGES or min(limit, fan_out, hub_degree) < 0:
        bounds = f"{max_edges=}, {limit=}, {fan_out=}, {hub_degree=}"
        raise ValueError(f"expected 1 <= max_edges <= {MAX_PATH_EDGES} and no negative bound, found {bounds}")
    view = adjacency(store, predicates, excluded_sources)
    here, there = view.nodes([start, end])
    walks = find_paths(view, here, there, max_edges=max_edges, limit=limit, fan_out=fan_out, hub_degree=hub_degree)
    nodes = list(dict.fromkeys(node for walk in walks for node in (here, *walk[1])))
    ids = {node: id for node, (id, _, _) in zip(nodes, view.facts(nodes), strict=True)}
    return tuple(
        Path(
            ids[here],
            tuple(Step(view.predicate(p), not back, ids[to]) for p, to, back in zip(*walk, strict=True)),
        )
        for walk in walks
    )


def find_paths(
    view: Adjacency[N], start: N, end: N, *, max_edges: int, limit: int, fan_out: int, hub_degree: int
) -> list[Walk[N]]:
    """Return the walks of :func:`paths`, in handles."""
    found: list[Walk[N]] = []
    if start == end:
        return found
    view.load([start, end])
    fewer, more = sorted((start, end), key=view.degree)
    near = set(view.neighbours(fewer))
    if more in near:
        found += _walks(view, [(start, end)], limit)
    if max_edges > 1 and len(found) < limit:
        between = _passable(view, near.intersection(view.neighbours(more)) - {start, end}, hub_degree)
        between = nsmallest(fan_out, between, key=lambda node: (view.degree(node), node))
        found += _walks(view, [(start, node, end) for node in between], limit - len(found))
    if max_edges > 2 and len(found) < limit:
        found += _walks(view, _long_routes(view, start, end, fan_out, hub_degree), limit - len(found))
    return found


def _long_routes(view: Adjacency[N], start: N, end: N, fan_out: int, hub_degree: int) -> list[tuple[N, ...]]:
    """Return the routes of three edges, looking on from the side that has fewer relations."""
    near = [
        _passable(view, first(view.neighbours(node), fan_out).keys() - {start, end}, hub_degree)
        for node in (start, end)
    ]
    turned = sum(map(view.degree, near[0])) > sum(map(view.degree, near[1]))
    here, there = reversed(near) if turned else near
    goals = set(there)
    links = [(a, b) for a in here for b in goals.intersection(view.neighbours(a)) if a != b]
    return [(start, b, a, end) if turned else (start, a, b, end) for a, b in links]


def _passable(view: Adjacency[N], nodes: Set[N], hub_degree: int) -> list[N]:
    """Return those of ``nodes`` that a path may pass through."""
    view.load(nodes)
    return [node for node in nodes if view.degree(node) <= hub_degree]


def _walks(view: Adjacency[N], routes: list[tuple[N, ...]], limit: int) -> list[Walk[N]]:
    """Return the first ``limit`` walks along ``routes``."""
    edges: dict[tuple[N, N], set[tuple[N, bool]]] = defaultdict(set)
    for subject, predicate, object_, _ in view.among(set(chain.from_iterable(routes))):
        edges[subject, object_].add((predicate, False))
        edges[object_, subject].add((predicate, True))
    return nsmallest(limit, _labelled(routes, edges))


def _labelled(routes: list[tuple[N, ...]], edges: dict[tuple[N, N], set[tuple[N, bool]]]) -> Iterator[Walk[N]]:
    for route in routes:
        for labels in product(*(edges[pair] for pair in pairwise(route))):
            predicates, backward = zip(*labels, strict=True)
            yield predicates, route[1:], backward
