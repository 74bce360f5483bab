"""Training, from a YAML file to a model folder, by the Hugging Face ``Trainer``."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from transformers import AutoTokenizer

from graph.store import GraphStore
from ingest.corpora import lines
from ingest.corpora.read import read_annotated
from kgbert import encoder as encoders
from kgbert.batch import Collator
from kgbert.config import KGBertConfig
from kgbert.errors import TaskError
from kgbert.evaluate import RelationEvaluation, check_evaluated
from kgbert.example import ExampleMaker, relation_types
from kgbert.features import NameEncoder
from kgbert.leakage import refuse_leaks
from kgbert.model import KGBertForRelationExtraction
from kgbert.packaged import graph_in
from kgbert.run_folder import finish, finished
from kgbert.score import probabilities
from kgbert.task import DOCUMENT, Task, task_of
from kgbert.train_config import TrainConfig
from kgbert.trainer import PartTrainer, arguments, go_on, settle
from kgbert.units import as_asked


class KGBertTrainer(PartTrainer):
    """Logs the gates too."""

    network: KGBertForRelationExtraction

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:  # noqa: D102 (inherited)
        gates = {f"gate_{layer}": round(gate, 4) for layer, gate in self.network.kgbert.gates.items()}
        super().log({**logs, **gates}, *args, **kwargs)


def train(config: TrainConfig) -> dict[str, Any]:
    """Train a model, write it to ``config.out`` and return its figures (also in ``metrics.json`` there).

    A run that was broken off goes on from its last checkpoint; a finished one is not run again.

    Raises:
        TaskError: The task is not asked of whole documents, or has several labels and is to be evaluated; its graph
            holds the answers, or no document a pair.
    """
    if (figures := finished(config.out)) is not None:
        return figures
    task = task_of(config.task)
    _check(task, config)
    settle(config.optimisation)
    parts = _parts(config)
    documents = as_asked(read_annotated(config.train), task)
    examples = [e for document in documents for e in parts.maker(document, labelled=True)]
    if not examples:
        raise TaskError(f"train: no document with a pair of task {task.name}: {_kinds(task)}")
    model = KGBertForRelationExtraction(parts.maker.config)
    if config.start is not None:
        model.start_from(config.start)
    how = arguments(config.optimisation, out=config.out, labels="labels")
    trainer = KGBertTrainer(model, examples, config.optimisation, args=how, data_collator=parts.collator)
    go_on(trainer, config.out)
    metrics: dict[str, Any] = {
        "gates": model.kgbert.gates,
        "examples": len(examples),
        "history": trainer.state.log_history,
    }
    if parts.store is not None:
        model.config.relation_types = relation_types(examples)
    metrics |= _evaluated(config, parts, model) if config.evaluate else {"threshold": config.threshold}
    model.config.thresholds = dict.fromkeys(parts.maker.task.labels, metrics["threshold"])
    model.save_pretrained(config.out)
    parts.maker.tokenizer.save_pretrained(config.out)
    finish(config.out, metrics)
    return metrics


def _check(task: Task, config: TrainConfig) -> None:
    if task.unit != DOCUMENT:
        raise TaskError(
            f"task {task.name} is asked of one {task.unit} after another, and this trains on whole documents; "
            "kgbert experiment run trains it"
        )
    if config.evaluate:
        check_evaluated(task)


def _kinds(task: Task) -> str:
    return ", ".join(f"{subject} and {object}" for subject, object in task.argument_types)


class _Parts(NamedTuple):
    """What turns documents into batches."""

    maker: ExampleMaker
    collator: Collator
    store: GraphStore | None


def _parts(config: TrainConfig) -> _Parts:
    store = graph_in(config.graph) if config.graph else None
    if store is not None:
        refuse_leaks(store, task_of(config.task))
    settings = {"knowledge": store is not None, **config.model}
    shape = KGBertConfig(task=config.task, graph_release=store.release if store else "", **settings)
    folder = encoders.find(shape.encoder, sha256=shape.encoder_sha256)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    names = NameEncoder(folder) if shape.knowledge and store else None
    maker = ExampleMaker(tokenizer, shape, task_of(config.task), store)
    return _Parts(maker, Collator(pad_token_id=tokenizer.pad_token_id, names=names), store)


def _evaluated(config: TrainConfig, parts: _Parts, model: KGBertForRelationExtraction) -> dict[str, Any]:
    """Return the figures on ``config.evaluate``, and leave every pair's probability beside them."""
    documents = as_asked(read_annotated(config.evaluate), parts.maker.task)
    evaluation = RelationEvaluation(documents, parts.maker.task, parts.store)
    examples = [example for document in documents for example in parts.maker(document)]
    scores = {key: row[1] for key, row in probabilities(model, parts.collator, examples).items()}
    threshold = evaluation.best_threshold(scores) if config.tune else config.threshold
    _write_json(config.out / "predictions.json", [[*key, round(p, 5)] for key, p in sorted(scores.items())])
    return evaluation.report(scores, threshold=threshold).to_dict()


def _write_json(path: Path, value: Any) -> None:
    lines.write([json.dumps(value, indent=1)], path)
