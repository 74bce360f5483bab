"""What each stage of linking is worth: the same linker with one of its stages left out."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from ingest.coherence import Coherence
from ingest.dense import DenseIndex
from ingest.document import Document
from ingest.evaluate import linking_accuracy
from ingest.lexicon import Lexicon
from ingest.link import Linker
from ingest.rank import packaged


def each_left_out(
    lexicon: Lexicon, *, dense: DenseIndex | None = None, coherence: Coherence | None = None, threshold: float = 0.0
) -> Iterator[tuple[str, Linker]]:
    """Yield a linker with every stage under the name "", then one without each stage under its name.

    The stages: abbreviations (long forms of the document), parts (mentions of several things taken apart), similar
    names (by trigrams), dense (names by meaning; where there is an index), prior (what annotators meant), context
    (the document's words and concepts), coherence (walks in the graph; where there is one). Nothing is fitted anew.
    """
    ranker = packaged("names" if dense is None else "vectors")
    linker = partial(Linker, lexicon, dense=dense, coherence=coherence, threshold=threshold)
    yield "", linker()
    yield "abbreviations", linker(abbreviations=False)
    yield "parts", linker(parts=False)
    yield "similar", linker(similarity=1.0, ranker=ranker.without("similar"))
    if dense is not None:
        yield "dense", linker(dense=None)
    for stage in ("prior", "context"):
        yield stage, linker(ranker=ranker.without(stage))
    if coherence is not None:
        yield "coherence", linker(coherence=None)


def stage_table(
    gold: Sequence[Document],
    linkers: Iterable[tuple[str, Linker]],
    *,
    protocol: str = "K",
    types: frozenset[str] | None = None,
) -> dict[str, object]:
    """Return the report with all stages, and for each stage left out the accuracy without it and what it is worth.

    Args:
        gold: Documents whose ``entities`` are gold.
        linkers: What :func:`each_left_out` yields.
        protocol: One of :data:`ingest.evaluate.PROTOCOLS`.
        types: Only mentions of these types; ``None`` for all.
    """
    reports = [(stage, linking_accuracy(gold, linker, protocol=protocol, types=types)) for stage, linker in linkers]
    (_, whole), *rest = reports
    without = {
        stage: {"accuracy_at_1": report.accuracy_at_1, "worth": whole.accuracy_at_1 - report.accuracy_at_1}
        for stage, report in rest
    }
    return {**whole.to_dict(), "without": without}
