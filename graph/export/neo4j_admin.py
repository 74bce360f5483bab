"""Writing CSV for ``neo4j-admin database import full`` (Neo4j 5), the fastest way into an empty Neo4j database."""

import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from graph import atomic, walk
from graph.concept import Concept
from graph.relation import Relation
from graph.store import GraphStore

T = TypeVar("T")

CONCEPTS, RELATIONS, SCRIPT = "concepts.csv", "relations.csv", "import.sh"
OTHER_TYPE = "RELATED"
"""Relationship type of the predicates that Neo4j would need to quote."""

_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ARRAY_DELIMITER = "\x1f"
"""U+001F, the unit separator: made to stand between values, so no text needs it; in one it becomes a blank."""

Value = str | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column of a CSV file: its header in Neo4j's notation, and its value for a row."""

    header: str
    value: Callable[[T], Value]


CONCEPT_COLUMNS: tuple[Column[Concept], ...] = (
    Column("id:ID", lambda concept: concept.id),
    Column("name:string", lambda concept: concept.name),
    Column("synonyms:string[]", lambda concept: concept.synonyms),
    Column("types:string[]", lambda concept: concept.types),
    Column("definition:string", lambda concept: concept.definition),
    Column("xrefs:string[]", lambda concept: concept.xrefs),
    Column("obsolete:boolean", lambda concept: concept.obsolete),
    Column("replaced_by:string", lambda concept: concept.replaced_by),
    Column(":LABEL", lambda _: "Concept"),
)
"""Every property of a ``(:Concept)``."""

RELATION_COLUMNS: tuple[Column[Relation], ...] = (
    Column(":START_ID", lambda relation: relation.subject),
    Column(":TYPE", lambda relation: relation_type(relation.predicate)),
    Column(":END_ID", lambda relation: relation.object),
    Column("predicate:string", lambda relation: relation.predicate),
    Column("source:string", lambda relation: relation.source),
    Column("evidence:string[]", lambda relation: relation.evidence),
)
"""Every property of a relationship; its type is a column, so that any number of types is one file."""


def relation_type(predicate: str) -> str:
    """Return the relationship type of ``predicate``: itself if Neo4j takes it unquoted, else ``RELATED``."""
    return predicate if _TYPE.fullmatch(predicate) else OTHER_TYPE


def command(folder: Path, *, database: str = "neo4j") -> list[str]:
    """Return the command that imports the files in ``folder`` into ``database``, which must be stopped or new.

    ``--overwrite-destination=true`` is for the user to add where a database of that name is to be lost.
    """
    return [
        *("neo4j-admin", "database", "import", "full", database),
        f"--nodes={folder / CONCEPTS}",
        f"--relationships={folder / RELATIONS}",
        *("--array-delimiter=U+001F", "--multiline-fields=true", "--id-type=string"),
    ]


def write(store: GraphStore, out: Path) -> None:
    """Write ``concepts.csv``, ``relations.csv`` and ``import.sh`` into the new folder ``out``.

    Texts come back as they were, but for U+001F. Empty lists and a missing ``replaced_by`` are absent properties.

    Raises:
        OSError: The folder is there already and not empty, or cannot be written.
    """
    with atomic.folder(out) as folder:
        atomic.write_lines(_table(CONCEPT_COLUMNS, store.iterate()), folder / CONCEPTS)
        atomic.write_lines(_table(RELATION_COLUMNS, walk.relations(store)), folder / RELATIONS)
        atomic.write_lines(_script(), folder / SCRIPT)
        (folder / SCRIPT).chmod(0o755)


def _script() -> Iterator[str]:
    yield "#!/bin/sh"
    yield "# Imports this graph into the database neo4j, which must be stopped or new. Arguments are added."
    yield 'cd "$(dirname "$0")" && exec ' + shlex.join(command(Path())) + ' "$@"'


def _table(columns: tuple[Column[T], ...], rows: Iterable[T]) -> Iterator[str]:
    yield ",".join(column.header for column in columns)
    for row in rows:
        yield ",".join(_cell(column.value(row)) for column in columns)


def _cell(value: Value) -> str:
    """Return the cell: nothing for no property, else quoted, so that an empty text stays one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        value = _ARRAY_DELIMITER.join(map(_without_delimiter, value)) if value else None
    elif value is not None:
        value = _without_delimiter(value)
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def _without_delimiter(text: str) -> str:
    return text.replace(_ARRAY_DELIMITER, " ")
