"""Compiling a record into a snapshot."""

import sqlite3
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph import record, search, snapshot
from graph.concept import Concept
from graph.cycle import find_cycle
from graph.digest import Digest
from graph.errors import CycleError
from graph.manifest import Manifest
from graph.relation import IS_A
from graph.retired import follow
from graph.store import Counts, Source

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

RECORD, SNAPSHOT = "graph.sqlite", "snapshot.bin"


def compile_record(connection: sqlite3.Connection, folder: Path, where: Path) -> Manifest:
    """Write the snapshot of the record into ``folder`` and describe it; ``where`` names the graph in errors.

    Raises:
        CycleError: The hierarchy has a cycle.
    """
    digest = Digest()
    concepts = _Concepts()
    search.index(connection, concepts.collect(record.all_concepts(connection), digest))
    relations = _Relations(concepts)
    relations.collect(connection, digest)
    columns = concepts.columns()
    columns.update(relations.columns(where))
    sections = snapshot.write(folder / SNAPSHOT, columns)
    ontologies = connection.execute("SELECT name, version, licence FROM ontology ORDER BY name, version, licence")
    return Manifest(
        release=digest.hex(),
        ontologies=tuple(Source(*row) for row in ontologies),
        counts=Counts(len(concepts.number), len(concepts.successor), concepts.n_names, len(relations.subject)),
        dropped_relations=relations.n_dropped,
        predicates=tuple(relations.predicates),
        sources=tuple(relations.sources),
        typesets=tuple(concepts.typesets),
        sections=sections,
        sizes={},
    )


class _Texts:
    """Texts, one after the other in UTF-8."""

    def __init__(self) -> None:
        self.data, self.start = bytearray(), array("q", [0])

    def append(self, text: str) -> None:
        self.data += text.encode()
        self.start.append(len(self.data))


class _Concepts:
    """The columns of the concepts, and the number of each."""

    def __init__(self) -> None:
        self.ids, self.names, self.typeset = _Texts(), _Texts(), array("i")
        self.number: dict[str, int] = {}
        self.typesets: dict[tuple[str, ...], int] = {}
        self.successor: dict[int, str | None] = {}
        self.n_names = 0

    def collect(self, concepts: Iterator[Concept], digest: Digest) -> Iterator[tuple[int, Concept]]:
        """Take in concepts sorted by CURIE, and hand each on with its number."""
        for number, concept in enumerate(concepts):
            digest.concept(concept)
            self.number[concept.id] = number
            self.ids.append(concept.id)
            self.names.append(concept.name)
            self.typeset.append(self.typesets.setdefault(concept.types, len(self.typesets)))
            self.n_names += bool(concept.name) + len(concept.synonyms)
            if concept.obsolete:
                self.successor[number] = concept.replaced_by
            yield number, concept

    def columns(self) -> "dict[str, Any]":
        live = array("i", range(len(self.number)))
        for number in self.successor:
            live[number] = follow(number, self._after)
        return {
            "id_start": self.ids.start,
            "id_bytes": self.ids.data,
            "name_start": self.names.start,
            "name_bytes": self.names.data,
            "typeset": self.typeset,
            "live": live,
        }

    def _after(self, number: int) -> int | None:
        successor = self.successor.get(number)
        return None if successor is None else self.number.get(successor)


class _Relations:
    """The columns of the relations."""

    def __init__(self, concepts: _Concepts) -> None:
        self.concepts = concepts
        self.subject, self.object, self.cited = array("i"), array("i"), array("B")
        self.predicate, self.source = array("H"), array("H")
        self.predicates: list[str] = []
        self.sources: list[str] = []
        self.n_dropped = 0

    def collect(self, connection: sqlite3.Connection, digest: Digest) -> None:
        """Take in the relations of live concepts, sorted."""
        self.predicates, predicate = _codes(connection, "predicate")
        self.sources, source = _codes(connection, "source")
        number = {id: n for id, n in self.concepts.number.items() if n not in self.concepts.successor}
        for relation in record.all_relations(connection):
            subject, object_ = number.get(relation.subject), number.get(relation.object)
            if subject is None or object_ is None:
                self.n_dropped += 1
                continue
            digest.relation(relation)
            self.subject.append(subject)
            self.predicate.append(predicate[relation.predicate])
            self.object.append(object_)
            self.source.append(source[relation.source])
            self.cited.append(bool(relation.evidence))

    def columns(self, where: Path) -> "dict[str, Array]":
        """Return the arrays in neighbour order and in the order of (subject, object, predicate, source)."""
        import numpy as np

        subject, object_ = np.asarray(self.subject, np.int64), np.asarray(self.object, np.int64)
        predicate, source = np.asarray(self.predicate), np.asarray(self.source)
        n_concepts = len(self.concepts.number)
        self._check_hierarchy(subject, predicate, object_, where)
        backward = subject != object_
        rows = np.concatenate([np.arange(len(subject)), np.flatnonzero(backward)])
        forward = np.arange(len(rows)) < len(subject)
        node = np.where(forward, subject[rows], object_[rows])
        other = np.where(forward, object_[rows], subject[rows])
        order = _neighbour_order(node, predicate[rows], forward, other, source[rows], n_concepts)
        rows, out = rows[order], np.lexsort((source, predicate, object_, subject))
        numbers = np.arange(n_concepts + 1)
        return {
            "start": np.searchsorted(node[order], numbers).astype(np.int64),
            "other": other[order].astype(np.int32),
            "predicate": predicate[rows],
            "forward": forward[order].astype(np.uint8),
            "source": source[rows],
            "cited": np.asarray(self.cited)[rows],
            "out_start": np.searchsorted(subject[out], numbers).astype(np.int64),
            "out_object": object_[out].astype(np.int32),
            "out_predicate": predicate[out],
            "out_source": source[out],
        }

    def _check_hierarchy(self, subject: "Array", predicate: "Array", object_: "Array", where: Path) -> None:
        if IS_A not in self.predicates:
            return
        is_a = predicate == self.predicates.index(IS_A)
        cycle = find_cycle(subject[is_a], object_[is_a], len(self.concepts.number))
        if cycle is not None:
            ids = list(self.concepts.number)
            raise CycleError(str(where), [ids[number] for number in (*cycle, cycle[0])])


def _codes(connection: sqlite3.Connection, column: str) -> tuple[list[str], dict[str, int]]:
    """Return the distinct values of a column of ``relation``, sorted, and the code of each."""
    values = [value for (value,) in connection.execute(f"SELECT DISTINCT {column} FROM relation ORDER BY {column}")]
    return values, {value: code for code, value in enumerate(values)}


def _neighbour_order(
    node: "Array", predicate: "Array", forward: "Array", other: "Array", source: "Array", n_concepts: int
) -> "Array":
    """Return the permutation that puts relations into neighbour order (:class:`graph.store.GraphStore`)."""
    import numpy as np

    degree = np.bincount(node, minlength=n_concepts)
    order = np.lexsort((source, other, degree[other], ~forward, predicate, node))
    columns = node[order], predicate[order], forward[order]
    first = np.ones(len(order), bool)
    first[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    distinct = first.copy()
    distinct[1:] |= other[order][1:] != other[order][:-1]
    seen = np.cumsum(distinct)
    rank = seen - np.repeat(seen[first], np.diff(np.append(np.flatnonzero(first), len(order))))
    permutation: Array = order[np.lexsort((~forward[order], predicate[order], rank, node[order]))]
    return permutation
