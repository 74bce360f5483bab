"""``kgbert extract``: from files to entities and relations."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli import options

if TYPE_CHECKING:
    from ingest.document import Document
    from kgbert.prediction import Prediction

_SWAP = "--swap-graph predicts relations over it with the model that comes with kgbert"


@click.command()
@click.argument("files", metavar="FILE|-", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format", "form", type=click.Choice(["table", "jsonl"]), help="[default: table on a terminal, else jsonl]"
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write JSONL here, all of it or nothing")
@click.option("--keep-entities", is_flag=True, help="Take the entities that annotated input comes with as they are")
@click.option("--no-assertion", is_flag=True, help="Do not say which entities are absent, possible, historical, ...")
@click.option("--batch-size", default=16, show_default=True, type=click.IntRange(1), help="Documents encoded together")
@options.model
@options.graph
@options.encoder
@options.swap_graph
@options.nested
@options.composite
@options.no_short_forms
@options.detectors
@options.vectors
def extract(
    files: tuple[Path, ...],
    form: str | None,
    out: Path | None,
    keep_entities: bool,
    no_assertion: bool,
    batch_size: int,
    model: Path | None,
    graph: str | None,
    encoder: str | None,
    swap_graph: bool,
    nested: bool,
    composite: bool,
    no_short_forms: bool,
    detectors: tuple[str, ...],
    vectors: str | None,
) -> None:
    """Find entities and relations in FILE (any format that convert reads; - for standard input)."""
    documents = list(_read(files))
    from ingest.convention import PLAIN, Convention
    from kgbert.entities import EntityPipeline, EntitySettings, load_entities
    from kgbert.pipeline import Pipeline, fits, load

    convention = Convention(nested=nested, composite=composite, short_forms=not no_short_forms)
    if convention != PLAIN and detectors:
        raise click.UsageError(options.ONLY_NAMES)
    pipeline: Pipeline | EntityPipeline
    found = detectors or ("dictionary",)
    if model is None and graph is not None and not swap_graph and not fits(graph):
        click.echo(f"no relation model was trained on {graph}: entities only ({_SWAP})", err=True)
        pipeline = load_entities(graph, EntitySettings(not no_assertion, None, found, vectors, encoder, convention))
    else:
        pipeline = load(
            model,
            graph=graph,
            encoder=encoder,
            swap_graph=swap_graph,
            assertion=not no_assertion,
            detectors=found,
            vectors=vectors,
            convention=convention,
        )
    ready = (d if keep_entities and d.entities else pipeline.annotate(d) for d in documents)
    predictions = _with_progress(pipeline.predict(ready, batch_size=batch_size), len(documents))
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


def _with_progress(predictions: Iterable["Prediction"], total: int) -> Iterator["Prediction"]:
    """Show a bar on the error stream, where a person looks on and there is more than a moment's work."""
    if total < 32 or not sys.stderr.isatty():
        yield from predictions
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(predictions, total=total, description="reading", console=Console(stderr=True))
