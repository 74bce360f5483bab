"""``kgbert experiment``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli.compare import compare, report
from kgbert.cli.options import FILE, json_out

if TYPE_CHECKING:
    from kgbert.experiment.config import ExperimentConfig


_PROCESSES = click.option(
    "--processes", type=click.IntRange(1), default=1, show_default=True, help="Runs at the same time."
)
_FIGURES = click.option(
    "--figures",
    is_flag=True,
    help="Show the figures of each run as it ends; else nobody sees which way it goes before all is compared.",
)


@click.group()
def experiment() -> None:
    """Run a grid of trainings and compare what they show."""


@experiment.command()
@click.argument("config", type=FILE)
@_PROCESSES
@_FIGURES
def run(config: Path, processes: int, figures: bool) -> None:
    """Do every run of the YAML file CONFIG that is not finished; may be stopped at any time and given again.

    The same command may be given several times at once: no run is done twice.
    """
    from kgbert.experiment.config import ExperimentConfig

    _run(ExperimentConfig.read(config), processes, figures=figures)


experiment.add_command(compare)


@click.command()
@click.argument("config", type=FILE)
@_PROCESSES
@_FIGURES
@click.option("--replicates", default=2000, show_default=True, type=click.IntRange(1), help="Draws behind each test.")
@json_out
def ablate(config: Path, processes: int, figures: bool, replicates: int, json_out: Path | None) -> None:
    """Say what the graph is worth: run the experiment CONFIG under every control, and compare each with the system.

    The controls are those of `condition` in the file, else all from A0 (text only) to A14 (another ontology in the
    test). A9 is left out where no `unfiltered_graph` is given, A14 where no `other_graph` is. May be stopped at any
    time and given again.
    """
    from kgbert.experiment.config import ExperimentConfig

    asked = ExperimentConfig.read(config, whole_protocol=True)
    _run(asked, processes, figures=figures)
    report(asked.out, replicates=replicates, json_out=json_out)


def _run(config: "ExperimentConfig", processes: int, *, figures: bool) -> None:
    from kgbert.experiment.grid import run_all, unfinished

    runs = list(config.runs())
    if before := len(runs) - len(unfinished(runs)):
        click.echo(f"{before} of {len(runs)} runs were finished before", err=True)
    for done in run_all(runs, processes=processes):
        said = f"left alone: {done.why}" if done.figures is None else "finished"
        if figures and done.figures is not None:
            said += f", AP {done.figures['average_precision']:.3f}, F1 {done.figures['f1']:.3f}"
        number = len(runs) - len(unfinished(runs))
        click.echo(f"{done.name}: {said} ({number} of {len(runs)})", err=True)
