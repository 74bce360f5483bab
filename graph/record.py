"""The SQLite file that records what each source says, and answers what the snapshot does not hold."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, TypeVar

from graph.concept import Concept
from graph.merge import merge
from graph.ontology import Ontology
from graph.relation import Relation

SCHEMA = """
CREATE TABLE ontology (name TEXT, version TEXT, licence TEXT, PRIMARY KEY (name, version, licence)) WITHOUT ROWID;
-- What a source says about a concept. The table is a set: its key is the whole row. Lists are JSON arrays.
CREATE TABLE claim (
    concept TEXT, source TEXT, name TEXT, synonyms TEXT, types TEXT, definition TEXT, xrefs TEXT, obsolete INTEGER,
    replaced_by TEXT,
    PRIMARY KEY (concept, source, name, synonyms, types, definition, xrefs, obsolete, replaced_by)
) WITHOUT ROWID;
-- Every relation, also those that wait for one of their ends.
CREATE TABLE relation (
    subject TEXT, predicate TEXT, object TEXT, source TEXT, evidence TEXT,
    PRIMARY KEY (subject, predicate, object, source)
) WITHOUT ROWID;
-- Names of live concepts, folded for search; concept is its number in the order of CURIEs.
CREATE TABLE name (id INTEGER PRIMARY KEY, concept INTEGER, words TEXT);
CREATE VIRTUAL TABLE word USING fts5(words, content='', detail=none, columnsize=0, tokenize='ascii');
"""
T = TypeVar("T")

_TABLES = {"ontology": 3, "claim": 9, "relation": 4}
"""What the sources said: each table, and how many of its first columns are its key."""
_CHUNK = 500
_encode = json.JSONEncoder(ensure_ascii=False).encode
Row = tuple[Any, ...]
"""A row of ``claim``."""
_BASE_URI = "file:{}?mode=ro&immutable=1"


def create(path: Path) -> sqlite3.Connection:
    """Return a connection to a new record at ``path``; nobody reads it before it is published, so no journal."""
    connection = sqlite3.connect(path, isolation_level=None, uri=True)
    connection.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-131072;"
    )
    connection.executescript(SCHEMA)
    connection.create_function("unite", 2, _unite, deterministic=True)
    return connection


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection to the published record at ``path``, which never changes again."""
    return sqlite3.connect(_BASE_URI.format(_escaped(path)), uri=True, check_same_thread=False)


def copy(connection: sqlite3.Connection, base: Path) -> None:
    """Copy what the sources of the record at ``base`` said."""
    connection.execute("ATTACH ? AS base", (_BASE_URI.format(_escaped(base)),))
    for table in _TABLES:
        connection.execute(f"INSERT INTO {table} SELECT * FROM base.{table}")
    connection.execute("DETACH base")


def insert(connection: sqlite3.Connection, ontology: Ontology) -> None:
    """Add what ``ontology`` says; what was said before stays."""
    connection.execute("INSERT OR IGNORE INTO ontology VALUES (?, ?, ?)", ontology_key(ontology))
    connection.executemany(
        "INSERT OR IGNORE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (claim(concept, ontology.name) for concept in _by_key(ontology.concepts, attrgetter("id"))),
    )
    connection.executemany(
        "INSERT INTO relation VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (subject, predicate, object, source) DO UPDATE SET evidence = unite(evidence, excluded.evidence)",
        (_relation(relation) for relation in _by_key(ontology.relations, attrgetter("subject", "predicate"))),
    )


def _by_key(values: Iterable[T], key: Callable[[T], Any]) -> Iterable[T]:
    """Return what is held in memory in the order of the table, which is quicker to insert; a stream as it comes."""
    return sorted(values, key=key) if isinstance(values, tuple) else values


def ontology_key(ontology: Ontology) -> tuple[str, str, str]:
    """Return name, version and licence."""
    return ontology.name, ontology.version, ontology.licence


def all_concepts(connection: sqlite3.Connection) -> Iterator[Concept]:
    """Yield every merged concept, by CURIE."""
    return _merged(connection.execute("SELECT * FROM claim ORDER BY concept"))


def everything_said(connection: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """Yield every row that says what the sources said, each table sorted by its key."""
    for table, n_keys in _TABLES.items():
        key = ", ".join(map(str, range(1, n_keys + 1)))
        yield from connection.execute(f"SELECT * FROM {table} ORDER BY {key}")


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


def all_relations(connection: sqlite3.Connection) -> Iterator[Relation]:
    """Yield every relation, those too that wait for an end, by (subject, predicate, object, source)."""
    query = "SELECT * FROM relation ORDER BY subject, predicate, object, source"
    for subject, predicate, object_, source, evidence in connection.execute(query):
        yield Relation(subject, predicate, object_, source, _strings(evidence))


def evidence(connection: sqlite3.Connection, key: tuple[str, str, str, str]) -> tuple[str, ...]:
    """Return the publications that the relation of this (subject, predicate, object, source) rests on, sorted."""
    query = "SELECT evidence FROM relation WHERE subject = ? AND predicate = ? AND object = ? AND source = ?"
    row = connection.execute(query, key).fetchone()
    return _strings(row[0]) if row else ()


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


def _relation(relation: Relation) -> tuple[str, ...]:
    evidence = _json(sorted(set(relation.evidence)))
    return relation.subject, relation.predicate, relation.object, relation.source, evidence


def _unite(first: str, second: str) -> str:
    return _json(sorted({*_strings(first), *_strings(second)}))


def _json(strings: Sequence[str]) -> str:
    return _encode(strings) if strings else "[]"


def _strings(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def _escaped(path: Path) -> str:
    """Return ``path`` as SQLite's URIs want it."""
    return path.resolve().as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")
