"""Counts of a pair: worked out by hand, and equal to a slow count on random graphs."""

import math
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from graph.concept import Concept
from graph.degrees import PAIR_COUNTS, pair_counts
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import UnknownConceptError
from graph.ontology import Ontology
from graph.relation import IS_A, Relation


def store_of(path: Path, relations: list[Relation], *, retired: dict[str, str] | None = None) -> EmbeddedGraphStore:
    ids = sorted({end for r in relations for end in (r.subject, r.object)})
    concepts = [Concept(id, id) for id in ids]
    concepts += [Concept(id, id, obsolete=True, replaced_by=heir) for id, heir in (retired or {}).items()]
    return EmbeddedGraphStore.from_ontologies(path, Ontology("toy", "", "", tuple(concepts), tuple(relations)))


TOY = [
    Relation("X:a", "treats", "X:b", "one"),
    Relation("X:a", "treats", "X:b", "two"),
    Relation("X:b", "causes", "X:a", "one"),
    Relation("X:a", IS_A, "X:m", "one"),
    Relation("X:b", IS_A, "X:m", "one"),
    Relation("X:n", "binds", "X:a", "one"),
    Relation("X:n", "blocks", "X:a", "one"),
    Relation("X:n", "binds", "X:b", "two"),
    Relation("X:c", IS_A, "X:b", "one"),
    Relation("X:c", "binds", "X:c", "one"),
]


def counted(
    store: EmbeddedGraphStore, subject: str | None, object: str | None, **only: frozenset[str]
) -> dict[str, int]:
    (row,) = pair_counts(store, [(subject, object)], **only)
    return {name: round(math.expm1(value)) for name, value in zip(PAIR_COUNTS, row, strict=True)}


def test_a_pair_is_counted_by_hand(tmp_path: Path) -> None:
    with store_of(tmp_path / "g", TOY, retired={"X:old": "X:a"}) as store:
        expected = {
            "subject_as_subject": 3,  # treats twice, is_a
            "subject_as_object": 3,  # causes, binds, blocks
            "subject_neighbours": 3,  # b, m, n
            "subject_broader": 1,
            "subject_narrower": 0,
            "object_as_subject": 2,  # causes, is_a
            "object_as_object": 4,  # treats twice, binds, is_a
            "object_neighbours": 4,  # a, m, n, c
            "object_broader": 1,
            "object_narrower": 1,
            "common_neighbours": 2,  # m, n
            "relations": 3,
            "paths_of_two": 3,  # one by m, two times one by n
        }
        assert counted(store, "X:a", "X:b") == expected
        assert counted(store, "X:old", "X:b") == expected


def test_a_loop_counts_both_ways_and_is_no_neighbour(tmp_path: Path) -> None:
    with store_of(tmp_path / "g", TOY) as store:
        found = counted(store, "X:c", "X:c")
        assert (found["subject_as_subject"], found["subject_as_object"], found["subject_neighbours"]) == (2, 1, 1)
        assert found["relations"] == found["paths_of_two"] == found["common_neighbours"] == 0


def test_sources_can_be_left_out(tmp_path: Path) -> None:
    with store_of(tmp_path / "g", TOY) as store:
        found = counted(store, "X:a", "X:b", excluded_sources=frozenset({"two"}))
        assert (found["relations"], found["common_neighbours"], found["paths_of_two"]) == (2, 1, 1)


def test_an_end_that_is_not_linked_counts_nothing(tmp_path: Path) -> None:
    with store_of(tmp_path / "g", TOY) as store:
        found = counted(store, None, "X:b")
        assert {name for name, count in found.items() if count} == {
            name for name, count in counted(store, "X:a", "X:b").items() if count and name.startswith("object")
        }
        assert not any(counted(store, None, None).values())


def test_no_pairs_and_an_empty_graph(tmp_path: Path) -> None:
    with EmbeddedGraphStore.from_ontologies(tmp_path / "g", Ontology("x", concepts=(Concept("X:a", "a"),))) as store:
        assert pair_counts(store, []).shape == (0, len(PAIR_COUNTS))
        assert not pair_counts(store, [("X:a", None)]).any()


def test_an_unknown_concept_is_refused(tmp_path: Path) -> None:
    with store_of(tmp_path / "g", TOY) as store, pytest.raises(UnknownConceptError, match="X:nowhere"):
        pair_counts(store, [("X:a", "X:nowhere")])


def slowly(store: EmbeddedGraphStore, subject: str, object: str) -> list[int]:
    """The same from the relations as the store tells them."""

    def other(r: Relation, id: str) -> str:
        return r.object if r.subject == id else r.subject

    around = {id: Counter(other(r, id) for r in store.relations([id])[0]) for id in (subject, object)}
    counts = []
    for id in (subject, object):
        (relations,) = store.relations([id])
        counts += [
            sum(r.subject == id for r in relations),
            sum(r.object == id for r in relations),
            len(around[id].keys() - {id}),
            len({r.object for r in relations if r.predicate == IS_A and r.subject == id}),
            len({r.subject for r in relations if r.predicate == IS_A and r.object == id}),
        ]
    between = (around[subject].keys() & around[object].keys()) - {subject, object}
    if subject == object:
        return [*counts, 0, 0, 0]
    return [
        *counts,
        len(between),
        around[subject][object],
        sum(around[subject][m] * around[object][m] for m in between),
    ]


def test_fast_is_slow(ontologies_strategy) -> None:
    @given(ontologies_strategy())
    @settings(max_examples=40)
    def check(ontologies: list[Ontology]) -> None:
        with tempfile.TemporaryDirectory() as folder, EmbeddedGraphStore.from_ontologies(folder, *ontologies) as store:
            live = [concept.id for concept in store.iterate() if not concept.obsolete]
            pairs = [(s, o) for s in live for o in live]
            counts = [slowly(store, *pair) for pair in pairs]
            expected = np.log1p(np.array(counts, np.float32).reshape(len(pairs), len(PAIR_COUNTS)))
            np.testing.assert_array_equal(pair_counts(store, pairs), expected)

    check()
