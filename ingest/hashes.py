"""Hashes of many strings, or of many pieces of a text, at once.

Polynomials modulo 2**64 over prefix sums, so that any number of overlapping pieces costs linear time (Rabin and Karp
1987). Unequal strings may share a hash: compare them before believing one.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ingest.strings import code_points

Hashes: TypeAlias = npt.NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_CHUNK = 1 << 12
_SPACE = np.uint64(ord(" ") + 1)
_BITS_PER_HASH = 16
_MIN_BITS = 10


def string_hashes(strings: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Return the hash of each string, ``(strings,)``; never dependent on the process or the machine."""
    hashes = [np.zeros(0, np.uint64)]
    for first in range(0, len(strings), _CHUNK):
        chunk = strings[first : first + _CHUNK]
        lengths = np.fromiter(map(len, chunk), np.int64, len(chunk))
        ends = np.cumsum(lengths)
        hashes.append(piece_hashes(code_points("".join(chunk)), ends - lengths, ends))
    return np.concatenate(hashes)


def spaced(hashes: npt.NDArray[np.uint64], lengths: npt.NDArray[np.int64]) -> tuple[Hashes, Hashes]:
    """Return what makes the hash of "word rest" from that of "rest": a term to add and a factor to multiply with.

    Args:
        hashes: ``(words,)`` hashes of words.
        lengths: ``(words,)`` their characters.
    """
    powers = _powers(_BASE, int(lengths.max(initial=0)) + 2)
    return hashes + _SPACE * powers[lengths], powers[lengths + 1]


def scattered(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return hashes whose sums tell sets of strings apart (sums of :func:`string_hashes` do not); never reversed.

    The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
    """
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def set_hashes(sets: Sequence[Sequence[str]]) -> npt.NDArray[np.uint64]:
    """Return for each set of strings, none repeated, the sum of their scattered hashes; 0 for none."""
    number: dict[str, int] = {}
    numbers = np.array([number.setdefault(string, len(number)) for strings in sets for string in strings], np.int64)
    sums = np.zeros(len(numbers) + 1, np.uint64)
    np.cumsum(scattered(string_hashes(list(number)))[numbers], out=sums[1:])
    ends = np.cumsum(np.fromiter(map(len, sets), np.int64, len(sets)))
    found: npt.NDArray[np.uint64] = np.diff(sums[ends], prepend=np.uint64(0))
    return found


class HashSet:
    """Sorted hashes, asked for many at once: a table of bits that fits a cache turns most strangers away.

    Args:
        hashes: Ascending.
    """

    def __init__(self, hashes: npt.NDArray[np.uint64]) -> None:
        self._hashes = hashes

    def holds(self, wanted: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        """Return whether each of ``wanted`` is there."""
        if not len(self._hashes):
            return np.zeros(len(wanted), bool)
        bits, shift = self._table
        slots = wanted >> shift
        there: npt.NDArray[np.bool_] = (bits[slots >> np.uint64(3)] >> (slots & np.uint64(7)).astype(np.uint8)) & 1 > 0
        hopeful = np.flatnonzero(there)
        places = np.minimum(self._hashes.searchsorted(wanted[hopeful]), len(self._hashes) - 1)
        there[hopeful] = self._hashes[places] == wanted[hopeful]
        return there

    @cached_property
    def _table(self) -> tuple[npt.NDArray[np.uint8], np.uint64]:
        size = max(_MIN_BITS, (_BITS_PER_HASH * len(self._hashes)).bit_length() - 1)
        shift = np.uint64(64 - size)
        slots = np.zeros(1 << size, bool)
        slots[self._hashes >> shift] = True
        return np.packbits(slots, bitorder="little"), shift


def piece_hashes(
    codes: npt.NDArray[np.uint32], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint64]:
    """Return the hash of each ``codes[start:end]``, the same as that of the string wherever it stands.

    Args:
        codes: ``(characters,)`` code points.
        starts: ``(pieces,)`` first characters.
        ends: ``(pieces,)`` one past the last characters.
    """
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(_powers(_BASE, len(codes)) * (codes.astype(np.uint64) + np.uint64(1)), out=sums[1:])
    hashes: npt.NDArray[np.uint64] = (sums[ends] - sums[starts]) * _powers(_INVERSE, len(codes) + 1)[starts]
    return hashes


def _powers(base: int, n: int) -> npt.NDArray[np.uint64]:
    powers = np.full(n, base, np.uint64)
    powers[:1] = 1
    return np.multiply.accumulate(powers)
