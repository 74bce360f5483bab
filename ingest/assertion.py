"""Whether an entity is said to be there: present, absent, possible, hypothetical, historical, or somebody else's.

The algorithm is ConText (Harkema et al. 2009), which extends NegEx (Chapman et al. 2001): a *trigger* ("denies",
"was ruled out") says something of the entities on one side of it in its sentence, up to a word that ends its scope ("but");
a *pseudo-trigger* ("no increase in") says nothing. :mod:`ingest.assertion_rules` holds the words. Where it differs:

- a scope is as long as a list: a stated number of words from the trigger, counted anew after each separator
  (NegEx: five or six words; ConText: to the end of the sentence);
- the heading over a sentence counts ("PAST MEDICAL HISTORY:"), which ConText leaves to others;
- the words of an entity are no trigger ("absence seizures");
- of several findings one is the entity's assertion (:data:`PRECEDENCE`), where ConText keeps three answers apart;
  :func:`findings` gives them all.

Time is linear in the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from typing import NamedTuple

from ingest.assertion_rules import BACKWARD, PSEUDO, SECTIONS, STOPS, TRIGGERS, Trigger
from ingest.document import Document
from ingest.sentences import sentences

PRECEDENCE = ("family", "hypothetical", "possible", "absent", "historical")
"""Which finding is the assertion, first come first. What is said of a relative, or of what may come, is nothing about the
patient, whether negated or not: family stands before absent ("no family history of cancer"). Doubt stands
before negation ("cannot rule out", "no definite"), and negation before history ("no history of stroke")."""

AFFIRMATION = ("present", "historical", "possible", "hypothetical", "absent", "family")
"""From what says most for the patient having it to what says least: how the mentions of one concept are summed up."""

MAX_SCOPE = 80
"""Most words and marks in a scope, however long its list."""

_TOKEN = re.compile(r"[^\W_]+(?:['’/][^\W_]+)*|\S")
_HEADING_END = re.compile(r"[A-Za-z)][ \t]?:")
_HEADING = re.compile(
    r"(?:^|[\n.,;:])[ \t]*(?:[-*•#>]+[ \t]*|\d{1,2}[.)][ \t]*)?([A-Z][A-Za-z /&'()-]{0,50}[A-Za-z)])[ \t]?:$"
)
_HEADING_LENGTH = 60
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")
_OR = frozenset({"or", "nor", "versus", "vs", "and/or", "/"})
_AND = _OR | {",", "and", "&"}


class _Phrase(NamedTuple):
    """What a phrase does: sets statuses, and ends the scope of statuses; a pseudo-trigger does neither."""

    triggers: tuple[Trigger, ...] = ()
    stops: frozenset[str] = frozenset()


_NOTHING = _Phrase()


class _Found(NamedTuple):
    first: int
    last: int
    phrase: _Phrase


def asserted(document: Document) -> Document:
    """Return ``document`` with the assertion of each of its entities set to what its text says, whatever it was."""
    found = findings(document.text, [(entity.start, entity.end) for entity in document.entities])
    pairs = zip(document.entities, map(assertion, found), strict=True)
    return replace(document, entities=tuple(replace(entity, assertion=status) for entity, status in pairs))


def assertion(found: frozenset[str]) -> str:
    """Return the one status that stands for ``found``; present for nothing."""
    return next((status for status in PRECEDENCE if status in found), "present")


def most_affirmed(assertions: Iterable[str]) -> str:
    """Return what the mentions of a concept say together: the one that says most for it; present for no mention."""
    return min(assertions, key=AFFIRMATION.index, default="present")


def findings(text: str, spans: Sequence[tuple[int, int]]) -> list[frozenset[str]]:
    """Return all that is said of each of ``spans``, which may overlap and stand in any order.

    A heading says what its section is about, unless the sentence says something itself; that a relative is spoken
    of, or the past, stays true. A span belongs to the sentence where it begins.

    Args:
        text: Raw text.
        spans: [start, end) in characters of ``text``.
    """
    order = sorted(range(len(spans)), key=lambda i: spans[i])
    found: list[frozenset[str]] = [frozenset()] * len(spans)
    if not spans:
        return found
    marks = _sections(text)
    for sentence, members in _by_sentence(sentences(text), [(spans[i], i) for i in order]):
        said = _read(text, sentence, [spans[i] for i in members])
        for i, statuses in zip(members, said, strict=True):
            section = _section(marks, spans[i][0])
            weak = section == "hypothetical" and statuses
            found[i] = statuses if not section or weak else statuses | {section}
    return found


def _by_sentence(
    cut: list[tuple[int, int]], ordered: list[tuple[tuple[int, int], int]]
) -> Iterator[tuple[tuple[int, int], list[int]]]:
    """Yield each sentence with the members that begin in it; a span between sentences goes to the one before."""
    starts = [start for start, _ in cut]
    members: list[int] = []
    here = -1
    for (start, _), i in ordered:
        place = max(bisect_right(starts, start) - 1, 0)
        if place != here and members:
            yield cut[here], members
            members = []
        here = place
        members.append(i)
    if cut:
        yield cut[here], members


def _read(text: str, sentence: tuple[int, int], spans: list[tuple[int, int]]) -> list[frozenset[str]]:
    """Return what the triggers of one sentence say of ``spans``, which are sorted."""
    forms = [form.lower().replace("’", "'") for form in _TOKEN.findall(text, *sentence)]
    starts = [token.start() for token in _TOKEN.finditer(text, *sentence)]
    edges = [
        (max(bisect_right(starts, start) - 1, 0), max(bisect_right(starts, end - 1) - 1, 0)) for start, end in spans
    ]
    scopes = _Scopes(forms, _named(edges, len(forms)))
    return [scopes.at(first, last) for first, last in edges]


def _named(edges: list[tuple[int, int]], n: int) -> bytearray:
    """Return for each of ``n`` words whether an entity has it."""
    named = bytearray(n)
    free = 0
    for first, last in edges:
        for place in range(max(first, free), last + 1):
            named[place] = 1
        free = max(free, last + 1)
    return named


class _Scopes:
    """What is said of each word of a sentence.

    Args:
        forms: Words and marks, in lower case.
        named: Which of them belong to an entity.
    """

    def __init__(self, forms: list[str], named: bytearray) -> None:
        self._forms, self._named = forms, named
        self._said: dict[str, bytearray] = {}
        phrases = list(_phrases(forms, named))
        if any(found.phrase.triggers for found in phrases):
            self._at = {place: found.phrase for found in phrases for place in range(found.first, found.last)}
            for found in phrases:
                for trigger in found.phrase.triggers:
                    self._mark(found, trigger)

    def at(self, *places: int) -> frozenset[str]:
        """Return what is said of any of ``places``."""
        return frozenset(status for status, said in self._said.items() if any(said[place] for place in places))

    def _mark(self, found: _Found, trigger: Trigger) -> None:
        yielded = self._said.get(trigger.yields_to)
        if yielded and yielded[found.first]:
            return
        if trigger.status not in self._said:
            self._said[trigger.status] = bytearray(len(self._forms))
        said = self._said[trigger.status]
        for place in self._scope(found, trigger):
            said[place] = 1

    def _scope(self, found: _Found, trigger: Trigger) -> Iterator[int]:
        """Yield the places that ``trigger`` speaks of; words of entities do not count for its reach.

        Where the same trigger comes again, it carries on by itself.
        """
        words = 0
        for place in self._way(found, trigger):
            form, phrase = self._forms[place], self._at.get(place, _NOTHING)
            if words > trigger.reach or trigger.status in phrase.stops or trigger in phrase.triggers:
                return
            if form == "," and not trigger.listing:
                return
            if form in (_AND if trigger.listing else _OR):
                words = 0
            elif not self._named[place]:
                words += form[0].isalnum()
            yield place

    def _way(self, found: _Found, trigger: Trigger) -> range:
        if trigger.direction == BACKWARD:
            return range(found.first - 1, max(found.first - 1 - MAX_SCOPE, -1), -1)
        return range(found.last, min(found.last + MAX_SCOPE, len(self._forms)))


def _phrases(forms: list[str], named: bytearray) -> Iterator[_Found]:
    """Yield the longest phrase at each place, from left to right, none overlapping another or a word of an entity."""
    root = _trie()
    place = 0
    while place < len(forms):
        found, end, node, ahead = None, place + 1, root, place
        while ahead < len(forms) and not named[ahead] and (node := node.words.get(forms[ahead])):
            ahead += 1
            if node.phrase is not None:
                found, end = node.phrase, ahead
        if found is not None:
            yield _Found(place, end, found)
        place = end


class _Node:
    """A place in the trie of phrases."""

    __slots__ = ("phrase", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.phrase: _Phrase | None = None


@cache
def _trie() -> _Node:
    """Return the root of all phrases."""
    root = _Node()
    for words in _expanded(PSEUDO):
        _place(root, words).phrase = _Phrase()
    for trigger in TRIGGERS:
        for words in _expanded(trigger.phrases):
            node = _place(root, words)
            old = node.phrase or _Phrase()
            node.phrase = old._replace(triggers=(*old.triggers, trigger))
    for statuses, phrases in STOPS:
        for words in _expanded(phrases):
            node = _place(root, words)
            old = node.phrase or _Phrase()
            node.phrase = old._replace(stops=old.stops | set(statuses))
    return root


def _place(root: _Node, words: tuple[str, ...]) -> _Node:
    for word in words:
        root = root.words.setdefault(word, _Node())
    return root


def _expanded(phrases: str) -> set[tuple[str, ...]]:
    """Return the phrases that a text in the form of :mod:`ingest.assertion_rules` stands for, as tokens."""
    found = set()
    for phrase in phrases.split(","):
        slots = [_slot(word) for word in phrase.split()]
        for words in product(*slots):
            found.add(tuple(_TOKEN.findall(" ".join(words).replace("COMMA", ","))))
    return found - {()}


def _slot(word: str) -> list[str]:
    if len(word) > 1 and word.endswith("?"):
        return [*word[:-1].split("|"), ""]
    return word.split("|")


def _sections(text: str) -> list[tuple[int, str]]:
    """Return where each section begins and what it says ("" for nothing), in order.

    A section ends at the next heading, or at an empty line after its first words.
    """
    headings = [*_headings(text), (len(text), len(text), "")]
    marks: list[tuple[int, str]] = []
    for (start, end, name), (after, _, _) in zip(headings, headings[1:], strict=False):
        status = _section_status(name)
        marks.append((start, status))
        if status:
            words = _TOKEN.search(text, end, after)
            gap = _EMPTY_LINE.search(text, words.end(), after) if words else None
            if gap:
                marks.append((gap.end(), ""))
    return marks


def _headings(text: str) -> Iterator[tuple[int, int, str]]:
    for colon in _HEADING_END.finditer(text):
        low = max(0, colon.end() - _HEADING_LENGTH)
        heading = _HEADING.search(text, low, colon.end())
        if heading and (heading.start() > low or heading.start() == 0):
            yield heading.start(1), heading.end(), heading[1]


@cache
def _section_patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(status, re.compile(pattern)) for status, pattern in SECTIONS]


def _section_status(name: str) -> str:
    form = " ".join(name.lower().split())
    return next((status for status, pattern in _section_patterns() if pattern.fullmatch(form)), "")


def _section(marks: list[tuple[int, str]], place: int) -> str:
    at = bisect_right(marks, (place, "\uffff")) - 1
    return marks[at][1] if at >= 0 else ""
