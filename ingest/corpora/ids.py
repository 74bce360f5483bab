"""Concept ids as annotated corpora write them, turned into CURIEs."""

import re
from urllib.parse import quote

from graph import curie

NIL = frozenset({"", "-", "-1"})
"""What the corpora write where no concept fits."""

MENTION = "mention"
"""Prefix of ids that stand for an annotation of a document, and not for a concept."""

NUMBER_PREFIXES = {
    "Gene": "NCBIGene",
    "GeneOrGeneProduct": "NCBIGene",
    "OrganismTaxon": "NCBITaxon",
    "Species": "NCBITaxon",
}
"""Prefix of a bare number, by the type of the mention."""

_VARIANT = re.compile(r"[a-z]?\|[A-Za-z]+\d*\|")  # tmVar's own notation, such as c|SUB|G|2554+1|T
_SEPARATOR = re.compile(r"[|+,]")


def split(raw: str) -> list[str]:
    """Return the ids of one column: ``D1|D2``, ``D1+D2`` (NCBI disease), ``1,2`` (BioRED); a variant stays whole."""
    ids = [raw] if is_variant(raw.strip()) else _SEPARATOR.split(raw)
    return [id.strip() for id in ids]


def is_variant(raw: str) -> bool:
    """Return whether ``raw`` is in tmVar's notation, such as ``c|SUB|G|2554+1|T``."""
    return _VARIANT.match(raw) is not None


def of_mention(document: str, key: str) -> str:
    """Return the CURIE ``mention:DOCUMENT.KEY`` that stands for an annotation which names no concept.

    Relations between mentions refer to them by it. No graph holds such an id (:func:`is_of_mention`).
    """
    return f"{MENTION}:{quote(document, safe='')}.{quote(key, safe='')}"


def is_of_mention(id: str) -> bool:
    """Return whether ``id`` stands for a mention and not for a concept."""
    return id.startswith(f"{MENTION}:")


def to_curie(raw: str, *, type: str = "", prefix: str = "MESH") -> str | None:
    """Return one id of a corpus as a CURIE, or ``None`` where it stands for no concept.

    An id that has a prefix keeps it. ``rs123`` becomes ``dbSNP:rs123``, ``CVCL_0224`` becomes
    ``Cellosaurus:CVCL_0224``, a bare number takes the prefix of its ``type``, and a variant in tmVar's notation
    becomes ``tmVar:`` and the notation in percent-encoding, since a CURIE holds no ``|``. Others take ``prefix``.

    Raises:
        CurieError: No CURIE can be made of it.
    """
    if raw in NIL:
        return None
    if is_variant(raw):
        return f"tmVar:{quote(raw, safe='')}"
    if re.fullmatch(r"rs\d+", raw):
        return f"dbSNP:{raw}"
    if raw.startswith("CVCL_"):
        return f"Cellosaurus:{raw}"
    if raw.isdecimal() and raw.isascii():
        prefix = NUMBER_PREFIXES.get(type, prefix)
    return curie.expand(raw, prefix)
