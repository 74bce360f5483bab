"""What a loader returns."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from graph.concept import Concept
from graph.relation import Relation

T = TypeVar("T")


class Rows(Generic[T]):
    """Values that are read anew each time they are walked, for sources that are too large to hold."""

    def __init__(self, read: Callable[[], Iterator[T]]) -> None:
        """Walk what ``read`` yields; it must yield the same every time."""
        self._read = read

    def __iter__(self) -> Iterator[T]:
        return self._read()

    def held_like(self, original: Iterable[T]) -> Iterable[T]:
        """Return the values in a tuple if ``original`` is one, and as they are otherwise."""
        return tuple(self) if isinstance(original, tuple) else self


@dataclass(frozen=True, slots=True)
class Ontology:
    """Concepts and relations of one source, in the source's order.

    Attributes:
        name: Short name of the source, such as ``MeSH``.
        version: The source's release, as it writes it; empty if unknown.
        licence: Terms of the source in a few words; empty if unknown.
        concepts: Every concept once; may be walked repeatedly (a tuple, or :class:`Rows` of a large source).
        relations: Relations, likewise; both ends need not be among ``concepts`` (another source may hold them).
    """

    name: str
    version: str = ""
    licence: str = ""
    concepts: Iterable[Concept] = ()
    relations: Iterable[Relation] = ()
