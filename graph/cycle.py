"""Cycles in a hierarchy."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[Any]


def find_cycle(narrower: "Ints", broader: "Ints", n_concepts: int) -> list[int] | None:
    """Return one cycle of the edges ``narrower[i] -> broader[i]``, or ``None``.

    Of several cycles the one is named that is reached from the lowest number by way of lowest numbers; it starts at its
    lowest number and does not repeat it at the end.
    """
    kept = under_cycles(narrower, broader, n_concepts)
    return _walk(narrower[kept], broader[kept]) if kept.any() else None


def under_cycles(narrower: "Ints", broader: "Ints", n_concepts: int) -> "npt.NDArray[np.bool_]":
    """Return which of the edges ``narrower[i] -> broader[i]`` lie on a cycle, or between or below cycles: (edges,)."""
    stuck = levels(narrower, broader, n_concepts) < 0
    return stuck[narrower] & stuck[broader]


def levels(narrower: "Ints", broader: "Ints", n_concepts: int) -> "npt.NDArray[np.int64]":
    """Return how far below the top each concept is by its longest way there, -1 on or below a cycle: (concepts,).

    Concepts are peeled off from the top, a level at a time (Kahn, 1962): what stays hangs below a cycle. Time is
    linear in the edges, and nothing recurses.
    """
    import numpy as np

    order = np.argsort(broader, kind="stable")
    below, start = narrower[order], np.searchsorted(broader[order], np.arange(n_concepts + 1))
    n_above = np.bincount(narrower, minlength=n_concepts)
    found = np.full(n_concepts, -1, np.int64)
    level, depth = np.flatnonzero(n_above == 0), 0
    while level.size:
        found[level] = depth
        reached, times = np.unique(below[_ranges(start[level], start[level + 1])], return_counts=True)
        n_above[reached] -= times
        level, depth = reached[n_above[reached] == 0], depth + 1
    return found


def _ranges(starts: "Ints", ends: "Ints") -> "Ints":
    """Return the numbers of all half-open ranges, one range after the other."""
    import numpy as np

    lengths = ends - starts
    gathered: Ints = np.arange(lengths.sum())
    gathered += np.repeat(ends - np.cumsum(lengths), lengths)
    return gathered


def _walk(narrower: "Ints", broader: "Ints") -> list[int]:
    """Follow lowest broader concepts from the lowest concept until one repeats; every concept here has a broader."""
    above: dict[int, int] = {}
    for low, high in zip(narrower.tolist(), broader.tolist(), strict=True):
        above[low] = min(high, above.get(low, high))
    at, seen = min(above), dict[int, None]()
    while at not in seen:
        seen[at] = None
        at = above[at]
    walk = list(seen)
    cycle = walk[walk.index(at) :]
    lowest = cycle.index(min(cycle))
    return cycle[lowest:] + cycle[:lowest]
