"""Conditions of an experiment side by side, and what their contrasts show."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kgbert.errors import RunError
from kgbert.experiment.claim import FULL, Claim, claim
from kgbert.experiment.contrast import Contrast, Finding, cells_of, conditions, finding, paired, tabulated
from kgbert.experiment.found import Runs
from kgbert.experiment.resample import Resampler
from kgbert.experiment.runs import Cell
from kgbert.experiment.slices import SliceGain, slice_gains
from kgbert.experiment.statistics import Test, holm
from kgbert.experiment.summaries import Summary, summaries


@dataclass(frozen=True, slots=True)
class Compared:
    """A contrast over all cells that both conditions have, in each of them, and by slice."""

    contrast: Contrast
    overall: Finding
    by_cell: tuple[Finding, ...]
    by_slice: tuple[SliceGain, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            **self.contrast._asdict(),
            "overall": self.overall.to_dict(),
            "by_cell": [found.to_dict() for found in self.by_cell],
            "by_slice": [found.to_dict() for found in self.by_slice],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that the finished runs of an experiment show.

    Attributes:
        cells: Every cell that has a run.
        summaries: By condition and cell, the average over all cells last.
        contrasts: In the order asked for.
        claim: Whether it may be said that knowledge helps.
        replicates: Draws behind each interval and p-value.
        seed: Of these draws.
        unfinished: Folders of runs that are not used.
    """

    cells: tuple[Cell, ...]
    summaries: tuple[Summary, ...]
    contrasts: tuple[Compared, ...]
    claim: Claim
    replicates: int
    seed: int
    unfinished: tuple[Path, ...]

    @property
    def conditions(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(dict.fromkeys(summary.condition for summary in self.summaries))

    def notes(self) -> Iterator[str]:
        """Yield what a reader must know of each contrast: seeds without a partner, seeds trained on different data."""
        for compared in self.contrasts:
            for where, found in (("all cells", compared.overall), *((str(f.cells[0]), f) for f in compared.by_cell)):
                if found.left_out:
                    yield f"{compared.contrast}, {where}: not paired, left out: seed {_listed(found.left_out)}"
                if found.unlike:
                    yield f"{compared.contrast}, {where}: trained on different data: seed {_listed(found.unlike)}"

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "measure": "average_precision",
            "replicates": self.replicates,
            "seed": self.seed,
            "cells": list(map(str, self.cells)),
            "conditions": [summary.to_dict() for summary in self.summaries],
            "contrasts": [compared.to_dict() for compared in self.contrasts],
            "claim": asdict(self.claim),
            "unfinished": list(map(str, self.unfinished)),
        }


def compare(runs: Runs, *, contrasts: Sequence[Contrast] = (), replicates: int = 2000, seed: int = 0) -> Comparison:
    """Compare the conditions of finished ``runs``.

    Args:
        runs: What was found in the folder of an experiment.
        contrasts: What to compare; by default ``A8`` with every other condition, or every other with the first where
            there is no ``A8``.
        replicates: Draws behind each interval and p-value.
        seed: Of these draws.

    Raises:
        RunError: A contrast names a condition without runs, or conditions that share no seed in any cell.
    """
    table = tabulated(runs.finished)
    contrasts = tuple(contrasts) or default_contrasts(conditions(table))
    _check(contrasts, conditions(table))
    resampler = Resampler(replicates=replicates, seed=seed)
    overall = _adjusted([finding(paired(table, c, cells_of(table, c)), resampler) for c in contrasts])
    by_cell = [[finding(paired(table, c, [cell]), resampler) for cell in cells_of(table, c)] for c in contrasts]
    family = iter(_adjusted([found for row in by_cell for found in row]))
    in_cells = [tuple(next(family) for _ in row) for row in by_cell]
    in_slices = slice_gains(table, contrasts, replicates=replicates, seed=seed)
    compared = tuple(map(Compared, contrasts, overall, in_cells, in_slices))
    cells = tuple(sorted({cell for cell, _ in table}))
    return Comparison(
        cells=cells,
        summaries=tuple(summaries(table, cells)),
        contrasts=compared,
        claim=claim({c.contrast: c.overall for c in compared}, cells=cells),
        replicates=replicates,
        seed=seed,
        unfinished=runs.unfinished,
    )


def default_contrasts(names: Sequence[str]) -> tuple[Contrast, ...]:
    """Return ``A8`` against every other condition, or every other against the first."""
    if FULL in names:
        return tuple(Contrast(FULL, name) for name in names if name != FULL)
    return tuple(Contrast(name, names[0]) for name in names[1:])


def _listed(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds))


def _check(contrasts: Sequence[Contrast], names: Sequence[str]) -> None:
    if not contrasts:
        raise RunError(f"only condition {', '.join(names)} has finished runs; expected two to compare")
    for contrast in contrasts:
        if contrast.x == contrast.y:
            raise RunError(f"contrast {contrast.x}:{contrast.y}: expected two different conditions")
        if missing := sorted(set(contrast) - set(names)):
            raise RunError(f"condition {missing[0]} has no finished run; there are {', '.join(names)}")


def _adjusted(findings: Sequence[Finding]) -> list[Finding]:
    """Return ``findings`` with their p-values adjusted as one family."""
    p = holm([found.test.p for found in findings])
    p_seeds = holm([found.test.p_seeds for found in findings])
    p_both = holm([found.test.p_both for found in findings])
    adjusted = map(Test, p, p_seeds, p_both)
    return [replace(found, holm=test) for found, test in zip(findings, adjusted, strict=True)]
