"""Average precision under many weightings of the documents, from one sort."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kgbert.experiment.pairs import Bools, Floats, Ints

_BLOCK = 1 << 18
"""Numbers held at once, so that they stay in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Decisions (does this label hold of this pair?) by falling probability.

    Attributes:
        unit: ``(decisions,)`` what each decision belongs to and is weighted with, such as its document.
        true: ``(positives,)`` places of the decisions that are right to make, ascending.
        end: ``(thresholds,)`` for each probability that a positive has, falling: place of the last decision with it.
        n_true: ``(thresholds,)`` number of positives up to there.
    """

    unit: Ints
    true: npt.NDArray[np.intp]
    end: npt.NDArray[np.intp]
    n_true: npt.NDArray[np.intp]

    @classmethod
    def of(cls, probability: Floats, gold: Bools, unit: Ints) -> "Ranking":
        """Sort decisions, each argument ``(decisions,)``."""
        order = np.argsort(-probability, kind="stable")
        falling, true = probability[order], np.flatnonzero(gold[order])
        end = np.unique(np.searchsorted(-falling, -falling[true], side="right") - 1)
        return cls(unit[order], true, end, np.searchsorted(true, end, side="right"))

    def average_precision(self, weights: Ints) -> Floats:
        """Return the average precision for each row of ``weights``, ``(rows, units)`` whole numbers, as ``(rows,)``.

        Sum over thresholds of (gain in recall) x precision, decisions of equal probability taken together, as
        scikit-learn's ``average_precision_score`` has it; 0 where no positive has a weight. Each row costs one
        cumulative sum over the decisions.
        """
        return self._in_blocks(weights, complement=False)[:, 0]

    def both_halves(self, chosen: Ints) -> Floats:
        """Return the average precision of what is chosen and of what is not, ``(rows, 2)``.

        Args:
            chosen: ``(rows, units)`` 1 for the units that are chosen, 0 for the others.
        """
        return self._in_blocks(chosen, complement=True)

    def _in_blocks(self, weights: Ints, *, complement: bool) -> Floats:
        """Return ``(rows, 1)``, or ``(rows, 2)`` where ``complement`` asks for that of 1 - ``weights`` too."""
        width = 1 + complement
        if not len(self.true):
            return np.zeros((len(weights), width))
        step = max(1, _BLOCK // len(self.unit))
        starts = range(0, len(weights), step)
        found = [np.zeros((0, width)), *(self._block(weights[i : i + step], complement) for i in starts)]
        return np.concatenate(found)

    def _block(self, weights: Ints, complement: bool) -> Floats:
        each = np.take(weights, self.unit, axis=1)
        made = np.cumsum(each, axis=1, dtype=np.int32)[:, self.end]
        right = np.cumsum(each[:, self.true], axis=1, dtype=np.int32)[:, self.n_true - 1]
        areas = [_area(made, right)]
        if complement:
            areas.append(_area(self.end + 1 - made, self.n_true - right))
        return np.stack(areas, axis=1)


def _area(made: Ints, right: Ints) -> Floats:
    """Return the average precision, ``(rows,)``, from decisions made and right to make, ``(rows, thresholds)``."""
    gained = np.diff(right, axis=1, prepend=right.dtype.type(0))
    found: Floats = (gained * (right / np.maximum(made, 1))).sum(1) / np.maximum(right[:, -1], 1)
    return found
