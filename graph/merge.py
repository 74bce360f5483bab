"""One concept out of what several sources say about it."""

from collections.abc import Iterable
from itertools import chain

from graph.concept import Concept

Claim = tuple[str, Concept]
"""The name of a source, and what it says about a concept."""


def merge(said: Iterable[Claim]) -> Concept:
    """Return the concept that claims about one id describe together, in whatever order they come.

    Sources take precedence by name; where one source says several things, the value that sorts first does. The first
    name wins and the others become synonyms; types and xrefs are united in order; the first definition and the first
    successor count. One claim of retirement retires the concept: ids are never revived.
    """
    claims = [concept for _, concept in sorted(said, key=_precedence)]
    first = claims[0]
    if len(claims) == 1 and _is_merged(first):
        return first
    names = _united(chain((claim.name,), claim.synonyms) for claim in claims)
    name = next((claim.name for claim in claims if claim.name), "")
    return Concept(
        id=first.id,
        name=name,
        synonyms=tuple(other for other in names if other != name),
        types=_united(claim.types for claim in claims),
        definition=next((claim.definition for claim in claims if claim.definition), ""),
        xrefs=_united(claim.xrefs for claim in claims),
        obsolete=any(claim.obsolete for claim in claims),
        replaced_by=next((claim.replaced_by for claim in claims if claim.replaced_by), None),
    )


def _is_merged(concept: Concept) -> bool:
    """Return whether merging would leave ``concept`` as it is: nothing repeats, and nothing is empty."""
    return _is_set((concept.name, *concept.synonyms)) and _is_set(concept.types) and _is_set(concept.xrefs)


def _is_set(texts: tuple[str, ...]) -> bool:
    return len({*texts, ""}) == len(texts) + 1


def _precedence(claim: Claim) -> tuple[object, ...]:
    source, concept = claim
    replaced_by = concept.replaced_by or ""
    named = source, concept.name, concept.synonyms, concept.types
    return *named, concept.definition, concept.xrefs, concept.obsolete, replaced_by


def _united(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return every non-empty string once, in order of first appearance."""
    return tuple(text for text in dict.fromkeys(chain.from_iterable(lists)) if text)
