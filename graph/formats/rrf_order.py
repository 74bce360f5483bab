"""Rows of an RRF table by the concept in their first cell.

A release is sorted: CUIs as text, which all have one length, and RXCUIs as numbers. Shorter before longer, then as
text, is both.
"""

from collections.abc import Collection, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.formats.blocks import blocks
from graph.formats.reading import Omissions

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

Row = tuple[Any, ...]
"""The id, the line number, and the cells that were asked for."""
Group = tuple[str, list[Row]]
"""A concept's id as the table writes it, and its rows in the order of the file."""

LINE = "line"
"""The column of line numbers."""


def rank(id: str) -> tuple[int, str]:
    """Return the key by which ids are sorted."""
    return len(id), id


def groups(path: Path, columns: Collection[str], wanted: Collection[str]) -> Iterator[Group]:
    """Yield each concept's rows, concepts by :func:`rank`, with the cells of the columns ``wanted``.

    Raises:
        OntologyFormatError: As :func:`graph.formats.rrf_table.rows`.
    """
    id = next(iter(columns))
    for table in whole_concepts(path, columns, [id, *wanted], ()):
        cells = (table.column(name).to_pylist() for name in (id, LINE, *wanted))
        for key, rows in groupby(zip(*cells, strict=True), key=itemgetter(0)):
            yield key, list(rows)


def whole_concepts(
    path: Path, columns: Collection[str], texts: Collection[str], labels: Collection[str]
) -> "Iterator[pa.Table]":
    """Yield parts of the table at ``path`` that hold all rows of each of their concepts, by :func:`rank`.

    The columns are ``texts``, ``labels`` (:func:`graph.formats.blocks.blocks`) and :data:`LINE`. A file that is not
    sorted is held in memory and sorted.
    """
    import pyarrow as pa

    id = next(iter(columns))
    parts: Iterator[pa.Table] = (_numbered(line, block) for line, block in blocks(path, columns, texts, labels))
    if not _in_order(path, columns):
        whole = list(parts)
        parts = iter([_sorted(pa.concat_tables(whole), id)] if whole else [])
    rest: pa.Table | None = None
    for part in parts:
        table = _one_chunk([part] if rest is None else [rest, part])
        first_of_last = int(starts(table.column(id))[-1]) if len(table) else 0
        if first_of_last:
            yield _one_chunk([table[:first_of_last]])
        rest = table[first_of_last:]
    if rest is not None and len(rest):
        yield _one_chunk([rest])


def starts(ids: "pa.ChunkedArray") -> "npt.NDArray[np.int64]":
    """Return the rows where another id begins."""
    import numpy as np
    import pyarrow.compute as pc

    new = np.ones(len(ids), bool)
    if len(ids) > 1:
        new[1:] = pc.not_equal(ids[1:], ids[:-1]).to_numpy()
    return np.flatnonzero(new)


def _numbered(line: int, block: "pa.RecordBatch") -> "pa.Table":
    import numpy as np
    import pyarrow as pa

    lines = pa.array(np.arange(line, line + len(block)))
    return pa.Table.from_batches([block]).append_column(LINE, lines)


def _one_chunk(tables: "list[pa.Table]") -> "pa.Table":
    import pyarrow as pa

    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()


def _in_order(path: Path, columns: Collection[str]) -> bool:
    """Return whether the rows are sorted by :func:`rank` of their first cell."""
    import pyarrow as pa
    import pyarrow.compute as pc

    id = next(iter(columns))
    last = pa.array([], pa.string())
    for _, block in blocks(path, columns, [id], ()):
        ids = pa.concat_arrays([last, block.column(id)])
        before, after = ids[:-1], ids[1:]
        lengths = pc.binary_length(before), pc.binary_length(after)
        wrong = pc.or_(pc.greater(*lengths), pc.and_(pc.equal(*lengths), pc.greater(before, after)))
        if pc.any(wrong).as_py():
            return False
        last = ids[-1:]
    return True


def _sorted(table: "pa.Table", id: str) -> "pa.Table":
    import pyarrow.compute as pc

    table = table.unify_dictionaries()
    length = pc.binary_length(table.column(id))
    keys = [("length", "ascending"), (id, "ascending"), (LINE, "ascending")]
    return table.take(pc.sort_indices(table.append_column("length", length), sort_keys=keys))


class Follower:
    """A table that is walked alongside another one, both by :func:`rank`."""

    def __init__(
        self, path: Path | None, columns: Collection[str], wanted: Collection[str], omissions: Omissions, skipped: str
    ) -> None:
        """Follow with ``wanted`` columns of the table at ``path`` (``None``: an empty one).

        Rows of ids never asked for are ``skipped``.
        """
        self._path, self._omissions, self._skipped = path, omissions, skipped
        self._groups = groups(path, columns, wanted) if path else iter(())
        self._next = next(self._groups, None)

    def rows_of(self, id: str) -> list[Row]:
        """Return the rows of ``id``, which must not come before the one asked for last."""
        while self._next is not None and self._next[0] != id and rank(self._next[0]) < rank(id):
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
        for row in group[1]:
            self._omissions.add(self._skipped, self._path or "", row[1])
        self._next = next(self._groups, None)
