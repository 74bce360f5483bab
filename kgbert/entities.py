"""Entities of texts over any graph, where no relation model fits it.

Deep learning is imported when a detector or vectors ask for it: to find and link names takes none, and starts at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graph.open_graph import local_graph
from graph.retrieve import resolve, subgraph
from graph.store import GraphStore
from ingest.annotate import Annotator, annotator_over, lexicon_over
from ingest.convention import PLAIN, Convention
from ingest.document import Document
from kgbert.packaged import DICTIONARY
from kgbert.prediction import Prediction

if TYPE_CHECKING:
    from spacy.language import Language


class EntityPipeline:
    """Finds and links the entities of texts, and retrieves the graph around them; predicts no relations.

    Args:
        store: The graph.
        annotate: Finds and links (:func:`ingest.annotate.annotator_over`).
    """

    def __init__(self, store: GraphStore, annotate: Annotator) -> None:
        self.store = store
        self._annotate = annotate

    def annotate(self, document: Document) -> Document:
        """Return ``document`` with its entities found and linked, replacing any that it has."""
        return self._annotate(document)

    def annotate_all(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield each document as :meth:`annotate` returns it; working in batches is faster and changes nothing."""
        return self._annotate.pipe(documents)

    def predict(self, documents: Iterable[Document], *, batch_size: int = 16) -> Iterator[Prediction]:  # noqa: ARG002
        """Yield a prediction without relations for every document, in order; nothing is batched."""
        for document in documents:
            linked = list(dict.fromkeys(entity.id for entity in document.entities if entity.id))
            held = [id for id, concept in zip(linked, self.store.concepts(linked), strict=True) if concept]
            yield Prediction(document, (), subgraph(self.store, list(dict.fromkeys(resolve(self.store, held)))))


@dataclass(frozen=True, slots=True)
class EntitySettings:
    """How entities are found and linked.

    Attributes:
        assertion: Say of each linked entity whether it is present, absent, possible, ... (:mod:`ingest.assertion`);
            without it all are present.
        nlp: A spaCy pipeline whose entities are linked, in place of the names of the graph that stand in the text.
        detectors: What finds the mentions otherwise (:func:`kgbert.detector.find_with`): where two overlap, the earlier
            one's stands.
        vectors: Folder or name of an encoder of names (:func:`kgbert.name_vectors.vectors_over`), so that names of the
            graph that mean the same as a mention are linked too.
        encoder: Where the detectors' text encoder is, if not where they say.
        threshold: Least probability of a link, in [0, 1]; a mention whose likeliest concept is less likely gets none.
        convention: Which of the names in a text are mentions, where only these are looked for.

    Raises:
        ValueError: There is a convention, and something else than names that finds mentions.
    """

    assertion: bool = True
    nlp: "Language | None" = None
    detectors: Sequence[str | Path] = (DICTIONARY,)
    vectors: str | None = None
    encoder: str | None = None
    threshold: float = 0.0
    convention: Convention = PLAIN

    def __post_init__(self) -> None:
        if self.convention != PLAIN and (self.nlp is not None or tuple(self.detectors) != (DICTIONARY,)):
            raise ValueError("convention says which names are mentions: it goes with neither detectors nor nlp")


DEFAULT = EntitySettings()


def load_entities(
    graph: str | Path, settings: EntitySettings = DEFAULT, *, types: frozenset[str] | None = None
) -> EntityPipeline:
    """Return a pipeline that finds and links the entities of texts over any graph.

    Args:
        graph: Folder of a graph, or its address on a Neo4j server (read through a local cache).
        settings: How entities are found and linked.
        types: What entities are about; by default what :func:`ingest.detect.default_types` says.

    Raises:
        EncoderError: An encoder is not found.
        StoreError: The graph cannot be opened.
    """
    store = local_graph(graph)
    return EntityPipeline(store, annotator(store, settings, types=types))


def annotator(store: GraphStore, settings: EntitySettings, *, types: frozenset[str] | None = None) -> Annotator:
    """Return what finds and links entities as ``settings`` say (:func:`ingest.annotate.annotator_over`)."""
    find = vectors = None
    if tuple(settings.detectors) != (DICTIONARY,):
        from kgbert.detector import find_with

        find = find_with(settings.detectors, lexicon_over(store), types=types, encoder=settings.encoder)
    if settings.vectors:
        from kgbert.name_vectors import vectors_over

        vectors = partial(vectors_over, encoder=settings.vectors)
    return annotator_over(
        store,
        types=types,
        assertion=settings.assertion,
        nlp=settings.nlp,
        find=find,
        vectors=vectors,
        threshold=settings.threshold,
        convention=settings.convention,
    )
