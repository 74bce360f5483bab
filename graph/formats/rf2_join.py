"""What the files of an RF2 release say of each concept, brought together on disk: no file is sorted by concept."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from graph.formats.reading import Omissions
from graph.formats.rf2_file import ASSOCIATION, CONCEPT, DESCRIPTION, LANGUAGE, TEXT_DEFINITION, File, Row, find, rows

_PREFERRED = 900000000000548007
_SCHEMA = """
PRAGMA journal_mode=OFF;
CREATE TABLE concept (id INTEGER PRIMARY KEY, time INTEGER, active INTEGER, line INTEGER);
CREATE TABLE description (
    id INTEGER PRIMARY KEY, time INTEGER, active INTEGER, concept INTEGER, language TEXT, type INTEGER, term TEXT
);
CREATE TABLE preferred (id TEXT PRIMARY KEY, time INTEGER, active INTEGER, description INTEGER, refset INTEGER);
CREATE TABLE heir (
    id TEXT PRIMARY KEY, time INTEGER, active INTEGER, concept INTEGER, refset INTEGER, target INTEGER
);
"""
_INDEXES = """
CREATE INDEX spoken ON description (concept) WHERE active;
CREATE INDEX chosen ON preferred (description) WHERE active;
CREATE INDEX follows ON heir (concept) WHERE active;
"""
_DESCRIPTIONS = """
SELECT concept.id, concept.active, concept.line, description.id, language, type, term,
    (SELECT group_concat(refset) FROM preferred WHERE description = description.id AND preferred.active)
FROM concept LEFT JOIN description ON description.concept = concept.id AND description.active
ORDER BY concept.id, description.id
"""


class Description(NamedTuple):
    """A term of a concept.

    Attributes:
        id: Identifier.
        language: As the release writes it, such as ``en``.
        type: Identifier: fully specified name, synonym or text definition.
        term: The text.
        preferred_in: Language reference sets that prefer it.
    """

    id: int
    language: str
    type: int
    term: str
    preferred_in: frozenset[int]


class Component(NamedTuple):
    """A concept as the files have it: its line in the concept file, its active descriptions, and which ids follow it.

    ``heirs`` are pairs of an association reference set and a concept.
    """

    id: int
    active: bool
    line: int
    descriptions: list[Description]
    heirs: list[tuple[int, int]]


def components(folder: Path, omissions: Omissions) -> Iterator[Component]:
    """Yield the concepts of the release in ``folder``, by identifier; where files differ the latest row counts.

    Raises:
        OntologyFormatError: A file breaks its format.
    """
    # A database without a name lies in a temporary file that goes when it is closed.
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        _fill(database, folder, omissions)
        database.executescript(_INDEXES)
        for key, group in groupby(database.execute(_DESCRIPTIONS), key=itemgetter(0, 1, 2)):
            id, active, line = key
            said = [_description(row) for row in group if row[3] is not None]
            query = "SELECT refset, target FROM heir WHERE concept = ? AND active ORDER BY refset, target"
            heirs = [] if active else database.execute(query, (id,)).fetchall()
            yield Component(id, bool(active), line, said, heirs)


def _description(row: tuple[int, int, int, int, str, int, str, str | None]) -> Description:
    *_, id, language, type, term, refsets = row
    return Description(id, language, type, term, frozenset(map(int, (refsets or "").split(",") if refsets else ())))


def _fill(database: sqlite3.Connection, folder: Path, omissions: Omissions) -> None:
    for file, table, row_of in (
        (CONCEPT, "concept", _concept_row),
        (DESCRIPTION, "description", _description_row),
        (TEXT_DEFINITION, "description", _description_row),
        (LANGUAGE, "preferred", _preferred_row),
        (ASSOCIATION, "heir", _heir_row),
    ):
        _insert(database, table, (row_of(row) for row in _noted(folder, file, omissions)))


def _insert(database: sqlite3.Connection, table: str, values: Iterator[tuple[object, ...]]) -> None:
    columns = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
    latest = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    database.executemany(
        f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"
        f" ON CONFLICT (id) DO UPDATE SET {latest} WHERE excluded.time >= time",
        values,
    )


def _noted(folder: Path, file: File, omissions: Omissions) -> Iterator[Row]:
    for row in rows(find(folder, file), file):
        if file in (DESCRIPTION, TEXT_DEFINITION) and row.cells[2] == "0":
            omissions.add("inactive description", row.path, row.line)
        yield row


def _concept_row(row: Row) -> tuple[object, ...]:
    return row.number(0), row.number(1), row.number(2), row.line


def _description_row(row: Row) -> tuple[object, ...]:
    return row.number(0), row.number(1), row.number(2), row.number(4), row.cells[5], row.number(6), row.cells[7]


def _preferred_row(row: Row) -> tuple[object, ...]:
    preferred = row.number(2) and row.number(6) == _PREFERRED
    return row.cells[0], row.number(1), int(preferred), row.number(5), row.number(4)


def _heir_row(row: Row) -> tuple[object, ...]:
    # A target may be a description; it is not looked up then.
    return row.cells[0], row.number(1), row.number(2), row.number(5), row.number(4), row.number(6)
