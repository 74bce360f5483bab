"""``kgbert validate``: what is wrong in annotated documents."""

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli import options
from kgbert.cli.options import FORMAT, GRAPH, SOURCE
from kgbert.cli.output import show

if TYPE_CHECKING:
    from ingest.corpora.format import Format


@click.command()
@click.argument("files", nargs=-1, required=True, type=SOURCE)
@click.option("--graph", "graph", type=GRAPH, help="Folder or Neo4j address of a graph that ids are looked up in")
@click.option("--from", "origin", type=FORMAT, help="Format of FILES  [default: what ending or content says]")
@options.id_prefix
@options.as_json
def validate(
    files: tuple[Path, ...], graph: str | None, origin: "Format | None", id_prefix: str, as_json: bool
) -> None:
    """List every problem in the annotated documents FILES, with file and line; exit with 1 if there are errors.

    Errors are what a reader refuses, relations whose ends no entity has, and ids that are unknown to GRAPH; warnings
    are overlapping or repeated entities, repeated relations, and ids that GRAPH calls retired. No text is printed.
    """
    from graph.open_graph import open_graph
    from ingest.corpora.validate import validate as run

    with open_graph(graph) if graph else contextlib.nullcontext() as store:
        report = run(*files, store=store, form=origin, id_prefix=id_prefix)
    if as_json:
        show(report.to_dict())
    else:
        for finding in report.findings:
            click.echo(str(finding))
        for omission in report.omissions:
            click.echo(f"left out or taken otherwise: {omission.reason} ({omission.count:,}; {omission.places[0]})")
        warnings = len(report.findings) - report.errors
        click.echo(
            f"{report.documents:,} documents, {report.entities:,} entities, {report.relations:,} relations: "
            f"{report.errors:,} errors, {warnings:,} warnings"
        )
    if report.errors:
        sys.exit(1)
