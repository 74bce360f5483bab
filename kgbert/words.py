"""A text as the words of an encoder's tokenizer, cut into windows that the encoder can take."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from unicodedata import category

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, by position; none overlaps another.

    Attributes:
        spans: Characters [start, end) of each word.
        pieces: Its word pieces, at least one.
    """

    spans: tuple[tuple[int, int], ...]
    pieces: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.spans)


def words(text: str, tokenizer) -> Words:
    """Return the words of ``text`` as a fast ``tokenizer`` sees them before it cuts them into pieces.

    For BERT's these are runs of letters and digits, single punctuation marks and single Chinese characters. A word has
    the combining marks that follow it, which many tokenizers drop. Characters without a piece (controls) may stand
    between words.
    """
    encoding = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    spans: list[tuple[int, int]] = []
    pieces: list[list[int]] = []
    last = None
    rows = zip(encoding.word_ids(), encoding["offset_mapping"], encoding["input_ids"], strict=True)
    for word, (start, end), piece in rows:
        free = spans[-1][1] if spans else 0
        if spans and (word == last or end <= free):  # one character may give several pieces
            spans[-1] = (spans[-1][0], max(free, end))
            pieces[-1].append(piece)
        elif end > start:
            spans.append((max(start, free), end))
            pieces.append([piece])
        last = word
    return Words(tuple(_with_marks(text, spans)), tuple(map(tuple, pieces)))


def _with_marks(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    limits = (*(start for start, _ in spans[1:]), len(text))
    for (start, end), limit in zip(spans, limits, strict=False):
        while end < limit and text[end] > "\x7f" and category(text[end]).startswith("M"):
            end += 1
        yield start, end


def windows(sizes: Sequence[int], *, room: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Yield runs [first, last) of words that together hold every word.

    Args:
        sizes: Word pieces of each word.
        room: Most pieces of a run (one word that is longer is a run by itself).
        overlap: Most pieces that neighbouring runs share.
    """
    ends = list(accumulate(sizes))
    starts = [end - size for end, size in zip(ends, sizes, strict=True)]
    first, last = 0, 0
    while last < len(sizes):
        last = max(bisect_right(ends, starts[first] + room), first + 1)
        yield first, last
        if last < len(sizes):  # a run that could not take the next word would be of no use
            least = max(starts[last] - overlap, min(ends[last] - room, starts[last]))
            first = max(bisect_left(starts, least), first + 1)


def context(sizes: Sequence[int], first: int, last: int) -> NDArray[np.float64]:
    """Return for each word of the run [first, last) how many pieces stand between it and the nearer cut of the text.

    Where the run begins or ends with the text nothing is cut, so there is no limit (infinity).
    """
    ends = np.cumsum(sizes[first:last], dtype=np.float64)
    before = ends - np.asarray(sizes[first:last]) if first else np.full(last - first, np.inf)
    after = ends[-1] - ends if last < len(sizes) else np.full(last - first, np.inf)
    return np.minimum(before, after)
