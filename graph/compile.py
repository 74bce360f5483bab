"""Compiling what sources said into the columns of a snapshot."""

import sqlite3
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from graph import record
from graph.concept import Concept
from graph.cycle import find_cycle
from graph.digest import Digest
from graph.errors import CycleError
from graph.neighbours import listed
from graph.relation import IS_A
from graph.relation_table import RelationTable
from graph.retired import follow
from graph.search import Names
from graph.store import Counts
from graph.texts import Texts
from graph.united import United, unite

if TYPE_CHECKING:
    from graph.snapshot import Columns


class Related(NamedTuple):
    """What is asked of the relations when their columns are written.

    Attributes:
        n_live: How many are in the graph.
        n_waiting: How many wait for a live end.
        predicates: Predicate of each code, sorted.
        sources: Source of each code, sorted.
        evidence: Publications of the relations that have any, by row.
    """

    n_live: int
    n_waiting: int
    predicates: tuple[str, ...]
    sources: tuple[str, ...]
    evidence: dict[int, tuple[str, ...]]


class Compiled(NamedTuple):
    """What was compiled, besides the columns.

    Attributes:
        release: Content hash, hex.
        counts: How much the graph holds.
        typesets: Semantic types of each code.
        relations: What is asked of the relations.
        concepts: Digest of the concepts, hex.
    """

    release: str
    counts: Counts
    typesets: tuple[tuple[str, ...], ...]
    relations: Related
    concepts: str


def compile_graph(
    connection: sqlite3.Connection, tables: list[RelationTable], where: Path | str, write: Callable[["Columns"], None]
) -> Compiled:
    """Compile the concepts of a record and the relations of ``tables``, and ``write`` the arrays of the snapshot.

    ``write`` is called a few times, each with some of the arrays (:data:`graph.snapshot.SECTIONS`), which are let go
    then. ``tables`` is emptied on the way. ``where`` names the graph in errors.

    Raises:
        CycleError: The hierarchy has a cycle.
        StoreError: There is more than one graph holds.
    """
    ids, retired = record.ids(connection)
    digest, concepts = Digest(), _Concepts()
    # The arrays are sorted beside the loop over concepts: numpy works without the interpreter's lock.
    with ThreadPoolExecutor(1) as worker:
        relating = worker.submit(relate, tables, ids, retired, where, digest, write)
        for concept in record.all_concepts(connection):
            digest.concept(concept)
            concepts.add(concept)
        related = relating.result()
    counts = Counts(len(ids), len(concepts.successor), concepts.n_names, related.n_live)
    write({"retired": retired, **concepts.columns(ids)})
    del ids
    write(concepts.names.columns())
    return Compiled(digest.hex(), counts, tuple(concepts.typesets), related, digest.concepts())


class _Concepts:
    """The columns of the concepts, which come by CURIE."""

    def __init__(self) -> None:
        self.id_texts, self.name_texts, self.typeset = Texts(), Texts(), array("i")
        self.typesets: dict[tuple[str, ...], int] = {}
        self.successor: dict[int, str | None] = {}
        self.names, self.n_names = Names(), 0

    def add(self, concept: Concept) -> None:
        number = len(self.typeset)
        self.id_texts.append(concept.id)
        self.name_texts.append(concept.name)
        self.typeset.append(self.typesets.setdefault(concept.types, len(self.typesets)))
        self.n_names += bool(concept.name) + len(concept.synonyms)
        if concept.obsolete:
            self.successor[number] = concept.replaced_by
        else:
            self.names.add(number, (concept.name, *concept.synonyms))

    def columns(self, ids: Sequence[str]) -> "Columns":
        live = array("i", range(len(ids)))
        if self.successor:
            wanted = {id for id in self.successor.values() if id is not None}
            number = {id: n for n, id in enumerate(ids) if n in self.successor or id in wanted}
            after = {n: number.get(id) for n, id in self.successor.items() if id is not None}
            for retired in self.successor:
                live[retired] = follow(retired, after.get)
        return {
            "id_start": self.id_texts.start,
            "id_bytes": self.id_texts.data,
            "name_start": self.name_texts.start,
            "name_bytes": self.name_texts.data,
            "typeset": self.typeset,
            "live": live,
        }


def relate(
    tables: list[RelationTable],
    ids: Sequence[str],
    retired: bytes,
    where: Path | str,
    digest: Digest,
    write: Callable[["Columns"], None],
) -> Related:
    """Write the columns of the relations of ``tables``, which is emptied, and add them to ``digest``.

    Raises:
        CycleError: The hierarchy has a cycle.
        StoreError: There is more than one graph holds.
    """
    import numpy as np

    united = unite(tables, ids, np.frombuffer(retired, np.bool_))
    _check_hierarchy(united, ids, where)
    digest.relations(united)
    n_live = united.n_live
    write(listed(united, len(ids))._asdict())
    absent = Texts(united.absent)
    write(
        {
            "out_start": np.searchsorted(united.subject[:n_live], np.arange(len(ids) + 1)).astype(np.int64),
            "out_object": united.object[:n_live],
            "out_predicate": united.predicate[:n_live],
            "out_source": united.source[:n_live],
            "waiting_subject": united.subject[n_live:],
            "waiting_object": united.object[n_live:],
            "waiting_predicate": united.predicate[n_live:],
            "waiting_source": united.source[n_live:],
            "absent_start": absent.start,
            "absent_bytes": absent.data,
        }
    )
    n_waiting = len(united.subject) - n_live
    return Related(n_live, n_waiting, united.predicates, united.sources, united.evidence)


def _check_hierarchy(united: United, ids: Sequence[str], where: Path | str) -> None:
    import numpy as np

    if IS_A not in united.predicates:
        return
    rows = np.flatnonzero(united.predicate[: united.n_live] == united.predicates.index(IS_A))
    cycle = find_cycle(united.subject[rows], united.object[rows], len(ids))
    if cycle is not None:
        raise CycleError(str(where), [ids[number] for number in (*cycle, cycle[0])])
