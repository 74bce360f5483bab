"""Which concept took over from a retired one."""

from collections.abc import Callable
from typing import TypeVar

N = TypeVar("N")


def follow(start: N, successor: Callable[[N], N | None]) -> N:
    """Return the last concept that is reached from ``start`` by way of ``successor``.

    ``successor`` gives ``None`` for a live concept and where the store does not hold the one that took over, so a
    retired concept without a successor stands for itself. A chain that leads back ends before it repeats.
    """
    seen = {start}
    while (after := successor(start)) is not None and after not in seen:
        seen.add(after)
        start = after
    return start
