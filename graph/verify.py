"""Whether a graph still is what was published."""

import sqlite3
from collections import Counter

from graph import record
from graph.digest import Digest
from graph.errors import StoreError
from graph.manifest import Manifest
from graph.relation import Relation
from graph.snapshot import Snapshot


def verify(connection: sqlite3.Connection, snapshot: Snapshot, manifest: Manifest) -> None:
    """Read the whole record, and compare it with the snapshot and with the release that ``manifest`` names.

    Raises:
        StoreError: They differ; says where first.
    """
    digest, live = Digest(), set[str]()
    number = -1
    for number, concept in enumerate(record.all_concepts(connection)):
        digest.concept(concept)
        if number >= snapshot.n_concepts or snapshot.id(number) != concept.id:
            raise _damaged(snapshot, f"concept {number} is not {concept.id}")
        if snapshot.name(number) != concept.name or snapshot.types(number) != concept.types:
            raise _damaged(snapshot, f"name or types of {concept.id} differ")
        if not concept.obsolete:
            live.add(concept.id)
    if number + 1 != snapshot.n_concepts:
        raise _damaged(snapshot, f"{snapshot.n_concepts} concepts; the record has {number + 1}")
    expected: Counter[tuple[str, str, str, str]] = Counter()
    subject = ""
    for relation in record.all_relations(connection):
        if relation.subject not in live or relation.object not in live:
            continue
        digest.relation(relation)
        if relation.subject != subject:
            _compare(snapshot, subject, expected)
            subject = relation.subject
            expected.clear()
        expected[_key(relation)] += 1
    _compare(snapshot, subject, expected)
    if digest.hex() != manifest.release:
        raise StoreError(f"{snapshot.where}: damaged, the record is not that of release {manifest.release}")


def _key(relation: Relation) -> tuple[str, str, str, str]:
    return relation.subject, relation.predicate, relation.object, relation.source


def _compare(snapshot: Snapshot, subject: str, expected: "Counter[tuple[str, str, str, str]]") -> None:
    """Compare the relations that ``subject`` is subject of."""
    if not subject:
        return
    number = snapshot.index(subject)
    columns = () if number is None else zip(*snapshot.neighbours(number), strict=True)
    found = Counter(
        (subject, snapshot.predicates[predicate], snapshot.id(other), snapshot.sources[source])
        for other, predicate, forward, source, _ in columns
        if forward
    )
    if found != expected:
        raise _damaged(snapshot, f"relations of {subject} differ from the record's")


def _damaged(snapshot: Snapshot, problem: str) -> StoreError:
    return StoreError(f"{snapshot.where}: damaged snapshot, {problem}")
