"""``kgbert train``."""

from pathlib import Path

import click

from kgbert.cli.options import FILE
from kgbert.cli.output import show


@click.command()
@click.argument("config", type=FILE)
def train(config: Path) -> None:
    """Train a model as the YAML file CONFIG says; a run that was broken off goes on where it was."""
    from kgbert.train_config import TrainConfig

    settings = TrainConfig.read(config)
    from kgbert.train import train as run

    figures = run(settings)
    show({key: value for key, value in figures.items() if key != "history"})
