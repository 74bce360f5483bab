"""``kgbert ingest``: documents into a graph on a server."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli import options
from kgbert.cli.options import SOURCE
from kgbert.cli.output import tell_unread

if TYPE_CHECKING:
    from ingest.document import Document
    from ingest.document_graph import PredictedRelation
    from kgbert.entities import EntityPipeline
    from kgbert.pipeline import Pipeline


@click.command()
@click.argument("files", nargs=-1, type=SOURCE)
@click.option("--store", required=True, metavar="URI", help="Neo4j server that holds the concepts")
@click.option("--relations", is_flag=True, help="Write predicted relations too, marked as predictions")
@click.option("--surface", is_flag=True, help="Keep the text of each mention")
@click.option("--text", is_flag=True, help="Keep the whole text of each document")
@click.option(
    "--delete", multiple=True, metavar="ID", help="Remove this document and all that was read in it; repeatable"
)
@options.as_json
@options.model
@options.encoder
@options.swap_graph
def ingest(
    files: tuple[Path, ...],
    store: str,
    relations: bool,
    surface: bool,
    text: bool,
    delete: tuple[str, ...],
    as_json: bool,
    model: Path | None,
    encoder: str | None,
    swap_graph: bool,
) -> None:
    """Link the entities of FILES and write documents and mentions beside the concepts at URI.

    Only ids, offsets and scores are written, unless --surface or --text asks for more. A document that stands there
    unchanged is passed over, so the command can be repeated after a break.
    """
    from graph.neo4j.connection import Connection
    from ingest.document_graph import DocumentGraph, Provenance

    connection = Connection(store, timeout=60.0)
    try:
        if delete:
            removed = DocumentGraph(connection, Provenance("", "")).delete(delete)
            click.echo(f"{removed:,} of {len(delete):,} documents removed", err=True)
        if not files:
            return
        import kgbert

        kg = _opened(store, model, encoder=encoder, swap_graph=swap_graph, relations=relations)
        tell_unread(kg)
        name = f"{model.name if model else 'kgbert'} {kgbert.__version__}"
        target = DocumentGraph(connection, Provenance(name, kg.store.release), keep_surface=surface, keep_text=text)
        report = target.write(_read(kg, files, relations=relations))
    finally:
        connection.close()
    figures = asdict(report)
    click.echo(json.dumps(figures) if as_json else ", ".join(f"{n:,} {what}" for what, n in figures.items()))


def _opened(
    store: str, model: Path | None, *, encoder: str | None, swap_graph: bool, relations: bool
) -> "Pipeline | EntityPipeline":
    """Return what reads the documents: without relations to be written, what ``kgbert extract`` reads them with."""
    from kgbert.entities import EntitySettings
    from kgbert.extraction import Extraction

    entities = EntitySettings(encoder=encoder)
    if not relations:
        return Extraction(model=model, graph=store, swap_graph=swap_graph, entities=entities).open()
    from kgbert.pipeline import load_with

    return load_with(entities, model, graph=store, swap_graph=swap_graph)


def _read(
    kg: "Pipeline | EntityPipeline", files: tuple[Path, ...], *, relations: bool
) -> "Iterator[tuple[Document, list[PredictedRelation]]]":
    from ingest.corpora.read import read_documents
    from ingest.document_graph import PredictedRelation

    documents = kg.annotate_all(document for file in files for document in read_documents(file))
    if not relations:
        yield from ((document, []) for document in documents)
        return
    for prediction in kg.predict(documents):
        found = [
            PredictedRelation(r.subject, r.label, r.object, r.score, r.subject_assertion, r.object_assertion)
            for r in prediction.relations
        ]
        yield prediction.document, found
