"""Which runs of words may be names: found by their hashes, without spelling them out."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.hashes import set_hashes, spaced, string_hashes
from ingest.lexicon import Lexicon
from ingest.loose import loose_words
from ingest.strings import code_points
from ingest.words import Ints, Mask, Words

MAX_WORDS = 8
"""Most words of a name that is looked for; letters of a script without spaces count a third each."""

_LETTERS_PER_WORD = 3
_STOPS = r"\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f"  # Chinese and Japanese
_GAP = re.compile(rf"(?:['’]s)?\s{{0,3}}|[^\s.;:!?{_STOPS}]{{1,3}}|\.")
_LOOSE_GAP = re.compile(r"(?:['’]s)?\s{1,3}|[-\u2010/]")
APART = frozenset("and or nor but by with without due no not than as at for from in on per to vs versus".split())
_NOUNS = frozenset("disease disorder syndrome morphology shape".split())
ADJECTIVE = ("ac", "al", "ar", "ary", "ian", "ic", "ive", "ory", "ous")


class Runs(NamedTuple):
    """Runs [first, last) of words, as ``(runs,)`` positions."""

    firsts: Ints
    lasts: Ints


def exact_runs(text: str, words: Words, lexicon: Lexicon) -> Runs:
    """Return every run whose joined forms have the hash of a key and whose words may be one name's."""
    lengths = np.fromiter(map(len, words.forms), np.int64, len(words.forms))
    hashes = string_hashes(words.forms)
    plus, times = (of_form[words.numbers] for of_form in spaced(hashes, lengths))
    run = hashes[words.numbers]
    size = np.where(words.unspaced, 1, _LETTERS_PER_WORD)
    found: list[tuple[Ints, int]] = []
    for n, firsts in _windows(_joined(text, words, _GAP), size):
        if n > 1:  # a run is its first word and the run that begins at the next one
            run = plus[: len(run) - 1] + times[: len(run) - 1] * run[1:]
        found.append((firsts[lexicon.hashes.holds(run[firsts])], n))
    return _runs(found)


def loose_runs(text: str, words: Words, lexicon: Lexicon) -> Runs:
    """Return every run that has the hash of a key's loose form, of two words or more that mean something.

    Its words stand side by side or with hyphens, with no conjunction or the like between them. It does not end with
    what looks like an adjective: "cancer of the renal" goes on.
    """
    loose = list(map(loose_words, words.forms))
    meaning = np.fromiter(map(len, loose), np.int64, len(loose))
    is_last = (meaning > 0) & ~np.array([form.endswith(ADJECTIVE) for form in words.forms], bool)
    is_last |= np.array([form in _NOUNS for form in words.forms], bool)
    apart = np.array([form in APART for form in words.forms], bool)[words.numbers] | words.unspaced
    joined = _joined(text, words, _LOOSE_GAP) & ~apart
    joined[:-1] &= ~apart[1:]
    sums = _sums(set_hashes(loose)[words.numbers])
    meanings, is_first, is_last = _sums(meaning[words.numbers]), meaning[words.numbers] > 0, is_last[words.numbers]
    found: list[tuple[Ints, int]] = []
    for n, firsts in _windows(joined, np.full(len(joined), _LETTERS_PER_WORD)):
        firsts = firsts[is_first[firsts] & is_last[firsts + n - 1] & (meanings[firsts + n] > meanings[firsts] + 1)]
        found.append((firsts[lexicon.loose_hashes.holds(sums[firsts + n] - sums[firsts])], n))
    return _runs(found)


def _windows(joined: Mask, size: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield, for each number of words, where runs of so many begin that may be one name's."""
    together, sizes = np.ones(len(joined), bool), size
    for n in range(1, MAX_WORDS * _LETTERS_PER_WORD + 1):
        if n > 1:
            together = joined[: len(together) - 1] & together[1:]
            sizes = size[: len(sizes) - 1] + sizes[1:]
        firsts = np.flatnonzero(together & (sizes <= MAX_WORDS * _LETTERS_PER_WORD))
        if not len(firsts):
            return
        yield n, firsts


def _joined(text: str, words: Words, gap: re.Pattern[str]) -> Mask:
    """Return for each word whether what stands between it and the next one is a ``gap`` within a name."""
    joined = np.zeros(len(words.starts), bool)
    starts, ends = words.ends[:-1], words.starts[1:]
    joined[:-1] = one_space = (ends - starts == 1) & (code_points(text)[starts] == ord(" "))
    others = np.flatnonzero(~one_space)
    between = [text[start:end] for start, end in zip(starts[others].tolist(), ends[others].tolist(), strict=True)]
    allowed = {piece: gap.fullmatch(piece) is not None for piece in set(between)}
    joined[others] = [allowed[piece] for piece in between]
    return joined


def _sums(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the sum of all ``values`` before each place, and of all."""
    sums = np.zeros(len(values) + 1, values.dtype)
    np.cumsum(values, out=sums[1:])
    return sums


def _runs(found: list[tuple[Ints, int]]) -> Runs:
    sizes = np.repeat([n for _, n in found], [len(firsts) for firsts, _ in found]).astype(np.int64)
    firsts = np.concatenate([np.zeros(0, np.int64), *(firsts for firsts, _ in found)])
    return Runs(firsts, firsts + sizes)
