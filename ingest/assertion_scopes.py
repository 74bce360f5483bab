"""What the triggers of one sentence say of its words."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.assertion_rules import BACKWARD, Node, Phrase, Trigger, phrases

MAX_SCOPE = 80
"""Most words and marks in a scope, however long its list."""

_OR = frozenset({"or", "nor", "versus", "vs", "and/or", "/"})
_AND = _OR | {",", "and", "&"}
_NOTHING = Phrase()


class _Found(NamedTuple):
    """A phrase, and the words [first, end) that it is."""

    first: int
    end: int
    phrase: Phrase


class Scopes:
    """The scopes of the triggers in a sentence.

    Args:
        forms: Its words and marks (:func:`ingest.assertion_rules.forms`).
        named: For each of them, whether it belongs to an entity; such a word is part of no phrase.
    """

    def __init__(self, forms: Sequence[str], named: bytearray) -> None:
        self._forms, self._named = forms, named
        self._said: dict[str, bytearray] = {}
        found = list(_phrases(forms, named))
        if any(one.phrase.triggers for one in found):
            self._at = {place: one.phrase for one in found for place in range(one.first, one.end)}
            for one in found:
                for trigger in one.phrase.triggers:
                    self._mark(one, trigger)

    def at(self, *places: int) -> frozenset[str]:
        """Return what is said of any of the words at ``places``."""
        return frozenset(status for status, said in self._said.items() if any(said[place] for place in places))

    def _mark(self, found: _Found, trigger: Trigger) -> None:
        denied = self._said.get(trigger.unless)
        if denied and denied[found.first]:
            return
        if trigger.status not in self._said:
            self._said[trigger.status] = bytearray(len(self._forms))
        said = self._said[trigger.status]
        for place in self._scope(found, trigger):
            said[place] = 1

    def _scope(self, found: _Found, trigger: Trigger) -> Iterator[int]:
        """Yield the places that ``trigger`` speaks of; where it comes again, it carries on from there by itself."""
        words = 0
        for place in self._way(found, trigger):
            form, phrase = self._forms[place], self._at.get(place, _NOTHING)
            if words > trigger.reach or trigger.status in phrase.ends or trigger in phrase.triggers:
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
        return range(found.end, min(found.end + MAX_SCOPE, len(self._forms)))


def _phrases(forms: Sequence[str], named: bytearray) -> Iterator[_Found]:
    """Yield the longest phrase at each place, from left to right, none overlapping another or a word of an entity."""
    root, place = phrases(), 0
    while place < len(forms):
        found, end, ahead = None, place + 1, place
        node: Node | None = root
        while ahead < len(forms) and not named[ahead] and node and (node := node.words.get(forms[ahead])):
            ahead += 1
            if node.phrase is not None:
                found, end = node.phrase, ahead
        if found is not None:
            yield _Found(place, end, found)
        place = end
