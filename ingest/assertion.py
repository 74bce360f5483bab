"""Whether an entity is said to be there: present, absent, possible, hypothetical, historical, or somebody else's.

The algorithm is ConText (Harkema et al., "ConText: an algorithm for determining negation, experiencer, and temporal
status from clinical reports", J Biomed Inform 2009), which extends NegEx (Chapman et al., "A simple algorithm for
identifying negated findings and diseases in discharge summaries", J Biomed Inform 2001): a *trigger* ("denies", "was
ruled out") says something of the entities on one side of it in its sentence, up to a word that ends its scope
("but"); a *pseudo-trigger* ("no increase in") says nothing. ``ingest/data/assertion.txt`` holds the words. Where it
differs:

- a scope is as long as a list: so many words from the trigger, counted anew after each separator, and at most
  :data:`ingest.assertion_scopes.MAX_SCOPE` (NegEx: five or six words; ConText: to the end of the sentence);
- the heading over a sentence counts ("PAST MEDICAL HISTORY:");
- the words of an entity are no trigger ("absence seizures");
- one status is the entity's assertion (:data:`PRECEDENCE`), where ConText answers for negation, time and person
  apart; :func:`findings` gives all that is said.

The words are English; text in another language is left as present. Time is linear in the text.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.assertion_rules import TOKEN, forms
from ingest.assertion_scopes import Scopes
from ingest.assertion_sections import Sections
from ingest.document import Document
from ingest.sentences import sentences

PRECEDENCE = ("family", "hypothetical", "possible", "absent", "historical")
"""Which of several statuses is the assertion, the first first. What is said of a relative, or of what may come, is
nothing about the patient now, negated or not ("no family history of cancer"). Doubt stands before negation ("cannot
rule out"), and negation before the past ("no history of stroke")."""

AFFIRMATION = ("present", "historical", "possible", "hypothetical", "absent", "family")
"""From what says most for the patient's having it to what says least: how the mentions of a concept are summed up."""

Span = tuple[int, int]


def asserted(document: Document) -> Document:
    """Return ``document`` with the assertion of each entity set to what the text says, whatever it was before."""
    found = findings(document.text, [(entity.start, entity.end) for entity in document.entities])
    pairs = zip(document.entities, found, strict=True)
    return replace(document, entities=tuple(replace(entity, assertion=assertion(said)) for entity, said in pairs))


def assertion(said: frozenset[str]) -> str:
    """Return the one status that stands for all of ``said``; present for nothing."""
    return next((status for status in PRECEDENCE if status in said), "present")


def most_affirmed(assertions: Iterable[str]) -> str:
    """Return what the mentions of a concept say together: what says most for it; present for no mention."""
    return min(assertions, key=AFFIRMATION.index, default="present")


def findings(text: str, spans: Sequence[Span]) -> list[frozenset[str]]:
    """Return all that is said of each of ``spans``, which may overlap and come in any order.

    A span belongs to the sentence that it begins in. What a heading says joins what the sentence says; only
    hypothetical (as under "ALLERGIES:") gives way to anything said there.

    Args:
        text: Raw text.
        spans: [start, end) in characters of ``text``.
    """
    said: list[frozenset[str]] = [frozenset()] * len(spans)
    headings = Sections(text) if spans else None
    for sentence, members in _by_sentence(text, spans):
        for i, found in zip(members, _read(text, sentence, [spans[i] for i in members]), strict=True):
            heading = headings.at(spans[i][0]) if headings else ""
            weak = not heading or (heading == "hypothetical" and found)
            said[i] = found if weak else found | {heading}
    return said


def _by_sentence(text: str, spans: Sequence[Span]) -> Iterator[tuple[Span, list[int]]]:
    """Yield each sentence in which spans begin, with their numbers; one between sentences goes to the one before."""
    cut = sentences(text) if spans else []
    starts = [start for start, _ in cut]
    members: dict[int, list[int]] = {}
    for i in sorted(range(len(spans)) if cut else (), key=spans.__getitem__):
        members.setdefault(max(bisect_right(starts, spans[i][0]) - 1, 0), []).append(i)
    return ((cut[place], numbers) for place, numbers in members.items())


def _read(text: str, sentence: Span, spans: list[Span]) -> list[frozenset[str]]:
    """Return what the triggers of a sentence say of ``spans``, which are sorted."""
    starts = [token.start() for token in TOKEN.finditer(text, *sentence)]
    edges = [(_at(starts, start), _at(starts, end - 1)) for start, end in spans]
    scopes = Scopes(forms(text, *sentence), _named(edges, len(starts)))
    return [scopes.at(first, last) for first, last in edges]


def _at(starts: list[int], character: int) -> int:
    return max(bisect_right(starts, character) - 1, 0)


def _named(edges: list[Span], n: int) -> bytearray:
    """Return for each of ``n`` words whether an entity has it; ``edges`` are sorted."""
    named = bytearray(n)
    free = 0
    for first, last in edges:
        for place in range(max(first, free), last + 1):
            named[place] = 1
        free = max(free, last + 1)
    return named
