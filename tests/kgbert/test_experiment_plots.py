"""Curves hold what they say, and pictures are files that can be read."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from experiments import given_run, toy_pairs, toy_run
from ingest.errors import MissingLibraryError
from kgbert.experiment.compare import compare
from kgbert.experiment.curves import GRID, precision_recall, reliability, roc
from kgbert.experiment.found import Runs
from kgbert.experiment.panels import require_matplotlib
from kgbert.experiment.plots import conditions_shown, draw
from kgbert.experiment.scores import average_precision

NAMES = ("gain", "seen", "calibration", "precision-recall", "roc")


def made(conditions, *, tasks=("CID", "DDI"), sizes=(100, 200), seeds=2, share=0.25):
    random = np.random.default_rng(3)
    pairs = [toy_pairs(task, n_documents=12, share=share) for task in tasks]
    return tuple(
        toy_run(own, random, condition=condition, size=size, seed=seed)
        for own in pairs
        for size in sizes
        for condition in conditions
        for seed in range(seeds)
    )


def test_precision_and_recall_by_hand():
    # Falling: true, false, true, false. Recall 1/2 is reached at precision 1, recall 1 at 2/3.
    curve = precision_recall([given_run([[0.9], [0.8], [0.7], [0.1]], [[0], [], [0], []])])
    assert curve.sd is None
    assert set(curve.y[GRID <= 0.5]) == {1.0}
    assert set(curve.y[GRID > 0.5]) == {2 / 3}


def test_the_area_below_is_the_average_precision():
    run = toy_run(toy_pairs(n_documents=100, labels=("a", "b")), np.random.default_rng(0))
    assert precision_recall([run]).y[1:].mean() == pytest.approx(average_precision(run), abs=0.005)


def test_the_area_below_roc_is_that_of_scikit_learn():
    run = toy_run(toy_pairs(n_documents=100, labels=("a", "b")), np.random.default_rng(0))
    area = np.trapezoid if hasattr(np, "trapezoid") else np.trapz
    expected = roc_auc_score(run.pairs.gold.ravel(), run.probability.ravel())
    assert area(roc([run]).y, GRID) == pytest.approx(expected, abs=0.005)


def test_curves_are_averaged_over_seeds():
    runs = [toy_run(toy_pairs(), np.random.default_rng(i)) for i in range(3)]
    for curve in (precision_recall, roc):
        each = [curve([run]).y for run in runs]
        together = curve(runs)
        np.testing.assert_allclose(together.y, np.mean(each, axis=0))
        np.testing.assert_allclose(together.sd, np.std(each, axis=0, ddof=1))


def test_a_bin_of_the_calibration_curve_needs_twenty_pairs_and_counts_candidates_only():
    # Twenty at .5, of which five related; nineteen at .9; and one that was never a candidate.
    gold = [[0]] * 5 + [[]] * 15 + [[0]] * 19 + [[0]]
    run = given_run([[0.5]] * 20 + [[0.9]] * 19 + [[0.0]], gold)
    run.candidate[-1] = False
    curve = reliability([run])
    assert curve.x == pytest.approx([0.5])
    assert curve.y == pytest.approx([0.25])
    assert reliability([run, run]).y == pytest.approx([0.25, 1.0]), "seeds are taken together"


@pytest.mark.parametrize(
    "runs", [made(("A0", "A8")), made([f"A{i}" for i in range(14)], tasks=("CID",), sizes=(100,), seeds=1)]
)
def test_all_pictures_are_written(tmp_path, runs):
    files = draw(compare(Runs(runs, ()), replicates=20), runs, tmp_path / "new" / "plots")
    assert [path.name for path in files] == [f"{name}.{kind}" for name in NAMES for kind in ("png", "svg")]
    assert sorted(files) == sorted((tmp_path / "new" / "plots").iterdir()), "and nothing is left beside them"
    for path in files:
        start = path.read_bytes()[:8]
        assert start == (b"\x89PNG\r\n\x1a\n" if path.suffix == ".png" else b"<?xml ve")


def test_the_same_figures_give_the_same_files(tmp_path):
    runs = made(("A0", "A1"), sizes=(100,))
    comparison = compare(Runs(runs, ()), replicates=20)
    one, two = (draw(comparison, runs, tmp_path / name) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_what_cannot_be_drawn_is_left_out(tmp_path):
    runs = made(("A0", "A1"), tasks=("CID",), share=0.0)
    files = draw(compare(Runs(runs, ()), replicates=5), runs, tmp_path)
    assert {path.stem for path in files} == {"gain", "calibration"}, "no relation, so no slice and no ranking"


def test_a_condition_that_lacks_a_cell_is_drawn_where_it_is(tmp_path):
    runs = tuple(r for r in made(("A0", "A1", "A8")) if r.condition != "A1" or r.cell == ("CID", 100))
    assert len(draw(compare(Runs(runs, ()), replicates=5), runs, tmp_path)) == 10


def test_the_conditions_of_the_claim_are_drawn_first():
    runs = made(tuple(f"A{i}" for i in range(14)), tasks=("CID",), sizes=(100,), seeds=1)
    assert conditions_shown(compare(Runs(runs, ()), replicates=2)) == ("A8", "A0", "A1", "A2", "A13", "A3")


def test_without_matplotlib_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingLibraryError, match=r"matplotlib is not installed; pip install 'kgbert\[plot\]'"):
        require_matplotlib()


def test_pairs_without_slices_can_be_compared(tmp_path):
    runs = tuple(replace(run, slices={}) for run in made(("A0", "A1"), tasks=("CID",), sizes=(100,)))
    comparison = compare(Runs(runs, ()), replicates=5)
    assert comparison.contrasts[0].by_slice == ()
    assert {path.stem for path in draw(comparison, runs, tmp_path)} == set(NAMES) - {"seen"}
