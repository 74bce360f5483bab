"""Mentions as one tag a word, in the BIO scheme (IOB2; Tjong Kim Sang and Veenstra 1999), and back.

BILOU needs nearly twice the tags; what it adds, single words and ends, the constrained search does not need.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.document import Mention
from kgbert.words import Words

OUTSIDE = 0
"""The tag of a word that is in no mention."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """Tags for mentions of some types: 0 is outside; type ``i`` begins with ``2i + 1`` and goes on with ``2i + 2``."""

    types: tuple[str, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags by name, such as ``O``, ``B-Disease``, ``I-Disease``."""
        return ("O", *(f"{place}-{type}" for type in self.types for place in "BI"))

    def tagged(self, words: Words, mentions: Iterable[Mention]) -> list[int]:
        """Return the tag of every word.

        A mention has all words that it touches. One of an unknown type, or that touches no word, is left out. Of
        mentions that share a word the longest has it (in words, then the first), and the others are left out.
        """
        tags = [OUTSIDE] * len(words)
        for first, last, type in sorted(self._places(words, mentions), key=lambda p: (p[0] - p[1], p)):
            if not any(tags[first:last]):
                tags[first:last] = [2 * type + 1] + [2 * type + 2] * (last - first - 1)
        return tags

    def _places(self, words: Words, mentions: Iterable[Mention]) -> Iterable[tuple[int, int, int]]:
        number = {type: i for i, type in enumerate(self.types)}
        starts = [start for start, _ in words.spans]
        ends = [end for _, end in words.spans]
        for mention in mentions:
            first, last = bisect_right(ends, mention.start), bisect_left(starts, mention.end)
            if first < last and mention.type in number:
                yield first, last, number[mention.type]

    def mentions(self, text: str, words: Words, tags: Sequence[int]) -> tuple[Mention, ...]:
        """Return the mentions that ``tags`` say, by position; a word that goes on with nothing begins one."""
        runs: list[tuple[int, int, int]] = []
        for i, tag in enumerate(tags):
            type = (tag - 1) // 2
            if tag == OUTSIDE:
                continue
            if tag % 2 == 0 and runs and runs[-1][1:] == (i, type):
                runs[-1] = (runs[-1][0], i + 1, type)
            else:
                runs.append((i, i + 1, type))
        spans = ((words.spans[first][0], words.spans[last - 1][1], type) for first, last, type in runs)
        return tuple(Mention(start, end, text[start:end], self.types[type]) for start, end, type in spans)

    def acceptable(self, tags: Sequence[int], annotated: Collection[str]) -> NDArray[np.bool_]:
        """Return which tags each word may have: (words, tags).

        A word has its own tag; one that is outside may also have those of any type that is not among the
        ``annotated`` ones: there, nobody looked.
        """
        open = [type for type in self.types if type not in annotated]
        free = np.array([tag == "O" or tag[2:] in open for tag in self.tags])
        may = np.eye(len(free), dtype=np.bool_)[list(tags)]
        may[may[:, OUTSIDE]] = free
        return may

    def best(self, scores: NDArray[np.floating]) -> list[int]:
        """Return the tags with the highest sum of ``scores`` (words, tags) of all that are legal (Viterbi 1967).

        Legal is a mention that goes on only after a word of the same mention.
        """
        greedy = scores.argmax(1) if len(scores) else np.zeros(0, np.intp)
        before = np.concatenate([[OUTSIDE], greedy[:-1]])
        going_on = (greedy > OUTSIDE) & (greedy % 2 == 0)
        if not (going_on & (before != greedy) & (before != greedy - 1)).any():
            return greedy.tolist()
        return self._viterbi(scores.astype(np.float64))

    def _viterbi(self, scores: NDArray[np.float64]) -> list[int]:
        illegal = self._illegal()
        sums = scores[0] + illegal[OUTSIDE]
        back = np.zeros(scores.shape, np.intp)
        for i in range(1, len(scores)):
            through = sums[:, None] + illegal
            back[i] = through.argmax(0)
            sums = through.max(0) + scores[i]
        path = [int(sums.argmax())]
        for i in range(len(scores) - 1, 0, -1):
            path.append(int(back[i, path[-1]]))
        return path[::-1]

    def _illegal(self) -> NDArray[np.float64]:
        """Return minus infinity for each pair (tag, next tag) that may not follow one another, else 0."""
        after = np.arange(2 * len(self.types) + 1)
        before = after[:, None]
        goes_on = (after > OUTSIDE) & (after % 2 == 0)
        return np.where(goes_on & (before != after) & (before != after - 1), -np.inf, 0.0)
