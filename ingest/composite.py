"""Mentions of several things that share words: "breast and ovarian cancer", "hypopigmentation of skin or hair"."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from ingest.loose import loose_words
from ingest.runs import ADJECTIVE, APART
from ingest.words import Words

CONJUNCTION = re.compile(r",? (?:and|or|and/or) |, |/")
"""What stands between the parts of a mention of several things."""

_MAX_SHARED, _MAX_PART, _MAX_PARTS = 2, 3, 32
"""Most words that parts share at their end and that a part has of its own, and most parts before a conjunction."""

_LEAD = re.compile(r".*\b(?:of|in|for|to)(?: the)? ")
_COMMA = re.compile(r",\s{1,3}")
_SIDE_BY_SIDE = re.compile(r"\s{1,3}|[-\u2010]|['’]s\s")
_SLASH = re.compile("/")
_AND = frozenset(("and", "or"))


class Reading(NamedTuple):
    """What one part of a composite mention names if it is given the words that it shares.

    Attributes:
        start: First character of the mention.
        end: One past its last.
        key: Normal form of the part with the shared words.
        alone: Normal form of the part without them: where this is a name, it shares nothing.
        part: Which part it is; of its readings the first that is a name counts.
    """

    start: int
    end: int
    key: str
    alone: str
    part: tuple[int, int]


def parts(text: str) -> Iterator[str]:
    """Yield what "breast and ovarian cancer" names: its first parts with the last word, then its last part.

    After these, its first parts with the last two words, and its last part with the words that lead the first one
    ("hypopigmentation of" skin or hair, "short" nose and philtrum). Nothing for a mention of one thing.
    """
    *firsts, last = CONJUNCTION.split(text)
    if not firsts:
        return
    words = last.split(" ")
    yield from (f"{part} {words[-1]}" for part in firsts)
    yield last
    if len(words) > _MAX_SHARED:
        yield from (f"{part} {' '.join(words[-2:])}" for part in firsts)
    if lead := _LEAD.match(firsts[0]):
        yield lead.group() + last
    elif " " in firsts[0]:
        yield f"{firsts[0].split(' ')[0]} {last}"


def readings(text: str, words: Words, names: Iterable[tuple[int, int]]) -> Iterator[Reading]:
    """Yield what things that a conjunction joins may name with the words of a name on its other side.

    A mention goes from the first word of the part to the last word that is shared, as in the HPO gold standard corpus:
    "otic and renal anomalies", "hypopigmentation of skin or hair". Of one part the longer ones come first.

    Args:
        text: A text.
        words: Its words.
        names: Where names are in it, [start, end) in characters.
    """
    line = _Line(text, words)
    joints = list(line.joints())
    after, before = _beside(joints, words, list(names))
    for stop, first in joints:
        for last in (*after.get(first, ()), *after.get(first + 1, ())):
            yield from line.shared_ends(stop, first, last)
        for start in before.get(stop, ()):
            yield from line.shared_leads(start, stop, first, beyond=max(after.get(first, (first,))))


def _beside(
    joints: list[tuple[int, int]], words: Words, names: list[tuple[int, int]]
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return the names beside conjunctions: their ends by their first word, and their first words by their ends."""
    spans = np.array(sorted(set(names)), np.int64).reshape(-1, 2)
    firsts = words.starts.searchsorted(spans[:, 0])
    lasts = words.ends.searchsorted(spans[:, 1], side="right")
    stops, starts = np.array(joints, np.int64).reshape(-1, 2).T
    after: dict[int, list[int]] = {}
    before: dict[int, list[int]] = {}
    for name in np.flatnonzero(np.isin(firsts, starts) | np.isin(firsts, starts + 1) | np.isin(lasts, stops)).tolist():
        first, last = int(firsts[name]), int(lasts[name])
        after.setdefault(first, []).insert(0, last)
        before.setdefault(last, []).append(first)
    return after, before


class _Line:
    """Words of a text, to be asked what a conjunction among them joins."""

    def __init__(self, text: str, words: Words) -> None:
        self._text, self._words = text, words
        self._starts, self._ends = words.starts.tolist(), words.ends.tolist()
        self._forms = list(map(words.forms.__getitem__, words.numbers.tolist()))

    def joints(self) -> Iterator[tuple[int, int]]:
        """Yield for each conjunction where the words before it stop, and the first word after it."""
        for word in self._with_form(_AND):
            if self._is_joined(word) and (self._is_joined(word - 1) or self._is_comma(word - 1)):
                yield word, word + 1
        slashes = [match.start() for match in re.finditer("/", self._text)]
        for word in np.flatnonzero(np.isin(self._words.ends, slashes)).tolist():
            if self._forms[word : word + 2] == ["and", "or"]:
                yield word, word + 2
            elif self._between(word, _SLASH):
                yield word + 1, word + 1

    def _with_form(self, forms: frozenset[str]) -> list[int]:
        """Return which words have one of ``forms``."""
        numbers = [number for number, form in enumerate(self._words.forms) if form in forms]
        found: list[int] = np.flatnonzero(np.isin(self._words.numbers, numbers)).tolist()
        return found

    def shared_ends(self, stop: int, first: int, last: int) -> Iterator[Reading]:
        """Yield the parts before ``stop`` with the last words of the one [``first``, ``last``)."""
        for start, end in self._items(stop) if self._means(first) else ():
            if self._forms[last - 1] in self._forms[start:end]:
                return
            if self._means(start) and self._means(end - 1):
                for shared in range(max(first + 1, last - _MAX_SHARED), last):
                    alone = self._key(start, end)
                    key = f"{alone} {self._key(shared, last)}"
                    yield Reading(self._starts[start], self._ends[last - 1], key, alone, (stop, end))

    def shared_leads(self, start: int, stop: int, first: int, *, beyond: int) -> Iterator[Reading]:
        """Yield the part from ``first`` to ``beyond`` and on with the first words of the name [``start``, ``stop``)."""
        if self._is_comma(stop - 1):
            return
        first += self._forms[first : first + 1] == ["the"]
        for last in range(min(self._run_end(first), first + _MAX_SHARED), max(first, beyond), -1):
            if self._means(first) and self._may_end(last - 1):
                for own in range(max(start + 1, stop - _MAX_SHARED), stop):
                    alone = self._key(first, last)
                    key = f"{self._key(start, own)} {alone}"
                    yield Reading(self._starts[start], self._ends[last - 1], key, alone, (stop, stop + 1))

    def _means(self, word: int) -> bool:
        return self._forms[word] not in APART and bool(loose_words(self._forms[word]))

    def _may_end(self, word: int) -> bool:
        """Return whether a mention may end with ``word``: it means something and is no adjective."""
        return self._means(word) and not self._forms[word].endswith(ADJECTIVE)

    def _items(self, stop: int) -> Iterator[tuple[int, int]]:
        """Yield the words [start, stop) of the parts before the conjunction at ``stop``, longer ones first."""
        for _ in range(_MAX_PARTS):
            first = self._run_start(stop)
            if first == stop:
                return
            yield from ((start, stop) for start in range(first, stop))
            if self._is_comma(first - 1):
                stop = first
            elif first and self._forms[first - 1] in _AND:
                stop = first - 1
            else:
                return

    def _run_start(self, stop: int) -> int:
        """Return the first of the words that stand side by side up to ``stop``, after any conjunction."""
        start = stop
        while start > max(0, stop - _MAX_PART) and self._forms[start - 1] not in _AND:
            if start < stop and not self._is_joined(start - 1):
                break
            start -= 1
        return start

    def _run_end(self, first: int) -> int:
        """Return one past the last of the words that stand side by side from ``first``, before any conjunction."""
        end = first
        while end < min(first + _MAX_PART, len(self._forms)) and self._forms[end] not in _AND:
            if end > first and not self._is_joined(end - 1):
                break
            end += 1
        return end

    def _is_joined(self, word: int) -> bool:
        """Return whether nothing but a space or a hyphen stands between ``word`` and the next one."""
        return self._between(word, _SIDE_BY_SIDE)

    def _is_comma(self, word: int) -> bool:
        return self._between(word, _COMMA)

    def _between(self, word: int, gap: re.Pattern[str]) -> bool:
        if not 0 <= word < len(self._forms) - 1:
            return False
        return gap.fullmatch(self._text, self._ends[word], self._starts[word + 1]) is not None

    def _key(self, first: int, last: int) -> str:
        return " ".join(self._forms[first:last])
