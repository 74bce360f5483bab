"""From text to predictions in one call."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from transformers import AutoTokenizer

from graph.batches import batches
from graph.embedded_store import EmbeddedGraphStore
from graph.hierarchy import ancestors, more_general
from graph.open_graph import local_graph
from graph.packaged import packaged_graph
from graph.retrieve import resolve, subgraph
from graph.subgraph import Subgraph
from ingest.annotate import Annotator
from ingest.assertion import most_affirmed
from ingest.convention import PLAIN, Convention
from ingest.document import Document
from kgbert import encoder as encoders
from kgbert.batch import Collator
from kgbert.config import KGBertConfig
from kgbert.entities import EntitySettings, annotator
from kgbert.errors import CheckpointError, TaskError
from kgbert.example import Example, ExampleMaker
from kgbert.features import NameEncoder
from kgbert.model import KGBertForRelationExtraction
from kgbert.packaged import DICTIONARY, MODEL
from kgbert.predicted_pair import PredictedPair, numbered, surest
from kgbert.prediction import PredictedRelation, Prediction
from kgbert.score import PairKey, probabilities
from kgbert.task import task_of

if TYPE_CHECKING:
    from spacy.language import Language


class Pipeline:
    """Links a text's entities, retrieves the graph around them, and predicts the relations between them."""

    def __init__(
        self,
        model: KGBertForRelationExtraction,
        tokenizer,
        store: EmbeddedGraphStore,
        annotate: Annotator | None,
        names: NameEncoder,
    ) -> None:
        """Put the parts together; :func:`load` does so from a folder."""
        self.model = model
        self.model.eval()
        self.store = store
        self.task = task_of(model.config.task)
        self._annotator = annotate
        self._make = ExampleMaker(tokenizer, model.config, self.task, store)
        self.collator = Collator(pad_token_id=tokenizer.pad_token_id, names=names if model.config.knowledge else None)

    @property
    def unread_relation_types(self) -> list[str]:
        """Relation types of the graph that the model never met and does not read (``KGBertConfig.relation_types``)."""
        read = self._make.relation_types
        return [] if read is None else sorted(set(self.store.snapshot.predicates) - read)

    def __call__(self, text: str, *, id: str = "text") -> Prediction:
        """Return what is found in ``text``."""
        return next(self.predict([self.annotate(Document(id=id, text=text))]))

    def pipe(self, texts: Iterable[str], *, batch_size: int = 16) -> Iterator[Prediction]:
        """Yield a prediction for every text, in order; ``batch_size`` texts are encoded together."""
        raw = (Document(id=str(i), text=text) for i, text in enumerate(texts))
        return self.predict(self.annotate_all(raw), batch_size=batch_size)

    def examples(self, document: Document) -> Iterator[Example]:
        """Yield what the model reads of ``document``: its windows that hold a pair, with the graph around them."""
        return self._make(document)

    def annotate(self, document: Document) -> Document:
        """Return ``document`` with its entities found and linked, replacing any that it has."""
        return next(self.annotate_all([document]))

    def annotate_all(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield each document as :meth:`annotate` returns it; working in batches is faster and changes nothing.

        Raises:
            TaskError: The pipeline was loaded with ``link=False``.
        """
        if self._annotator is None:
            raise TaskError("this pipeline was loaded with link=False and cannot link raw text")
        return self._annotator.pipe(documents)

    @property
    def threshold(self) -> float:
        """The smallest probability at which the task's first label is predicted."""
        return (self.model.config.thresholds or {}).get(self.task.labels[0], 0.5)

    def scores(self, documents: Iterable[Document], *, batch_size: int = 16) -> dict[PairKey, float]:
        """Return the probability of the task's first label for every pair of the documents' entities."""
        examples = [example for document in documents for example in self.examples(document)]
        rows = probabilities(self.model, self.collator, examples, batch_size=batch_size)
        return {key: row[1] for key, row in rows.items()}

    def predict(self, documents: Iterable[Document], *, batch_size: int = 16) -> Iterator[Prediction]:
        """Yield a prediction for every document, in order, between the entities that it comes with."""
        for chunk in batches(map(self._with_names, documents), batch_size):
            yield from self._predict(chunk, batch_size)

    def _with_names(self, document: Document) -> Document:
        """Fill in the preferred names of entities that come with an id alone, as annotated documents do."""
        nameless = list(dict.fromkeys(e.id for e in document.entities if e.id and not e.name))
        names = {id: c.name for id, c in zip(nameless, self.store.concepts(nameless), strict=True) if c}
        if not names:
            return document
        named = (replace(e, name=names[e.id]) if not e.name and e.id in names else e for e in document.entities)
        return replace(document, entities=tuple(named))

    def _predict(self, documents: Sequence[Document], batch_size: int) -> Iterator[Prediction]:
        examples = numbered(self.examples(document) for document in documents)
        subgraphs: dict[str, list[Subgraph]] = {}
        for example in examples:
            subgraphs.setdefault(example.document, []).append(example.subgraph)
        best = surest(self.model, self.collator, examples, batch_size=batch_size)
        for i, document in enumerate(documents):
            mine = [found for key, found in best.items() if key[0] == str(i)]
            relations = _with_assertions(self._relations(mine), document)
            yield Prediction(document, relations, self._merged(document, subgraphs.get(str(i), [])))

    def _relations(self, found: Iterable[PredictedPair]) -> tuple[PredictedRelation, ...]:
        """Drop relations that a more specific one with the same subject implies; order by falling probability."""
        stated = {
            (pair.key[1], self.task.labels[pair.label], pair.key[2]): (pair.score, pair.evidence) for pair in found
        }
        implied = more_general(stated, than=stated, above=partial(ancestors, self.store))
        kept = [PredictedRelation(*key, *said) for key, said in stated.items() if key not in implied]
        return tuple(sorted(kept, key=lambda r: (-r.score, r.subject, r.object)))

    def _merged(self, document: Document, found: Sequence[Subgraph]) -> Subgraph:
        """Return one subgraph for a document's windows; without any, what stands around its entities."""
        if found:
            concepts = {c.id: c for part in found for c in part.concepts}
            relations = sorted({r for part in found for r in part.relations})
            return Subgraph(tuple(concepts.values()), tuple(relations), any(part.cut for part in found))
        linked = list(dict.fromkeys(e.id for e in document.entities if e.id))
        held = [id for id, concept in zip(linked, self.store.concepts(linked), strict=True) if concept]
        config = self.model.config
        seeds = list(dict.fromkeys(resolve(self.store, held)))
        return subgraph(self.store, seeds, hops=config.hops, budget=config.budget, fan_out=config.fan_out)


def _with_assertions(relations: Iterable[PredictedRelation], document: Document) -> tuple[PredictedRelation, ...]:
    """Say for both arguments of each relation what ``document`` asserts of them."""
    said: dict[str | None, list[str]] = {}
    for entity in document.entities:
        said.setdefault(entity.id, []).append(entity.assertion)
    whole = {id: most_affirmed(assertions) for id, assertions in said.items()}
    return tuple(
        replace(r, subject_assertion=whole.get(r.subject, "present"), object_assertion=whole.get(r.object, "present"))
        for r in relations
    )


def load(
    model: str | Path | None = None,
    *,
    graph: str | Path | None = None,
    encoder: str | None = None,
    swap_graph: bool = False,
    link: bool = True,
    assertion: bool = True,
    nlp: "Language | None" = None,
    detectors: Sequence[str | Path] = (DICTIONARY,),
    vectors: str | None = None,
    threshold: float = 0.0,
    convention: Convention = PLAIN,
    device: str | torch.device | None = None,
) -> Pipeline:
    """Return a pipeline.

    Args:
        model: Folder of a model; the packaged one by default.
        graph: Folder of a graph, or its address on a Neo4j server (read through a local cache); the packaged MeSH by
            default.
        encoder: Where the text encoder is, if not where the model says.
        swap_graph: Allow another graph than the model was trained on. Nothing is trained: names carry the meaning.
            Relation types that the model never met are not read.
        link: Make ready to link raw text; without it the pipeline only takes documents that have entities.
        assertion: Say of each linked entity whether it is present, absent, possible, ... (:mod:`ingest.assertion`);
            without it all are present.
        nlp: A spaCy pipeline whose entities are linked, in place of the names of the graph that stand in the text.
        detectors: What finds the mentions otherwise (:func:`kgbert.detector.find_with`): where two overlap, the earlier
            one's stands.
        vectors: Folder or name of an encoder of names (``kgbert align`` makes them; ``packaged`` for the one that comes
            with kgbert): names of the graph that mean the same as a mention are linked too. All names of the graph are
            encoded on first use, which takes minutes.
        threshold: Least probability of a link, in [0, 1]; a mention whose likeliest concept is less likely gets none.
            Relations have thresholds of their own, in the model's configuration.
        convention: Which of the names in a text are mentions, where only these are looked for.
        device: Where the model computes, as torch calls it; by default a GPU where there is one.

    Raises:
        CheckpointError: The model is damaged, or was trained on another graph and ``swap_graph`` is false.
        EncoderError: The encoder is not found, or is not the one the model was trained on.
        StoreError: The graph cannot be opened.
    """
    entities = EntitySettings(assertion, nlp, detectors, vectors, encoder, threshold, convention)
    return load_with(entities, model, graph=graph, swap_graph=swap_graph, link=link, device=device)


def load_with(
    entities: EntitySettings,
    model: str | Path | None = None,
    *,
    graph: str | Path | None = None,
    swap_graph: bool = False,
    link: bool = True,
    device: str | torch.device | None = None,
) -> Pipeline:
    """Return a pipeline that finds and links as ``entities`` say; all else is as :func:`load` has it."""
    folder = Path(model) if model is not None else MODEL
    network = KGBertForRelationExtraction.from_pretrained(folder, encoder=entities.encoder).on(device)
    where = graph if graph is not None else packaged_graph()
    store = local_graph(where)
    if not swap_graph and not _fits(network.config, store):
        raise CheckpointError(
            f"model in {folder} was trained on graph release {network.config.graph_release[:12]}, but {where} is "
            f"release {store.release[:12]}; allow another graph with swap_graph=True (--swap-graph)"
        )
    weights = encoders.find(network.config.encoder, sha256=network.config.encoder_sha256)
    tokenizer = AutoTokenizer.from_pretrained(weights)
    types = frozenset(task_of(network.config.task).mention_types)
    annotate = annotator(store, entities, types=types) if link else None
    return Pipeline(network, tokenizer, store, annotate, NameEncoder(weights, device=network.device))


def _fits(config: KGBertConfig, store: EmbeddedGraphStore) -> bool:
    return not config.graph_release or config.graph_release == store.release
