"""One condition against another: which runs are paired, and how much better the first is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

from kgbert.errors import RunError
from kgbert.experiment.pairs import Floats
from kgbert.experiment.resample import Resampler
from kgbert.experiment.runs import Cell, Run
from kgbert.experiment.statistics import Gain, Test, bootstrap_p, gain, multi_bootstrap, randomisation_p, sign_flip_p

Table = Mapping[tuple[Cell, str], Mapping[int, Run]]
"""The runs of each cell and condition, by seed."""


class Contrast(NamedTuple):
    """Two conditions; a gain is that of ``x`` over ``y``."""

    x: str
    y: str

    def __str__(self) -> str:
        return f"{self.x} - {self.y}"


def tabulated(runs: Sequence[Run]) -> Table:
    """Return the runs of each cell and condition, by seed."""
    table: dict[tuple[Cell, str], dict[int, Run]] = {}
    for run in runs:
        table.setdefault((run.cell, run.condition), {})[run.seed] = run
    return table


def conditions(table: Table) -> tuple[str, ...]:
    """Return the conditions of ``table``, numbers in names in the order of numbers (A2 before A13)."""
    return tuple(sorted({condition for _, condition in table}, key=_natural))


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part or 0), word) for word, part in re.findall(r"(\D*)(\d*)", name))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a contrast shows, averaged over cells.

    Attributes:
        cells: The cells averaged over.
        gain: Mean over cells, by seed.
        test: Its p-values.
        holm: The same, adjusted for the family of contrasts.
        left_out: Seeds that not all cells have in both conditions.
        unlike: Seeds of which some cell was trained on different data in the two conditions.
    """

    cells: tuple[Cell, ...]
    gain: Gain
    test: Test
    holm: Test
    left_out: tuple[int, ...]
    unlike: tuple[int, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        named = {"cells": list(map(str, self.cells)), **self.gain.to_dict()}
        return {
            **named,
            **asdict(self.test),
            "holm": asdict(self.holm),
            "seeds_left_out": self.left_out,
            "seeds_trained_on_other_data": self.unlike,
        }


class Paired(NamedTuple):
    """The runs of a contrast in some cells, with the seeds that all of them have.

    Attributes:
        cells: The cells.
        seeds: Ascending.
        runs: For each cell and then each seed, the run of ``x`` and that of ``y``.
        left_out: Seeds that some cell lacks in a condition, ascending.
    """

    cells: tuple[Cell, ...]
    seeds: tuple[int, ...]
    runs: tuple[tuple[tuple[Run, Run], ...], ...]
    left_out: tuple[int, ...]


def paired(table: Table, contrast: Contrast, cells: Sequence[Cell]) -> Paired:
    """Pair the runs of ``contrast`` in ``cells``.

    Raises:
        RunError: No seed is in all cells for both conditions.
    """
    sides = [table.get((cell, condition), {}) for cell in cells for condition in contrast]
    common = sorted(set.intersection(*map(set, sides))) if sides else []
    if not common:
        raise RunError(f"{contrast}: no seed has both conditions in {', '.join(map(str, cells)) or 'any cell'}")
    runs = tuple(
        tuple((table[cell, contrast.x][seed], table[cell, contrast.y][seed]) for seed in common) for cell in cells
    )
    return Paired(tuple(cells), tuple(common), runs, tuple(sorted(set().union(*sides) - set(common))))


def cells_of(table: Table, contrast: Contrast) -> tuple[Cell, ...]:
    """Return the cells in which both conditions of ``contrast`` share a seed."""
    sides: dict[Cell, list[set[int]]] = {}
    for (cell, condition), runs in table.items():
        if condition in contrast:
            sides.setdefault(cell, []).append(set(runs))
    return tuple(sorted(cell for cell, seeds in sides.items() if len(seeds) == 2 and seeds[0] & seeds[1]))


def gain_of(pairing: Paired, resampler: Resampler) -> Gain:
    """Return the gain, averaged over the cells of ``pairing``."""
    return gain(pairing.seeds, _observed(pairing, resampler), _redrawn(pairing, resampler))


def test_of(pairing: Paired, resampler: Resampler) -> Test:
    """Return the p-values of the gain, averaged over the cells of ``pairing``."""
    observed = _observed(pairing, resampler)
    swapped = _mean([resampler.swapped(x, y) for x, y in cell] for cell in pairing.runs)
    return Test(
        p=randomisation_p(float(observed.mean()), swapped.mean(0)),
        p_seeds=sign_flip_p(observed),
        p_both=bootstrap_p(_redrawn(pairing, resampler)),
    )


def finding(pairing: Paired, resampler: Resampler) -> Finding:
    """Return what ``pairing`` shows, not yet adjusted for a family."""
    test = test_of(pairing, resampler)
    unlike = {x.seed for cell in pairing.runs for x, y in cell if x.data_sha256 != y.data_sha256}
    return Finding(pairing.cells, gain_of(pairing, resampler), test, test, pairing.left_out, tuple(sorted(unlike)))


def _observed(pairing: Paired, resampler: Resampler) -> Floats:
    """Return the difference of each seed, ``(seeds,)``."""
    return _mean([resampler.observed(x) - resampler.observed(y) for x, y in cell] for cell in pairing.runs)


def _redrawn(pairing: Paired, resampler: Resampler) -> Floats:
    """Return the mean difference in each replicate of the multi-bootstrap, ``(replicates,)``."""
    redrawn = _mean([resampler.redrawn(x) - resampler.redrawn(y) for x, y in cell] for cell in pairing.runs)
    return multi_bootstrap(redrawn.T, resampler.seeds(len(pairing.seeds)))


def _mean(cells: Iterable[Sequence[float] | Sequence[Floats]]) -> Floats:
    """Return the mean over cells of ``(seeds, ...)``."""
    found: Floats = np.mean([np.asarray(cell) for cell in cells], axis=0)
    return found
