"""``kgbert pretrain``."""

from pathlib import Path

import click

from kgbert.cli.options import FILE
from kgbert.cli.output import show


@click.command()
@click.argument("config", type=FILE)
def pretrain(config: Path) -> None:
    """Teach a model masked words, whole mentions above all, as the YAML file CONFIG says; no labels are needed.

    What comes out is where `kgbert train` and experiments may start. A run that was broken off goes on where it was.
    """
    from kgbert.pretrain import PretrainConfig
    from kgbert.pretrain import pretrain as run

    figures = run(PretrainConfig.read(config))
    show({key: value for key, value in figures.items() if key != "history"})
