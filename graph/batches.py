"""Taking values a few at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield ``values`` in lists of ``size``, the last of which may be shorter; holds one of them at a time."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
