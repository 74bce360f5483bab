"""Tests and intervals: worked examples, invariances, and how often they are right on made-up runs."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import given_run, toy_pairs, toy_run
from kgbert.experiment.contrast import Contrast, finding, paired
from kgbert.experiment.resample import Resampler
from kgbert.experiment.runs import Cell
from kgbert.experiment.scores import average_precision
from kgbert.experiment.statistics import (
    bootstrap_p,
    cohens_d,
    gain,
    holm,
    interval,
    multi_bootstrap,
    randomisation_p,
    sign_flip_p,
)

XY = Contrast("X", "Y")


def test_holm_by_hand():
    # Sorted .01 .02 .03 .04 times 4 3 2 1 = .04 .06 .06 .04; the last may not be smaller than those before.
    assert holm([0.03, 0.01, 0.04, 0.02]) == pytest.approx((0.06, 0.04, 0.06, 0.06))
    assert holm([0.5, 0.9]) == (1, 1)
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1))
def test_holm_never_lowers_and_keeps_the_order(p):
    adjusted = np.array(holm(p))
    assert (adjusted >= np.array(p) - 1e-12).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
    assert min(adjusted) == pytest.approx(min(1, len(p) * min(p))), "the smallest is Bonferroni's"


def test_sign_flip_by_hand():
    # Means of the eight signs of (1, 2, 3), times 3: 6 4 2 0 0 -2 -4 -6. Of |6| there are two, of |4| or more four.
    assert sign_flip_p(np.array([1.0, 2.0, 3.0])) == 2 / 8
    assert sign_flip_p(np.array([-1.0, 2.0, 3.0])) == 4 / 8
    assert sign_flip_p(np.array([0.1, 0.2, 0.3, 0.4, 0.5])) == 2 / 32, "five seeds cannot reach .05"
    assert sign_flip_p(np.zeros(4)) == 1
    assert sign_flip_p(np.ones(1)) == 1


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=7))
def test_sign_flip_equals_enumeration(values):
    means = [np.mean(np.array(signs) * values) for signs in product((1, -1), repeat=len(values))]
    slow = np.mean([abs(m) >= abs(np.mean(values)) - 1e-12 for m in means])
    assert sign_flip_p(np.array(values)) == pytest.approx(slow)


def test_sign_flip_of_many_seeds_is_close_to_the_exact_one_and_repeatable():
    values = np.random.default_rng(0).normal(0.4, 1, 16)
    many = np.append(values, 0.0)  # A zero flips to itself: the exact p-value is the same.
    assert sign_flip_p(many) == pytest.approx(sign_flip_p(values), abs=0.01)
    assert sign_flip_p(many) == sign_flip_p(many)


def test_randomisation_by_hand():
    # Of four swaps two reach .2 in size: (2 + 1) / (4 + 1).
    assert randomisation_p(0.2, np.array([0.1, -0.2, 0.3, 0.0])) == 3 / 5
    assert randomisation_p(-0.5, np.array([0.1, -0.2, 0.3, 0.0])) == 1 / 5


def test_cohens_d_by_hand():
    assert cohens_d(np.array([1.0, 2.0, 3.0])) == pytest.approx(2.0)
    assert cohens_d(np.array([1.0])) is None
    assert cohens_d(np.array([0.1, 0.1, 0.1])) is None


def test_the_bootstrap_weights_seeds_as_drawn():
    # Two seeds with differences 0 and 1 on any documents: a replicate's mean is the share of the second.
    draws = np.array([[2, 0], [1, 1], [0, 2]], np.int32)
    redrawn = multi_bootstrap(np.tile([0.0, 1.0], (3, 1)), draws)
    assert redrawn.tolist() == [0, 0.5, 1]
    assert interval(redrawn) == pytest.approx((0.025, 0.975))
    summary = gain((4, 9), np.array([0.0, 1.0]), redrawn)
    assert (summary.seeds, summary.mean, summary.sd) == ((4, 9), 0.5, pytest.approx(0.5**0.5))


def test_the_p_value_of_the_bootstrap_by_hand():
    # Of nine replicates one lies at or below zero: 2 x (1 + 1) / (9 + 1).
    redrawn = np.array([-1, *range(1, 9)], float)
    assert bootstrap_p(redrawn) == bootstrap_p(-redrawn) == pytest.approx(0.4)
    assert bootstrap_p(np.arange(1.0, 10)) == pytest.approx(0.2)
    assert bootstrap_p(np.zeros(9)) == 1


@given(st.integers(0, 100_000))
def test_the_interval_leaves_out_zero_where_its_p_value_is_small(seed):
    random = np.random.default_rng(seed)
    redrawn = random.normal(random.uniform(1.5, 2.5), 1, 2000)
    if abs((p := bootstrap_p(redrawn)) - 0.05) > 0.002:
        assert (p < 0.05) == (interval(redrawn)[0] > 0)


def test_redrawn_documents_equal_runs_with_copies_of_them():
    run = toy_run(toy_pairs(n_documents=5), np.random.default_rng(0))
    resampler = Resampler(replicates=20)
    counts = resampler._documents(run)
    assert (counts.sum(1) == 5).all()
    for row, found in zip(counts, resampler.redrawn(run), strict=True):
        rows = np.repeat(np.arange(len(run.pairs)), row[run.pairs.document_of])
        copied = given_run(run.probability[rows], [np.flatnonzero(g) for g in run.pairs.gold[rows]])
        assert found == pytest.approx(average_precision(copied))


def test_swaps_equal_swapping_the_predictions_of_documents():
    pairs = toy_pairs(n_documents=4, labels=("a", "b"))
    x, y = (toy_run(pairs, np.random.default_rng(i)) for i in (1, 2))
    found = Resampler(replicates=500).swapped(x, y)
    slow = set()
    for kept in product((True, False), repeat=4):
        own = np.array(kept)[pairs.document_of, None]
        mixed = (np.where(own, a.probability, b.probability) for a, b in ((x, y), (y, x)))
        ap_x, ap_y = (average_precision(given_run(p, [np.flatnonzero(g) for g in pairs.gold])) for p in mixed)
        slow.add(round(ap_x - ap_y, 9))
    assert {round(value, 9) for value in found.tolist()} == slow


def test_swaps_are_drawn_for_each_seed_and_task_and_shared_by_training_sizes():
    pairs = toy_pairs(n_documents=8)
    x, y = (toy_run(pairs, np.random.default_rng(i)) for i in (1, 2))

    def swapped(**change):
        return Resampler(replicates=100).swapped(replace(x, **change), replace(y, **change)).tolist()

    assert swapped(cell=Cell("CID", 500)) == swapped(cell=Cell("CID", 200))
    assert swapped(seed=1) != swapped(seed=0)
    assert swapped(cell=Cell("DDI", 200)) != swapped(cell=Cell("CID", 200))


def test_documents_are_drawn_alike_for_all_runs_of_a_task():
    pairs = toy_pairs(n_documents=8)
    run = toy_run(pairs, np.random.default_rng(1))
    others = (replace(run, condition="A5"), replace(run, seed=4), replace(run, cell=Cell("CID", 500)))
    resampler = Resampler(replicates=100)
    assert all((resampler.redrawn(other) == resampler.redrawn(run)).all() for other in others)
    assert (resampler.redrawn(replace(run, cell=Cell("DDI", 200))) != resampler.redrawn(run)).any()


def test_draws_do_not_depend_on_what_else_was_drawn():
    pairs = toy_pairs(n_documents=6)
    runs = [toy_run(pairs, np.random.default_rng(i), seed=i) for i in range(3)]
    one, other = Resampler(replicates=50, seed=1), Resampler(replicates=50, seed=1)
    swapped = one.swapped(runs[0], runs[1])
    for run in reversed(runs):
        other.redrawn(run)
    other.swapped(runs[2], runs[1])
    np.testing.assert_array_equal(other.swapped(runs[0], runs[1]), swapped)
    np.testing.assert_array_equal(other.redrawn(runs[0]), one.redrawn(runs[0]))
    assert (Resampler(replicates=50, seed=2).redrawn(runs[0]) != one.redrawn(runs[0])).any()


def trial(random, *, strength=1.0, n_seeds=6, seed_sd=0.0, replicates=200):
    """What is found where ``Y`` has strength 1 and ``X`` has ``strength``."""
    pairs = toy_pairs(n_documents=30, per_document=5, seed=int(random.integers(1 << 30)))
    table = {
        (Cell("CID", 200), condition): {
            seed: toy_run(pairs, random, strength=mean + random.normal(0, seed_sd), condition=condition, seed=seed)
            for seed in range(n_seeds)
        }
        for condition, mean in (("X", strength), ("Y", 1.0))
    }
    return finding(paired(table, XY, [Cell("CID", 200)]), Resampler(replicates=replicates, seed=1))


@pytest.fixture(scope="module")
def nulls():
    random = np.random.default_rng(5)
    return [trial(random) for _ in range(200)]


def test_equal_conditions_are_seldom_found_different(nulls):
    # Binomial(200, .05): 10 expected, standard deviation 3.1; a false alarm of this test is rarer than 1 in 1,000.
    assert 1 <= sum(found.test.p < 0.05 for found in nulls) <= 20
    assert sum(found.test.p_seeds < 0.05 for found in nulls) <= 20
    assert sum(found.test.p_both < 0.05 for found in nulls) <= 20
    # p-values of a null are spread out, not merely rarely small.
    assert 0.35 < np.mean([found.test.p for found in nulls]) < 0.65


def test_the_interval_holds_no_difference_where_there_is_none(nulls):
    assert sum(found.gain.low <= 0 <= found.gain.high for found in nulls) >= 180


def test_the_interval_knows_that_seeds_differ():
    random = np.random.default_rng(6)
    found = [trial(random, n_seeds=10, seed_sd=0.5) for _ in range(60)]
    held = sum(f.gain.low <= 0 <= f.gain.high for f in found)
    assert held >= 50, "about 95 %, less what ten seeds cost"
    assert sum(f.test.p >= 0.05 for f in found) < held, "swaps of documents alone do not know it"


def test_a_planted_difference_is_found():
    found = trial(np.random.default_rng(7), strength=2.5)
    assert found.test.p == 1 / 201
    assert found.test.p_seeds == 2 / 2**6
    assert found.test.p_both == 2 / 201
    assert 0 < found.gain.low < found.gain.mean < found.gain.high
    assert found.gain.d is not None
    assert found.gain.d > 2


def test_a_condition_does_not_differ_from_itself():
    pairs = toy_pairs()
    runs = {seed: toy_run(pairs, np.random.default_rng(seed), seed=seed) for seed in range(4)}
    cell = Cell("CID", 200)
    found = finding(paired({(cell, "X"): runs, (cell, "Y"): runs}, XY, [cell]), Resampler(replicates=50))
    assert (found.gain.mean, found.gain.low, found.gain.high, found.gain.d) == (0, 0, 0, None)
    assert found.test.p == found.test.p_seeds == found.test.p_both == 1


def test_turning_a_contrast_round_changes_the_sign_only():
    random = np.random.default_rng(8)
    pairs, cell = toy_pairs(), Cell("CID", 200)
    table = {(cell, c): {seed: toy_run(pairs, random, condition=c, seed=seed) for seed in range(4)} for c in ("X", "Y")}
    there, back = (finding(paired(table, c, [cell]), Resampler(replicates=100)) for c in (XY, Contrast("Y", "X")))
    assert back.gain.mean == pytest.approx(-there.gain.mean)
    assert (back.gain.low, back.gain.high) == pytest.approx((-there.gain.high, -there.gain.low))
    assert back.test.p_seeds == there.test.p_seeds
    assert back.test.p == there.test.p
    assert back.test.p_both == there.test.p_both


def test_the_same_seed_gives_the_same_finding():
    assert trial(np.random.default_rng(9)) == trial(np.random.default_rng(9))
