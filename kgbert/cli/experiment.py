"""``kgbert experiment``."""

from pathlib import Path

import click

from kgbert.cli.compare import compare
from kgbert.cli.options import FILE


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
    from kgbert.experiment.grid import run_all

    for done in run_all(list(ExperimentConfig.read(config).runs()), processes=processes):
        click.echo(f"{done.name}: {done.said}")


experiment.add_command(compare)
