"""Names of a lexicon in raw text: which spans may be entities."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ingest.abbreviations import abbreviations
from ingest.document import Mention
from ingest.hashes import piece_hashes
from ingest.lexicon import Lexicon
from ingest.normalize import Token, tokens
from ingest.strings import code_points

DEFAULT_TYPES = frozenset({"Chemical", "Disease"})
"""Concept types that become mentions unless told otherwise."""

MAX_WORDS = 8
"""Most words of a name that is looked for."""

SHORT = 3
"""Names of at most this many characters must be written as the lexicon writes them."""

_GAP = re.compile(r"(?:['’]s)?\s{0,3}|[^\s.;:!?]{1,3}|\.")
_ANY_CASE = ""
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


class _Span(NamedTuple):
    """Characters [start, end) that name something of a type."""

    start: int
    end: int
    type: str


def detect(text: str, lexicon: Lexicon, types: frozenset[str] = DEFAULT_TYPES) -> tuple[Mention, ...]:
    """Return the names of concepts with one of ``types`` in ``text``, by position; none overlaps another.

    Names are compared word by word in their normal form (:func:`ingest.normalize.key`); of overlapping ones the
    leftmost wins, then the longest. A name that the lexicon writes in capitals only, or with at most ``SHORT``
    characters, must be written in the same way. A short form that the text defines is a mention wherever it stands
    if its long form ends with one, and otherwise nowhere. Takes time linear in the length of the text.
    """
    words = tokens(text)
    spans = list(_names(text, words, lexicon, types))
    defined = abbreviations(text)
    if defined:
        type_at = {span.end: span.type for span in _leftmost_longest(spans)}
        short_forms = {pair.short: type_at.get(pair.long_end, "") for pair in defined}
        spans = [span for span in spans if text[span.start : span.end] not in short_forms]
        spans += _occurrences(text, words, {short: type for short, type in short_forms.items() if type})
    return tuple(Mention(start, end, text[start:end], type) for start, end, type in _leftmost_longest(spans))


def _leftmost_longest(spans: Iterable[_Span]) -> Iterator[_Span]:
    free = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.type)):
        if span.start >= free:
            free = span.end
            yield span


def _names(text: str, words: list[Token], lexicon: Lexicon, types: frozenset[str]) -> Iterator[_Span]:
    """Yield every run of words that is a name, overlapping ones too."""
    runs = [(first, last) for first, last in _hopeful_runs(words, lexicon) if _is_one_name(text, words[first:last])]
    forms = [" ".join(word.form for word in words[first:last]) for first, last in runs]
    distinct = sorted(set(forms))
    names = dict(zip(distinct, (_written(lexicon, place, types) for place in lexicon.find(distinct)), strict=True))
    for (first, last), form in zip(runs, forms, strict=True):
        start, end = words[first].start, words[last - 1].end
        type = names[form].get(text[start:end]) or names[form].get(_ANY_CASE, "")
        if type and form not in _TOO_GENERAL.get(type, ()):
            yield _Span(start, end, type)


def _hopeful_runs(words: list[Token], lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Return the runs [first, last) of words whose joined forms have the hash of a key."""
    lengths = np.array([len(word.form) for word in words], np.int64)
    ends = np.cumsum(lengths + 1) - 1
    starts = ends - lengths
    codes = code_points(" ".join(word.form for word in words))
    sizes = range(1, min(MAX_WORDS, len(words)) + 1)
    firsts = np.concatenate([np.arange(0), *(np.arange(len(words) - n + 1) for n in sizes)])
    lasts = np.concatenate([np.arange(0), *(np.arange(n, len(words) + 1) for n in sizes)])
    known = lexicon.has_hashes(piece_hashes(codes, starts[firsts], ends[lasts - 1]))
    return zip(firsts[known].tolist(), lasts[known].tolist(), strict=True)


def _is_one_name(text: str, words: list[Token]) -> bool:
    return all(_GAP.fullmatch(text, left.end, right.start) for left, right in pairwise(words))


def _written(lexicon: Lexicon, place: int, types: frozenset[str]) -> Mapping[str, str]:
    """Return the type of each spelling that counts as the name at ``place``, and of any other (``_ANY_CASE``)."""
    spellings: dict[str, str] = {}
    if place < 0 or not any(map(str.isalpha, lexicon.keys[place])):
        return spellings
    for name in lexicon.rows(place):
        own = lexicon.types(name.concept)
        type = next((type for type in own if type in types), "")
        if type and not (type == "Chemical" and _ROLE_OR_MACROMOLECULE.search(lexicon.names[name.concept])):
            strict = len(name.text) <= SHORT or name.text.isupper()
            spellings.setdefault(name.text if strict else _ANY_CASE, type)
    return spellings


def _occurrences(text: str, words: list[Token], short_forms: Mapping[str, str]) -> Iterator[_Span]:
    """Yield where the short forms stand as whole words."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for short in short_forms:
        for first in tokens(short)[:1]:
            by_word[short[: first.end]].append(short)
    ends = {word.end for word in words}
    for word in words:
        for short in by_word.get(text[word.start : word.end], ()):
            end = word.start + len(short)
            if text.startswith(short, word.start) and (end in ends or not short[-1].isalnum()):
                yield _Span(word.start, end, short_forms[short])
