"""What a loader is asked to take, and what it notes of the rest."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt

PLACES = 5
"""How many of the places are kept where something was left out."""


@dataclass(frozen=True, slots=True)
class Omission:
    """Rows, terms or statements that a loader left out for one reason.

    Attributes:
        reason: Why, in a few words, such as ``suppressed`` or ``name in another language``.
        count: How many.
        places: The first of them, as ``file:line`` (or ``file`` where a format has no lines).
    """

    reason: str
    count: int
    places: tuple[str, ...]


class Omissions:
    """Counts what loaders leave out on purpose. What breaks a format is an error and does not come here.

    Several threads may note at once.
    """

    def __init__(self) -> None:
        """Start with nothing left out."""
        self._count: Counter[str] = Counter()
        self._places: dict[str, list[str]] = {}
        self._one_at_a_time = Lock()

    def add(self, reason: str, path: Path | str, line: int = 0) -> None:
        """Note that something at ``line`` (1-based; 0 where there are no lines) of ``path`` was left out."""
        self._note(reason, 1, [f"{path}:{line}" if line else str(path)])

    def add_lines(
        self, reason: str, path: Path | str, lines: "Sequence[int] | npt.NDArray[Any]", *, n_further: int = 0
    ) -> None:
        """Note that something at each of ``lines`` (ascending), and ``n_further`` times, was left out."""
        if len(lines) or n_further:
            self._note(reason, len(lines) + n_further, [f"{path}:{line}" for line in lines[:PLACES]])

    def include(self, others: "Omissions") -> None:
        """Add what ``others`` counted, as if it had been noted here."""
        for omission in others:
            self._note(omission.reason, omission.count, omission.places)

    def _note(self, reason: str, count: int, places: Sequence[str]) -> None:
        with self._one_at_a_time:
            self._count[reason] += count
            known = self._places.setdefault(reason, [])
            known.extend(places[: PLACES - len(known)])

    def __iter__(self) -> Iterator[Omission]:
        """Yield one :class:`Omission` a reason, the most frequent first."""
        for reason, count in sorted(self._count.items(), key=lambda pair: (-pair[1], pair[0])):
            yield Omission(reason, count, tuple(self._places[reason]))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a loader is asked for.

    Attributes:
        languages: Languages of names and definitions, as primary subtags of BCP 47 such as ``en``, the first the
            most wanted; empty for all. Text without a language is always taken. A concept that has no name in any
            of them is called by what it has.
        sources: Vocabularies to take from a source that unites several (UMLS, RxNorm); empty for all.
        until: A day (``2015-01-31``): concepts that the source says were created later are retired, as if the ontology
            were the one of that day; they stay in the hierarchy. Empty for all. Only OBO files say when.
        omissions: Where the loader notes what it left out.
    """

    languages: tuple[str, ...] = ("en",)
    sources: frozenset[str] = frozenset()
    until: str = ""
    omissions: Omissions = field(default_factory=Omissions, compare=False)

    def speaks(self, language: str) -> bool:
        """Return whether text in ``language`` (a BCP 47 tag; empty for none) is wanted."""
        return not language or not self.languages or language.lower().partition("-")[0] in self.languages

    def knows(self, created: str) -> bool:
        """Return whether what was created at ``created`` (ISO 8601; empty for unknown) is not too new."""
        return not self.until or created[: len(self.until)] <= self.until

    def takes(self, source: str) -> bool:
        """Return whether ``source`` is wanted."""
        return not self.sources or source in self.sources
