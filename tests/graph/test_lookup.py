"""Looking pairs up, worked out by hand."""

from pathlib import Path

import pytest

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.lookup import Coverage, LookupScore, look_up
from graph.ontology import Ontology
from graph.relation import Relation

CONCEPTS = (
    *(Concept(f"X:{name}", name) for name in "abcd"),
    Concept("X:old", "old", obsolete=True, replaced_by="X:a"),
)
RELATIONS = (
    Relation("X:a", "treats", "X:b", "one"),
    Relation("X:a", "treats", "X:b", "two"),
    Relation("X:a", "binds", "X:b", "one"),
    Relation("X:c", "binds", "X:a", "one"),
    Relation("X:d", "binds", "X:d", "one"),
)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedGraphStore:
    return EmbeddedGraphStore.from_ontologies(tmp_path / "g", Ontology("toy", "", "", CONCEPTS, RELATIONS))


PAIRS = [
    ("X:a", "X:b"),  # linked by both predicates, related
    ("X:old", "X:b"),  # the same by a retired id, not related in this text
    ("X:a", "X:c"),  # linked the other way round, related
    ("X:b", "X:c"),  # not linked, related
    ("X:d", "X:d"),  # a concept and itself
    ("X:nowhere", "X:a"),
    (None, "X:a"),
]
RELATED = [True, False, True, True, False, False, True]


def test_pairs_are_looked_up(store: EmbeddedGraphStore) -> None:
    score = look_up(store, PAIRS, RELATED)
    assert score == LookupScore(7, 4, 3, 2, (Coverage("binds", 2, 1), Coverage("treats", 1, 1)))
    assert score.precision == pytest.approx(2 / 3)
    assert score.recall == pytest.approx(2 / 4)
    assert score.f1 == pytest.approx(4 / 7)


def test_only_some_predicates_are_looked_at(store: EmbeddedGraphStore) -> None:
    score = look_up(store, PAIRS, RELATED, predicates=frozenset({"treats"}))
    assert score == LookupScore(7, 4, 2, 1, (Coverage("treats", 1, 1),))


def test_nothing_to_look_up_scores_nothing(store: EmbeddedGraphStore) -> None:
    score = look_up(store, [], [])
    assert (score.precision, score.recall, score.f1) == (0, 0, 0)


def test_a_truth_must_be_known_of_every_pair(store: EmbeddedGraphStore) -> None:
    with pytest.raises(ValueError, match="1 truths for 2 pairs"):
        look_up(store, PAIRS[:2], [True])
