"""Hashes of many strings, or of many pieces of a text, at once.

Polynomials modulo 2**64 over prefix sums, so that any number of overlapping pieces costs linear time (Rabin and Karp
1987). Unequal strings may share a hash: compare them before believing one.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ingest.strings import code_points

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_CHUNK = 1 << 12


def string_hashes(strings: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Return the hash of each string, ``(strings,)``; never dependent on the process or the machine."""
    hashes = [np.zeros(0, np.uint64)]
    for first in range(0, len(strings), _CHUNK):
        chunk = strings[first : first + _CHUNK]
        lengths = np.fromiter(map(len, chunk), np.int64, len(chunk))
        ends = np.cumsum(lengths)
        hashes.append(piece_hashes(code_points("".join(chunk)), ends - lengths, ends))
    return np.concatenate(hashes)


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
