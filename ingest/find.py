"""Ways to find mentions in a text: each is a function from text to mentions, and several make one."""

from collections.abc import Callable

from ingest.convention import PLAIN, Convention
from ingest.detect import detect
from ingest.document import Mention
from ingest.lexicon import Lexicon

Find = Callable[[str], tuple[Mention, ...]]
"""Returns the mentions in a text, by position."""


def dictionary(lexicon: Lexicon, *, types: frozenset[str] | None = None, convention: Convention = PLAIN) -> Find:
    """Return what finds the names of ``lexicon`` that have one of ``types`` (:func:`ingest.detect.detect`)."""
    return lambda text: detect(text, lexicon, types, convention=convention)


def of_types(way: Find, types: frozenset[str]) -> Find:
    """Return what finds those mentions of ``way`` that have one of ``types``, or none."""
    return lambda text: tuple(mention for mention in way(text) if not mention.type or mention.type in types)


def in_turn(*ways: Find) -> Find:
    """Return what finds what the first way finds, then of each later way what overlaps nothing found before."""

    def find(text: str) -> tuple[Mention, ...]:
        taken = bytearray(len(text))
        kept: list[Mention] = []
        for way in ways:
            new = [mention for mention in way(text) if not any(taken[mention.start : mention.end])]
            for mention in new:
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            kept += new
        return tuple(sorted(kept, key=lambda mention: (mention.start, mention.end)))

    return find
