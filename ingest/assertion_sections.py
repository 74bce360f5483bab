"""Headings of clinical notes that say something of all that stands below them: "FAMILY HISTORY:", "PMH:"."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from ingest.assertion_rules import sections

_COLON = re.compile(r"[A-Za-z)][ \t]?:")
_HEADING = re.compile(
    r"(?:^|[\n.,;:])[ \t]*(?:[-*•#>]+[ \t]*|\d{1,2}[.)][ \t]*)?([A-Z][A-Za-z /&'()-]{0,50}[A-Za-z)])[ \t]?:$"
)
_LONGEST = 60
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")


class Sections:
    """What the headings of a text say.

    A heading begins a line or follows a mark, has a capital letter first and a colon last. Its section, to which it
    belongs itself, ends at the next heading, or at an empty line after its first words.

    Args:
        text: Raw text.
    """

    def __init__(self, text: str) -> None:
        headings = [*_headings(text), (len(text), len(text), "")]
        self._starts: list[int] = []
        self._said: list[str] = []
        for (start, end, name), (after, _, _) in pairwise(headings):
            self._add(start, _status(name))
            words = re.compile(r"\S").search(text, end, after) if self._said[-1] else None
            gap = _EMPTY_LINE.search(text, words.end(), after) if words else None
            if gap:
                self._add(gap.end(), "")

    def _add(self, start: int, status: str) -> None:
        self._starts.append(start)
        self._said.append(status)

    def at(self, place: int) -> str:
        """Return what the heading over the character ``place`` says; empty for nothing."""
        section = bisect_right(self._starts, place) - 1
        return self._said[section] if section >= 0 else ""


def _headings(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each heading begins and ends, and its words."""
    for colon in _COLON.finditer(text):
        low = max(0, colon.end() - _LONGEST)
        heading = _HEADING.search(text, low, colon.end())
        if heading and (heading.start() > low or low == 0):
            yield heading.start(1), heading.end(), heading[1]


def _status(name: str) -> str:
    form = " ".join(name.lower().split())
    return next((status for status, pattern in sections() if pattern.fullmatch(form)), "")
