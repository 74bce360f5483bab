"""The words of many texts at once, in arrays."""

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.normalize import word_form
from ingest.scripts import LETTER, MARK, UNSPACED
from ingest.strings import code_points

BOUNDARY = "\n" * 4
"""What stands between texts that are read together: more than may lie between two words of a name."""

_UNKNOWN, _OTHER, _LETTER, _MARK, _UNSPACED = range(5)
_CLASSES = ((_UNSPACED, re.compile(f"[{UNSPACED}]")), (_MARK, re.compile(f"[{MARK}]")), (_LETTER, re.compile(LETTER)))
_POSSESSIVE = re.compile(r"(?<=\w['’])s\b")
_CLASS = np.zeros(0x110000, np.uint8)
"""Class of each code point, filled in as characters are met."""

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Words(NamedTuple):
    """Words of a text, in order.

    Attributes:
        starts: ``(words,)`` first characters.
        ends: ``(words,)`` one past the last characters.
        numbers: ``(words,)`` which of ``forms`` each word has.
        unspaced: ``(words,)`` whether it is a letter of a script without spaces.
        forms: Distinct normal forms; none is empty.
    """

    starts: Ints
    ends: Ints
    numbers: Ints
    unspaced: Mask
    forms: list[str]


def words(text: str) -> Words:
    """Return the words of ``text``, the same as :func:`ingest.normalize.tokens` gives; linear in its length."""
    starts, ends, unspaced = _spans(text, code_points(text))
    spelled = [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    by_spelling, by_form = _Numbers(), _Numbers()
    number = np.array([by_spelling[word] for word in spelled], np.int64)
    numbers = np.array([by_form[word_form(word)] for word in by_spelling], np.int64)[number]
    if "" in by_form:
        kept = numbers != by_form[""]
        starts, ends, numbers, unspaced = starts[kept], ends[kept], numbers[kept], unspaced[kept]
    return Words(starts, ends, numbers, unspaced, list(by_form))


class _Numbers(dict[str, int]):
    """Numbers strings as they are first asked for."""

    def __missing__(self, key: str) -> int:
        self[key] = number = len(self)
        return number


def _spans(text: str, codes: npt.NDArray[np.uint32]) -> tuple[Ints, Ints, Mask]:
    """Return where words start and end, and which are letters of scripts without spaces."""
    classes = _classes(codes)
    of = _owners(classes)
    begins = (classes == _UNSPACED) | ((of == _LETTER) & (np.concatenate(([_OTHER], of[:-1])) != _LETTER))
    inside = of >= _LETTER
    stops = inside & np.concatenate((begins[1:] | ~inside[1:], np.ones(min(1, len(codes)), bool)))
    starts, ends = np.flatnonzero(begins), np.flatnonzero(stops) + 1
    kept = ~_possessives(text, codes, starts)
    return starts[kept], ends[kept], classes[starts[kept]] == _UNSPACED


def _classes(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    classes: npt.NDArray[np.uint8] = _CLASS[codes]
    if not classes.all():
        for code in np.unique(codes[classes == _UNKNOWN]).tolist():
            _CLASS[code] = next((name for name, pattern in _CLASSES if pattern.match(chr(code))), _OTHER)
        classes = _CLASS[codes]
    return classes


def _owners(classes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return ``classes`` with that of the letter, or whatever, that it follows for each mark."""
    marks = classes == _MARK
    if not marks.any():
        return classes
    last = np.maximum.accumulate(np.where(marks, 0, np.arange(len(classes))))
    owners: npt.NDArray[np.uint8] = np.where(marks[last], _OTHER, classes[last]).astype(np.uint8)
    return owners


def _possessives(text: str, codes: npt.NDArray[np.uint32], starts: Ints) -> Mask:
    """Return which words are the ``s`` of a possessive."""
    found: Mask = np.isin(codes[starts - 1], (ord("'"), ord("’"))) & (codes[starts] == ord("s")) & (starts >= 2)
    for word in np.flatnonzero(found).tolist():
        found[word] = _POSSESSIVE.match(text, int(starts[word])) is not None
    return found
