"""How close concepts lie to those that a document surely names: personalised PageRank around these.

Computed by local pushes (Andersen, Chung and Lang, "Local graph partitioning using PageRank vectors", FOCS 2006):
what is left to push shrinks until no concept holds more than ``PRECISION`` a relation, so the work does not
depend on the size of the graph. Relations are walked both ways, whatever they say.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from graph.adjacency import Adjacency, adjacency, first
from graph.store import GraphStore

RESTART = 0.2
"""Share of a walk's steps that go back to where it began."""

PRECISION = 1e-3
FAN_OUT = 64
"""Most neighbours of a concept that are walked to, in neighbour order."""


class Coherence:
    """Rates concepts of a graph by the company they keep.

    Args:
        store: The graph.
    """

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._view: Adjacency[Any] = adjacency(store, None, frozenset())

    def __call__(self, seeds: Iterable[str], concepts: Sequence[str]) -> list[float]:
        """Return the share of time that a walk from ``seeds`` (drawn evenly) spends at each of ``concepts``.

        Ids that the graph does not hold count for nothing. The shares are lower bounds, at most ``PRECISION`` times a
        concept's relations below the truth of the graph with fan-outs cut.
        """
        held = self._held([*seeds, *concepts])
        places = dict(zip(held, self._view.nodes(held), strict=True))
        starts = sorted({places[id] for id in seeds if id in places})
        reached = self._walk(starts) if starts else {}
        return [reached.get(places[id], 0.0) if id in places else 0.0 for id in concepts]

    def _held(self, ids: Iterable[str]) -> list[str]:
        distinct = list(dict.fromkeys(ids))
        return [id for id, concept in zip(distinct, self._store.concepts(distinct), strict=True) if concept]

    def _walk(self, starts: list[Any]) -> dict[Any, float]:
        waiting = dict.fromkeys(starts, 1.0 / len(starts))
        reached: dict[Any, float] = {}
        queue = deque(starts)
        queued = set(starts)
        while queue:
            node = queue.popleft()
            queued.discard(node)
            mass = waiting.pop(node, 0.0)
            neighbours = first(self._view.neighbours(node), FAN_OUT)
            reached[node] = reached.get(node, 0.0) + (RESTART * mass if neighbours else mass)
            for other in neighbours:
                waiting[other] = waiting.get(other, 0.0) + (1 - RESTART) * mass / len(neighbours)
                if other not in queued and waiting[other] > PRECISION * max(self._view.degree(other), 1):
                    queued.add(other)
                    queue.append(other)
        return reached
