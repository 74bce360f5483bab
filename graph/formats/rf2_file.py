"""Files of a SNOMED CT release in Release Format 2: where they lie in a folder, and their rows.

The format is SNOMED International's (Release File Specifications): UTF-8, tab-separated, a header line, CRLF; a byte
order mark is read too.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from graph.errors import OntologyFormatError
from graph.formats.text import lines

_VERSIONED = "id effectiveTime active moduleId"


class File(NamedTuple):
    """A kind of file: a pattern of its name up to the language, country and date, and its columns."""

    name: str
    columns: tuple[str, ...]


CONCEPT = File("sct2_Concept_Snapshot", tuple(f"{_VERSIONED} definitionStatusId".split()))
DESCRIPTION = File(
    "sct2_Description_Snapshot",
    tuple(f"{_VERSIONED} conceptId languageCode typeId term caseSignificanceId".split()),
)
TEXT_DEFINITION = File("sct2_TextDefinition_Snapshot", DESCRIPTION.columns)
RELATIONSHIP = File(
    "sct2_Relationship_Snapshot",
    tuple(f"{_VERSIONED} sourceId destinationId relationshipGroup typeId characteristicTypeId modifierId".split()),
)
LANGUAGE = File(
    "der2_cRefset_LanguageSnapshot",
    tuple(f"{_VERSIONED} refsetId referencedComponentId acceptabilityId".split()),
)
ASSOCIATION = File(
    r"der2_cRefset_Association(?:Reference)?Snapshot",
    tuple(f"{_VERSIONED} refsetId referencedComponentId targetComponentId".split()),
)


class Row(NamedTuple):
    """A line of a file and its cells."""

    path: Path
    line: int
    cells: list[str]

    def number(self, column: int) -> int:
        """Return the cell in ``column`` as a number: a SNOMED CT identifier, a date, or 0 or 1.

        Raises:
            OntologyFormatError: It is none.
        """
        cell = self.cells[column]
        if not (cell.isdecimal() and len(cell) <= 18):
            raise OntologyFormatError(
                self.path, self.line, f"{cell[:40]!r} is no number; expected one of 1 to 18 digits"
            )
        return int(cell)


def holds(names: Collection[str], file: File) -> bool:
    """Return whether there is a ``file`` among the files ``names``."""
    return any(_date(name, file) for name in names)


def find(folder: Path, file: File) -> list[Path]:
    """Return every ``file`` in ``folder`` or below it: an extension comes beside the international edition."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and _date(path.name, file))


def date(paths: Collection[Path], file: File) -> str:
    """Return the latest date in the names of ``paths``, as ``YYYYMMDD``."""
    return max((_date(path.name, file) for path in paths), default="")


def rows(paths: Collection[Path], file: File) -> Iterator[Row]:
    """Yield the rows of ``paths``, one file after the other.

    Raises:
        OntologyFormatError: The header is another one, or a row has not as many cells as the header.
    """
    width = len(file.columns)
    for path in paths:
        for line, text in lines(path):
            cells = text.split("\t")
            if line == 1 and tuple(cells) != file.columns:
                problem = f"the header has columns {' '.join(cells)[:200]}; expected {' '.join(file.columns)}"
                raise OntologyFormatError(path, line, problem)
            if len(cells) != width:
                raise OntologyFormatError(
                    path, line, f"{len(cells)} columns; expected {width}, {' '.join(file.columns)}"
                )
            if line > 1:
                yield Row(path, line, cells)


def _date(name: str, file: File) -> str:
    found = re.fullmatch(
        rf"x?{file.name}(?:-[A-Za-z-]+)?_.*?(\d{{8}})\.txt(?:\.gz|\.bz2|\.xz)?", PurePosixPath(name).name
    )
    return found.group(1) if found else ""
