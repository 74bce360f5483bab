"""Subgraphs around seeds, written once for every store."""

import math
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from typing import TypeVar

from graph.adjacency import Adjacency, Bounds, adjacency, first, surroundings
from graph.paths import FAN_OUT, find_paths, paths
from graph.store import GraphStore
from graph.subgraph import MAX_PATH_EDGES, Role, Subgraph, SubgraphConcept, SubgraphRelation

__all__ = ["paths", "resolve", "subgraph", "subgraphs"]

N = TypeVar("N", int, str)

_PATHS_PER_PAIR = 8


def resolve(store: GraphStore, ids: Sequence[str]) -> list[str]:
    """Return, for each id, the concept that stands for it: itself, or what took over from a retired one.

    A retired concept without a successor in the store stands for itself.

    Raises:
        UnknownConceptError: The store does not hold one of ``ids``.
    """
    view = adjacency(store, None, frozenset())
    return [id for id, _, _ in view.facts(view.nodes(ids))]


def subgraph(
    store: GraphStore,
    seeds: Sequence[str],
    *,
    hops: int = 2,
    budget: int = 64,
    fan_out: int = 16,
    hub_degree: int = 1000,
    predicates: frozenset[str] | None = None,
    excluded_sources: frozenset[str] = frozenset(),
    pairs: Sequence[tuple[str, str]] = (),
) -> Subgraph:
    """Return the concepts around ``seeds`` and all allowed relations between them.

    Concepts are taken in this order until there are ``budget``:

    1. The seeds, retired ones followed, then the ends of ``pairs``, each once. They stay even beyond the budget.
    2. What lies between the ends of the pairs: of each pair the first eight of :func:`paths`, in turn the first path
       of every pair, then the second. The first path that does not fit ends this.
    3. Neighbours, breadth first. In each hop the seeds take turns, one concept a turn, from what their last concepts
       lead to: the first ``fan_out`` distinct neighbours of each, in neighbour order.

    Args:
        store: Where to look.
        seeds: CURIEs.
        hops: Most edges between a seed and a neighbour.
        budget: Most concepts.
        fan_out: Most neighbours that one concept leads to.
        hub_degree: A concept with more relations than this (before any filter) is reached but leads nowhere, unless it
            is a seed.
        predicates: Relations to see; ``None`` for all.
        excluded_sources: Sources whose relations are not seen. They still count where neighbours are ranked by how
            many relations they have: knowledge that must leave no trace belongs in no graph.
        pairs: Pairs of CURIEs between which to look for paths.

    Returns:
        The subgraph. ``cut`` says that a concept within ``hops`` of a seed, or one on a path, was left out.

    Raises:
        UnknownConceptError: The store does not hold a seed or an end of a pair.
        ValueError: A bound is negative.
    """
    bounds = _checked(hops, budget, fan_out, hub_degree)
    if pairs:
        view = adjacency(store, predicates, excluded_sources)
    else:
        (view,) = surroundings(store, [seeds], bounds, predicates, excluded_sources)
    return _retrieve(view, seeds, pairs, bounds)


def subgraphs(
    store: GraphStore,
    seed_sets: Sequence[Sequence[str]],
    *,
    hops: int = 2,
    budget: int = 64,
    fan_out: int = 16,
    hub_degree: int = 1000,
    predicates: frozenset[str] | None = None,
    excluded_sources: frozenset[str] = frozenset(),
) -> list[Subgraph]:
    """Return :func:`subgraph` of each set of seeds; a store across a network is asked for all of them at once.

    Raises:
        UnknownConceptError: The store does not hold a seed.
        ValueError: A bound is negative.
    """
    bounds = _checked(hops, budget, fan_out, hub_degree)
    views = surroundings(store, seed_sets, bounds, predicates, excluded_sources)
    return [_retrieve(view, seeds, (), bounds) for view, seeds in zip(views, seed_sets, strict=True)]


def _checked(hops: int, budget: int, fan_out: int, hub_degree: int) -> Bounds:
    if min(hops, budget, fan_out, hub_degree) < 0:
        raise ValueError(f"bounds must not be negative: {hops=}, {budget=}, {fan_out=}, {hub_degree=}")
    return Bounds(hops, budget, fan_out, hub_degree)


def _retrieve(view: Adjacency[N], seeds: Sequence[str], pairs: Sequence[tuple[str, str]], bounds: Bounds) -> Subgraph:
    ids = list(dict.fromkeys(chain(seeds, *pairs)))
    handles = dict(zip(ids, view.nodes(ids), strict=True))
    roles = dict.fromkeys(handles.values(), Role.SEED)
    starts = list(roles)
    ends = [(handles[start], handles[end]) for start, end in pairs]
    whole = _add_paths(view, roles, ends, budget=bounds.budget, hub_degree=bounds.hub_degree)
    _add_neighbours(view, roles, starts, bounds)
    return _induced(view, roles, starts, hops=bounds.hops, whole=whole)


def _add_paths(
    view: Adjacency[N], roles: dict[N, Role], pairs: Sequence[tuple[N, N]], *, budget: int, hub_degree: int
) -> bool:
    """Add what lies on paths between ``pairs``; return whether all of it found a place."""
    found = [
        find_paths(view, *pair, max_edges=MAX_PATH_EDGES, limit=_PATHS_PER_PAIR, fan_out=FAN_OUT, hub_degree=hub_degree)
        for pair in dict.fromkeys(pairs)
    ]
    for walk in chain.from_iterable(zip_longest(*found)):
        new = [node for node in walk[1] if node not in roles] if walk else []
        if new and len(roles) + len(new) > budget:
            return False
        roles.update(dict.fromkeys(new, Role.PATH))
    return True


def _add_neighbours(view: Adjacency[N], roles: dict[N, Role], starts: Sequence[N], bounds: Bounds) -> None:
    """Add neighbours of ``starts``, one a turn, until the budget is full."""
    hops, budget, fan_out, hub_degree = bounds
    seen = set(starts)
    frontiers = [[start] for start in starts]
    for hop in range(hops):
        view.load(chain.from_iterable(frontiers))
        streams = [_lead(view, frontier, fan_out, hub_degree if hop else math.inf) for frontier in frontiers]
        frontiers = [[] for _ in starts]
        turns = deque(range(len(starts)))
        while turns:
            turn = turns.popleft()
            for node in streams[turn]:
                if node in seen:
                    continue
                if node not in roles:
                    if len(roles) >= budget:
                        return
                    roles[node] = Role.NEIGHBOUR
                seen.add(node)
                frontiers[turn].append(node)
                turns.append(turn)
                break


def _lead(view: Adjacency[N], frontier: Sequence[N], fan_out: int, hub_degree: float) -> Iterator[N]:
    """Yield the first ``fan_out`` distinct neighbours of each concept that is no hub."""
    for node in frontier:
        if view.degree(node) <= hub_degree:
            yield from first(view.neighbours(node), fan_out)


def _induced(view: Adjacency[N], roles: dict[N, Role], starts: Sequence[N], *, hops: int, whole: bool) -> Subgraph:
    """Close the chosen concepts: relations, distances, and whether anything near was left out."""
    view.load(roles)
    edges = sorted(view.among(roles))
    distance = _distances(starts, edges)
    inside = set(roles)
    cut = not whole or any(hops > distance[node] and not view.within(node, inside) for node in roles)
    nodes = sorted(roles, key=distance.__getitem__)
    facts = view.facts(nodes)
    id = {node: fact[0] for node, fact in zip(nodes, facts, strict=True)}
    predicate, source = view.predicate, view.source
    return Subgraph(
        concepts=tuple(
            SubgraphConcept(*fact, roles[node], distance[node]) for node, fact in zip(nodes, facts, strict=True)
        ),
        relations=tuple(SubgraphRelation(id[s], predicate(p), id[o], source(src)) for s, p, o, src in edges),
        cut=cut,
    )


def _distances(starts: Sequence[N], edges: Sequence[tuple[N, N, N, N]]) -> dict[N, int]:
    """Return for every node the edges to the nearest start."""
    linked: dict[N, list[N]] = {}
    for subject, _, object_, _ in edges:
        linked.setdefault(subject, []).append(object_)
        linked.setdefault(object_, []).append(subject)
    distance = dict.fromkeys(starts, 0)
    queue = deque(starts)
    while queue:
        node = queue.popleft()
        for other in linked.get(node, ()):
            if other not in distance:
                distance[other] = distance[node] + 1
                queue.append(other)
    return distance
