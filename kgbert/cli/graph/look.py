"""``kgbert graph info`` and ``subgraph``: looking into a graph."""

import click

from kgbert.cli.options import GRAPH
from kgbert.cli.output import show


@click.command()
@click.argument("path", metavar="GRAPH", type=GRAPH)
@click.option("--json", "as_json", is_flag=True, help="Print JSON")
def info(path: str, as_json: bool) -> None:
    """Say what GRAPH holds."""
    from graph.open_graph import open_graph

    with open_graph(path) as store:
        facts = {
            "release": store.release,
            **store.count()._asdict(),
            "sources": [source._asdict() for source in store.sources],
        }
    if as_json:
        show(facts)
        return
    for key, value in facts.items():
        if key != "sources":
            click.echo(f"{key:<10} {value:,}" if isinstance(value, int) else f"{key:<10} {value}")
    for source in facts["sources"]:
        click.echo(f"{'source':<10} {source['name']} {source['version']} ({source['licence'] or 'licence unknown'})")


@click.command()
@click.argument("path", metavar="GRAPH", type=GRAPH)
@click.argument("seeds", metavar="CURIE...", nargs=-1, required=True)
@click.option("--hops", default=2, show_default=True, type=click.IntRange(0), help="Distance of the furthest concept")
@click.option("--budget", default=64, show_default=True, type=click.IntRange(1), help="Most concepts")
@click.option("--json", "as_json", is_flag=True, help="Print JSON")
def subgraph(path: str, seeds: tuple[str, ...], hops: int, budget: int, as_json: bool) -> None:
    """Show what GRAPH holds around the concepts CURIE..."""
    from graph.open_graph import open_graph
    from graph.retrieve import subgraph as retrieve

    with open_graph(path) as store:
        found = retrieve(store, seeds, hops=hops, budget=budget)
    if as_json:
        show(found.to_dict())
        return
    for concept in found.concepts:
        click.echo(f"{concept.distance}  {concept.role.value:<9} {concept.id:<16} {concept.name}")
    for relation in found.relations:
        click.echo(f"{relation.subject} {relation.predicate} {relation.object}")
    if found.cut:
        click.echo("(cut: the budget or a fan-out left concepts out)", err=True)
