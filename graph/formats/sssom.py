"""Mappings in SSSOM/TSV (Matentzoglu et al. 2022, doi:10.1093/database/baac035)."""

from collections.abc import Iterator
from pathlib import Path

from graph.errors import CurieError, OntologyFormatError
from graph.formats.reading import Omissions
from graph.formats.text import lines
from graph.mapping import Mapping

_NEEDED = ("subject_id", "predicate_id", "object_id")
_NO_TERM = "sssom:NoTermFound"


def read_mappings(path: Path | str, *, omissions: Omissions | None = None) -> tuple[Mapping, ...]:
    """Read the mappings of an SSSOM/TSV file, plain or compressed.

    Metadata lines (``#``) before the header are passed over. A row that negates its mapping (``predicate_modifier`` is
    ``Not``), or says that no counterpart was found, is left out and counted in ``omissions``.

    Raises:
        OntologyFormatError: A needed column is missing, a row has not as many cells as the header, or an id is no
            CURIE; the message gives file and line.
        OSError: The file cannot be opened.
    """
    path = Path(path)
    return tuple(_mappings(path, Omissions() if omissions is None else omissions))


def _mappings(path: Path, omissions: Omissions) -> Iterator[Mapping]:
    header: list[str] = []
    for number, text in lines(path):
        if not text.strip() or (text.startswith("#") and not header):
            continue
        cells = text.split("\t")
        if not header:
            header = _header(path, number, cells)
            continue
        if len(cells) != len(header):
            raise OntologyFormatError(path, number, f"{len(cells)} columns; expected {len(header)} as in the header")
        row = dict(zip(header, cells, strict=True))
        if row.get("predicate_modifier"):
            omissions.add("negated mapping", path, number)
        elif _NO_TERM in (row["subject_id"], row["object_id"]):
            omissions.add("mapping to no term", path, number)
        else:
            yield _mapping(path, number, row)


def _header(path: Path, number: int, cells: list[str]) -> list[str]:
    missing = [name for name in _NEEDED if name not in cells]
    if missing:
        problem = f"no column {', '.join(missing)}; found {', '.join(cells)}; expected an SSSOM table"
        raise OntologyFormatError(path, number, problem)
    return cells


def _mapping(path: Path, number: int, row: dict[str, str]) -> Mapping:
    subject, predicate, object = (row[name].strip() for name in _NEEDED)
    try:
        return Mapping(subject, predicate, object, path.name)
    except CurieError as error:
        raise OntologyFormatError(path, number, str(error)) from error
