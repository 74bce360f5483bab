"""Tables of the Rich Release Format: where they lie in a folder, and their rows.

The format is NLM's (UMLS Reference Manual, chapter 3): UTF-8, one row a line, every cell closed by ``|``, no header.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from graph.errors import OntologyFormatError
from graph.formats.text import lines

Row = tuple[int, list[str]]
"""Line number from 1, and the cells."""

ATOM = "CUI LAT TS LUI STT SUI ISPREF AUI SAUI SCUI SDUI SAB TTY CODE STR SRL SUPPRESS CVF".split()
"""MRCONSO and RXNCONSO (there with RXCUI and RXAUI)."""
TYPE = "CUI TUI STN STY ATUI CVF".split()
"""MRSTY and RXNSTY."""
RELATION = "CUI1 AUI1 STYPE1 REL CUI2 AUI2 STYPE2 RELA RUI SRUI SAB SL RG DIR SUPPRESS CVF".split()
"""MRREL and RXNREL (where DIR comes before RG, neither of which is read)."""
DEFINITION = "CUI AUI ATUI SATUI SAB DEF SUPPRESS CVF".split()
"""MRDEF."""
RETIRED = "CUI1 VER REL RELA MAPREASON CUI2 MAPIN".split()
"""MRCUI."""
RX_RETIRED = "CUI1 VER_START VER_END CARDINALITY CUI2".split()
"""RXNCUI."""
RANK = "RANK SAB TTY SUPPRESS".split()
"""MRRANK."""
DOC = "DOCKEY VALUE TYPE EXPL".split()
"""MRDOC and RXNDOC."""
SOURCE = (
    "VCUI RCUI VSAB RSAB SON SF SVER VSTART VEND IMETA RMETA SLC SCC SRL TFR CFR CXTY TTYL ATNL LAT CENC CURVER SABIN"
    " SSN SCIT"
).split()
"""MRSAB and RXNSAB."""

SUPPRESSED = frozenset("OEY")
"""Values of SUPPRESS: obsolete, marked by the editors, suppressed by the source's term type."""


def holds(names: Collection[str], table: str) -> bool:
    """Return whether ``table`` (such as ``MRCONSO``) is among the files ``names``."""
    return any(_is(name, table) for name in names)


def find(folder: Path, anchor: str, tables: Collection[str]) -> dict[str, Path]:
    """Return the files of those ``tables`` that lie beside ``anchor`` in ``folder`` or below it, plain or compressed.

    The uppermost ``anchor`` counts: RxNorm comes with a subset of itself in a folder further down.

    Raises:
        OntologyFormatError: There is no ``anchor``.
    """
    files = sorted((file for file in folder.rglob("*") if file.is_file()), key=lambda file: (len(file.parts), file))
    first = next((file for file in files if _is(file.name, anchor)), None)
    if first is None:
        raise OntologyFormatError(folder, 0, f"no {anchor}.RRF in the folder; expected one beside the other tables")
    beside = [file for file in files if file.parent == first.parent]
    found = {table: next((file for file in beside if _is(file.name, table)), None) for table in tables}
    return {table: file for table, file in found.items() if file is not None}


def rows(path: Path, columns: Collection[str]) -> Iterator[Row]:
    """Yield the rows of the table at ``path``; a file of no bytes has none.

    Raises:
        OntologyFormatError: A row has not as many cells as there are ``columns``, or is not closed by ``|``.
    """
    if not path.stat().st_size:
        return
    width = len(columns) + 1
    for line, text in lines(path):
        cells = text.split("|")
        if len(cells) != width or cells[-1]:
            end = "" if text.endswith("|") else " and no | at the end"
            problem = f"{len(cells) - text.endswith('|')} columns{end}; expected {width - 1} ({' '.join(columns)})"
            raise OntologyFormatError(path, line, f"{problem}, each closed by |")
        yield line, cells


def _is(name: str, table: str) -> bool:
    return re.fullmatch(rf"{table}\.RRF(\.gz|\.bz2|\.xz)?", PurePosixPath(name).name, re.IGNORECASE) is not None
