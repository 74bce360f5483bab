"""Names as keys: two spellings of one name should give one key.

The rules were chosen on the development sets of BC5CDR and the NCBI disease corpus, never on test sets. Greek letters
gain nothing there (both corpora spell them out) and are kept for text that has them.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, groupby
from typing import NamedTuple

from ingest.scripts import LETTER, MARK, UNSPACED

_TOKEN = re.compile(rf"(?!(?<=\w['’])s\b)(?:[{UNSPACED}][{MARK}]*|{LETTER}(?:{LETTER}|[{MARK}])*)")
_POINTS = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+")
_NOT_OF_A_WORD = re.compile(rf"(?:(?![{MARK}])[\W_])+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_BEFORE_UNSPACED = "\u0e00"
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
    r"(?P<ae>(?<=[a-z])aem|haem|paed|anaes|caec|faec|gynae|aetio)|(?P<oe>oed|oes(?=oph|tr)|foet|rrhoe|pnoe|coeli)"
    r"|(?P<our>(?<=tum)our|(?<=behavi)our)|(?P<ph>sulph)"
)
_STOP = frozenset("a an and by disease disorder due for in of on or syndrome the to type with".split())
_SAME = {
    other: word
    for word, *others in map(
        str.split,
        """neoplasm cancer carcinoma malignancy neoplasia neoplastic tumor
        kidney renal nephro
        liver hepatic
        heart cardiac
        lung pulmonary
        brain cerebral
        stomach gastric
        aorta aortic
        eye ocular
        tooth dental teeth
        muscle muscular
        bladder vesical
        vein venous
        artery arterial
        injury damage trauma lesion
        dysfunction impairment disturbance
        insufficiency failure
        seizure convulsion
        hereditary familial inherited
        hypersensitivity allergy allergic
        infarction infarct
        abnormality anomaly malformation
        deficiency deficient
        1 i
        2 ii
        3 iii
        4 iv
        5 v
        6 vi""".splitlines(),
    )
    for other in others
}
_SPLIT = re.compile(r"\d+|\D+")


class Token(NamedTuple):
    """A word of a text: its half-open character span and its normal form (never empty)."""

    start: int
    end: int
    form: str


def tokens(text: str) -> list[Token]:
    """Return the words of ``text``: runs of letters and digits (combining marks belong to their letter).

    In scripts that put no space between words (Chinese, Japanese kana, Thai, ...) each letter is a word. Joining the forms with single spaces gives ``key(text)``; linear in the length of the text.
    """
    spans = ((match.start(), match.end(), word_form(match.group())) for match in _TOKEN.finditer(text))
    return [Token(start, end, form) for start, end, form in spans if form]


def key(name: str) -> str:
    """Return the normal form of a name: words in lower case, singular, American spelling, one space between them.

    Compatibility characters and the accents and vowel points of Latin, Greek, Cyrillic, Hebrew and Arabic are folded
    (Unicode NFKC and NFKD), Greek letters spelled out, punctuation and the ``'s`` of a possessive dropped. Empty when the name holds no letter and no digit. Keys are
    compared with keys and never normalised again: ``key(key(name))`` may differ from ``key(name)``.
    """
    return " ".join(filter(None, map(word_form, _TOKEN.findall(name))))


def loose_key(key: str) -> str:
    """Return a looser form of a key: its words in alphabetical order, each once, with one word for several.

    Function words and ``disease``, ``disorder``, ``syndrome`` and ``type`` are left out, letters and digits that touch
    are taken apart, and words that name the same in most diseases ("renal" and "kidney", "cancer" and "tumor",
    Roman and Arabic numbers) become one. Letters of a script without spaces stay together. Empty when nothing is left.
    """
    words = chain.from_iterable(map(loose_words, _together(key.split(" "))))
    return " ".join(sorted(set(words)))


def loose_words(word: str) -> list[str]:
    """Return what stands for a word of a key in its loose form: nothing for a function word."""
    return [_SAME.get(part, part) for part in _SPLIT.findall(word) if part not in _STOP]


def _together(words: list[str]) -> Iterator[str]:
    """Join letters of scripts without spaces, whose order is the word."""
    for unspaced, run in groupby(words, key=lambda word: word > _BEFORE_UNSPACED and bool(_UNSPACED.match(word))):
        if unspaced:
            yield "".join(run)
        else:
            yield from run


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
    old, new = {"ae": ("ae", "e"), "oe": ("oe", "e"), "our": ("our", "or"), "ph": ("ph", "f")}[match.lastgroup or ""]
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
