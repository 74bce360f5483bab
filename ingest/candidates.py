"""Concepts proposed for mentions: by name, then by a name that looks alike."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ingest.lexicon import Lexicon, Name
from ingest.normalize import key

LOOSE_SCORE = 0.99
"""Score of a name that differs from the mention in word order or function words only."""

ALIKE_SCORE = 0.98
"""Score of a name with all of the mention's trigrams; below it scores are this times the cosine."""


class Candidate(NamedTuple):
    """A concept proposed for a mention.

    Attributes:
        id: CURIE.
        name: The concept's name that matched, as its source writes it.
        score: How well it matched, in [0, 1]; 1 for the same key.
        types: The concept's semantic types.
    """

    id: str
    name: str
    score: float
    types: tuple[str, ...]


class _Match(NamedTuple):
    score: float
    name: Name


class CandidateGenerator:
    """Proposes concepts of a lexicon.

    Args:
        lexicon: Where the names are.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def candidates(
        self,
        mentions: Sequence[str],
        *,
        limit: int = 10,
        threshold: float = 0.6,
        types: Sequence[frozenset[str]] | None = None,
    ) -> list[list[Candidate]]:
        """Return at most ``limit`` concepts for each of ``mentions``, best first; none below ``threshold``.

        Concepts with a name of the mention's key (:func:`ingest.normalize.key`) are the candidates; failing any,
        those with its loose key; failing any, those with a name whose trigrams have a cosine of at least
        ``threshold`` with it (:mod:`ingest.ngrams`; exact, nothing is approximated). Among equals: a name
        written just like the mention, then seen most often, then preferred, then a concept with more names, then
        by CURIE. A mention's candidates do not depend on the other mentions.

        Args:
            mentions: Texts of mentions; equal ones are worked out once.
            limit: Most candidates for a mention.
            threshold: Least cosine, in (0, 1].
            types: For each mention, only concepts with one of these types, or without any; an empty set for all.
        """
        asked = list(zip(mentions, types or [frozenset[str]()] * len(mentions), strict=True))
        distinct = list(dict.fromkeys(asked))
        forms = [key(text) for text, _ in distinct]
        found = self._by_name(distinct, forms)
        missing = [i for i, matches in enumerate(found) if not matches]
        similar = self.lexicon.index.search([forms[i] for i in missing], threshold=threshold)
        for i, hits in zip(missing, similar, strict=True):
            scores = (ALIKE_SCORE * hits.scores).tolist()
            found[i] = self._matches(zip(hits.keys.tolist(), scores, strict=True), distinct[i][1])
        best = {
            mention: self._best(matches, mention[0], limit) for mention, matches in zip(distinct, found, strict=True)
        }
        return [list(best[mention]) for mention in asked]

    def _by_name(self, mentions: list[tuple[str, frozenset[str]]], forms: list[str]) -> list[list[_Match]]:
        places = self.lexicon.find(forms)
        found = [
            self._matches([(place, 1.0)] if place >= 0 else [], types)
            for place, (_, types) in zip(places, mentions, strict=True)
        ]
        missing = [i for i, matches in enumerate(found) if not matches]
        loose = self.lexicon.find_loose([forms[i] for i in missing])
        for i, alike in zip(missing, loose, strict=True):
            found[i] = self._matches([(place, LOOSE_SCORE) for place in alike], mentions[i][1])
        return found

    def _matches(self, places: Iterable[tuple[int, float]], types: frozenset[str]) -> list[_Match]:
        return [
            _Match(score, name)
            for place, score in places
            for name in self.lexicon.rows(place)
            if self.lexicon.is_of(name.concept, types)
        ]

    def _best(self, matches: list[_Match], text: str, limit: int) -> list[Candidate]:
        lexicon = self.lexicon

        def rank(match: _Match) -> tuple[object, ...]:
            score, name = match
            return -score, name.text != text, -name.seen, not name.preferred, -lexicon.n_names(name.concept), name

        best: dict[int, _Match] = {}
        for match in sorted(matches, key=rank):
            best.setdefault(match.name.concept, match)
        return [
            Candidate(lexicon.ids[concept], match.name.text, match.score, lexicon.types(concept))
            for concept, match in list(best.items())[:limit]
        ]
