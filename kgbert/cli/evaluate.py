"""``kgbert evaluate``: figures against annotated documents."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli import options
from kgbert.cli.options import SOURCE, listed
from kgbert.cli.output import show, tell_unread

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.embedded_store import EmbeddedGraphStore
    from ingest.convention import Convention
    from ingest.dense import DenseIndex
    from ingest.document import Document
    from ingest.find import Find
    from ingest.lexicon import Lexicon
    from ingest.link import Linker
    from kgbert.pipeline import Pipeline


@click.group()
def evaluate() -> None:
    """Measure against annotated documents."""


@evaluate.command(cls=options.Greedy)
@click.argument("gold", nargs=-1, required=True, type=SOURCE)
@click.option("--types", help="Mention types that count, separated by commas  [default: all]")
@click.option(
    "--dictionary", multiple=True, type=SOURCE, help="Annotated files whose mentions join the names (FILE...)"
)
@options.threshold
@click.option("--end-to-end", is_flag=True, help="Find the mentions in the raw text; strict span and concept, micro")
@click.option("--by-document", is_flag=True, help="Count each concept once a document, wherever it stands")
@click.option("--stages", is_flag=True, help="Also leave out each stage of linking in turn")
@options.nested
@options.composite
@options.no_short_forms
@options.detectors
@options.vectors
@options.graph
@options.json_out
def link(
    gold: tuple[Path, ...],
    types: str | None,
    dictionary: tuple[Path, ...],
    threshold: float,
    end_to_end: bool,
    by_document: bool,
    stages: bool,
    nested: bool,
    composite: bool,
    no_short_forms: bool,
    detectors: tuple[str, ...],
    vectors: str | None,
    graph: str | None,
    json_out: Path | None,
) -> None:
    """Accuracy of the first candidate on the annotated spans of GOLD... (any format that convert reads).

    Without --dictionary this is protocol K (names of the ontology only), with it protocol A.
    """
    from graph.open_graph import local_graph
    from graph.packaged import packaged_graph
    from ingest.annotate import lexicon_over
    from ingest.convention import Convention
    from ingest.corpora.read import read_documents
    from ingest.evaluate import linking_accuracy
    from ingest.link import Linker
    from ingest.stages import each_left_out, stage_table

    convention = Convention(nested=nested, composite=composite, short_forms=not no_short_forms)
    _check(convention, detectors=detectors, stages=stages, end_to_end=end_to_end, by_document=by_document)
    documents = [document for path in gold for document in read_documents(path)]
    known = [document for path in dictionary for document in read_documents(path)]
    wanted = frozenset(listed(types)) if types else None
    protocol = "A" if dictionary else "K"
    with local_graph(graph or packaged_graph()) as store:
        lexicon = lexicon_over(store, types=wanted, dictionary=known)
        dense = _vectors(lexicon, vectors) if vectors else None
        linker = Linker(lexicon, dense=dense, threshold=threshold)
        if stages:
            linkers = each_left_out(lexicon, dense=dense, threshold=threshold)
            figures = stage_table(documents, linkers, protocol=protocol, types=wanted)
        elif end_to_end or by_document:
            find = _find(detectors, lexicon, wanted) if detectors else None
            found = _anew(
                documents, linker, store, types=wanted, end_to_end=end_to_end, find=find, convention=convention
            )
            counted = ("concepts",) if by_document else ("spans", "links")
            figures = {
                "protocol": _protocol(protocol, convention, end_to_end=end_to_end),
                **{name: found[name] for name in counted},
            }
        else:
            figures = linking_accuracy(documents, linker, protocol=protocol, types=wanted).to_dict()
    show(figures, json_out)


def _check(
    convention: "Convention", *, detectors: tuple[str, ...], stages: bool, end_to_end: bool, by_document: bool
) -> None:
    """Refuse options that do not go together."""
    from ingest.convention import PLAIN

    if detectors and not end_to_end:
        raise click.UsageError("--detector finds mentions in raw text: it needs --end-to-end")
    if stages and (end_to_end or by_document):
        raise click.UsageError("--stages is about gold spans: it goes neither with --end-to-end nor --by-document")
    if convention != PLAIN and detectors:
        raise click.UsageError(options.ONLY_NAMES)
    if convention != PLAIN and not end_to_end:
        raise click.UsageError("--nested, --composite and --no-short-forms are about raw text: they need --end-to-end")


def _anew(
    documents: "list[Document]",
    linker: "Linker",
    store: "EmbeddedGraphStore",
    *,
    types: frozenset[str] | None,
    end_to_end: bool,
    find: "Find | None",
    convention: "Convention",
) -> dict[str, object]:
    """Return figures of the entities that are found and linked in ``documents``, against those annotated there."""
    from ingest.evaluate import linked_anew, score_entities
    from ingest.nested import above_in

    predicted = linked_anew(
        documents,
        linker,
        types=types,
        end_to_end=end_to_end,
        find=find,
        convention=convention,
        above=above_in(store),
    )
    return score_entities(documents, predicted, types=types, same=linker.lexicon.current).to_dict()


def _protocol(letter: str, convention: "Convention", *, end_to_end: bool) -> str:
    from ingest.evaluate import PROTOCOLS

    text = "; ".join(("raw text" if end_to_end else "gold spans", *convention.differences()))
    return f"{letter}: {PROTOCOLS[letter]}; {text}"


def _vectors(lexicon: "Lexicon", encoder: str) -> "DenseIndex":
    from kgbert.name_vectors import vectors_over

    return vectors_over(lexicon, encoder)


def _find(detectors: tuple[str, ...], lexicon: "Lexicon", types: frozenset[str] | None) -> "Find":
    from ingest.detect import default_types
    from kgbert.detector import find_with

    return find_with(detectors, lexicon, types=types or default_types(lexicon))


def _of_predictions(measure: "Callable[[Pipeline, list[Document]], dict[str, object]]") -> click.Command:
    """Make a command of a function from a pipeline and annotated documents to figures, named and told as it is."""

    @evaluate.command(measure.__name__, cls=options.Greedy, help=measure.__doc__)
    @click.argument("gold", nargs=-1, required=True, type=SOURCE)
    @options.model
    @options.graph
    @options.encoder
    @options.swap_graph
    @options.json_out
    def command(
        gold: tuple[Path, ...],
        model: Path | None,
        graph: str | None,
        encoder: str | None,
        swap_graph: bool,
        json_out: Path | None,
    ) -> None:
        from ingest.corpora.read import read_annotated
        from kgbert.pipeline import load
        from kgbert.units import as_asked

        pipeline = load(model, graph=graph, encoder=encoder, swap_graph=swap_graph, link=False)
        tell_unread(pipeline)
        show(measure(pipeline, as_asked(read_annotated(gold), pipeline.task)), json_out)

    return command


@_of_predictions
def relations(pipeline: "Pipeline", documents: "list[Document]") -> dict[str, object]:
    """Precision, recall and F1 of the relations of GOLD... between its annotated entities, by document.

    GOLD is a file or folder of any format that convert reads. For models of a task with one label.
    """
    from kgbert.evaluate import RelationEvaluation
    from kgbert.leakage import refuse_leaks

    refuse_leaks(pipeline.store, pipeline.task)
    evaluation = RelationEvaluation(documents, pipeline.task, pipeline.store)
    return evaluation.report(pipeline.scores(documents), threshold=pipeline.threshold).to_dict()


@_of_predictions
def evidence(pipeline: "Pipeline", documents: "list[Document]") -> dict[str, object]:
    """How far relations predicted in GOLD... rest on the evidence shown for them, by erasing it from the graph.

    GOLD is a file or folder of any format that convert reads. Its entities are read, its relations are not.
    """
    from kgbert.faithfulness import faithfulness

    return faithfulness(pipeline, documents).to_dict()
