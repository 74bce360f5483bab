"""Gains on a part of the pairs, such as those whose arguments were never seen in training."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from kgbert.experiment.contrast import Contrast, Table, cells_of, gain_of, paired
from kgbert.experiment.pairs import Bools, Pairs
from kgbert.experiment.resample import Resampler
from kgbert.experiment.runs import Cell, Run
from kgbert.experiment.statistics import Gain

Slice = tuple[str, str]
"""A dimension and the value that its pairs have, such as ("seen", "none")."""


@dataclass(frozen=True, slots=True)
class SliceGain:
    """The gain of a contrast within one slice, averaged over cells.

    Attributes:
        dimension: What the slice is about.
        value: What its pairs have of it.
        cells: Cells averaged over: those whose task has a relation in the slice.
        n_pairs: Pairs in the slice, over the tasks.
        n_relations: True labels in the slice, over the tasks.
        x: Mean average precision of the first condition within the slice.
        y: That of the second.
        gain: Their difference.
    """

    dimension: str
    value: str
    cells: tuple[Cell, ...]
    n_pairs: int
    n_relations: int
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

    Average precision within a slice ranks the pairs of the slice alone; documents and seeds are drawn as for all pairs.
    """
    found: list[list[SliceGain]] = [[] for _ in contrasts]
    for slice in _slices(table):
        inside = _inside(table, slice)
        resampler = Resampler(replicates=replicates, seed=seed)
        for gains, contrast in zip(found, contrasts, strict=True):
            if cells := cells_of(inside, contrast):
                gains.append(_slice_gain(slice, inside, contrast, cells, resampler))
    return [tuple(gains) for gains in found]


def _slice_gain(
    slice: Slice, inside: Table, contrast: Contrast, cells: tuple[Cell, ...], resampler: Resampler
) -> SliceGain:
    pairing = paired(inside, contrast, cells)
    tasks = {x.pairs.task: x.pairs for cell in pairing.runs for x, _ in cell}
    x, y = np.mean([[[resampler.observed(run) for run in both] for both in cell] for cell in pairing.runs], axis=(0, 1))
    return SliceGain(
        *slice,
        cells=cells,
        n_pairs=sum(map(len, tasks.values())),
        n_relations=sum(pairs.n_relations for pairs in tasks.values()),
        x=float(x),
        y=float(y),
        gain=gain_of(pairing, resampler),
    )


def _slices(table: Table) -> list[Slice]:
    tasks = {run.pairs.task: run.pairs for runs in table.values() for run in runs.values()}
    return sorted({slice for pairs in tasks.values() for slice in pairs.slices()})


def _inside(table: Table, slice: Slice) -> Table:
    """Return the runs of ``table`` with the pairs of ``slice`` only; tasks without a relation there are left out."""
    parts = dict(_parts(table, slice))
    return {
        key: {seed: run.within(*parts[run.cell.task]) for seed, run in runs.items()}
        for key, runs in table.items()
        if key[0].task in parts
    }


def _parts(table: Table, slice: Slice) -> Iterator[tuple[str, tuple[Pairs, Bools]]]:
    """Yield the tasks that have a relation in ``slice``, with the pairs of it and where they are among all."""
    seen: dict[str, Run] = {run.cell.task: run for runs in table.values() for run in runs.values()}
    for task, run in seen.items():
        keep = run.pairs.slices().get(slice)
        if keep is not None and (pairs := run.pairs.within(keep)).n_relations:
            yield task, (pairs, keep)
