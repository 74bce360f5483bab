"""Taking values a few at a time."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield ``values`` in lists of ``size``, the last of which may be shorter; holds one of them at a time."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def weighed_batches(values: Iterable[T], full: int, *, weight: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield ``values`` in lists that end with the value that makes them weigh ``full`` or more; holds one at a time.

    A value that weighs nothing counts as one.
    """
    batch: list[T] = []
    weighs = 0
    for value in values:
        batch.append(value)
        weighs += max(weight(value), 1)
        if weighs >= full:
            yield batch
            batch, weighs = [], 0
    if batch:
        yield batch
