"""Entities of texts over any graph, where no relation model fits it."""

from collections.abc import Iterable, Iterator

from graph.retrieve import resolve, subgraph
from graph.store import GraphStore
from ingest.annotate import Annotate
from ingest.document import Document
from kgbert.prediction import Prediction


class EntityPipeline:
    """Finds and links the entities of texts, and retrieves the graph around them; predicts no relations.

    Args:
        store: The graph.
        annotate: Finds and links (:func:`ingest.annotate.annotator_over`).
    """

    def __init__(self, store: GraphStore, annotate: Annotate) -> None:
        self.store = store
        self._annotate = annotate

    def annotate(self, document: Document) -> Document:
        """Return ``document`` with its entities found and linked, replacing any that it has."""
        return self._annotate(document)

    def predict(self, documents: Iterable[Document], *, batch_size: int = 16) -> Iterator[Prediction]:  # noqa: ARG002
        """Yield a prediction without relations for every document, in order; nothing is batched."""
        for document in documents:
            linked = list(dict.fromkeys(entity.id for entity in document.entities if entity.id))
            held = [id for id, concept in zip(linked, self.store.concepts(linked), strict=True) if concept]
            yield Prediction(document, (), subgraph(self.store, list(dict.fromkeys(resolve(self.store, held)))))
