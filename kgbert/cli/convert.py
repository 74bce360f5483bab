"""``kgbert convert``: annotated documents from one format to another."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli import options
from kgbert.cli.options import FORMAT
from kgbert.cli.output import show

if TYPE_CHECKING:
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
@click.option("--to", "target", type=FORMAT, required=True, help="Format of OUT")
@click.option("--from", "origin", type=FORMAT, help="Format of IN  [default: what ending or content says]")
@options.id_prefix
@options.as_json
def convert(
    inputs: tuple[Path, ...], out: Path, target: "Format", origin: "Format | None", id_prefix: str, as_json: bool
) -> None:
    """Write the documents of the files or folders IN (- for standard input) to OUT, all or nothing.

    Formats: pubtator, bioc-xml, bioc-json, brat, conll, datasets, datasets-tokens and jsonl; only read are ddi,
    chemprot, gsc, case-reports and text. What OUT cannot hold is counted (docs/formats.md).
    """
    from graph.formats.reading import Omissions
    from ingest.corpora.placed import distinct
    from ingest.corpora.reading import Reading

    if target.write is None:
        raise click.BadParameter(f"{target.name!r} is only read", param_hint="--to")
    reading, lost = Reading(id_prefix), Omissions()
    placed = _read(inputs, origin, reading)
    counts = {"documents": 0, "mentions": 0, "entities": 0, "relations": 0}
    target.write(_counted(distinct(placed, "input", reading, expected="a document"), counts), out, lost)
    parts = {"reading": reading.omissions, "writing": lost}
    if as_json:
        left = {when: [asdict(omission) for omission in omissions] for when, omissions in parts.items()}
        show({"out": str(out), **counts, "omissions": left})
        return
    click.echo(f"{out}: " + ", ".join(f"{n:,} {what}" for what, n in counts.items()))
    for when, omissions in parts.items():
        for o in omissions:
            click.echo(f"  {when}: {o.reason} ({o.count:,}; {', '.join(o.places[:_PLACES])})")


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
