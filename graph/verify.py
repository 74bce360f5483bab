"""Whether a graph still is what was published."""

import sqlite3
from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING

from graph import record
from graph.compile import compile_graph
from graph.errors import GraphError, StoreError
from graph.manifest import Manifest
from graph.snapshot import Snapshot

if TYPE_CHECKING:
    from graph.snapshot import Columns

_OF_CONCEPTS = frozenset({"id_start", "name_start", "typeset", "live", "retired", "start", "out_start"})
_STARTS = {
    "id_bytes": "id_start",
    "name_bytes": "name_start",
    **dict.fromkeys(("other", "predicate", "forward", "source", "cited"), "start"),
    **dict.fromkeys(("out_object", "out_predicate", "out_source"), "out_start"),
}
"""Where the items of each concept begin in a section that has several a concept."""


def verify(connection: sqlite3.Connection, snapshot: Snapshot, manifest: Manifest) -> None:
    """Compile the record and the relations anew; compare all of it with the snapshot and the ``manifest``.

    Raises:
        StoreError: They differ; says where first.
    """
    try:
        table = snapshot.united(record.all_evidence(connection)).table(snapshot.ids())
        compiled = compile_graph(connection, [table], snapshot.where, partial(_compare, snapshot))
    except StoreError:
        raise
    except (GraphError, ValueError, IndexError) as error:
        raise StoreError(f"{snapshot.where}: damaged, what is in it is no graph") from error
    if compiled.typesets != manifest.typesets or compiled.counts != manifest.counts:
        raise StoreError(f"{snapshot.where}: damaged, the manifest is not that of its files")
    if compiled.release != manifest.release:
        raise StoreError(f"{snapshot.where}: damaged, the record is not that of release {manifest.release}")


def _compare(snapshot: Snapshot, columns: "Columns") -> None:
    for section, column in columns.items():
        _compare_section(section, snapshot, memoryview(column).cast("B"))


def _compare_section(section: str, snapshot: Snapshot, expected: memoryview) -> None:
    column = snapshot.column(section)
    found = column.cast("B")
    if found == expected:
        return
    place = next((n for n, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), 0) // column.itemsize
    by = _STARTS.get(section)
    number = bisect_right(snapshot.column(by), place) - 1 if by else place
    concept = f" of {snapshot.id(number)}" if (by or section in _OF_CONCEPTS) and number < snapshot.n_concepts else ""
    raise StoreError(f"{snapshot.where}: damaged snapshot, {section}{concept} is not what the record says")
