"""One run: from units and graph to a trained model, its predictions and its figures."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from transformers import AutoTokenizer, PrinterCallback

from graph.embedded_store import EmbeddedGraphStore
from ingest.corpora import lines
from ingest.document import Document
from kgbert import encoder as encoders
from kgbert.batch import Collator
from kgbert.config import KGBertConfig
from kgbert.errors import RunError, TaskError
from kgbert.example import Example, ExampleMaker
from kgbert.experiment import predictions
from kgbert.experiment.conditions import OTHER, TRUE, UNFILTERED, condition_named
from kgbert.experiment.config import RunConfig
from kgbert.experiment.corpus import Corpus, checksum, corpus
from kgbert.experiment.draw import training
from kgbert.experiment.environment import ENVIRONMENT, environment
from kgbert.experiment.knowledge import features_for, graph_for
from kgbert.experiment.links import links
from kgbert.experiment.predictions import Row, related, rows
from kgbert.experiment.runs import PREDICTIONS, run_of
from kgbert.experiment.scores import score
from kgbert.features import Features, NameEncoder, RandomFeatures
from kgbert.leakage import refuse_leaks
from kgbert.mention_linker import MentionLinker
from kgbert.model import KGBertForRelationExtraction
from kgbert.run_folder import KEPT, finish, finished
from kgbert.score import probabilities
from kgbert.task import tell
from kgbert.train import KGBertTrainer
from kgbert.trainer import arguments, go_on, settle

_LOCK = ".running"


class Data(NamedTuple):
    """The units of a run and how they become examples.

    Attributes:
        corpus: All units.
        learnt: Those drawn to learn from.
        links: Concepts of arguments that are called after mentions.
    """

    corpus: Corpus
    learnt: list[Document]
    links: dict[str, str]


def run(config: RunConfig) -> dict[str, Any]:
    """Do one run and return its figures; one that was broken off goes on, a finished one is not run again.

    Raises:
        RunError: Another process is at it.
    """
    if (figures := finished(config.out)) is not None:
        return figures
    with _alone(config.out):
        if (figures := finished(config.out)) is not None:  # by another process, in between
            return figures
        if config.condition.trained_as:
            trained = _trained_as(config)
            run(trained)
            if not (trained.out / "model.safetensors").is_file():
                raise RunError(f"{trained.out}: the run is finished and its model gone; remove the run to do it again")
            model = KGBertForRelationExtraction.from_pretrained(trained.out)
            return _tested(config, model.on(), _data(config))
        return _trained_and_tested(config)


def _trained_as(config: RunConfig) -> RunConfig:
    """Return the run whose model is tested, which stands beside this one."""
    return replace(config, condition=condition_named(config.condition.trains), out=config.trained_in)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for this process; a lock of one that was killed is gone with it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(f"{folder}: another process is at this run") from None
        yield
    (folder / _LOCK).unlink(missing_ok=True)


def _trained_and_tested(config: RunConfig) -> dict[str, Any]:
    settle(config.optimisation)
    data = _data(config)
    store = graph_for(config, config.condition.graph)
    settings = _settings(config, store)
    model = KGBertForRelationExtraction(settings)
    if config.start is not None:
        model.start_from(config.start)
    make = _maker(config, settings, store, data.links)
    examples = [example for unit in data.learnt for example in make(unit, labelled=True)]
    trainer = KGBertTrainer(
        model,
        examples,
        config.optimisation,
        args=arguments(config.optimisation, out=config.out, labels="labels"),
        data_collator=_collator(config, settings),
    )
    trainer.remove_callback(PrinterCallback)  # the figures are kept, and many runs' lines would mix
    go_on(trainer, config.out)
    model.save_pretrained(config.out)
    history = {"history": trainer.state.log_history, "gates": model.kgbert.gates, "examples": len(examples)}
    return _tested(config, model, data, **history)


def _data(config: RunConfig) -> Data:
    whole = corpus(config)
    learnt = training(whole.training, config.train_size, seed=config.seed, task=config.task)
    if config.train_size > len(learnt):
        raise TaskError(f"{config.task.name}: train_size {config.train_size}, but there are {len(learnt)} units")
    # A control graph has the names of the true one, so mentions are linked once for both.
    condition = config.condition
    named = next((which for which in (condition.test_graph, condition.graph) if which in (OTHER, UNFILTERED)), TRUE)
    store = graph_for(config, named) if config.graph else None
    return Data(whole, learnt, links(whole, store, config.out.parent / KEPT) if store else {})


def _settings(config: RunConfig, store: EmbeddedGraphStore | None) -> KGBertConfig:
    condition, task = config.condition, config.task
    if store is not None and condition.graph != UNFILTERED:
        refuse_leaks(store, task)
    values = {"mention_types": list(task.mention_types), **config.model, **condition.model}
    if (numbers := features_for(config, store)) is not None:
        values["pair_features"] = numbers.width
    release = store.release if store is not None else ""
    settings = KGBertConfig(task=tell(task), graph_release=release, **values)
    settings.fact_tokens = min(settings.fact_tokens, settings.max_tokens // 4)  # so that the text keeps its place
    return settings


def _maker(
    config: RunConfig, settings: KGBertConfig, store: EmbeddedGraphStore | None, links: dict[str, str]
) -> ExampleMaker:
    return ExampleMaker(
        _tokenizer(settings.encoder),
        settings,
        config.task,
        store,
        links=links,
        features=features_for(config, store),
        excluded_sources=frozenset() if config.condition.graph == UNFILTERED else None,
    )


@lru_cache(maxsize=2)
def _tokenizer(encoder: str):
    return AutoTokenizer.from_pretrained(encoders.find(encoder))


@lru_cache(maxsize=2)
def _names(encoder: str) -> NameEncoder:
    return NameEncoder(encoders.find(encoder), capacity=300_000)


def _collator(config: RunConfig, settings: KGBertConfig) -> Collator:
    names: Features | None = None
    if settings.knowledge and not settings.memory:
        names = encoder = _names(settings.encoder)
        if config.condition.random_names:
            names = RandomFeatures(encoder, width=encoder.width, seed=config.seed)
    return Collator(pad_token_id=_tokenizer(settings.encoder).pad_token_id, names=names)


def _tested(config: RunConfig, model: KGBertForRelationExtraction, data: Data, **more: Any) -> dict[str, Any]:
    """Test ``model``, and write all that a run leaves behind, its figures last."""
    store = graph_for(config, config.condition.test_graph or config.condition.graph)
    if store is not None and config.condition.test_graph == OTHER:
        refuse_leaks(store, config.task)
    units, links = list(data.corpus.evaluation), data.links
    if config.condition.predicted_entities and store is not None:
        linker = MentionLinker(store, config.task)
        units = list(linker.found(units))
        links = {**links, **linker.links(units)}
    make = _maker(config, model.config, store, links)
    examples = [example for unit in units for example in make(unit)]
    probability = probabilities(model, _collator(config, model.config), examples)
    found = rows(
        data.corpus.evaluation,
        data.learnt,
        probability,
        concepts=_concepts(examples),
        related=related(examples),
        task=config.task,
    )
    return _written(config, found, data, **more)


def tested_on(config: RunConfig) -> list[Example]:
    """Return the examples that a run is tested on, with what its graph says of them; no model is needed."""
    data, store = _data(config), graph_for(config, config.condition.graph)
    make = _maker(config, _settings(config, store), store, data.links)
    return [example for unit in data.corpus.evaluation for example in make(unit)]


def _concepts(examples: list[Example]) -> dict[str, str]:
    """Return the concepts of the arguments that the graph holds."""
    pairs = (pair for example in examples for pair in zip(example.arguments, example.concepts, strict=True))
    return {argument: concept for argument, concept in pairs if concept}


def _written(config: RunConfig, found: list[Row], data: Data, **more: Any) -> dict[str, Any]:
    labels = list(config.task.labels)
    predictions.write(found, config.out / PREDICTIONS)
    lines.write([yaml.safe_dump(config.to_dict(), sort_keys=False)], config.out / "config.yaml")
    lines.write([json.dumps(environment(), indent=1)], config.out / ENVIRONMENT)
    about = {
        "task": config.task.name,
        "train_size": config.train_size,
        "condition": config.condition.name,
        "seed": config.seed,
        "labels": labels,
        "data_sha256": checksum(data.learnt),
        "evaluation_sha256": data.corpus.checksum,
    }
    scores = score(run_of(config.out, about, found))
    figures = {**about, **{name: getattr(scores, name) for name in scores.__slots__}, **_graphs(config), **more}
    finish(config.out, figures)
    for checkpoint in config.out.glob("checkpoint-*"):
        shutil.rmtree(checkpoint)
    return figures


def _graphs(config: RunConfig) -> dict[str, Any]:
    """Return which graphs were read, by their content."""
    which = {"graph": config.condition.graph, "test_graph": config.condition.test_graph or config.condition.graph}
    opened = {key: graph_for(config, name) for key, name in which.items()}
    return {f"{key}_release": store.release if store else "" for key, store in opened.items()}
