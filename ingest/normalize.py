"""Names as keys: two spellings of one name should give one key.

The rules were chosen on the development sets of BC5CDR and the NCBI disease corpus, never on test sets. Greek letters
gain nothing there (both corpora spell them out) and are kept for text that has them.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from ingest.scripts import LETTER, MARK, UNSPACED

_TOKEN = re.compile(rf"(?!(?<=\w['’])s\b)(?:[{UNSPACED}][{MARK}]*|{LETTER}(?:{LETTER}|[{MARK}])*)")
_POINTS = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+")
_NOT_OF_A_WORD = re.compile(rf"(?:(?![{MARK}])[\W_])+")
_CACHED = 64
_GREEK = {
    ord(letter): name
    for letter, name in zip(
        "αβγδεζηθικλμνξοπρστυφχψως",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi"
        " chi psi omega sigma".split(),
        strict=True,
    )
}
_BRITISH = re.compile(
    r"(?P<ae>(?<=[a-z])aem|haem|paed|anaes|aesth|caec|faec|gynae|aetio|naev)"
    r"|(?P<oe>oed|oes(?=oph|tr)|foet|rrhoe|pnoe|coeli|amoeb)"
    r"|(?P<our>(?<=tum)our|(?<=behavi)our|(?<=col)our|(?<=od)our)|(?P<ph>sulph)"
    r"|(?P<is>(?<=[a-z]{3}[ln])is(?=ed$|ing$|ation))|(?P<re>(?<=fib)re(?=s?$)|(?<=cent)re(?=s?$)|(?<=goit)re(?=s?$))"
)
_AMERICAN = {
    "ae": ("ae", "e"),
    "oe": ("oe", "e"),
    "our": ("our", "or"),
    "ph": ("ph", "f"),
    "is": ("is", "iz"),
    "re": ("re", "er"),
}


class Token(NamedTuple):
    """A word of a text: its half-open character span and its normal form (never empty)."""

    start: int
    end: int
    form: str


def tokens(text: str) -> list[Token]:
    """Return the words of ``text``: runs of letters and digits (combining marks belong to their letter).

    In scripts that put no space between words (Chinese, Japanese kana, Thai, ...) each letter is a word. Joining the
    forms with single spaces gives ``key(text)``; linear in the length of the text.
    """
    spans = ((match.start(), match.end(), word_form(match.group())) for match in _TOKEN.finditer(text))
    return [Token(start, end, form) for start, end, form in spans if form]


def key(name: str) -> str:
    """Return the normal form of a name: words in lower case, singular, American spelling, one space between them.

    Compatibility characters and the accents and vowel points of Latin, Greek, Cyrillic, Hebrew and Arabic are folded
    (Unicode NFKC and NFKD), Greek letters spelled out, punctuation and the ``'s`` of a possessive dropped. Empty when
    the name holds no letter and no digit. Keys are compared with keys and never normalised again:
    ``key(key(name))`` may differ from ``key(name)``.
    """
    return " ".join(filter(None, map(word_form, _TOKEN.findall(name))))


def word_form(word: str) -> str:
    """Return the normal form of a word; empty when nothing of it is left."""
    return _form(word) if len(word) <= _CACHED else _fold(word)


@lru_cache(maxsize=1 << 17)
def _form(word: str) -> str:
    return _fold(word)


def _fold(word: str) -> str:
    word = word.casefold()
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word).casefold().translate(_GREEK)
        word = _POINTS.sub("", unicodedata.normalize("NFKD", word))
        word = unicodedata.normalize("NFC", _NOT_OF_A_WORD.sub("", word))
    return _singular(_BRITISH.sub(_american, word))


def _american(match: re.Match[str]) -> str:
    old, new = _AMERICAN[match.lastgroup or ""]
    return match.group().replace(old, new)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "shes", "tches")):
        return word[:-2]
    if word.endswith(("oses", "yses", "eses", "stases")) and len(word) > 5:
        return word[:-2] + "is"
    if word.endswith("itides"):
        return word[:-4] + "s"
    return word[:-1]
