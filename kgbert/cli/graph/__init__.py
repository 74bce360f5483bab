"""``kgbert graph``: build graphs, look into them, and follow them from release to release."""

import click

from kgbert.cli.graph.build import build, validate
from kgbert.cli.graph.change import diff, migrate
from kgbert.cli.graph.exchange import export, pull, push
from kgbert.cli.graph.look import info, subgraph


@click.group()
def graph() -> None:
    """Build graphs of ontologies and look into them."""


for command in (build, info, validate, diff, migrate, subgraph, export, push, pull):
    graph.add_command(command)
