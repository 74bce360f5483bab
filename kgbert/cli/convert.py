"""``kgbert convert``: annotated documents from one format to another."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from graph.formats.reading import Omissions
    from ingest.corpora.format import Format
    from ingest.corpora.placed import Placed
    from ingest.corpora.reading import Reading
    from ingest.document import Document

_PLACES = 3


@click.command()
@click.argument("inputs", metavar="IN...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="New file, or folder where the format is one"
)
@click.option("--to", "target", required=True, metavar="FORMAT", help="Format of OUT")
@click.option("--from", "origin", metavar="FORMAT", help="Format of IN  [default: what ending or content says]")
@click.option("--id-prefix", default="MESH", show_default=True, help="Prefix of ids that have none and do not show it")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON")
def convert(
    inputs: tuple[Path, ...], out: Path, target: str, origin: str | None, id_prefix: str, as_json: bool
) -> None:
    """Write the documents of the files or folders IN (- for standard input) to OUT, all or nothing.

    Formats: pubtator, bioc-xml, bioc-json, brat, conll, datasets, datasets-tokens and jsonl; only read are ddi,
    chemprot, gsc, case-reports and text. What OUT cannot hold is counted (docs/formats.md).
    """
    from graph.formats.reading import Omissions
    from ingest.corpora.placed import distinct
    from ingest.corpora.reading import Reading

    form = format_option(target, "--to")
    write = form.write if form else None
    if write is None:
        raise click.BadParameter(f"{target!r} is only read", param_hint="--to")
    reading, lost = Reading(id_prefix), Omissions()
    placed = _read(inputs, format_option(origin, "--from"), reading)
    counts = {"documents": 0, "mentions": 0, "entities": 0, "relations": 0}
    write(_counted(distinct(placed, "input", reading, expected="a document"), counts), out, lost)
    parts = {"reading": reading.omissions, "writing": lost}
    if as_json:
        left = {when: _listed(omissions) for when, omissions in parts.items()}
        click.echo(json.dumps({"out": str(out), **counts, "omissions": left}, indent=2, ensure_ascii=False))
        return
    click.echo(f"{out}: " + ", ".join(f"{n:,} {what}" for what, n in counts.items()))
    for when, omissions in parts.items():
        for o in omissions:
            click.echo(f"  {when}: {o.reason} ({o.count:,}; {', '.join(o.places[:_PLACES])})")


def format_option(name: str | None, option: str) -> "Format | None":
    """Return the format that ``option`` names, if it names one.

    Raises:
        click.BadParameter: There is none of that name.
    """
    from ingest.corpora.read import format_named

    try:
        return format_named(name) if name else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from error


def _read(inputs: tuple[Path, ...], form: "Format | None", reading: "Reading") -> "Iterator[Placed]":
    from ingest.corpora.read import read_placed

    for path in inputs:
        if str(path) == "-":
            yield from read_placed(sys.stdin.buffer, name="stdin", form=form, reading=reading)
        else:
            yield from read_placed(path, form=form, reading=reading)


def _counted(placed: "Iterable[Placed]", counts: dict[str, int]) -> "Iterator[Document]":
    for document, *_ in placed:
        counts["documents"] += 1
        counts["mentions"] += len(document.mentions)
        counts["entities"] += len(document.entities)
        counts["relations"] += len(document.relations)
        yield document


def _listed(omissions: "Omissions") -> list[dict[str, object]]:
    return [{"reason": o.reason, "count": o.count, "places": list(o.places)} for o in omissions]
