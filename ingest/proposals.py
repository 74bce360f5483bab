"""Every concept that a mention may name, with what speaks for it: what a ranker chooses from."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ingest.dense import DenseIndex
from ingest.lexicon import Lexicon, Name
from ingest.ngrams import Hits
from ingest.normalize import key

PROPOSED = 20
"""Names that are proposed for a text by their trigrams, and as many by their vectors."""


class Proposal(NamedTuple):
    """A concept, and how its best name compares with the text.

    Attributes:
        name: That name.
        place: Position of its key in the lexicon.
        exact: Whether it has the text's key.
        loose: Whether it has the text's loose key.
        similar: Cosine of trigrams; 0 below the threshold.
        dense: Cosine of vectors; 0 without an index of them.
    """

    name: Name
    place: int
    exact: bool
    loose: bool
    similar: float
    dense: float


class Proposer:
    """Proposes concepts of a lexicon by their names: the same, in another order, alike in letters, or in meaning.

    Args:
        lexicon: Where the names are.
        dense: Vectors of the lexicon's keys; without it meaning is left out.
        threshold: Least cosine of trigrams, in (0, 1].
        limit: Most names of a text by either cosine.
    """

    def __init__(
        self, lexicon: Lexicon, dense: DenseIndex | None = None, *, threshold: float = 0.3, limit: int = PROPOSED
    ) -> None:
        self.lexicon, self._dense, self._threshold, self._limit = lexicon, dense, threshold, limit

    def same(self, texts: Sequence[str]) -> list[list[Proposal]]:
        """Return, for each of ``texts``, the concepts with a name of its key; failing any, of its loose key."""
        found = self.exact(texts)
        missing = [i for i, proposals in enumerate(found) if not proposals]
        for i, proposals in zip(missing, self.loose([texts[i] for i in missing]), strict=True):
            found[i] = proposals
        return found

    def exact(self, texts: Sequence[str]) -> list[list[Proposal]]:
        """Return, for each of ``texts``, the concepts with a name of its key."""
        return [
            self._named([place] if place >= 0 else [], exact=True)
            for place in self.lexicon.find([key(text) for text in texts])
        ]

    def loose(self, texts: Sequence[str]) -> list[list[Proposal]]:
        """Return, for each of ``texts``, the concepts with a name of its loose key."""
        places = self.lexicon.find_loose([key(text) for text in texts])
        return [self._named(some, exact=False) for some in places]

    def alike(self, texts: Sequence[str]) -> Iterator[list[Proposal]]:
        """Yield, for each of ``texts``, the concepts with the most similar names."""
        forms = [key(text) for text in texts]
        similar = self.lexicon.index.search(forms, threshold=self._threshold)
        if self._dense is None:
            yield from (self._alike(_best(hits, self._limit), {}) for hits in similar)
            return
        queries = self._dense.encode(forms) if forms else np.zeros((0, 1), np.float32)
        nearest = self._dense.nearest(queries, limit=self._limit)
        for hits, near, query in zip(similar, nearest, queries, strict=True):
            alike = _best(hits, self._limit)
            cosines = dict(zip(near.keys.tolist(), near.scores.tolist(), strict=True))
            if others := [place for place in alike if place not in cosines]:
                cosines |= dict(zip(others, self._dense.cosines(query, others).tolist(), strict=True))
            yield self._alike(alike, cosines)

    def _named(self, places: Sequence[int], *, exact: bool) -> list[Proposal]:
        return [
            Proposal(name, place, exact, not exact, float(exact), float(exact))
            for place in places
            for name in self.lexicon.rows(place)
        ]

    def _alike(self, similar: dict[int, float], dense: dict[int, float]) -> list[Proposal]:
        return [
            Proposal(name, place, False, False, similar.get(place, 0.0), dense.get(place, 0.0))
            for place in sorted(similar.keys() | dense.keys())
            for name in self.lexicon.rows(place)
        ]


def _best(hits: Hits, limit: int) -> dict[int, float]:
    """Return the ``limit`` most similar of ``hits``, with their cosines; of equal ones those that stand first."""
    order = np.argsort(-hits.scores, kind="stable")[:limit]
    return dict(zip(hits.keys[order].tolist(), hits.scores[order].tolist(), strict=True))
