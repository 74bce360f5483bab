"""What the Metathesaurus calls languages and vocabularies, and what the rest of the world calls them."""

import re
from functools import cache

from graph import curie
from graph.errors import CurieError

_LANGUAGES = dict(
    pair.split("=")
    for pair in (
        "ARA=ar BAQ=eu CHI=zh CZE=cs DAN=da DUT=nl ENG=en EST=et FIN=fi FRE=fr GER=de GRE=el HEB=he HUN=hu ITA=it"
        " JPN=ja KOR=ko LAV=lv NOR=no POL=pl POR=pt RUS=ru SCR=hr SPA=es SWE=sv TUR=tr UKR=uk"
    ).split()
)
_PREFIXES = dict(
    pair.split("=")
    for pair in (
        "SNOMEDCT_US=SNOMEDCT SNOMEDCT_VET=SNOMEDCT SCTSPA=SNOMEDCT MSH=MESH HPO=HP LNC=LOINC NCI=NCIT NCBI=NCBITaxon"
        " MTHSPL=UNII"
    ).split()
)
_TRANSLATED = re.compile(r"(MSH|MDR|ICPC|WHO)[A-Z]{3}")
NO_CODE = "NOCODE"
"""What stands for the lack of a code."""
PLAIN = r"^[!-9;-{}~]+$"
"""Codes of which the prefix of their vocabulary makes a CURIE: printable ASCII without ``:`` and ``|``."""
# Vocabularies of the Metathesaurus itself: their codes stand for nothing elsewhere.
_INTERNAL = frozenset({"MTH", "SRC"})


def language(code: str) -> str:
    """Return the BCP 47 tag of ``code``, a language in ISO 639-2/B as LAT has it.

    >>> language("SPA"), language("ENG")
    ('es', 'en')
    """
    return _LANGUAGES.get(code, code.lower())


@cache
def prefix(source: str) -> str:
    """Return the CURIE prefix of the vocabulary ``source`` (SAB); a translation has that of what it translates."""
    translated = _TRANSLATED.fullmatch(source)
    base = translated.group(1) if translated else source
    return _PREFIXES.get(base, base)


def has_code(source: str, code: str) -> bool:
    """Return whether ``code`` identifies anything outside the Metathesaurus."""
    return code not in ("", NO_CODE) and source not in _INTERNAL


@cache
def plain_prefix(source: str) -> str | None:
    """Return the prefix of the plain codes of ``source``; ``None`` where they are none of anything, or no CURIE."""
    return prefix(source) if source not in _INTERNAL and xref(source, "1") is not None else None


def xref(source: str, code: str) -> str | None:
    """Return the CURIE of ``code`` in ``source``; ``None`` if it cannot be one.

    >>> xref("MSH", "D003000"), xref("HPO", "HP:0000118"), xref("ICD10CM", "E11.9")
    ('MESH:D003000', 'HP:0000118', 'ICD10CM:E11.9')
    """
    start = prefix(source) + ":"
    id = start + code[len(start) :] if code.lower().startswith(start.lower()) else start + code
    try:
        return curie.check(id)
    except CurieError:
        return None
