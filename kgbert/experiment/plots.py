"""Pictures of a comparison, as PNG and SVG."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kgbert.experiment.claim import BASELINES, FULL
from kgbert.experiment.compare import Comparison
from kgbert.experiment.contrast import Finding
from kgbert.experiment.curves import Curve, precision_recall, reliability, roc
from kgbert.experiment.panels import (
    GREY,
    KINDS,
    STYLE,
    add_legend,
    look,
    name_axes,
    panels_for,
    require_matplotlib,
    save,
    share_y,
)
from kgbert.experiment.runs import Cell, Run
from kgbert.experiment.statistics import Gain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_CONDITIONS = 6
"""Conditions whose curves are drawn: those of the claim first."""

MAX_BANDS = 3
"""Conditions up to which a band shows the standard deviation over seeds; more would hide each other."""

MAX_MARKED = 30
"""Points of a curve up to which each has a marker."""

_SEEN = "seen"
_VALUES = ("both", "one", "none")
Runs = Mapping[tuple[Cell, str], Sequence[Run]]


def draw(comparison: Comparison, runs: Sequence[Run], folder: Path) -> tuple[Path, ...]:
    """Write all pictures of ``comparison`` to ``folder``, and return their files.

    ``gain`` (by training size), ``seen`` (gain by whether training knew the arguments; only where the runs say),
    ``calibration``, ``precision-recall`` and ``roc``.

    Args:
        comparison: What was found.
        runs: The runs behind it.
        folder: Made if it is not there.

    Raises:
        MissingLibraryError: matplotlib is not installed.
    """
    require_matplotlib()
    import matplotlib as mpl

    with mpl.rc_context(STYLE):
        figures = dict(_figures(comparison, runs))
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(save(figure, folder / f"{name}.{kind}") for name, figure in figures.items() for kind in KINDS)


def _figures(comparison: Comparison, runs: Sequence[Run]) -> Iterator[tuple[str, "Figure"]]:
    by_condition: dict[tuple[Cell, str], list[Run]] = {}
    for run in runs:
        by_condition.setdefault((run.cell, run.condition), []).append(run)
    yield "gain", gains(comparison)
    if any(s.dimension == _SEEN for c in comparison.contrasts for s in c.by_slice):
        yield "seen", seen(comparison)
    yield "calibration", calibration(comparison, by_condition)
    if ranked := {key: own for key, own in by_condition.items() if own[0].pairs.n_relations}:
        recall, rates = ("recall", "precision"), ("false positive rate", "true positive rate")
        pr = _curves(comparison, ranked, precision_recall, title="Precision and recall", axes=recall)
        yield "precision-recall", pr
        yield "roc", _curves(comparison, ranked, roc, title="ROC", axes=rates)


def gains(comparison: Comparison) -> "Figure":
    """Draw the gain against training size: a panel a contrast, a line a task, with 95 % intervals."""
    figure, panels = panels_for([str(c.contrast) for c in comparison.contrasts])
    tasks = list(dict.fromkeys(cell.task for cell in comparison.cells))
    sizes = sorted({cell.train_size for cell in comparison.cells})
    for panel, compared in zip(panels, comparison.contrasts, strict=True):
        panel.axhline(0, color=GREY, linewidth=0.8)
        for i, task in enumerate(tasks):
            found = [f for f in compared.by_cell if f.cells[0].task == task]
            _gain_line(panel, found, i, label=task, shift=1.03 ** (i - (len(tasks) - 1) / 2))
        _size_axis(panel, sizes)
    share_y(panels)
    name_axes(panels, x="training examples", y="gain in average precision (points)")
    figure.suptitle("Gain by training size, with 95 % intervals", fontsize=11)
    add_legend(figure, panels)
    return figure


def _gain_line(panel: "Axes", found: Sequence[Finding], i: int, *, label: str, shift: float) -> None:
    if not found:
        return
    x = [f.cells[0].train_size * shift for f in found]
    y, error = _bars([f.gain for f in found])
    panel.errorbar(x, y, yerr=error, label=label, capsize=2, markersize=5, **look(i))


def _size_axis(panel: "Axes", sizes: Sequence[int]) -> None:
    panel.set_xscale("log")
    panel.set_xticks(sizes, [f"{size:,}" for size in sizes])
    panel.set_xticks([], minor=True)
    panel.set_xlim(sizes[0] / 1.3, sizes[-1] * 1.3)


def seen(comparison: Comparison) -> "Figure":
    """Draw the gain of each contrast where training knew both arguments, one, or none, with 95 % intervals."""
    from matplotlib.figure import Figure

    n = len(comparison.contrasts)
    figure = Figure(figsize=(6.4, 1.5 + 0.55 * n), layout="constrained")
    panel = figure.subplots()
    panel.axvline(0, color=GREY, linewidth=0.8)
    for i, value in enumerate(_VALUES):
        found = [
            (row, s.gain)
            for row, c in enumerate(comparison.contrasts)
            for s in c.by_slice
            if (s.dimension, s.value) == (_SEEN, value)
        ]
        x, error = _bars([gain for _, gain in found])
        rows = [row + 0.22 * (i - 1) for row, _ in found]
        panel.errorbar(x, rows, xerr=error, label=value, capsize=2, markersize=5, **(look(i) | {"linestyle": "none"}))
    panel.set_yticks(range(n), [str(c.contrast) for c in comparison.contrasts])
    panel.set_ylim(n - 0.5, -0.5)
    panel.set_xlabel("gain in average precision within the slice (points)")
    panel.set_title("Gain by how many of a pair's arguments training knew, with 95 % intervals")
    add_legend(figure, [panel])
    return figure


def calibration(comparison: Comparison, runs: Runs) -> "Figure":
    """Draw the share of related pairs against the probability of any relation, all seeds together."""
    return _curves(
        comparison,
        runs,
        reliability,
        title="Calibration of the probability of any relation",
        axes=("mean probability", "share related"),
        diagonal=True,
    )


def _curves(
    comparison: Comparison,
    runs: Runs,
    curve: Callable[[Sequence[Run]], Curve],
    *,
    title: str,
    axes: tuple[str, str],
    diagonal: bool = False,
) -> "Figure":
    """Draw a panel a cell, a curve a condition; a band, where few are drawn, is one standard deviation over seeds."""
    cells = [cell for cell in comparison.cells if any(own == cell for own, _ in runs)]
    figure, panels = panels_for([str(cell) for cell in cells])
    shown = conditions_shown(comparison)
    for panel, cell in zip(panels, cells, strict=True):
        if diagonal:
            panel.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
        for i, condition in enumerate(shown):
            if (cell, condition) in runs:
                made = curve(runs[cell, condition])
                _curve(panel, made, i, label=condition, band=len(shown) <= MAX_BANDS)
        panel.set_xlim(0, 1)
        panel.set_ylim(0, 1.02)
    name_axes(panels, x=axes[0], y=axes[1])
    left_out = len(comparison.conditions) - len(shown)
    figure.suptitle(title + (f"\n({left_out} more conditions are not drawn)" if left_out else ""), fontsize=11)
    add_legend(figure, panels)
    return figure


def _curve(panel: "Axes", curve: Curve, i: int, *, label: str, band: bool) -> None:
    line = look(i)
    if len(curve.x) > MAX_MARKED:
        line["marker"] = ""
    panel.plot(curve.x, curve.y, label=label, markersize=4, **line)
    if band and curve.sd is not None:
        panel.fill_between(
            curve.x, curve.y - curve.sd, curve.y + curve.sd, color=line["color"], alpha=0.15, linewidth=0
        )


def conditions_shown(comparison: Comparison) -> tuple[str, ...]:
    """Return the conditions whose curves are drawn: of those compared, the ones of the claim first, at most six."""
    named = dict.fromkeys(condition for compared in comparison.contrasts for condition in compared.contrast)
    first = [condition for condition in (FULL, *BASELINES) if condition in named]
    return tuple(dict.fromkeys((*first, *named)))[:MAX_CONDITIONS]


def _bars(gains: Sequence[Gain]) -> tuple[np.ndarray, np.ndarray]:
    """Return means, ``(gains,)``, and how far the intervals reach below and above, ``(2, gains)``, in points."""
    mean, low, high = (100 * np.array([getattr(gain, name) for gain in gains]) for name in ("mean", "low", "high"))
    return mean, np.maximum([mean - low, high - mean], 0)
