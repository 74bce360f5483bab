"""Names of a lexicon in raw text: which spans may be entities."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from graph.batches import weighed_batches
from ingest.abbreviations import abbreviations
from ingest.composite import readings
from ingest.convention import PLAIN, Convention
from ingest.document import Mention
from ingest.lexicon import Lexicon
from ingest.normalize import tokens
from ingest.runs import Runs, exact_runs, loose_runs
from ingest.spellings import Spellings, type_of
from ingest.words import BOUNDARY, Words, words

DEFAULT_TYPES = frozenset({"Chemical", "Disease", "Phenotype"})
"""Concept types that become mentions unless told otherwise, where the lexicon holds any."""

_BATCH = 1 << 19
"""Characters after which texts are read together."""


class _Span(NamedTuple):
    """Characters [start, end) that name something of a type."""

    start: int
    end: int
    type: str


def detect(
    text: str, lexicon: Lexicon, types: frozenset[str] | None = None, *, convention: Convention = PLAIN
) -> tuple[Mention, ...]:
    """Return the names of concepts with one of ``types`` in ``text``, by position.

    Without ``types`` they are the :data:`DEFAULT_TYPES` that the lexicon holds, or all types if it holds none of these;
    an empty type among them stands for concepts without any.

    Names are compared word by word in their normal form (:func:`ingest.normalize.key`), and those of other things than
    chemicals also in any order and without their endings (:mod:`ingest.loose`); of overlapping ones the leftmost wins,
    then the longest, unless the ``convention`` says that those within others are mentions too. A name that the lexicon
    writes in capitals only, or with at most :data:`ingest.spellings.SHORT` characters, must be written in the same way.
    A short form that the text defines is a mention wherever it stands if its long form ends with one, and otherwise
    nowhere. Takes time linear in the length of the text.
    """
    return next(detect_all([text], lexicon, types, convention=convention))


def detect_all(
    texts: Iterable[str],
    lexicon: Lexicon,
    types: frozenset[str] | None = None,
    *,
    convention: Convention = PLAIN,
) -> Iterator[tuple[Mention, ...]]:
    """Yield for each text what :func:`detect` returns; working in batches is faster and changes nothing."""
    spellings = _spellings(lexicon, default_types(lexicon) if types is None else types)
    for batch in weighed_batches(texts, _BATCH, weight=len):
        yield from _detect(batch, spellings, convention)


def default_types(lexicon: Lexicon) -> frozenset[str]:
    """Return the types of what is found in texts unless told otherwise."""
    return lexicon.all_types & DEFAULT_TYPES or lexicon.all_types


@lru_cache(maxsize=4)
def _spellings(lexicon: Lexicon, types: frozenset[str]) -> Spellings:
    return Spellings(lexicon, types)


def _detect(texts: list[str], spellings: Spellings, convention: Convention) -> Iterator[tuple[Mention, ...]]:
    joined = BOUNDARY.join(texts)
    found = words(joined)
    starts = list(accumulate((len(text) + len(BOUNDARY) for text in texts), initial=0))
    names = list(_names(joined, found, spellings))
    if convention.composite:
        names += _composites(joined, found, names, spellings)
    spans = sorted(names, key=_leftmost_longest)
    cuts = np.searchsorted([span.start for span in spans], starts).tolist()
    word_cuts = found.starts.searchsorted(starts).tolist()
    for i, (text, start) in enumerate(zip(texts, starts, strict=False)):
        own = [_Span(span.start - start, span.end - start, span.type) for span in spans[cuts[i] : cuts[i + 1]]]
        if "(" in text:
            part = _part(found, word_cuts[i], word_cuts[i + 1], start)
            own = _with_short_forms(text, own, part, convention)
        kept = _not_crossing(own) if convention.nested else _apart(own)
        yield tuple(Mention(start, end, text[start:end], type) for start, end, type in kept)


def _leftmost_longest(span: _Span) -> tuple[int, int, str]:
    return span.start, -span.end, span.type


def _apart(spans: Iterable[_Span]) -> Iterator[_Span]:
    """Yield, of spans in order, those that overlap none before."""
    free = 0
    for span in spans:
        if span.start >= free:
            free = span.end
            yield span


def _not_crossing(spans: Iterable[_Span]) -> Iterator[_Span]:
    """Yield, of spans in order, the first at each place that is within or beside all before."""
    around: list[_Span] = []
    for span in spans:
        while around and around[-1].end <= span.start:
            around.pop()
        if not around or (span.end <= around[-1].end and span[:2] != around[-1][:2]):
            around.append(span)
            yield span


def _composites(text: str, words: Words, names: list[_Span], spellings: Spellings) -> list[_Span]:
    """Return the mentions of several things that share words, if these make names of them."""
    found = list(readings(text, words, (span[:2] for span in names)))
    keys = list(dict.fromkeys(key for reading in found for key in (reading.key, reading.alone)))
    exact, loose = spellings.exact(keys), spellings.loose(keys)
    type_at = {key: type_of(spelled, "") or type for key, spelled, type in zip(keys, exact, loose, strict=True)}
    spans: dict[tuple[int, int], _Span] = {}
    for reading in found:
        type = type_at[reading.key]
        if type is not None and type_at[reading.alone] is None:
            spans.setdefault(reading.part, _Span(reading.start, reading.end, type))
    return list(spans.values())


def _names(text: str, words: Words, spellings: Spellings) -> Iterator[_Span]:
    """Yield every run of words that is a name, overlapping ones too."""
    runs = exact_runs(text, words, spellings.lexicon)
    for (start, end), spelled in zip(_places(words, runs), spellings.exact(_spell(words, runs)), strict=True):
        if spelled and (type := type_of(spelled, text[start:end])) is not None:
            yield _Span(start, end, type)
    runs = loose_runs(text, words, spellings.lexicon)
    for (start, end), type in zip(_places(words, runs), spellings.loose(_spell(words, runs)), strict=True):
        if type is not None:
            yield _Span(start, end, type)


def _places(words: Words, runs: Runs) -> Iterator[tuple[int, int]]:
    return zip(words.starts[runs.firsts].tolist(), words.ends[runs.lasts - 1].tolist(), strict=True)


def _spell(words: Words, runs: Runs) -> list[str]:
    """Return the key of each run."""
    form, number = words.forms.__getitem__, words.numbers.tolist()
    pairs = zip(runs.firsts.tolist(), runs.lasts.tolist(), strict=True)
    return [" ".join(map(form, number[first:last])) for first, last in pairs]


def _part(words: Words, first: int, last: int, origin: int) -> Words:
    return Words(
        words.starts[first:last] - origin,
        words.ends[first:last] - origin,
        words.numbers[first:last],
        words.unspaced[first:last],
        words.forms,
    )


def _with_short_forms(text: str, spans: list[_Span], words: Words, convention: Convention) -> list[_Span]:
    """Return ``spans`` and, if wanted, those of the short forms that ``text`` defines, in order."""
    defined = abbreviations(text)
    if not defined:
        return spans
    type_at = {span.end: span.type for span in _apart(spans)}
    short_forms = {pair.short: type_at.get(pair.long_end) for pair in defined}
    kept = [span for span in spans if text[span.start : span.end] not in short_forms]
    if not convention.short_forms:
        return kept
    kept += _occurrences(text, words, {short: type for short, type in short_forms.items() if type is not None})
    return sorted(kept, key=_leftmost_longest)


def _occurrences(text: str, words: Words, short_forms: Mapping[str, str]) -> Iterator[_Span]:
    """Yield where the short forms stand as whole words."""
    by_word: dict[str, list[str]] = defaultdict(list)
    for short in short_forms:
        for first in tokens(short)[:1]:
            by_word[short[: first.end]].append(short)
    if not by_word:
        return
    ends = words.ends.tolist()
    is_end = set(ends)
    for start, end in zip(words.starts.tolist(), ends, strict=True):
        for short in by_word.get(text[start:end], ()):
            stop = start + len(short)
            if text.startswith(short, start) and (stop in is_end or not short[-1].isalnum()):
                yield _Span(start, stop, short_forms[short])
