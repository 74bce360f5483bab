"""One concept out of what several sources say about it."""

from collections.abc import Iterable, Sequence
from itertools import chain

from graph.concept import Concept


def merge(claims: Sequence[Concept]) -> Concept:
    """Return the concept that ``claims``, all of one id and in order of precedence, describe together.

    The first name wins and the others become synonyms; types and xrefs are united in order; the first definition
    and the first successor count. One claim of retirement retires the concept: ids are never revived.
    """
    first = claims[0]
    names = _united(chain((claim.name,), claim.synonyms) for claim in claims)
    return Concept(
        id=first.id,
        name=names[0] if names else "",
        synonyms=names[1:],
        types=_united(claim.types for claim in claims),
        definition=next((claim.definition for claim in claims if claim.definition), ""),
        xrefs=_united(claim.xrefs for claim in claims),
        obsolete=any(claim.obsolete for claim in claims),
        replaced_by=next((claim.replaced_by for claim in claims if claim.replaced_by), None),
    )


def _united(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return every non-empty string once, in order of first appearance."""
    return tuple(text for text in dict.fromkeys(chain.from_iterable(lists)) if text)
