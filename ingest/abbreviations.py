"""Abbreviations that a text defines itself: "tumour necrosis factor (TNF)", "TNF (tumour necrosis factor)".

The algorithm is Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical
text", PSB 2003: the characters of the short form are looked for from right to left in the words beside it, and the
first one must begin a word. Beyond the paper, a definition stays within its sentence, an ordinary word is no short
form, brackets in a long form are balanced, and a long form begins inside a compound ("non-[small cell lung cancer]
(SCLC)") but keeps the locants of a chemical name ("[3-methyladenine] (3MA)").

Of the definitions that scispaCy's AbbreviationDetector finds in abstracts, 92 to 95 % are found here with the same
spans; in all 8 to 16 % more are found here. benchmarks/abbreviations.py counts the differences by kind.
"""

import re
from dataclasses import dataclass

MAX_SHORT = 10
"""Most characters of a short form."""

MAX_INSIDE = 8
"""Most words of a long form inside parentheses."""

MAX_LONG = 400
"""Most characters looked at for a long form; keeps the time linear in the text."""

_WORD = re.compile(r"\S+")
_SHORT = re.compile(r"[^\W_](?:[\w.,/'+-]| (?=[\w+-]))*[\w.+-]")
_ORDINARY = re.compile(r"[^\W\d_][a-z]{4,}")
_LATIN = re.compile(r"i\.? ?e\.?|e\.? ?g\.?")
_ASIDE = re.compile(r"[(\[][^)\]]*[)\]](?!-)")
_SENTENCE_END = re.compile(r"(?<=[a-z\d)\]][.?!])\s+(?=[A-Z])|\n\s*\n")
_REST = re.compile(r"[,;] ")
_LOCANTS = re.compile(
    r"(?:.*[-(\[])?\d[\d,']*-[(\[]*"  # 3-, 1,3-bis-(2-
    r"|[(\[]*[A-Za-z](?:\d*|\(\d+\))'?-[(\[]*"  # N-, N6-, N(6)-, c-
    r"|[(\[].*[)\]]-?|[(\[]+"  # (R)-, [(3)H]
)


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and the long form that a text gives for it; spans [start, end) count characters.

    Attributes:
        short: ``text[short_start:short_end]``.
        long: ``text[long_start:long_end]``.
    """

    short_start: int
    short_end: int
    long_start: int
    long_end: int
    short: str
    long: str


def abbreviations(text: str) -> tuple[Abbreviation, ...]:
    """Return the abbreviations that ``text`` defines, each short form once (its first definition), in text order."""
    found: dict[str, Abbreviation] = {}
    for opening, closing in _parentheses(text):
        pair = _long_before(text, opening, closing) or _long_inside(text, opening, closing)
        if pair is not None:
            found.setdefault(pair.short, pair)
    return tuple(found.values())


def long_forms(text: str) -> dict[str, str]:
    """Return the long form of every short form that ``text`` defines."""
    return {pair.short: pair.long for pair in abbreviations(text)}


def _parentheses(text: str) -> list[tuple[int, int]]:
    """Return the places of matching parentheses after white space, by the opening one."""
    pairs: list[tuple[int, int]] = []
    open: list[int] = []
    for match in re.finditer(r"[()]", text):
        if match[0] == "(":
            open.append(match.start())
        elif open:
            pairs.append((open.pop(), match.start()))
    return sorted((o, c) for o, c in pairs if c - o <= MAX_LONG and text[o - 1 : o].isspace())


def _long_before(text: str, opening: int, closing: int) -> Abbreviation | None:
    """Read ``long form (short form)``; what follows a comma or semicolon in the parentheses is passed over."""
    inside = _REST.split(text[opening + 1 : closing])[0]
    short = inside.strip()
    start = opening + 1 + inside.index(short)
    if not _is_short(short):
        return None
    low = _words_back(text, opening, min(len(short) + 5, 2 * len(short)))
    low = max([low, *(end.end() for end in _SENTENCE_END.finditer(text, low, opening))])
    return _pair(text, (start, start + len(short)), (low, opening))


def _words_back(text: str, end: int, n: int) -> int:
    """Return where the ``n``-th word before ``end`` begins, or the earliest that is looked at."""
    low = max(0, end - MAX_LONG)
    words = text[low:end].rsplit(None, n)
    return low + len(words[0]) if len(words) > n else low


def _long_inside(text: str, opening: int, closing: int) -> Abbreviation | None:
    """Read ``short form (long form)``; the short form is one word with an upper-case letter."""
    before = list(_WORD.finditer(text, max(0, opening - MAX_SHORT - 2), opening))
    words = list(_WORD.finditer(text, opening + 1, closing))
    if not before or not 1 <= len(words) <= MAX_INSIDE:
        return None
    if len(words) <= 2 and closing - opening - 1 <= MAX_SHORT:
        return None
    short = before[-1][0]
    if short.islower() or not _is_short(short):
        return None
    return _pair(text, before[-1].span(), (words[0].start(), words[-1].end()))


def _is_short(short: str) -> bool:
    if not 2 <= len(short) <= MAX_SHORT or not _SHORT.fullmatch(short) or not any(map(str.isalpha, short)):
        return False
    if short[0].isdecimal() and (short == short.lower() or "/" in short):  # a quantity
        return False
    if " " in short and (short.count(" ") > 1 or not short[0].isalpha() or re.search(r"\.\d", short)):
        return False
    return not _LATIN.fullmatch(short)


def _pair(text: str, short: tuple[int, int], window: tuple[int, int]) -> Abbreviation | None:
    """Return the abbreviation whose long form ends ``window``, if the short form's characters are found there."""
    low, end = window
    while end > low and (text[end - 1].isspace() or text[end - 1] in "\"'”’[({,;:"):
        end -= 1
    first = _align(text, short, (low, end))
    if first is None:
        return None
    start = _begin(text, first, (low, end))
    found = Abbreviation(*short, start, end, text[slice(*short)], text[start:end])
    return found if _is_plausible(found.short, found.long) else None


def _is_plausible(short: str, long: str) -> bool:
    if len(long) <= len(short) or _words(short) in _words(long):
        return False
    if any(map(_ORDINARY.fullmatch, short.split())) and len(long.split()) > 2:
        return False
    return _balanced(long) and not _ASIDE.match(long)


def _words(text: str) -> str:
    return " ".join(["", *re.findall(r"[^\W_]+", text.lower()), ""])


def _align(text: str, short: tuple[int, int], window: tuple[int, int]) -> int | None:
    """Return where the first character of the short form stands in the window, matching from right to left."""
    low, at = window
    for place in range(short[1] - 1, short[0] - 1, -1):
        character = text[place].lower()
        if not character.isalnum():
            continue
        at -= 1
        while at >= low and (
            text[at].lower() != character or (place == short[0] and at > low and text[at - 1].isalnum())
        ):
            at -= 1
        if at < low:
            return None
    return at


def _begin(text: str, first: int, window: tuple[int, int]) -> int:
    """Return where the long form begins that is matched from ``first`` on."""
    word = first
    while word > window[0] and not text[word - 1].isspace():
        word -= 1
    if not _LOCANTS.fullmatch(text, word, first):
        return first
    while word < first and text[word] in "([" and not _balanced(text[word : window[1]]):
        word += 1
    return word


def _balanced(text: str) -> bool:
    closing = {"(": ")", "[": "]"}
    open: list[str] = []
    for bracket in re.findall(r"[][()]", text):
        if bracket in closing:
            open.append(closing[bracket])
        elif not open or open.pop() != bracket:
            return False
    return not open
