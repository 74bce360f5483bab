"""``kgbert extract``: from files to entities and relations."""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli import options
from kgbert.cli.output import tell_unread

if TYPE_CHECKING:
    from ingest.document import Document
    from kgbert.prediction import Prediction

_MANY = 32
"""Documents that are more than a moment's work."""

_SWAP = "--swap-graph predicts relations over it with the model that comes with kgbert"


@click.command()
@click.argument(
    "files", metavar="FILE|-", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path, allow_dash=True)
)
@click.option(
    "--format", "form", type=click.Choice(["table", "jsonl"]), help="[default: table on a terminal, else jsonl]"
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write JSONL here, all of it or nothing")
@click.option("--keep-entities", is_flag=True, help="Take the entities that annotated input comes with as they are")
@click.option("--no-assertion", is_flag=True, help="Do not say which entities are absent, possible, historical, ...")
@click.option("--batch-size", default=16, show_default=True, type=click.IntRange(1), help="Documents encoded together")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes that share the work")
@options.model
@options.graph
@options.encoder
@options.swap_graph
@options.nested
@options.composite
@options.no_short_forms
@options.detectors
@options.vectors
@options.threshold
def extract(
    files: tuple[Path, ...],
    form: str | None,
    out: Path | None,
    keep_entities: bool,
    no_assertion: bool,
    batch_size: int,
    workers: int,
    model: Path | None,
    graph: str | None,
    encoder: str | None,
    swap_graph: bool,
    nested: bool,
    composite: bool,
    no_short_forms: bool,
    detectors: tuple[str, ...],
    vectors: str | None,
    threshold: float,
) -> None:
    """Find entities and relations in FILE (any format that convert reads; - for standard input)."""
    documents = _read(files)
    first = list(islice(documents, _MANY))  # input that cannot be read is named before anything large is opened
    from ingest.convention import PLAIN, Convention
    from kgbert.entities import EntitySettings
    from kgbert.extraction import Extraction, predict_apart
    from kgbert.packaged import DICTIONARY

    convention = Convention(nested=nested, composite=composite, short_forms=not no_short_forms)
    if convention != PLAIN and detectors:
        raise click.UsageError(options.ONLY_NAMES)
    found = detectors or (DICTIONARY,)
    settings = EntitySettings(not no_assertion, None, found, vectors, encoder, threshold, convention)
    asked = Extraction(model, graph, swap_graph, settings, keep_entities, batch_size)
    if asked.is_of_entities:
        click.echo(f"no relation model was trained on {graph}: entities only ({_SWAP})", err=True)
    pipeline = asked.open()  # here too if others do the work: what is wrong is said, and caches are filled, once
    tell_unread(pipeline)
    several = chain(first, documents)
    apart = workers > 1
    predictions = predict_apart(asked, several, workers=workers) if apart else asked.predict(pipeline, several)
    if len(first) == _MANY and sys.stderr.isatty():
        predictions = _with_progress(predictions)
    if out is not None:
        from ingest.corpora import lines

        lines.write(_lines(predictions), out)
    elif form == "jsonl" or (form is None and not sys.stdout.isatty()):
        for line in _lines(predictions):
            click.echo(line)
    else:
        from kgbert.cli.table import print_prediction

        for prediction in predictions:
            print_prediction(prediction, pipeline.store)


def _read(files: tuple[Path, ...]) -> Iterator["Document"]:
    from ingest.corpora.read import read_documents

    for path in files:
        if str(path) == "-":
            yield from read_documents(sys.stdin.buffer, name="stdin")
        else:
            yield from read_documents(path)


def _lines(predictions: Iterable["Prediction"]) -> Iterator[str]:
    import json

    return (json.dumps(prediction.to_dict(), ensure_ascii=False) for prediction in predictions)


def _with_progress(predictions: Iterable["Prediction"]) -> Iterator["Prediction"]:
    """Show on the error stream that something is going on."""
    from rich.console import Console
    from rich.progress import track

    yield from track(predictions, description="reading", console=Console(stderr=True))
