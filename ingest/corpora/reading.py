"""What a reader of documents is asked for, and what it notes."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from graph.formats.reading import Omissions
from ingest.errors import CorpusFormatError

A = TypeVar("A")
T = TypeVar("T")


def refuse(error: CorpusFormatError) -> None:
    """Raise ``error``: what is done about a problem where nothing else was asked for."""
    raise error


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader is asked for.

    Attributes:
        id_prefix: Prefix for ids that come without one and do not show where they belong.
        omissions: Where the reader notes what it left out, or could only take as something else.
        problem: What is done about something that breaks the format. Where it returns instead of raising, what has
            the problem is passed over and reading goes on.
    """

    id_prefix: str = "MESH"
    omissions: Omissions = field(default_factory=Omissions, compare=False)
    problem: Callable[[CorpusFormatError], None] = refuse

    def each(self, make: Callable[[A], T], items: Iterable[A]) -> Iterator[T]:
        """Yield what ``make`` returns for each of ``items``, without those that it has a problem with."""
        for item in items:
            try:
                made = make(item)
            except CorpusFormatError as error:
                self.problem(error)
            else:
                yield made

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Give what breaks the format here to :attr:`problem`; where that returns, the rest of the block is left."""
        try:
            yield
        except CorpusFormatError as error:
            self.problem(error)
