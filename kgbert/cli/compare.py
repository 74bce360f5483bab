"""``kgbert experiment compare``: what the finished runs of an experiment show."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli.options import FOLDER, json_out
from kgbert.cli.output import write

if TYPE_CHECKING:
    from kgbert.experiment.contrast import Contrast


class ContrastParam(click.ParamType):
    """Two conditions, such as ``A8:A0``."""

    name = "X:Y"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> "Contrast":
        """Return the contrast of the condition before the colon with that behind it."""
        from kgbert.experiment.contrast import Contrast

        if isinstance(value, Contrast):
            return value
        x, colon, y = str(value).partition(":")
        if not (x and colon and y) or ":" in y:
            self.fail(f"{value!r}; expected two conditions with a colon between them, such as A8:A0", param, context)
        return Contrast(x, y)


@click.command()
@click.argument("runs", type=FOLDER)
@click.option(
    "--contrast",
    "contrasts",
    multiple=True,
    type=ContrastParam(),
    help="Conditions to compare; may be given several times  [default: A8 with every other one, or every other one with"
    " the first]",
)
@click.option(
    "--replicates", default=2000, show_default=True, type=click.IntRange(min=1), help="Draws behind each test"
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Seed of the draws")
@click.option(
    "--format", "format", default="markdown", show_default=True, type=click.Choice(["markdown", "latex"]), help="Tables"
)
@click.option("--plots", type=click.Path(file_okay=False, path_type=Path), help="Folder for pictures (PNG and SVG)")
@json_out
def compare(
    runs: Path,
    contrasts: tuple["Contrast", ...],
    replicates: int,
    seed: int,
    format: str,
    plots: Path | None,
    json_out: Path | None,
) -> None:
    """Compare the conditions of the finished runs in the folder RUNS (at any depth), and test their differences.

    The measure is micro-averaged average precision. Tables go to standard output. What the figures mean, and what the
    two kinds of p-value can and cannot say, is in docs/experiments.md.
    """
    report(
        runs,
        contrasts=contrasts,
        replicates=replicates,
        seed=seed,
        format=format,
        plots=plots,
        json_out=json_out,
    )


def report(
    runs: Path,
    *,
    contrasts: tuple["Contrast", ...] = (),
    replicates: int = 2000,
    seed: int = 0,
    format: str = "markdown",
    plots: Path | None = None,
    json_out: Path | None = None,
) -> None:
    """Print tables of the finished runs in the folder ``runs``; see :func:`compare`."""
    from kgbert.experiment import tables
    from kgbert.experiment.compare import compare as compare_runs
    from kgbert.experiment.found import find

    if plots is not None:
        from kgbert.experiment.panels import require_matplotlib

        require_matplotlib()
    found = find(runs)
    click.echo(f"{len(found.finished)} finished runs", err=True)
    if found.unfinished:
        click.echo(f"{len(found.unfinished)} unfinished, not used: {', '.join(map(str, found.unfinished))}", err=True)
    comparison = compare_runs(found, contrasts=contrasts, replicates=replicates, seed=seed)
    for note in comparison.notes():
        click.echo(note, err=True)
    if json_out is not None:
        write(comparison.to_dict(), json_out)
    if plots is not None:
        from kgbert.experiment.plots import draw

        draw(comparison, found.finished, plots)
    click.echo(tables.text(comparison, format=format))
    click.echo(str(comparison.claim), err=True)
