"""Predictions for streams of documents, by one process or by several."""

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from graph.batches import batches
from ingest.document import Document
from kgbert.entities import DEFAULT, EntityPipeline, EntitySettings, load_entities
from kgbert.errors import WorkerError
from kgbert.packaged import fits
from kgbert.prediction import Prediction

if TYPE_CHECKING:
    from kgbert.pipeline import Pipeline

_AHEAD = 2
_BATCHES = 4


@dataclass(frozen=True, slots=True)
class Extraction:
    """What is asked of documents; the results are the same whoever works them out.

    Attributes:
        model: Folder of a relation model; ``None`` for the packaged one.
        graph: Folder of a graph or its address; ``None`` for the packaged one.
        swap_graph: Allow another graph than the model was trained on.
        entities: How entities are found and linked.
        keep_entities: Take the entities that a document comes with as they are.
        batch_size: Documents that are encoded together.
    """

    model: Path | None = None
    graph: str | None = None
    swap_graph: bool = False
    entities: EntitySettings = DEFAULT
    keep_entities: bool = False
    batch_size: int = 16

    @property
    def is_of_entities(self) -> bool:
        """Whether there are to be no relations, because the packaged model was trained on another graph."""
        return not (self.model or self.graph is None or self.swap_graph or fits(self.graph))

    def open(self) -> "Pipeline | EntityPipeline":
        """Return what works it out; raises what :func:`kgbert.pipeline.load` does."""
        if self.graph is not None and self.is_of_entities:
            return load_entities(self.graph, self.entities)
        from kgbert.pipeline import load_with

        return load_with(self.entities, self.model, graph=self.graph, swap_graph=self.swap_graph)

    def predict(self, pipeline: "Pipeline | EntityPipeline", documents: Iterable[Document]) -> Iterator[Prediction]:
        """Yield a prediction of ``pipeline`` for every document, in order; few are held at a time."""
        return pipeline.predict(self._annotated(pipeline, documents), batch_size=self.batch_size)

    def _annotated(self, pipeline: "Pipeline | EntityPipeline", documents: Iterable[Document]) -> Iterator[Document]:
        for is_ready, some in groupby(documents, key=lambda document: self.keep_entities and bool(document.entities)):
            way = iter if is_ready else pipeline.annotate_all
            yield from way(some)


def predict_apart(how: Extraction, documents: Iterable[Document], *, workers: int) -> Iterator[Prediction]:
    """Yield what :meth:`Extraction.predict` does, in the same order, worked out by processes of their own.

    Each opens what it needs. Documents are encoded together with the same ones as in one process, and by as many
    threads (sums by more threads differ in their last digits), so where a model does most of the work, fewer threads
    are to be set for all (``OMP_NUM_THREADS``).

    Args:
        how: What is asked.
        documents: Texts, taken as the processes get on with them.
        workers: How many processes.

    Raises:
        ValueError: There is a spaCy pipeline in ``how``; it would be sent to the processes over and over.
        WorkerError: One of the processes was killed.
    """
    if how.entities.nlp is not None:
        raise ValueError("a spaCy pipeline is not shared among processes: use one, or nlp.pipe(n_process=...)")
    threads = sys.modules["torch"].get_num_threads() if "torch" in sys.modules else 0
    waiting: deque[Future[list[Prediction]]] = deque()
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_settle, initargs=(threads,))
    try:
        for some in batches(documents, _BATCHES * how.batch_size):
            waiting.append(pool.submit(_work, how, some))
            if len(waiting) > _AHEAD * workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerError(f"one of {workers} processes was killed, as for want of memory; try fewer") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _settle(threads: int) -> None:
    """Let torch use as many threads here as it does where the work comes from, if it is used there at all."""
    if threads:
        import torch

        torch.set_num_threads(threads)


@cache
def _opened(how: Extraction) -> "Pipeline | EntityPipeline":
    return how.open()


def _work(how: Extraction, documents: list[Document]) -> list[Prediction]:
    return list(how.predict(_opened(how), documents))
