"""What a reader of documents is asked for, and what it notes."""

from collections.abc import Callable, Iterable
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

    def each(self, make: Callable[[A], T], items: Iterable[A]) -> list[T]:
        """Return what ``make`` returns for each of ``items``, without those that it has a problem with."""
        made = []
        for item in items:
            try:
                made.append(make(item))
            except CorpusFormatError as error:
                self.problem(error)
        return made
