"""The best concepts for texts by likeness of name alone, as scispaCy's candidates are."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ingest.lexicon import Lexicon
from ingest.proposals import Proposal, Proposer

LOOSE_SCORE = 0.99
"""Score of a name that differs from the text in word order or function words only."""

ALIKE_SCORE = 0.98
"""Score of a name with all of the text's trigrams; below it scores are this times the cosine."""

Asked = tuple[str, frozenset[str]]
"""A text, and the types that its concept may have (empty for all)."""


class Candidate(NamedTuple):
    """A concept proposed for a text.

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


def candidates(
    lexicon: Lexicon,
    texts: Sequence[str],
    *,
    limit: int = 10,
    threshold: float = 0.6,
    types: Sequence[frozenset[str]] | None = None,
) -> list[list[Candidate]]:
    """Return at most ``limit`` concepts for each of ``texts``, best first; none below ``threshold``.

    Concepts with a name of the text's key (:func:`ingest.normalize.key`) are the candidates; failing any, those with
    its loose key; failing any, those with a name whose trigrams have a cosine of at least ``threshold`` with it
    (:mod:`ingest.ngrams`; exact, nothing is approximated). Among equals: a name written just like the text, then seen
    most often, then preferred, then a concept with more names, then by CURIE. A text's candidates do not depend on the
    other texts.

    Args:
        lexicon: Where the names are.
        texts: What to look for, such as mentions; equal ones are worked out once.
        limit: Most candidates for a text.
        threshold: Least cosine, in (0, 1].
        types: For each text, only concepts with one of these types, or without any; an empty set for all.
    """
    asked = list(zip(texts, types or [frozenset[str]()] * len(texts), strict=True))
    proposer = Proposer(lexicon, threshold=threshold, limit=len(lexicon.keys))
    found: dict[Asked, list[Candidate]] = {one: [] for one in asked}
    for way in (proposer.exact, proposer.loose, proposer.alike):
        found |= _by(way, lexicon, [one for one, some in found.items() if not some], limit)
    return [list(found[one]) for one in asked]


def _by(
    way: Callable[[Sequence[str]], Iterable[list[Proposal]]], lexicon: Lexicon, asked: list[Asked], limit: int
) -> dict[Asked, list[Candidate]]:
    """Return what one way of proposing finds for each of ``asked``."""
    proposed = way([text for text, _ in asked])
    return {
        (text, types): _best(lexicon, [p for p in some if lexicon.is_of(p.name.concept, types)], text, limit)
        for (text, types), some in zip(asked, proposed, strict=True)
    }


def _best(lexicon: Lexicon, proposals: list[Proposal], text: str, limit: int) -> list[Candidate]:
    def rank(proposal: Proposal) -> tuple[object, ...]:
        name = proposal.name
        more = -name.seen, not name.preferred, -lexicon.n_names(name.concept), name
        return -_score(proposal), name.text != text, *more

    best: dict[int, Proposal] = {}
    for proposal in sorted(proposals, key=rank):
        best.setdefault(proposal.name.concept, proposal)
    return [
        Candidate(lexicon.ids[concept], proposal.name.text, _score(proposal), lexicon.types(concept))
        for concept, proposal in list(best.items())[:limit]
    ]


def _score(proposal: Proposal) -> float:
    if proposal.exact:
        return 1.0
    return LOOSE_SCORE if proposal.loose else ALIKE_SCORE * proposal.similar
