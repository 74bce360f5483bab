"""Mentions of several things that share words: "breast and ovarian cancer", "hypopigmentation of skin or hair"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.loose import loose_words
from ingest.runs import ADJECTIVE, APART
from ingest.words import Words

CONJUNCTION = re.compile(r",? (?:and|or|and/or) |, |/")
"""What stands between the parts of a mention of several things."""

_MAX_SHARED, _MAX_PART, _MAX_WHOLE = 2, 3, 5
"""Most words that parts share at their end, that a part has of its own, and that the whole part has."""

_LEAD = re.compile(r".*\b(?:of|in|for|to)(?: the)? ")
_COMMA = re.compile(r",\s{1,3}")
_SIDE_BY_SIDE = re.compile(r"\s{1,3}|[-\u2010]|['’]s\s")
_AND = frozenset(("and", "or"))
_ARTICLES = frozenset(("the", "a", "an"))


class Reading(NamedTuple):
    """What one part of a composite mention names if it is given the words that it shares.

    Attributes:
        start: First character of the mention.
        end: One past its last.
        key: Normal form of the part with the shared words.
        alone: Normal form of the part without them: where this is a name, it shares nothing.
        whole: Normal form of the part that has all its words.
        part: Which part it is; of its readings the first that is a name counts.
    """

    start: int
    end: int
    key: str
    alone: str
    whole: str
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


def readings(text: str, words: Words) -> Iterator[Reading]:
    """Yield what every two or more things that a conjunction joins may name with words that they share.

    A mention goes from the first word of the part to the last word that is shared, as in the HPO gold standard corpus:
    "otic and renal anomalies", "hypopigmentation of skin or hair". Longer ones first.
    """
    forms = [words.forms[number] for number in words.numbers.tolist()]
    if _AND.isdisjoint(forms):
        return
    line = _Line(text, forms, words.starts.tolist(), words.ends.tolist())
    for place, form in enumerate(forms):
        if form in _AND:
            yield from line.shared_ends(place)
            yield from line.shared_leads(place)


class _Line:
    """Words of a text, to be asked what a conjunction among them joins."""

    def __init__(self, text: str, forms: list[str], starts: list[int], ends: list[int]) -> None:
        self._text, self._forms, self._starts, self._ends = text, forms, starts, ends

    def shared_ends(self, place: int) -> Iterator[Reading]:
        """Yield the parts before the conjunction at ``place`` with the last words of the one after it."""
        if not self._is_joined(place) or self._forms[place + 1] in _ARTICLES:
            return
        items = list(self._items(place))
        first = place + 1
        for last in range(self._run_end(first), first + 1, -1):
            whole = self._key(first, last)
            for shared in range(max(first + 1, last - _MAX_SHARED), last):
                for start, stop in items:
                    if self._forms[last - 1] in self._forms[start:stop]:
                        break
                    if self._may_begin(start) and self._may_begin(stop - 1) and self._may_end(last - 1):
                        alone = self._key(start, stop)
                        key = f"{alone} {self._key(shared, last)}"
                        yield Reading(self._starts[start], self._ends[last - 1], key, alone, whole, (place, stop))

    def shared_leads(self, place: int) -> Iterator[Reading]:
        """Yield the part after the conjunction at ``place`` with the first words of the one before it."""
        if not self._is_joined(place) or not self._is_joined(place - 1):
            return
        first = place + 1 + (self._forms[place + 1] in _ARTICLES)
        for start in range(self._run_start(place, most=_MAX_WHOLE), place - 1):
            whole = self._key(start, place)
            for own in range(max(start + 1, place - _MAX_SHARED), place):
                for last in range(min(self._run_end(first), first + _MAX_SHARED), first, -1):
                    if self._may_begin(start) and self._may_begin(first) and self._may_end(last - 1):
                        alone = self._key(first, last)
                        key = f"{self._key(start, own)} {alone}"
                        yield Reading(self._starts[start], self._ends[last - 1], key, alone, whole, (place, place))

    def _may_begin(self, word: int) -> bool:
        """Return whether ``word`` means something."""
        return self._forms[word] not in APART and bool(loose_words(self._forms[word]))

    def _may_end(self, word: int) -> bool:
        """Return whether a mention may end with ``word``: it means something and is no adjective."""
        return self._may_begin(word) and not self._forms[word].endswith(ADJECTIVE)

    def _items(self, stop: int) -> Iterator[tuple[int, int]]:
        """Yield the words [start, stop) of the parts before the conjunction at ``stop``, longer ones first."""
        while self._is_comma(stop - 1) or (self._forms[stop] in _AND and self._is_joined(stop - 1)):
            first = self._run_start(stop, most=_MAX_PART)
            yield from ((start, stop) for start in range(first, stop))
            stop = first - 1 if first and self._forms[first - 1] in _AND else first

    def _run_start(self, stop: int, *, most: int) -> int:
        """Return the first of the words that stand side by side up to ``stop``, after any conjunction."""
        start = stop
        while start > 0 and stop - start < most and self._forms[start - 1] not in _AND:
            if start < stop and not self._is_joined(start - 1):
                break
            start -= 1
        return start

    def _run_end(self, first: int) -> int:
        """Return one past the last of the words that stand side by side from ``first``, before any conjunction."""
        end = first
        while end < min(first + _MAX_WHOLE, len(self._forms)) and self._forms[end] not in _AND:
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
