"""``kgbert graph build`` and ``validate``: making a graph, and checking one."""

from datetime import datetime
from pathlib import Path

import click

from kgbert.cli import options
from kgbert.cli.options import FILE, FOLDER, SOURCE, listed
from kgbert.cli.output import show, write


@click.command()
@click.argument("sources", nargs=-1, required=True, type=SOURCE)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the new graph")
@click.option("--map", "mappings", multiple=True, type=FILE, help="SSSOM table of corresponding concepts; repeatable")
@click.option("--match", type=click.Choice(["exact", "close"]), default="exact", show_default=True, help="What merges")
@click.option("--no-merge", is_flag=True, help="Keep corresponding concepts apart")
@click.option("--types", help="Semantic types or UMLS semantic groups to take, separated by commas  [default: all]")
@click.option("--languages", default="en", show_default=True, help="Languages of names, separated by commas, or 'all'")
@click.option("--vocabularies", "--sources", help="Vocabularies to take from UMLS or RxNorm, by commas  [default: all]")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Retire concepts created after this day (YYYY-MM-DD; OBO)  [default: none]",
)
@click.option("--cut-cycles", is_flag=True, help="Leave out is_a relations that close a cycle, instead of refusing")
@click.option("--schema", type=FILE, help="YAML that declares the columns of SOURCES, all tables then")
@click.option("--report", "report_out", type=click.Path(dir_okay=False, path_type=Path), help="Write the report here")
@options.as_json
def build(
    sources: tuple[Path, ...],
    out: Path,
    mappings: tuple[Path, ...],
    match: str,
    no_merge: bool,
    types: str | None,
    languages: str,
    vocabularies: str | None,
    until: datetime | None,
    cut_cycles: bool,
    schema: Path | None,
    report_out: Path | None,
    as_json: bool,
) -> None:
    """Build a graph of the ontologies SOURCES (files or folders), and report on it.

    The format of each source is told by its content; a table whose columns are not known needs a YAML file beside it
    (diseases.csv.yaml) that declares them. Concepts that correspond one to one, by cross-reference or by a
    mapping, become one; the earliest source's id stands for it.
    """
    from graph.build import BuildPlan
    from graph.build import build as run
    from graph.errors import CycleError
    from graph.formats.reading import Reading
    from graph.formats.schema_file import read_schema
    from graph.mapping import CLOSE, EXACT
    from kgbert.cli.report import print_report

    spoken = () if languages == "all" else listed(languages)
    day = f"{until:%Y-%m-%d}" if until else ""
    plan = BuildPlan(
        sources=sources,
        mappings=mappings,
        schema=read_schema(schema) if schema else None,
        reading=Reading(languages=spoken, sources=frozenset(listed(vocabularies)), until=day),
        types=frozenset(listed(types)),
        merge=not no_merge,
        match=EXACT if match == "exact" else CLOSE,
        cut_cycles=cut_cycles,
    )
    try:
        report = run(plan, out)
    except CycleError as error:
        raise click.ClickException(f"{error}; --cut-cycles leaves out what closes a cycle, and lists it") from error
    if report_out is not None:
        write(report.to_dict(), report_out)
    if as_json:
        show(report.to_dict())
    else:
        print_report(report)


@click.command()
@click.argument("path", metavar="GRAPH", type=FOLDER)
@options.as_json
def validate(path: Path, as_json: bool) -> None:
    """Check that GRAPH is undamaged, and report what in it deserves a look."""
    from graph.embedded_store import EmbeddedGraphStore
    from graph.report import report
    from kgbert.cli.report import print_report

    with EmbeddedGraphStore.open(path) as store:
        store.verify()
        found = report(store)
    if as_json:
        show(found.to_dict())
    else:
        print_report(found)
