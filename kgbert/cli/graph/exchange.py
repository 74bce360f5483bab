"""``kgbert graph export``, ``push`` and ``pull``: graphs to other programs, and to and from Neo4j."""

from pathlib import Path

import click

from kgbert.cli.options import FOLDER, GRAPH


@click.command()
@click.argument("path", metavar="GRAPH", type=GRAPH)
@click.option("--format", "form", required=True, help="graphml, kgx-jsonl, kgx-tsv, neo4j-admin or skos")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="New file (graphml, skos) or folder")
def export(path: str, form: str, out: Path) -> None:
    """Write GRAPH (a folder or an address) for another program."""
    from graph.export import FORMATS
    from graph.open_graph import open_graph

    if form not in FORMATS:
        raise click.BadParameter(f"{form!r}; expected one of {', '.join(FORMATS)}", param_hint="--format")
    with open_graph(path) as store:
        FORMATS[form](store, out)
    click.echo(str(out))
    if form == "neo4j-admin":
        from graph.export.neo4j_admin import command

        click.echo(command(out))


@click.command()
@click.argument("path", metavar="GRAPH", type=FOLDER)
@click.argument("address", metavar="URI")
def push(path: Path, address: str) -> None:
    """Make the graph on the Neo4j server at URI that of the folder GRAPH; the same again changes nothing.

    User, password and database come from NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE.
    """
    from graph.embedded_store import EmbeddedGraphStore
    from graph.open_graph import push_graph

    with EmbeddedGraphStore.open(path) as store, push_graph(store, address) as pushed:
        counts = pushed.count()
        click.echo(
            f"{address}: {counts.concepts:,} concepts, {counts.relations:,} relations, release {pushed.release[:12]}"
        )


@click.command()
@click.argument("address", metavar="URI")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the new graph")
def pull(address: str, out: Path) -> None:
    """Copy the graph on the Neo4j server at URI into a new folder."""
    from graph.open_graph import pull_graph

    with pull_graph(address, out) as store:
        counts = store.count()
        click.echo(f"{out}: {counts.concepts:,} concepts, {counts.relations:,} relations, release {store.release[:12]}")
