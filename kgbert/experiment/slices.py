"""Gains on a part of the decisions: pairs whose arguments were never seen in training, labels that are rare."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from kgbert.experiment.contrast import Contrast, Paired, Table, cells_of, gain_of, paired
from kgbert.experiment.pairs import Slice
from kgbert.experiment.resample import Resampler
from kgbert.experiment.runs import Cell, Run
from kgbert.experiment.statistics import Gain


@dataclass(frozen=True, slots=True)
class SliceGain:
    """The gain of a contrast within one slice, averaged over cells.

    Attributes:
        dimension: What the slice is about.
        value: What its pairs have of it.
        cells: Cells averaged over: those in which the slice holds a relation for every paired seed.
        n_pairs: Pairs in the slice, mean over cells and seeds.
        n_relations: True labels in the slice, mean over cells and seeds.
        x: Mean average precision of the first condition within the slice.
        y: That of the second.
        gain: Their difference.
    """

    dimension: str
    value: str
    cells: tuple[Cell, ...]
    n_pairs: float
    n_relations: float
    x: float
    y: float
    gain: Gain

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return asdict(self) | {"cells": list(map(str, self.cells))}


def slice_gains(
    table: Table, contrasts: Sequence[Contrast], *, replicates: int, seed: int
) -> list[tuple[SliceGain, ...]]:
    """Return for each contrast its gain in every slice that holds a relation.

    Average precision within a slice ranks the pairs, or the labels, of the slice alone; documents and seeds are drawn
    as for all pairs. Which pairs are in a slice is said by the run of the contrast's first condition, for both.
    """
    found: list[list[SliceGain]] = [[] for _ in contrasts]
    runs = [run for by_seed in table.values() for run in by_seed.values()]
    for slice in sorted({slice for run in runs for slice in (*run.slices, *run.pairs.label_slices)}):
        inside = _Inside(slice)
        resampler = Resampler(replicates=replicates, seed=seed)
        for gains, contrast in zip(found, contrasts, strict=True):
            by_cell = [paired(table, contrast, [cell]) for cell in cells_of(table, contrast)]
            if cells := [cell for pairing in by_cell if inside.holds_relations(pairing) for cell in pairing.cells]:
                gains.append(_slice_gain(slice, inside.of(paired(table, contrast, cells)), resampler))
    return [tuple(gains) for gains in found]


class _Inside:
    """Runs within one slice, each made once."""

    def __init__(self, slice: Slice) -> None:
        self._slice = slice
        self._made: dict[tuple[Run, Run], Run] = {}

    def of(self, pairing: Paired) -> Paired:
        """Return ``pairing`` with both runs of each pair within the slice of the first."""
        runs = tuple(tuple((self._run(x, x), self._run(y, x)) for x, y in cell) for cell in pairing.runs)
        return pairing._replace(runs=runs)

    def holds_relations(self, pairing: Paired) -> bool:
        """Return whether the slice holds a relation for all seeds."""
        return all(self._holds_relation(x) for cell in pairing.runs for x, _ in cell)

    def _holds_relation(self, run: Run) -> bool:
        known = self._slice in run.slices or self._slice in run.pairs.label_slices
        return known and bool(self._run(run, run).pairs.gold.any())

    def _run(self, run: Run, sliced: Run) -> Run:
        if (run, sliced) not in self._made:
            labels = run.pairs.label_slices.get(self._slice)
            within = run.within(sliced.slices[self._slice]) if labels is None else run.on(labels)
            self._made[run, sliced] = within
        return self._made[run, sliced]


def _slice_gain(slice: Slice, pairing: Paired, resampler: Resampler) -> SliceGain:
    parts = [x.pairs for cell in pairing.runs for x, _ in cell]
    x, y = np.mean([[[resampler.observed(run) for run in both] for both in cell] for cell in pairing.runs], axis=(0, 1))
    return SliceGain(
        *slice,
        cells=pairing.cells,
        n_pairs=float(np.mean([len(pairs) for pairs in parts])),
        n_relations=float(np.mean([pairs.n_relations for pairs in parts])),
        x=float(x),
        y=float(y),
        gain=gain_of(pairing, resampler),
    )
