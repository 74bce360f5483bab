"""``kgbert graph``: build graphs and look into them."""

import json
from pathlib import Path

import click

from kgbert.cli.options import FILE, FOLDER
from kgbert.errors import ConfigError


@click.group()
def graph() -> None:
    """Build graphs of ontology files and look into them."""


@graph.command()
@click.argument("sources", nargs=-1, required=True, type=FILE)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the new graph")
@click.option("--schema", type=FILE, help="YAML that declares the columns of SOURCES, all tables then")
def build(sources: tuple[Path, ...], out: Path, schema: Path | None) -> None:
    """Build a graph of the ontologies SOURCES (OBO, known tables, or tables declared by --schema)."""
    from graph.embedded_store import EmbeddedGraphStore
    from graph.formats import load, load_all

    if schema is None:
        ontologies = load_all(sources)
    else:
        columns = _schema(schema)
        ontologies = [load(source, schema=columns) for source in sources]
    with EmbeddedGraphStore.from_ontologies(out, *ontologies) as store:
        counts = store.count()
        click.echo(
            f"{out}: {counts.concepts:,} concepts ({counts.obsolete:,} retired), {counts.names:,} names, "
            f"{counts.relations:,} relations; {store.dropped_relations:,} relations without both ends dropped"
        )


def _schema(path: Path):
    import yaml

    from graph.formats.schema_file import schema_from_dict

    try:
        return schema_from_dict(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: {error}") from error


@graph.command()
@click.argument("path", metavar="GRAPH", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print JSON")
def info(path: Path, as_json: bool) -> None:
    """Say what GRAPH holds."""
    from graph.embedded_store import EmbeddedGraphStore

    with EmbeddedGraphStore.open(path) as store:
        facts = {
            "release": store.release,
            **store.count()._asdict(),
            "sources": [source._asdict() for source in store.sources],
        }
    if as_json:
        click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    for key, value in facts.items():
        if key != "sources":
            click.echo(f"{key:<10} {value:,}" if isinstance(value, int) else f"{key:<10} {value}")
    for source in facts["sources"]:
        click.echo(f"{'source':<10} {source['name']} {source['version']} ({source['licence'] or 'licence unknown'})")


@graph.command()
@click.argument("path", metavar="GRAPH", type=FOLDER)
@click.argument("seeds", metavar="CURIE...", nargs=-1, required=True)
@click.option("--hops", default=2, show_default=True, type=click.IntRange(0), help="Distance of the furthest concept")
@click.option("--budget", default=64, show_default=True, type=click.IntRange(1), help="Most concepts")
@click.option("--json", "as_json", is_flag=True, help="Print JSON")
def subgraph(path: Path, seeds: tuple[str, ...], hops: int, budget: int, as_json: bool) -> None:
    """Show what GRAPH holds around the concepts CURIE..."""
    from graph.embedded_store import EmbeddedGraphStore
    from graph.retrieve import subgraph as retrieve

    with EmbeddedGraphStore.open(path) as store:
        found = retrieve(store, seeds, hops=hops, budget=budget)
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
        return
    for concept in found.concepts:
        click.echo(f"{concept.distance}  {concept.role.value:<9} {concept.id:<16} {concept.name}")
    for relation in found.relations:
        click.echo(f"{relation.subject} {relation.predicate} {relation.object}")
    if found.cut:
        click.echo("(cut: the budget or a fan-out left concepts out)", err=True)
