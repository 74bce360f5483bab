"""The SQLite file that records what each source says of concepts, and answers what the snapshot does not hold."""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, TypeVar

import orjson

from graph.concept import Concept
from graph.merge import merge
from graph.ontology import Ontology
from graph.store import Source

SCHEMA = """
CREATE TABLE ontology (name TEXT, version TEXT, licence TEXT, PRIMARY KEY (name, version, licence)) WITHOUT ROWID;
-- What a source says about a concept. The table is a set: its key is the whole row. Lists are JSON arrays.
CREATE TABLE claim (
    concept TEXT, source TEXT, name TEXT, synonyms TEXT, types TEXT, definition TEXT, xrefs TEXT, obsolete INTEGER,
    replaced_by TEXT,
    PRIMARY KEY (concept, source, name, synonyms, types, definition, xrefs, obsolete, replaced_by)
) WITHOUT ROWID;
-- Publications (a JSON array) of the relations that have any, by their rows in the snapshot.
CREATE TABLE evidence (relation INTEGER PRIMARY KEY, publications TEXT);
"""
T = TypeVar("T")

_TABLES = ("ontology", "claim")
"""What the sources said of concepts: sets of rows."""
_CHUNK = 500
Row = tuple[Any, ...]
"""A row of ``claim``."""
_BASE_URI = "file:{}?mode=ro&immutable=1"


def create(path: Path) -> sqlite3.Connection:
    """Return a connection to a new record at ``path``; nobody reads it before it is published, so no journal."""
    connection = _unpublished(path)
    connection.executescript(SCHEMA)
    return connection


def derive(path: Path, base: Path) -> sqlite3.Connection:
    """Return a connection to a new record at ``path`` with what that at ``base`` says of concepts, and no evidence."""
    shutil.copyfile(base, path)
    connection = _unpublished(path)
    connection.execute("DELETE FROM evidence")
    return connection


def _unpublished(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, uri=True)
    connection.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-131072;"
    )
    return connection


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection to the published record at ``path``, which never changes again."""
    return sqlite3.connect(_BASE_URI.format(_escaped(path)), uri=True, check_same_thread=False)


def copy(connection: sqlite3.Connection, base: Path) -> None:
    """Copy what the sources of the record at ``base`` said of concepts."""
    connection.execute("ATTACH ? AS base", (_BASE_URI.format(_escaped(base)),))
    for table in _TABLES:
        connection.execute(f"INSERT INTO {table} SELECT * FROM base.{table}")
    connection.execute("DETACH base")


def insert(connection: sqlite3.Connection, ontology: Ontology) -> None:
    """Add what ``ontology`` says of concepts; what was said before stays."""
    connection.execute("INSERT OR IGNORE INTO ontology VALUES (?, ?, ?)", ontology_key(ontology))
    connection.executemany(
        "INSERT OR IGNORE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (claim(concept, ontology.name) for concept in _by_key(ontology.concepts, attrgetter("id"))),
    )


def insert_evidence(connection: sqlite3.Connection, evidence: Mapping[int, tuple[str, ...]]) -> None:
    """Add the publications of relations."""
    rows = ((row, _json(publications)) for row, publications in evidence.items())
    connection.executemany("INSERT INTO evidence VALUES (?, ?)", rows)


def _by_key(values: Iterable[T], key: Callable[[T], Any]) -> Iterable[T]:
    """Return what is held in memory in the order of the table, which is quicker to insert; a stream as it comes."""
    return sorted(values, key=key) if isinstance(values, tuple) else values


def ontology_key(ontology: Ontology) -> tuple[str, str, str]:
    """Return name, version and licence."""
    return ontology.name, ontology.version, ontology.licence


def all_concepts(connection: sqlite3.Connection) -> Iterator[Concept]:
    """Yield every merged concept, by CURIE."""
    return _merged(connection.execute("SELECT * FROM claim ORDER BY concept"))


def ontologies(connection: sqlite3.Connection) -> tuple[Source, ...]:
    """Return the ontologies that were added, by name."""
    rows = connection.execute("SELECT name, version, licence FROM ontology ORDER BY name, version, licence")
    return tuple(Source(*row) for row in rows)


def ids(connection: sqlite3.Connection) -> tuple[list[str], bytes]:
    """Return every CURIE, sorted, and for each whether it is retired (1) or live (0)."""
    found: list[str] = []
    retired = bytearray()
    rows = connection.execute("SELECT concept, max(obsolete) FROM claim GROUP BY concept ORDER BY concept")
    for id, obsolete in rows:
        found.append(id)
        retired.append(obsolete)
    return found, bytes(retired)


def everything_said(connection: sqlite3.Connection) -> Iterator[Row]:
    """Yield every row that says what the sources said of concepts, each table sorted."""
    yield from connection.execute("SELECT * FROM ontology ORDER BY name, version, licence")
    yield from claims(connection)


def claims(connection: sqlite3.Connection) -> Iterator[Row]:
    """Yield what each source says of each concept, by CURIE."""
    # Not the cursor itself, which a walk that is given up would close after its connection.
    return iter(connection.execute("SELECT * FROM claim ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9").fetchone, None)


def concepts_between(connection: sqlite3.Connection, first: str, last: str) -> list[Concept]:
    """Return the concepts from ``first`` to ``last``, both included, by CURIE."""
    query = "SELECT * FROM claim WHERE concept BETWEEN ? AND ? ORDER BY concept"
    return list(_merged(connection.execute(query, (first, last)).fetchall()))


def concepts(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Concept]:
    """Return the concepts of ``ids`` that the record holds."""
    found: dict[str, Concept] = {}
    for first in range(0, len(ids), _CHUNK):
        chunk = ids[first : first + _CHUNK]
        marks = ",".join("?" * len(chunk))
        rows = connection.execute(f"SELECT * FROM claim WHERE concept IN ({marks}) ORDER BY concept", chunk)
        found.update((concept.id, concept) for concept in _merged(rows.fetchall()))
    return found


def evidence(connection: sqlite3.Connection, row: int) -> tuple[str, ...]:
    """Return the publications, sorted, that the relation in ``row`` of the snapshot rests on."""
    found = connection.execute("SELECT publications FROM evidence WHERE relation = ?", (row,)).fetchone()
    return _strings(found[0]) if found else ()


def all_evidence(connection: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """Return the publications of every relation that has any, by its row."""
    return {row: _strings(text) for row, text in connection.execute("SELECT * FROM evidence ORDER BY relation")}


def _merged(rows: Iterable[tuple[Any, ...]]) -> Iterator[Concept]:
    """Merge rows of ``claim``; those of one concept must stand together."""
    for _, group in groupby(rows, key=itemgetter(0)):
        yield merge([(row[1], concept(row)) for row in group])


def concept(row: Row) -> Concept:
    """Return what a row says."""
    id, _, name, synonyms, types, definition, xrefs, obsolete, replaced_by = row
    return Concept(
        id=id,
        name=name,
        synonyms=_strings(synonyms),
        types=_strings(types),
        definition=definition,
        xrefs=_strings(xrefs),
        obsolete=bool(obsolete),
        replaced_by=replaced_by or None,
    )


def claim(concept: Concept, source: str) -> Row:
    """Return the row that says what ``source`` says of a concept."""
    return (
        concept.id,
        source,
        concept.name,
        _json(concept.synonyms),
        _json(concept.types),
        concept.definition,
        _json(concept.xrefs),
        int(concept.obsolete),
        concept.replaced_by or "",
    )


def _json(strings: Sequence[str]) -> str:
    return orjson.dumps(strings).decode() if strings else "[]"


def _strings(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(orjson.loads(text))


def _escaped(path: Path) -> str:
    """Return ``path`` as SQLite's URIs want it."""
    return path.resolve().as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")
