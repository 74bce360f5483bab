"""A comparison as tables, in Markdown or LaTeX."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kgbert.experiment.compare import Compared, Comparison
from kgbert.experiment.contrast import Finding
from kgbert.experiment.runs import Cell
from kgbert.experiment.slices import SliceGain
from kgbert.experiment.statistics import Gain
from kgbert.experiment.summaries import Summary

FORMATS = ("markdown", "latex")

TITLES = {
    "average_precision": "Average precision",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "f1_cross_fitted": "F1, threshold cross-fitted",
    "calibration_error": "Calibration error, any relation",
    "decision_calibration_error": "Calibration error, decision",
    "brier": "Brier score",
}
POINTS = 100
"""Figures are shown in hundredths."""

_MARKDOWN = {**dict.fromkeys(r"\`*_[]<>|#~", r"\{}"), "\n": " "}
_LATEX = {
    **dict.fromkeys("&%$#_{}", r"\{}"),
    "\\": r"\textbackslash{{}}",
    "~": r"\textasciitilde{{}}",
    "^": r"\textasciicircum{{}}",
    "<": r"\textless{{}}",
    ">": r"\textgreater{{}}",
    "|": r"\textbar{{}}",
    "±": r"$\pm$",
    "−": r"$-$",
    "[": "{{[}}",  # after a line's end LaTeX takes it, and a star, for an argument
    "*": "{{*}}",
    "\n": " ",
}


class Table(NamedTuple):
    """Words in rows; nothing is escaped yet. The first column is text, the others are figures."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(comparison: Comparison) -> tuple[Table, ...]:
    """Return the tables of ``comparison``: each measure by condition and cell, then what the contrasts show."""
    measures = (_measure(comparison, measure) for measure in TITLES)
    return (*measures, _overall(comparison), _by_cell(comparison), _by_slice(comparison))


def untested(comparison: Comparison) -> tuple[Table, ...]:
    """Return the tables of what nobody said beforehand: average precision, F1, and contrasts without p-values."""
    measures = (_measure(comparison, measure) for measure in ("average_precision", "f1"))
    return (*measures, _differences(comparison))


def text(comparison: Comparison, *, format: str = "markdown") -> str:
    """Return the tables that have rows, in one of :data:`FORMATS`.

    Raises:
        ValueError: ``format`` is another.
    """
    if format not in FORMATS:
        raise ValueError(f"format {format!r}; expected {' or '.join(FORMATS)}")
    write = markdown if format == "markdown" else latex
    return "\n".join(write(table) for table in tables(comparison) if table.rows)


def markdown(table: Table) -> str:
    """Return ``table`` in Markdown (the GitHub kind), its title above."""
    rows = [tuple(_escaped(word, _MARKDOWN) for word in row) for row in (table.head, *table.rows)]
    rule = tuple(":--" if i == 0 else "--:" for i in range(len(table.head)))
    lines = (f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))
    return "\n".join([f"### {_escaped(table.title, _MARKDOWN)}", "", *lines, ""])


def latex(table: Table) -> str:
    """Return ``table`` as a LaTeX float; it needs the package booktabs."""
    rows = [tuple(_escaped(word, _LATEX) for word in row) for row in (table.head, *table.rows)]
    head, *body = (f"{' & '.join(row)} \\\\" for row in rows)
    columns = "l" + "r" * (len(table.head) - 1)
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{_escaped(table.title, _LATEX)}}}",
            rf"\begin{{tabular}}{{{columns}}}",
            *(r"\toprule", head, r"\midrule", *body, r"\bottomrule"),
            r"\end{tabular}",
            r"\end{table}",
            "",
        ]
    )


def _measure(comparison: Comparison, measure: str) -> Table:
    found = {(s.condition, s.cell): _mean(s, measure) for s in comparison.summaries}
    columns: tuple[Cell | None, ...] = comparison.cells
    if len(columns) > 1:
        columns = (*columns, None)
    rows = ((c, *(found.get((c, cell), "–") for cell in columns)) for c in comparison.conditions)
    head = ("condition", *("all" if cell is None else str(cell) for cell in columns))
    return Table(f"{TITLES[measure]}, mean ± SD over seeds", head, tuple(rows))


def _mean(summary: Summary, measure: str) -> str:
    sd = summary.sd[measure]
    spread = "" if sd is None else f" ± {POINTS * sd:.1f}"
    return f"{POINTS * summary.mean[measure]:.1f}{spread}"


_TESTED = ("difference", "SD", "95 % CI", "p swaps", "Holm", "p seeds", "Holm", "p both", "Holm", "d", "seeds")


def _overall(comparison: Comparison) -> Table:
    rows = ((str(c.contrast), *_tested(c.overall)) for c in comparison.contrasts)
    return Table("Contrasts of average precision, all cells", ("contrast", *_TESTED), tuple(rows))


def _differences(comparison: Comparison) -> Table:
    def rows(compared: Compared) -> Iterator[tuple[str, ...]]:
        found = (compared.overall, *(compared.by_cell if len(compared.by_cell) > 1 else ()))
        return ((str(compared.contrast), _cells(f), *_gain(f.gain), str(len(f.gain.seeds))) for f in found)

    head = ("contrast", "cells", "difference", "SD", "95 % CI", "seeds")
    return Table("Contrasts of average precision, not tested", head, _flat(comparison.contrasts, rows))


def _cells(found: Finding) -> str:
    return str(found.cells[0]) if len(found.cells) == 1 else f"mean of {len(found.cells)}"


def _by_cell(comparison: Comparison) -> Table:
    def rows(compared: Compared) -> Iterator[tuple[str, ...]]:
        return ((str(compared.contrast), str(f.cells[0]), *_tested(f)) for f in compared.by_cell)

    title = "Contrasts of average precision, by cell"
    return Table(title, ("contrast", "cell", *_TESTED), _flat(comparison.contrasts, rows))


def _by_slice(comparison: Comparison) -> Table:
    def rows(compared: Compared) -> Iterator[tuple[str, ...]]:
        return ((str(compared.contrast), *_sliced(found)) for found in compared.by_slice)

    head = ("contrast", "slice", "relations", "first", "second", "difference", "SD", "95 % CI", "seeds")
    title = "Contrasts of average precision within slices, all cells"
    return Table(title, head, _flat(comparison.contrasts, rows))


def _flat(
    contrasts: Iterable[Compared], rows: Callable[[Compared], Iterator[tuple[str, ...]]]
) -> tuple[tuple[str, ...], ...]:
    return tuple(row for compared in contrasts for row in rows(compared))


def _tested(found: Finding) -> tuple[str, ...]:
    test, holm = found.test, found.holm
    p = (test.p, holm.p, test.p_seeds, holm.p_seeds, test.p_both, holm.p_both)
    d = "–" if found.gain.d is None else _signed(found.gain.d)
    return (*_gain(found.gain), *map(_p, p), d, str(len(found.gain.seeds)))


def _sliced(found: SliceGain) -> tuple[str, ...]:
    levels = (f"{POINTS * found.x:.1f}", f"{POINTS * found.y:.1f}")
    name = f"{found.dimension}: {found.value}"
    return (name, f"{found.n_relations:.0f}", *levels, *_gain(found.gain), str(len(found.gain.seeds)))


def _gain(found: Gain) -> tuple[str, str, str]:
    sd = "–" if found.sd is None else f"{POINTS * found.sd:.2f}"
    between = f"[{_signed(POINTS * found.low)}, {_signed(POINTS * found.high)}]"
    return (_signed(POINTS * found.mean), sd, between)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _p(p: float) -> str:
    """Return ``p`` with three decimals; a p-value is never shown as zero."""
    return "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def _escaped(word: str, special: dict[str, str]) -> str:
    pattern = f"[{re.escape(''.join(special))}]"
    return re.sub(pattern, lambda found: special[found[0]].format(found[0]), word)
