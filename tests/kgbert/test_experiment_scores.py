"""Figures of one run, against worked examples and scikit-learn."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score

from experiments import given_run, toy_pairs, toy_run
from kgbert.experiment.ranking import Ranking
from kgbert.experiment.scores import (
    any_relation,
    average_precision,
    best_threshold,
    calibration_error,
    cross_fitted,
    decision_calibration_error,
    half_of,
    most_probable,
    score,
)

coarse = st.integers(0, 4).map(lambda i: i / 8)
"""Few values, so that ties are common; two of them never exceed 1."""


def reference(gold, probability, weights=None) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of no positives
        return float(average_precision_score(gold, probability, average="micro", sample_weight=weights))


@st.composite
def runs(draw):
    rows = draw(st.lists(st.tuples(coarse, coarse, st.booleans(), st.booleans(), st.sampled_from("abc")), min_size=1))
    gold = [[i for i, true in enumerate(row[2:4]) if true] for row in rows]
    return given_run([row[:2] for row in rows], gold, "".join(row[4] for row in rows))


@given(runs())
def test_average_precision_equals_scikit_learn_with_ties(run):
    assert average_precision(run) == pytest.approx(reference(run.pairs.gold, run.probability), abs=1e-12)


@given(runs(), st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_weights_equal_copies_of_documents(run, multiplicity):
    weights = np.array(multiplicity[: len(run.pairs.documents)], np.int32)
    n_labels = len(run.pairs.labels)
    unit = np.repeat(run.pairs.document_of, n_labels)
    ranking = Ranking.of(run.probability.ravel(), run.pairs.gold.ravel(), unit)
    rows = np.repeat(np.arange(len(run.pairs)), weights[run.pairs.document_of])
    slow = reference(run.pairs.gold[rows], run.probability[rows]) if len(rows) else 0.0
    assert ranking.average_precision(weights[None])[0] == pytest.approx(slow, abs=1e-12)


@given(runs(), st.lists(st.integers(0, 1), min_size=3, max_size=3))
def test_both_halves_equal_one_after_the_other(run, chosen):
    weights = np.array([chosen[: len(run.pairs.documents)]], np.int32)
    ranking = Ranking.of(run.probability.ravel(), run.pairs.gold.ravel(), np.repeat(run.pairs.document_of, 2))
    one_by_one = [ranking.average_precision(w)[0] for w in (weights, 1 - weights)]
    np.testing.assert_allclose(ranking.both_halves(weights)[0], one_by_one, atol=1e-12)


def test_many_rows_of_weights_equal_each_alone():
    run = toy_run(toy_pairs(labels=("a", "b")), np.random.default_rng(0))
    weights = np.random.default_rng(1).integers(0, 3, (3000, len(run.pairs.documents)), np.int32)
    ranking = Ranking.of(run.probability.ravel(), run.pairs.gold.ravel(), np.repeat(run.pairs.document_of, 2))
    together = ranking.average_precision(weights)
    assert together.shape == (3000,)
    for row in (0, 1, 1234, 2999):
        assert together[row] == pytest.approx(ranking.average_precision(weights[row : row + 1])[0], abs=1e-12)


def test_average_precision_by_hand():
    # Falling: .9 true, .8 false, .7 true: 1/2 x 1/1 + 1/2 x 2/3.
    run = given_run([[0.9], [0.8], [0.7]], [[0], [], [0]])
    assert average_precision(run) == pytest.approx(1 / 2 + 1 / 3)


def test_the_most_probable_label_by_hand():
    # Right; none (.5 left) against a gold label; wrong label; a tie of none and a label goes to none.
    run = given_run([[0.6, 0.1], [0.3, 0.2], [0.1, 0.7], [0.5, 0.0]], [[0], [1], [0], [0]])
    counted = most_probable(run)
    assert (counted.true_positives, counted.predicted, counted.gold) == (1, 2, 4)
    scores = score(run)
    assert (scores.precision, scores.recall, scores.f1) == (1 / 2, 1 / 4, 1 / 3)


@given(st.lists(st.tuples(coarse, st.booleans()), min_size=1))
def test_the_best_threshold_is_the_lowest_with_the_highest_f1(rows):
    probability, gold = np.array([[p] for p, _ in rows]), np.array([[g] for _, g in rows])
    if not gold.any():
        assert best_threshold(probability, gold) == float("inf")
        return
    f1 = {t: f1_score(gold, probability >= t) for t in np.unique(probability)}
    best = max(f1.values())
    assert best_threshold(probability, gold) == min(t for t, value in f1.items() if value >= best - 1e-12)


def test_a_document_is_decided_at_the_threshold_of_the_others():
    one, two = (next(c for c in "abcdefgh" if half_of(c) == half) for half in (0, 1))
    assert {half_of(c) for c in "abcdefgh"} == {0, 1}
    # Half of one: best at .8; half of two: best at .2. Each is decided at the other's.
    run = given_run([[0.8], [0.5], [0.2], [0.1]], [[0], [], [0], []], one * 2 + two * 2)
    counted = cross_fitted(run)
    # At .2 both pairs of one are predicted (one right); at .8 none of two is.
    assert (counted.true_positives, counted.predicted, counted.gold) == (1, 2, 2)


def test_halves_do_not_depend_on_the_process():
    # The last hexadecimal digits of `printf ID | sha256sum`: 9, d, b, 4.
    assert [half_of(id) for id in ("10064839", "227508", "a", "d")] == [1, 1, 1, 0]


def test_calibration_by_hand():
    # Of what was decided: confidences .9 (wrong), .9 (right), .7 (right; "none" at .3), in two bins.
    # Of any relation: .9 (false), .9 (true), .3 (false), in two bins.
    probability, related = np.array([0.9, 0.9, 0.3]), np.array([False, True, False])
    assert decision_calibration_error(probability, related) == pytest.approx(2 / 3 * 0.4 + 1 / 3 * 0.3)
    assert calibration_error(probability, related) == pytest.approx(2 / 3 * 0.4 + 1 / 3 * 0.3)
    related = np.array([False, True, True])
    assert decision_calibration_error(probability, related) == pytest.approx(2 / 3 * 0.4 + 1 / 3 * 0.7)


def test_a_calibrated_model_has_next_to_no_error():
    random = np.random.default_rng(0)
    probability = random.random(200_000)
    related = random.random(200_000) < probability
    assert calibration_error(probability, related) < 0.01
    assert decision_calibration_error(probability, related) < 0.01
    # E|p - p^3| = 1/2 - 1/4. What was decided hides it: too much above one half makes up for too much below.
    rarer = random.random(200_000) < probability**3
    assert calibration_error(probability, rarer) == pytest.approx(0.25, abs=0.01)
    assert decision_calibration_error(probability, rarer) < 0.05


def test_brier_by_hand_is_over_candidates_only():
    run = given_run([[0.6, 0.2], [0.1, 0.0], [0.0, 0.0]], [[1], [], [0]])
    run.candidate[2] = False
    assert score(run).brier == pytest.approx((0.2**2 + 0.1**2) / 2)
    assert any_relation(run)[0] == pytest.approx([0.8, 0.1])
    assert score(run).recall == 0, "but what was never proposed counts as missed"
    assert most_probable(run).gold == 2


def test_a_run_without_relations_has_figures():
    scores = score(given_run([[0.3], [0.6]], [[], []]))
    assert scores.average_precision == scores.f1 == scores.f1_cross_fitted == 0
