"""``kgbert train-detector``."""

from pathlib import Path

import click

from kgbert.cli.options import FILE
from kgbert.cli.output import show


@click.command("train-detector")
@click.argument("config", type=FILE)
def train_detector(config: Path) -> None:
    """Train a detector of mentions as the YAML file CONFIG says; a run that was broken off goes on where it was."""
    from kgbert.train_config import DetectorTrainConfig

    settings = DetectorTrainConfig.read(config)
    from kgbert.train_detector import train_detector as run

    figures = run(settings)
    show({key: value for key, value in figures.items() if key != "history"})
