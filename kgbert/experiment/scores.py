"""Figures of one run: how well its pairs are ranked, decided, and how far its probabilities can be believed."""

import hashlib
from dataclasses import dataclass

import numpy as np

from ingest.evaluate import Scores
from kgbert.experiment.pairs import Bools, Floats, Ints
from kgbert.experiment.ranking import Ranking
from kgbert.experiment.runs import Run

N_BINS = 15
"""Bins of the calibration error, of equal width in [0, 1]."""


@dataclass(frozen=True, slots=True)
class RunScores:
    """Figures of one run, in [0, 1]; micro-averaged over all (pair, label) decisions, pairs never proposed included.

    Attributes:
        average_precision: The primary measure; see :func:`average_precision`.
        precision: Of the most probable label of each pair, "none" predicting nothing.
        recall: Of the same.
        f1: Of the same.
        f1_cross_fitted: F1 at thresholds fitted on other documents; see :func:`cross_fitted`.
        calibration_error: Of the probability of any relation; see :func:`calibration_error`.
        decision_calibration_error: Of the confidence in what is decided; see :func:`decision_calibration_error`.
        brier: Mean squared error of the probability that a pair has any relation (Brier 1950).
    """

    average_precision: float
    precision: float
    recall: float
    f1: float
    f1_cross_fitted: float
    calibration_error: float
    decision_calibration_error: float
    brier: float


def score(run: Run) -> RunScores:
    """Return the figures of ``run``."""
    top = most_probable(run)
    probability, related = any_relation(run)
    return RunScores(
        average_precision=average_precision(run),
        precision=top.precision,
        recall=top.recall,
        f1=top.f1,
        f1_cross_fitted=cross_fitted(run).f1,
        calibration_error=calibration_error(probability, related),
        decision_calibration_error=decision_calibration_error(probability, related),
        brier=float(np.mean((probability - related) ** 2)) if len(related) else 0.0,
    )


def ranking(run: Run) -> Ranking:
    """Return the (pair, label) decisions of ``run`` by falling probability, with their documents as units."""
    n_labels = len(run.pairs.labels)
    return Ranking.of(run.probability.ravel(), run.pairs.gold.ravel(), np.repeat(run.pairs.document_of, n_labels))


def average_precision(run: Run) -> float:
    """Return the micro-averaged average precision; equal to scikit-learn's, ties and all. 0 without any relation."""
    return float(ranking(run).average_precision(np.ones((1, len(run.pairs.documents)), np.int32))[0])


def most_probable(run: Run) -> Scores:
    """Count the most probable label of each pair; "none" wins ties with a label, an earlier label with a later one."""
    none = 1 - run.probability.sum(1, keepdims=True)
    best = np.concatenate([none, run.probability], axis=1).argmax(1)
    predicted = best[:, None] == np.arange(1, run.probability.shape[1] + 1)
    return _counted(predicted, run.pairs.gold)


def cross_fitted(run: Run) -> Scores:
    """Count the labels whose probability reaches a threshold, chosen without looking at the document it is used on.

    The documents are halved by a hash of their ids; each half is decided at the threshold that has the highest F1 on
    the other (the lowest of equals), and the counts are added.
    """
    half = np.array([half_of(document) for document in run.pairs.documents], bool)[run.pairs.document_of]
    predicted = np.zeros_like(run.pairs.gold)
    for side in (half, ~half):
        predicted[side] = run.probability[side] >= best_threshold(run.probability[~side], run.pairs.gold[~side])
    return _counted(predicted, run.pairs.gold)


def half_of(document: str) -> int:
    """Return the half, 0 or 1, that a document belongs to: the last bit of the SHA-256 of its id."""
    return hashlib.sha256(document.encode()).digest()[-1] & 1


def best_threshold(probability: Floats, gold: Bools) -> float:
    """Return the probability at which deciding for all at least as probable has the highest F1; the lowest of equals.

    Infinite where nothing is true, so that nothing is predicted.
    """
    if not gold.any():
        return float("inf")
    order = np.argsort(-probability, axis=None, kind="stable")
    falling, right = probability.ravel()[order], np.cumsum(gold.ravel()[order])
    last = np.append(falling[1:] != falling[:-1], True)
    f1 = (2 * right / (np.arange(1, len(right) + 1) + right[-1]))[last]
    return float(falling[last][::-1][f1[::-1].argmax()])


def any_relation(run: Run) -> tuple[Floats, Bools]:
    """Return for the candidates of ``run`` the probability that the pair has any relation, and whether it has one."""
    probability = np.clip(run.probability[run.candidate].sum(1), 0, 1)
    return probability, run.pairs.gold[run.candidate].any(1)


def bins(probability: Floats) -> Ints:
    """Return the bin, from 0, of each probability: equal width, the upper edge belonging to the bin below."""
    return np.clip(np.ceil(probability * N_BINS) - 1, 0, N_BINS - 1).astype(np.int32)


def calibration_error(probability: Floats, related: Bools) -> float:
    """Return the expected calibration error of the probability that a pair has any relation (Naeini et al. 2015).

    Sum over bins of the share of pairs in it times |share related - mean probability|.

    Args:
        probability: ``(candidates,)`` that the pair has any relation.
        related: ``(candidates,)`` whether it has.
    """
    if not len(related):
        return 0.0
    gap = np.bincount(bins(probability), related - probability, minlength=N_BINS)
    return float(np.abs(gap).sum() / len(related))


def decision_calibration_error(probability: Floats, related: Bools) -> float:
    """Return the expected calibration error of deciding whether a pair has any relation (Guo et al. 2017).

    The decision is "related" from a probability of one half; its confidence is the probability of what was decided. It
    can be small where :func:`calibration_error` is not, for too much confidence in "related" makes up for too little
    in "none". Arguments are the same.
    """
    decided = probability >= 0.5
    return calibration_error(np.where(decided, probability, 1 - probability), decided == related)


def _counted(predicted: Bools, gold: Bools) -> Scores:
    return Scores(int((predicted & gold).sum()), int(predicted.sum()), int(gold.sum()))
