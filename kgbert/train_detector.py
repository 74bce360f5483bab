"""Training of a mention detector, from a YAML file to a model folder."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from ingest.annotate import lexicon_over
from ingest.corpora.read import read_documents
from ingest.document import Document, Mention
from ingest.evaluate_spans import retyped, span_scores
from ingest.find import Find, dictionary
from kgbert import encoder as encoders
from kgbert.config import DetectorConfig
from kgbert.detector import Detector
from kgbert.errors import TaskError
from kgbert.ner import KGBertForTokenClassification, TagCollator, TagExample, TagExampleMaker
from kgbert.packaged import graph_in
from kgbert.run_folder import finish, finished
from kgbert.train_config import DetectorTrainConfig
from kgbert.trainer import PartTrainer, arguments, go_on, settle


def train_detector(config: DetectorTrainConfig) -> dict[str, Any]:
    """Train a detector, write it to ``config.out`` and return its figures (also in ``metrics.json`` there).

    A run that was broken off goes on from its last checkpoint; a finished one is not run again.

    Raises:
        TaskError: The files hold no mention of a type that is to be learnt, or the detector to go on from has other
            types.
    """
    if (figures := finished(config.out)) is not None:
        return figures
    settle(config.optimisation)
    documents = [read_annotated(path, config.types) for path in config.train]
    hints = Hints(config, [document for part in documents for document in part])
    model = _begun(config)
    tokenizer = AutoTokenizer.from_pretrained(encoders.find(model.config.encoder))
    examples = list(_examples(config, TagExampleMaker(tokenizer, model.config), documents, hints))
    trainer = PartTrainer(
        model,
        examples,
        config.optimisation,
        args=arguments(config.optimisation, out=config.out, labels="acceptable"),
        data_collator=TagCollator(pad_token_id=tokenizer.pad_token_id),
    )
    go_on(trainer, config.out)
    model.save_pretrained(config.out)
    metrics = {"examples": len(examples), "history": trainer.state.log_history}
    metrics |= _evaluated(config, Detector(model, tokenizer, dictionary=hints.of_all()))
    finish(config.out, metrics)
    return metrics


def _begun(config: DetectorTrainConfig) -> KGBertForTokenClassification:
    """Return the detector that training begins with."""
    if config.start is None:
        shape = DetectorConfig(types=tuple(config.types), hints=config.graph is not None, **config.model)
        return KGBertForTokenClassification(shape)
    model = KGBertForTokenClassification.from_pretrained(config.start)
    if model.config.hints != (config.graph is not None):
        how = "reads hints and needs a graph" if model.config.hints else "reads no hints and takes no graph"
        raise TaskError(f"detector in {config.start} {how}")
    if tuple(model.config.types) != tuple(config.types):
        found, expected = ", ".join(model.config.types), ", ".join(config.types)
        raise TaskError(f"detector in {config.start} has the types {found}; expected {expected}")
    return model


class Hints:
    """What a dictionary finds in the texts that are learnt from (:attr:`DetectorTrainConfig.folds`)."""

    def __init__(self, config: DetectorTrainConfig, documents: Sequence[Document]) -> None:
        """Compile the names of the graph, and with them those that all but each part of ``documents`` annotate."""
        self._config = config
        self._documents = documents
        self._graph = self._with(())
        parts = [[d for i, d in enumerate(documents) if i % config.folds != k] for k in range(config.folds)]
        self._parts = [self._with(others) for others in parts]

    def of_each(self) -> Iterator[tuple[Mention, ...]]:
        """Yield the hints for each of the documents, in order."""
        for i, document in enumerate(self._documents):
            annotated = self._parts and (i // self._config.folds) % 2
            find = self._parts[i % self._config.folds] if annotated else self._graph
            yield find(document.text) if find else ()

    def of_all(self) -> Find | None:
        """Return what gives hints for new texts."""
        return self._with(self._documents) if self._config.folds else self._graph

    def _with(self, annotated: Iterable[Document]) -> Find | None:
        graph, types = self._config.graph, frozenset(self._config.types)
        if graph is None:
            return None
        with graph_in(graph) as store:
            return dictionary(lexicon_over(store, dictionary=annotated), types=types)


def read_annotated(path: Path, types: dict[str, list[str]]) -> list[Document]:
    """Return the documents of a file with the entities of ``types`` (each with what the file calls it)."""
    called = {own: type for type, names in types.items() for own in names}
    return [retyped(document, called) for document in read_documents(path)]


def _examples(
    config: DetectorTrainConfig, make: TagExampleMaker, files: Sequence[Sequence[Document]], hints: Hints
) -> Iterator[TagExample]:
    seen: set[str] = set()
    hinted = hints.of_each()
    for documents in files:
        annotated = frozenset(entity.type for document in documents for entity in document.entities)
        seen |= annotated
        for document in documents:
            yield from make.labelled(document, annotated=annotated, hinted=next(hinted))
    if missing := sorted(config.types.keys() - seen):
        raise TaskError(f"no mention of type {', '.join(missing)} in {', '.join(map(str, config.train))}")


def _evaluated(config: DetectorTrainConfig, detector: Detector) -> dict[str, Any]:
    """Return strict span scores for every file in ``config.evaluate``, by its path's name and type."""
    figures = {}
    for path in config.evaluate:
        gold = read_annotated(path, config.types)
        scores = span_scores(gold, detector.pipe(gold))
        figures[path.name] = {type: score.to_dict() for type, score in scores.items()}
    return {"spans": figures} if figures else {}
