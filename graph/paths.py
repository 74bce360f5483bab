"""Short paths between two concepts, written once for every store."""

from collections.abc import Iterator
from heapq import nsmallest
from itertools import pairwise, product
from typing import TypeVar

from graph.adjacency import Adjacency, adjacency
from graph.store import GraphStore
from graph.subgraph import MAX_PATH_EDGES, Path, Step

N = TypeVar("N", int, str)

Walk = tuple[tuple[N, ...], tuple[N, ...], tuple[bool, ...]]
"""Predicates, concepts behind the start, and whether each edge is walked backward: walks sort as their paths do."""


def paths(
    store: GraphStore,
    start: str,
    end: str,
    *,
    max_edges: int = MAX_PATH_EDGES,
    limit: int = 8,
    predicates: frozenset[str] | None = None,
    excluded_sources: frozenset[str] = frozenset(),
    hub_degree: int = 1000,
) -> tuple[Path, ...]:
    """Return the first ``limit`` paths from ``start`` to ``end``, walking edges in both directions.

    Shortest first, then by predicates, then by the concepts' CURIEs, then edges walked forward first. A path visits
    no concept twice, and does not pass through a concept with more than ``hub_degree`` relations (it may start or end
    at one). Retired ids are followed. From a concept to itself there is no path.

    Args:
        store: Where to look.
        start: CURIE.
        end: CURIE.
        max_edges: Longest path, 1 to ``MAX_PATH_EDGES``.
        limit: Most paths.
        predicates: Relations to walk; ``None`` for all.
        excluded_sources: Sources whose relations are not walked.
        hub_degree: Most relations (before any filter) of a concept between the ends.

    Raises:
        UnknownConceptError: The store does not hold ``start`` or ``end``.
        ValueError: ``max_edges`` is out of range, or another bound is negative.
    """
    if not 1 <= max_edges <= MAX_PATH_EDGES or min(limit, hub_degree) < 0:
        raise ValueError(
            f"expected 1 <= max_edges <= {MAX_PATH_EDGES}, no negative bound: {max_edges=}, {limit=}, {hub_degree=}"
        )
    view = adjacency(store, predicates, excluded_sources)
    first, last = view.nodes([start, end])
    walks = find_paths(view, first, last, max_edges=max_edges, limit=limit, hub_degree=hub_degree)
    nodes = list(dict.fromkeys(node for walk in walks for node in (first, *walk[1])))
    ids = {node: id for node, (id, _, _) in zip(nodes, view.facts(nodes), strict=True)}
    return tuple(
        Path(
            ids[first],
            tuple(Step(view.predicate(p), not back, ids[to]) for p, to, back in zip(*walk, strict=True)),
        )
        for walk in walks
    )


def find_paths(view: Adjacency[N], start: N, end: N, *, max_edges: int, limit: int, hub_degree: int) -> list[Walk[N]]:
    """Return the walks of :func:`paths`, in handles."""
    found: list[Walk[N]] = []
    if start == end:
        return found
    view.load([start, end])
    near = set(view.neighbours(start)) - {start}, set(view.neighbours(end)) - {end}
    if end in near[0]:
        found += _walks(view, [(start, end)], limit)
    if max_edges > 1 and len(found) < limit:
        between = _passable(view, near[0] & near[1], hub_degree)
        found += _walks(view, [(start, node, end) for node in between], limit - len(found))
    if max_edges > 2 and len(found) < limit:
        found += _walks(view, _long_routes(view, start, end, near, hub_degree), limit - len(found))
    return found[:limit]


def _long_routes(
    view: Adjacency[N], start: N, end: N, near: tuple[set[N], set[N]], hub_degree: int
) -> list[tuple[N, ...]]:
    """Return the routes of three edges, looking on from the end that has fewer neighbours."""
    turned = len(near[0]) > len(near[1])
    here, there = (near[1], near[0]) if turned else near
    ends = {start, end}
    firsts = _passable(view, here - ends, hub_degree)
    goals = there - ends
    met = {first: goals.intersection(view.neighbours(first)) - {first} for first in firsts}
    passable = set(_passable(view, set().union(*met.values()), hub_degree))
    links = ((first, second) for first, seconds in met.items() for second in seconds & passable)
    return [(start, b, a, end) if turned else (start, a, b, end) for a, b in links]


def _passable(view: Adjacency[N], nodes: set[N], hub_degree: int) -> list[N]:
    """Return those of ``nodes`` that a path may pass through."""
    view.load(nodes)
    return [node for node in nodes if view.degree(node) <= hub_degree]


def _walks(view: Adjacency[N], routes: list[tuple[N, ...]], limit: int) -> list[Walk[N]]:
    """Return the first ``limit`` walks along ``routes``."""
    edges: dict[tuple[N, N], list[tuple[N, bool]]] = {}
    for route in routes:
        for pair in pairwise(route):
            if pair not in edges:
                edges[pair] = _edges(view, *pair)
    return nsmallest(limit, _labelled(routes, edges))


def _labelled(routes: list[tuple[N, ...]], edges: dict[tuple[N, N], list[tuple[N, bool]]]) -> Iterator[Walk[N]]:
    for route in routes:
        for labels in product(*(edges[pair] for pair in pairwise(route))):
            predicates, backward = zip(*labels, strict=True)
            yield predicates, route[1:], backward


def _edges(view: Adjacency[N], start: N, end: N) -> list[tuple[N, bool]]:
    """Return predicate and direction of the edges from ``start`` to ``end``, each once."""
    edges = (
        (predicate, subject == end) for subject, predicate, object_, _ in view.among((start, end)) if subject != object_
    )
    return list(set(edges))
