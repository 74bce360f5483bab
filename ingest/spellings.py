"""Which spellings of a lexicon's names count as names in a text."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from ingest.lexicon import Lexicon

T = TypeVar("T")

SHORT = 3
"""Names of at most this many characters must be written as the lexicon writes them."""

_CACHED = 1 << 17
_ANY_CASE = ""
_GENERIC = frozenset("disease disorder syndrome".split())
_TOO_GENERAL = {
    "Chemical": frozenset(
        "acid,acetate,alkali,chloride,compound,drug,element,emulsion,ester,free radical,gas,ion,lead,ligand,lipid,"
        "placebo,poison,salt,solution,solvent,sugar,sulfate,suspension,tablet,water".split(",")
    ),
    "Disease": frozenset(
        "body weight,coinfection,death,disease,disease progression,emergency,recurrence,sign and symptom,"
        "syndrome".split(",")
    ),
}
"""Keys that are no finding by themselves; chosen on the training and development sets of BC5CDR."""

_ROLE_OR_MACROMOLECULE = re.compile(
    r"\b(?:\w*(?:agent|agonist|antagonist|antibiotic|anti(?:body|bodies)|antigen|blocker|channel|cytokine|drug|enzyme"
    r"|factor|globin|globulin|hormone|inhibitor|interferon|interleukin|peptide|protein|receptor|transporter)s?"
    r"|\w{3,}ases?|[mt]?RNA|DNA)\b",
    re.IGNORECASE,
)
"""Preferred names of what MeSH files under chemicals and drugs and annotators of chemicals do not mark."""


class Spellings:
    """Names of concepts with one of ``types``; remembers what it was asked, and may be shared between threads.

    Args:
        lexicon: Where the names are.
        types: Concept types.
    """

    def __init__(self, lexicon: Lexicon, types: frozenset[str]) -> None:
        self.lexicon = lexicon
        self._types = types
        self._exact: dict[str, Mapping[str, str]] = {}
        self._loose: dict[str, str | None] = {}

    def exact(self, keys: Sequence[str]) -> list[Mapping[str, str]]:
        """Return for each of ``keys`` the type of every spelling that counts; see :func:`type_of`."""
        return _recalled(self._exact, keys, self._find)

    def loose(self, keys: Sequence[str]) -> list[str | None]:
        """Return for each of ``keys`` the type of a name with the same loose form; ``None`` if there is none."""
        return _recalled(self._loose, keys, self._find_loose)

    def _find(self, keys: list[str]) -> list[Mapping[str, str]]:
        return [{} if place < 0 else self._at(place) for place in self.lexicon.find(keys)]

    def _find_loose(self, keys: list[str]) -> list[str | None]:
        found = zip(keys, self.lexicon.find_loose(keys), strict=True)
        types = [
            [self._at(place).get(_ANY_CASE) for place in places if self._fits(key, place)] for key, places in found
        ]
        return [
            next(
                (type for type in of_key if type not in (None, "Chemical") and key not in _TOO_GENERAL.get(type, ())),
                None,
            )
            for key, of_key in zip(keys, types, strict=True)
        ]

    def _fits(self, key: str, place: int) -> bool:
        """Return whether ``key`` says that it is a disease if the name at ``place`` does: bone marrow is none."""
        return _GENERIC.isdisjoint(key.split(" ")) == _GENERIC.isdisjoint(self.lexicon.keys[place].split(" "))

    def _at(self, place: int) -> Mapping[str, str]:
        spellings: dict[str, str] = {}
        key = self.lexicon.keys[place]
        for name in self.lexicon.rows(place) if any(map(str.isalpha, key)) else ():
            own = self.lexicon.types(name.concept) or ("",)
            type = next((type for type in own if type in self._types), None)
            if type is not None and key not in _TOO_GENERAL.get(type, ()) and not self._is_role(type, name.concept):
                strict = len(name.text) <= SHORT or name.text.isupper()
                spellings.setdefault(name.text if strict else _ANY_CASE, type)
        return spellings

    def _is_role(self, type: str, concept: int) -> bool:
        return type == "Chemical" and _ROLE_OR_MACROMOLECULE.search(self.lexicon.names[concept]) is not None


def type_of(spellings: Mapping[str, str], text: str) -> str | None:
    """Return the type of what is spelled ``text``; ``None`` if it counts as no name."""
    return spellings.get(text, spellings.get(_ANY_CASE))


def _recalled(known: dict[str, T], keys: Sequence[str], find: Callable[[list[str]], list[T]]) -> list[T]:
    new = [key for key in dict.fromkeys(keys) if key not in known]
    found = dict(zip(new, find(new), strict=True)) if new else {}
    answers = [found[key] if key in found else known[key] for key in keys]
    if len(known) > _CACHED:
        known.clear()
    known.update(found)
    return answers
