"""Which keys look alike: exact cosine search over character trigrams.

A key is the set of its character trigrams (with one space before and after it), each weighted by its squared inverse
document frequency; two keys q and d have the cosine ``S / (|q| |d|)``, where ``S`` is the weight of the trigrams that
they share and ``|x|`` the root of the weight of all of x's: the cosine of their binary TF-IDF vectors.

Nothing is approximated. For a threshold t three bounds leave out most of the index: ``t |q| <= |d|`` and a key cannot
share more weight than is left of q (keys are stored by ``|d|``, so both cut a slice out of every list); keys that share
only the commonest trigrams of q cannot reach t, so those lists are hardly read (prefix filtering: Bayardo, Ma and
Srikant 2007); and what was found in the lists that were read, plus all that was skipped, must reach ``t |q| |d|``
before a key is compared in full. Weights are integers: no score depends on the order of addition.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.strings import code_points

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_CHUNK = 1 << 15
_WEIGHT_SCALE = 256
_TABLE = 1 << 24
_SLACK = 1e-5
_READ_ON = 0.8
_UNICODE = 0x110000
_ZERO = np.zeros(1, np.int64)
_NONE = np.zeros(0, np.int64)


class Hits(NamedTuple):
    """Stored keys similar to a query: ``(hits,)`` positions, ascending, and their cosines."""

    keys: Ints
    scores: Floats


_NO_HITS = Hits(_NONE, np.zeros(0, np.float64))


class _Scratch(NamedTuple):
    """Zeros to work on: for every stored key the weight found so far, for every trigram its weight in the query."""

    found: Ints
    query: Ints


class NgramIndex:
    """Inverted lists of trigrams over stored keys.

    Args:
        arrays: What :func:`build` returned.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._grams: Ints = arrays["grams"]
        self._weights: Ints = arrays["weights"]
        self._lists, self._list_ends = arrays["lists"], arrays["list_ends"]
        self._sets, self._set_ends = arrays["sets"], arrays["set_ends"]
        self._squares: Ints = arrays["squares"]
        self._norms: Floats = np.sqrt(self._squares)
        self._norms32 = self._norms.astype(np.float32)
        self._narrow = np.int32 if self._weights.sum() < 1 << 31 else np.int64
        self._unseen = int(_weights(np.zeros(1, np.int64), len(self._squares))[0])

    def search(self, keys: Sequence[str], *, threshold: float) -> Iterator[Hits]:
        """Yield, for each of ``keys``, every stored key with a cosine of at least ``threshold``.

        A trigram that no stored key has weighs as much as the rarest could.

        Args:
            keys: Normal forms; an empty one has no hits.
            threshold: In (0, 1].
        """
        scratch = _Scratch(np.zeros(len(self._squares), self._narrow), np.zeros(len(self._grams), np.int64))
        for first in range(0, len(keys), _CHUNK):
            chunk = keys[first : first + _CHUNK]
            alphabet = _alphabet(chunk)
            codes, ends = _gram_codes(chunk, alphabet)
            grams = _positions(_spelled(codes, alphabet), self._grams)
            for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
                known = grams[start:end][grams[start:end] >= 0]
                unseen = (end - start - len(known)) * self._unseen
                yield self._search(known, unseen, threshold, scratch) if len(known) else _NO_HITS

    def _search(self, grams: Ints, unseen: int, threshold: float, scratch: "_Scratch") -> Hits:
        weights = self._weights[grams]
        rarest_first = np.argsort(-weights, kind="stable")
        grams, weights = grams[rarest_first], weights[rarest_first]
        square = int(weights.sum()) + unseen
        needed = threshold * math.sqrt(square) * (1 - _SLACK)
        keys = self._hopeful(grams, weights, needed, scratch.found)
        if not len(keys):
            return _NO_HITS
        scratch.query[grams] = weights
        scores = self._shared_weight(keys, scratch.query) / np.sqrt(square * self._squares[keys])
        scratch.query[grams] = 0
        enough = scores >= threshold
        return Hits(keys[enough], np.minimum(scores[enough], 1.0))

    def _hopeful(self, grams: Ints, weights: Ints, needed: float, found: Array) -> Ints:
        """Return the keys whose shared weight may reach ``needed`` times their norm, ascending.

        ``grams`` come rarest first. A list is read as far as the keys that could still be missed by a margin: what
        is ahead of it, itself included, weighs more than ``_READ_ON`` of what they need.
        """
        ahead = np.append(np.cumsum(weights[::-1])[::-1], 0)
        first = int(self._norms.searchsorted(needed))
        lasts = self._norms.searchsorted(ahead[:-1] / (_READ_ON * needed), side="right").tolist()
        lists = [
            self._list(gram, first, last) for gram, last in zip(grams.tolist(), lasts, strict=True) if first < last
        ]
        if not lists:
            return _NONE
        keys = np.concatenate(lists, dtype=np.intp)
        np.add.at(found, keys, np.repeat(weights[: len(lists)].astype(found.dtype), [len(part) for part in lists]))
        need = np.float32(needed) * self._norms32[keys]
        skipped = ahead[len(ahead) - ahead[::-1].searchsorted(np.float32(_READ_ON) * need)]
        hopeful: Ints = np.unique(keys[found[keys] + skipped >= need])
        found[keys] = 0
        return hopeful

    def _list(self, gram: int, first: int, last: int) -> npt.NDArray[np.int32]:
        """Return the keys in [first, last) that have ``gram``."""
        keys: npt.NDArray[np.int32] = self._lists[self._list_ends[gram] : self._list_ends[gram + 1]]
        start, end = keys.searchsorted((first, last))
        return keys[start:end]

    def _shared_weight(self, keys: Array, query: Ints) -> Ints:
        """Return what the trigrams of each of ``keys`` weigh in ``query`` (a weight for every trigram)."""
        if not len(keys):
            return _NONE
        starts = self._set_ends[keys]
        sizes = self._set_ends[keys + 1] - starts
        before = np.cumsum(sizes) - sizes
        where = np.repeat(starts - before, sizes) + np.arange(before[-1] + sizes[-1])
        shared: Ints = np.add.reduceat(query[self._sets[where]], before)
        return shared


def build(keys: Sequence[str]) -> tuple[dict[str, Array], Ints]:
    """Return the arrays of an index over ``keys`` (distinct, none empty), and which key stands at each position."""
    alphabet = _alphabet(keys)
    parts = [_gram_codes(keys[first : first + _CHUNK], alphabet) for first in range(0, len(keys), _CHUNK)]
    codes = np.concatenate([_NONE, *(codes for codes, _ in parts)])
    sizes = np.concatenate([_NONE, *(np.diff(ends) for _, ends in parts)])
    del parts
    grams, sets = _number(codes, len(alphabet) ** 3)
    del codes
    weights = _weights(np.bincount(sets, minlength=len(grams)), len(keys))
    starts = np.cumsum(sizes) - sizes
    squares = np.add.reduceat(weights[sets], starts) if len(keys) else _NONE
    order = np.argsort(squares, kind="stable")
    sizes, squares = sizes[order], squares[order]
    set_ends = np.concatenate((_ZERO, np.cumsum(sizes)))
    sets = sets[np.repeat(starts[order] - set_ends[:-1], sizes) + np.arange(len(sets))]
    lists = sets.astype(np.int64) * len(keys) + np.repeat(np.arange(len(keys)), sizes)
    lists.sort()
    lists %= max(len(keys), 1)
    arrays: dict[str, Array] = {
        "grams": _spelled(grams, alphabet),
        "weights": weights,
        "squares": squares,
        "sets": sets,
        "set_ends": set_ends,
        "lists": lists.astype(np.int32),
        "list_ends": np.concatenate((_ZERO, np.cumsum(np.bincount(sets, minlength=len(grams))))),
    }
    return arrays, order


def _alphabet(keys: Sequence[str]) -> Array:
    """Return the code points of ``keys`` and the space, ascending."""
    points = code_points(" ".join(keys) + " ")
    seen = np.zeros(int(points.max()) + 1, bool)
    seen[points] = True
    alphabet: Array = np.flatnonzero(seen)
    return alphabet


def _gram_codes(keys: Sequence[str], alphabet: Array) -> tuple[Ints, Ints]:
    """Return each key's distinct trigrams, coded and sorted, after one another, and where each key's begin and end.

    A code is three digits, the characters' ranks in ``alphabet``, which holds them all.
    """
    lengths = np.fromiter(map(len, keys), np.int64, len(keys))
    points = code_points("".join(f" {key} " for key in keys))
    base = len(alphabet)
    rank = np.zeros(int(alphabet[-1]) + 1, np.int64)
    rank[alphabet] = np.arange(base)
    ranks = rank[points]
    codes = (ranks[:-2] * base + ranks[1:-1]) * base + ranks[2:]
    inside = np.ones(len(points), bool)
    last = np.cumsum(lengths + 2) - 1
    inside[last] = inside[last - 1] = False
    inside[last[lengths == 0]] = False
    codes = codes[inside[:-2]]
    values, span = None, base**3
    if span > _TABLE:
        values, codes = np.unique(codes, return_inverse=True)
        span = max(len(values), 1)
    owned = np.repeat(np.arange(len(keys)) * span, lengths) + codes
    owned.sort()
    owned = owned[np.diff(owned, prepend=-1) > 0]
    sizes = np.bincount(owned // span, minlength=len(keys))
    codes = owned % span
    return codes if values is None else values[codes], np.concatenate((_ZERO, np.cumsum(sizes)))


def _spelled(codes: Ints, alphabet: Array) -> Ints:
    """Return ``codes`` with code points for ranks: the same whatever the alphabet, and in the same order."""
    base = len(alphabet)
    first, second, third = alphabet[codes // base**2], alphabet[codes // base % base], alphabet[codes % base]
    spelled: Ints = (first * _UNICODE + second) * _UNICODE + third
    return spelled


def _positions(wanted: Ints, stored: Ints) -> Ints:
    """Return where each of ``wanted`` stands in ``stored`` (sorted), or -1."""
    if not len(stored):
        return np.full(len(wanted), -1)
    places: Ints = np.minimum(stored.searchsorted(wanted), len(stored) - 1)
    places[stored[places] != wanted] = -1
    return places


def _number(codes: Ints, span: int) -> tuple[Ints, Array]:
    """Return the distinct ``codes`` (each below ``span``), sorted, and for each code which of them it is."""
    if span > _TABLE:
        grams, numbers = np.unique(codes, return_inverse=True)
        return grams, numbers.astype(np.int32)
    seen = np.zeros(span, bool)
    seen[codes] = True
    numbers = np.cumsum(seen, dtype=np.int32) - 1
    alphabet: Array = np.flatnonzero(seen)
    return alphabet, numbers[codes]


def _weights(counts: Ints, n_keys: int) -> Ints:
    """Return squared inverse document frequencies of trigrams that ``counts`` of ``n_keys`` keys have."""
    weights: Ints = np.rint(np.log((n_keys + 1) / (counts + 1)) ** 2 * _WEIGHT_SCALE).astype(np.int64) + 1
    return weights
