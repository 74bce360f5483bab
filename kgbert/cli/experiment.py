"""``kgbert experiment``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli.compare import compare, report
from kgbert.cli.options import FILE, json_out

if TYPE_CHECKING:
    from kgbert.experiment.config import ExperimentConfig


@click.group()
def experiment() -> None:
    """Run a grid of trainings and compare what they show."""


@experiment.command()
@click.argument("config", type=FILE)
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True, help="Runs at the same time.")
def run(config: Path, processes: int) -> None:
    """Do every run of the YAML file CONFIG that is not finished; may be stopped at any time and given again.

    The same command may be given several times at once: no run is done twice.
    """
    from kgbert.experiment.config import ExperimentConfig

    _run(ExperimentConfig.read(config), processes)


experiment.add_command(compare)


@click.command()
@click.argument("config", type=FILE)
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True, help="Runs at the same time.")
@click.option("--replicates", default=2000, show_default=True, type=click.IntRange(1), help="Draws behind each test.")
@json_out
def ablate(config: Path, processes: int, replicates: int, json_out: Path | None) -> None:
    """Say what the graph is worth: run the experiment CONFIG under every control, and compare each with the system.

    The controls are those of `condition` in the file, else all from A0 (text only) to A13 (degrees only). A9 is left
    out where no `unfiltered_graph` is given. May be stopped at any time and given again.
    """
    from kgbert.experiment.config import ExperimentConfig

    asked = ExperimentConfig.read(config, whole_protocol=True)
    _run(asked, processes)
    report(asked.out, replicates=replicates, json_out=json_out)


def _run(config: "ExperimentConfig", processes: int) -> None:
    from kgbert.experiment.grid import run_all

    for done in run_all(list(config.runs()), processes=processes):
        click.echo(f"{done.name}: {done.said}", err=True)
