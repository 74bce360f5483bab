"""Curves of runs, averaged over seeds: precision and recall, ROC, calibration."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kgbert.experiment.pairs import Floats
from kgbert.experiment.runs import Run
from kgbert.experiment.scores import N_BINS, any_relation, bins

GRID = np.linspace(0, 1, 201)
"""Where curves are averaged: recalls, or false positive rates."""

MIN_IN_BIN = 20
"""Pairs, of all seeds together, below which a bin of the calibration curve is left out."""


class Curve(NamedTuple):
    """Points of a curve, ``(points,)`` each, and the standard deviation of ``y`` over seeds, where there is one."""

    x: Floats
    y: Floats
    sd: Floats | None


def precision_recall(runs: Sequence[Run]) -> Curve:
    """Return precision at each recall of :data:`GRID`, mean over ``runs`` (seeds), micro-averaged over labels.

    Precision at a recall is that of the first threshold which reaches it, so the area below is the average precision.
    """
    return _averaged([_precision_at(run) for run in runs])


def roc(runs: Sequence[Run]) -> Curve:
    """Return the true positive rate at each false positive rate of :data:`GRID`, mean over ``runs`` (seeds)."""
    return _averaged([_true_at(run) for run in runs])


def reliability(runs: Sequence[Run]) -> Curve:
    """Return the share of related pairs by mean probability of any relation in each bin, ``runs`` taken together."""
    parts = [any_relation(run) for run in runs]
    probability, related = (np.concatenate(side) for side in zip(*parts, strict=True))
    bin = bins(probability)
    n = np.bincount(bin, minlength=N_BINS)
    kept = n >= MIN_IN_BIN
    predicted, found = (np.bincount(bin, side, minlength=N_BINS)[kept] / n[kept] for side in (probability, related))
    return Curve(predicted, found, None)


def _averaged(curves: Sequence[Floats]) -> Curve:
    return Curve(GRID, np.mean(curves, axis=0), np.std(curves, axis=0, ddof=1) if len(curves) > 1 else None)


def _precision_at(run: Run) -> Floats:
    made, right = _thresholds(run)
    precision = right / made
    first = np.searchsorted(right / right[-1] + 1e-12, GRID)
    return precision[np.minimum(first, len(precision) - 1)]


def _true_at(run: Run) -> Floats:
    made, right = _thresholds(run)
    wrong = made - right
    found: Floats = np.interp(GRID, np.append(0, wrong / max(wrong[-1], 1)), np.append(0, right / right[-1]))
    return found


def _thresholds(run: Run) -> tuple[Floats, Floats]:
    """Return decisions made, and those of them that are right, at each falling threshold; at least one is right."""
    order = np.argsort(-run.probability, axis=None, kind="stable")
    falling = run.probability.ravel()[order]
    last = np.append(falling[1:] != falling[:-1], True)
    right = np.cumsum(run.pairs.gold.ravel()[order])
    return np.arange(1.0, len(falling) + 1)[last], right.astype(np.float64)[last]
