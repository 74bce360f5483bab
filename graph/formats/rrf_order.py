"""Rows of an RRF table by the concept in their first cell, without holding the table.

A release is sorted: CUIs as text, which all have one length, and RXCUIs as numbers. Shorter before longer, then as
text, is both.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

from graph.formats.reading import Omissions
from graph.formats.rrf_table import Row, rows
from graph.formats.text import lines

Group = tuple[str, list[Row]]
"""A concept's id as the table writes it, and its rows in the order of the file."""


def rank(id: str) -> tuple[int, str]:
    """Return the key by which ids are sorted."""
    return len(id), id


def groups(path: Path, columns: Collection[str]) -> Iterator[Group]:
    """Yield each concept's rows, concepts by :func:`rank`; a file that is not sorted is sorted on disk first.

    Raises:
        OntologyFormatError: As :func:`graph.formats.rrf_table.rows`.
    """
    table = rows(path, columns) if _in_order(path) else _sorted(path, columns)
    for id, group in groupby(table, key=_first):
        yield id, list(group)


def _first(row: Row) -> str:
    return row[1][0]


def _in_order(path: Path) -> bool:
    if not path.stat().st_size:
        return True
    last = ""
    for _, text in lines(path):
        id = text[: text.find("|")]
        if id != last:
            if rank(id) < rank(last):
                return False
            last = id
    return True


def _sorted(path: Path, columns: Collection[str]) -> Iterator[Row]:
    # A database without a name lies in a temporary file that goes when it is closed.
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode=OFF; CREATE TABLE row (id TEXT, line INTEGER, text TEXT)")
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO row VALUES (?, ?, ?)",
            ((cells[0], line, "|".join(cells)) for line, cells in rows(path, columns)),
        )
        for line, text in database.execute("SELECT line, text FROM row ORDER BY length(id), id, line"):
            yield line, text.split("|")


class Follower:
    """A table that is walked alongside another one, both by :func:`rank`."""

    def __init__(self, path: Path | None, columns: Collection[str], omissions: Omissions, skipped: str) -> None:
        """Follow with the table at ``path`` (``None``: an empty one); rows of ids never asked for are ``skipped``."""
        self._path, self._omissions, self._skipped = path, omissions, skipped
        self._groups = groups(path, columns) if path else iter(())
        self._next = next(self._groups, None)

    def rows_of(self, id: str) -> list[Row]:
        """Return the rows of ``id``, which must not come before the one asked for last."""
        while self._next is not None and rank(self._next[0]) < rank(id):
            self._skip(self._next)
        if self._next is None or self._next[0] != id:
            return []
        found = self._next[1]
        self._next = next(self._groups, None)
        return found

    def finish(self) -> None:
        """Note the rows that are left."""
        while self._next is not None:
            self._skip(self._next)

    def _skip(self, group: Group) -> None:
        for line, _ in group[1]:
            self._omissions.add(self._skipped, self._path or "", line)
        self._next = next(self._groups, None)
