"""``kgbert graph diff`` and ``migrate``: from one release of an ontology to the next."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli import options
from kgbert.cli.options import FILE, GRAPH
from kgbert.cli.output import show

if TYPE_CHECKING:
    from graph.diff import GraphDiff

_SHOWN = 20


@click.command()
@click.argument("old", type=GRAPH)
@click.argument("new", type=GRAPH)
@click.option("--json", "as_json", is_flag=True, help="Print every change as JSON")
def diff(old: str, new: str, as_json: bool) -> None:
    """List the concepts that were added, removed, retired, renamed or re-parented from graph OLD to graph NEW."""
    from graph.diff import diff as compare
    from graph.open_graph import open_graph

    with open_graph(old) as before, open_graph(new) as after:
        found = compare(before, after)
    if as_json:
        show(found.to_dict())
    else:
        _print_diff(found)


def _print_diff(found: "GraphDiff") -> None:
    shown = {
        "added": [*found.added],
        "removed": [*found.removed],
        "retired": [f"{id} -> {heir or '(nothing)'}" for id, heir in found.retired],
        "renamed": [f"{id} {was!r} -> {now!r}" for id, was, now in found.renamed],
        "reparented": [
            f"{id} " + " ".join([*(f"-{other}" for other in lost), *(f"+{other}" for other in gained)])
            for id, lost, gained in found.reparented
        ],
    }
    for what, rows in shown.items():
        click.echo(f"{what}: {len(rows):,}")
        for row in rows[:_SHOWN]:
            click.echo(f"  {row}")
        if len(rows) > _SHOWN:
            click.echo(f"  ({len(rows) - _SHOWN:,} more; --json lists all)")


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--graph", "path", required=True, type=GRAPH, help="Graph with the current ids")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="PubTator or .jsonl file")
@options.as_json
def migrate(files: tuple[Path, ...], path: str, out: Path, as_json: bool) -> None:
    """Rewrite the ids in annotated documents (any format that convert reads) to those that are current in a graph."""
    from graph.open_graph import open_graph
    from ingest.corpora import jsonl, pubtator
    from ingest.corpora.read import read_documents
    from ingest.migrate import Migration

    with open_graph(path) as store:
        migration = Migration(store)
        documents = migration(document for file in files for document in read_documents(file))
        (jsonl if out.suffix.lower() == ".jsonl" else pubtator).write(documents, out)
    report = migration.report
    if as_json:
        show(report.to_dict())
        return
    click.echo(
        f"{out}: {report.documents:,} documents; {report.kept:,} ids current, {report.replaced.total():,} replaced, "
        f"{report.retired.total():,} retired without a successor, {report.unknown.total():,} unknown to the graph"
    )
    for what, counter in (("retired", report.retired), ("unknown", report.unknown)):
        for id, n in counter.most_common(_SHOWN):
            click.echo(f"  {what} {id} ({n:,})")
