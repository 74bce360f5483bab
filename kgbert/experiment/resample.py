"""Runs evaluated again on documents drawn anew, and with predictions swapped between conditions."""

import hashlib

import numpy as np

from kgbert.experiment.pairs import Floats, Ints
from kgbert.experiment.ranking import Ranking
from kgbert.experiment.runs import Run
from kgbert.experiment.scores import average_precision, ranking


class Resampler:
    """Average precision of runs under random draws, each worked out once.

    A draw depends on its purpose, on the task, on the seed that was trained with and on ``seed``, never on which other
    runs there are. All runs of a task see the same draws of documents.

    Args:
        replicates: Number of draws.
        seed: Of the draws; not negative.
    """

    def __init__(self, *, replicates: int = 2000, seed: int = 0) -> None:
        self.replicates = replicates
        self._seed = seed
        self._observed: dict[Run, float] = {}
        self._redrawn: dict[Run, Floats] = {}
        self._swapped: dict[tuple[Run, Run], Floats] = {}
        self._draws: dict[str, Ints] = {}

    def observed(self, run: Run) -> float:
        """Return the average precision of ``run`` as it is."""
        if run not in self._observed:
            self._observed[run] = average_precision(run)
        return self._observed[run]

    def redrawn(self, run: Run) -> Floats:
        """Return the average precision of ``run`` on documents drawn with replacement, ``(replicates,)``."""
        if run not in self._redrawn:
            self._redrawn[run] = ranking(run).average_precision(self._documents(run))
        return self._redrawn[run]

    def swapped(self, x: Run, y: Run) -> Floats:
        """Return average precision of ``x`` less that of ``y`` after swaps of their predictions, ``(replicates,)``.

        A swap concerns all pairs of a document. It is drawn for each document and seed; runs of other training sizes of
        the same task and seed have the same swaps, for they are not independent.
        """
        if (x, y) not in self._swapped:
            shape = (self.replicates, len(x.pairs.documents))
            kept = self._random("swap", x.cell.task, x.seed).integers(0, 2, shape, np.int32)
            of_x, of_y = _merged(x, y).both_halves(np.concatenate([kept, 1 - kept], axis=1)).T
            self._swapped[x, y] = of_x - of_y
        return self._swapped[x, y]

    def seeds(self, n: int) -> Ints:
        """Return how often each of ``n`` seeds is drawn, ``(replicates, n)``."""
        return _counts(self._random("seeds", "", n), self.replicates, n)

    def _documents(self, run: Run) -> Ints:
        task = run.cell.task
        if task not in self._draws:
            n = len(run.pairs.documents)
            self._draws[task] = _counts(self._random("documents", task, n), self.replicates, n)
        return self._draws[task]

    def _random(self, purpose: str, task: str, number: int) -> np.random.Generator:
        digest = hashlib.sha256(f"{purpose}\n{task}\n{number}".encode()).digest()
        return np.random.default_rng([self._seed, *np.frombuffer(digest, "<u4").tolist()])


def _merged(x: Run, y: Run) -> Ranking:
    """Rank the decisions of both; the units are the documents of ``x``, then those of ``y``."""
    unit = np.repeat(x.pairs.document_of, len(x.pairs.labels))
    return Ranking.of(
        np.concatenate([x.probability.ravel(), y.probability.ravel()]),
        np.tile(x.pairs.gold.ravel(), 2),
        np.concatenate([unit, unit + np.int32(len(x.pairs.documents))]),
    )


def _counts(random: np.random.Generator, replicates: int, n: int) -> Ints:
    return random.multinomial(n, np.full(n, 1 / n), size=replicates).astype(np.int32)
