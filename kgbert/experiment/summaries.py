"""Figures of the conditions, over the seeds of each cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np

from kgbert.experiment.contrast import Table, conditions
from kgbert.experiment.pairs import Floats
from kgbert.experiment.runs import Cell, Run
from kgbert.experiment.scores import RunScores, score

MEASURES = tuple(field.name for field in fields(RunScores))


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of a condition in a cell, or averaged over all cells.

    Attributes:
        condition: Its name.
        cell: None for the average over all cells, for which the seeds that every cell has are taken.
        seeds: Seeds that went in.
        mean: Mean over seeds of each of :data:`MEASURES`.
        sd: Standard deviation over seeds (n - 1); None for one seed.
    """

    condition: str
    cell: Cell | None
    seeds: tuple[int, ...]
    mean: Mapping[str, float]
    sd: Mapping[str, float | None]

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return asdict(self) | {"cell": self.cell and str(self.cell)}


def summaries(table: Table, cells: Sequence[Cell]) -> Iterator[Summary]:
    """Yield the figures of each condition in each of ``cells`` that it has, then, where it has all, their average."""
    scores = {key: {seed: _vector(run) for seed, run in runs.items()} for key, runs in table.items()}
    for condition in conditions(table):
        there = {cell: scores[cell, condition] for cell in cells if (cell, condition) in scores}
        for cell, by_seed in there.items():
            yield _summary(condition, cell, by_seed)
        common = sorted(set.intersection(*map(set, there.values())))
        if len(there) == len(cells) and common:
            average = {seed: np.mean([by_seed[seed] for by_seed in there.values()], axis=0) for seed in common}
            yield _summary(condition, None, average)


def _vector(run: Run) -> Floats:
    scores = score(run)
    return np.array([getattr(scores, name) for name in MEASURES])


def _summary(condition: str, cell: Cell | None, by_seed: Mapping[int, Floats]) -> Summary:
    rows = np.array([by_seed[seed] for seed in sorted(by_seed)])
    sd = rows.std(0, ddof=1).tolist() if len(rows) > 1 else [None] * len(MEASURES)
    mean = dict(zip(MEASURES, rows.mean(0).tolist(), strict=True))
    return Summary(condition, cell, tuple(sorted(by_seed)), mean, dict(zip(MEASURES, sd, strict=True)))
