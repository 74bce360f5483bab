"""Masked language modelling on texts without labels, from a YAML file to a model that others may start from."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from graph.embedded_store import EmbeddedGraphStore
from ingest.corpora.read import read_documents
from ingest.document import Document
from kgbert import encoder as encoders
from kgbert.batch import Collator
from kgbert.config import KGBertConfig
from kgbert.errors import ConfigError, TaskError
from kgbert.example import ExampleMaker
from kgbert.features import NameEncoder
from kgbert.leakage import refuse_leaks
from kgbert.masked import Masking, MaskingCollator
from kgbert.masked_model import KGBertForMaskedLM
from kgbert.mention_linker import MentionLinker
from kgbert.packaged import PACKAGED, graph_in
from kgbert.run_folder import finish, finished
from kgbert.task import Task, task_of, tell
from kgbert.train_config import Optimisation, parts_of, read_yaml
from kgbert.trainer import PartTrainer, arguments, go_on, settle


@dataclass(frozen=True, slots=True)
class PretrainConfig:
    """What ``kgbert pretrain`` reads from its YAML file; paths are relative to that file's folder.

    Attributes:
        train: Texts, as files or folders of any format that is read. Entities that they come with are not looked at.
        out: Folder for the model, its checkpoints and its figures.
        graph: Folder of the graph whose names are the mentions, and which the model reads if it uses knowledge;
            ``packaged`` for the one that comes with kgbert.
        leave_out: Files whose documents, by id, are not learnt from: every test set.
        task: Name of the task that the model is for, which says what mentions are about and what must not be seen.
        masking: How much is masked (:class:`~kgbert.masked.Masking`).
        model: Settings of :class:`~kgbert.config.KGBertConfig`; a model that starts from this one needs the same.
        optimisation: How to train.
    """

    train: tuple[Path, ...]
    out: Path
    graph: Path | str = PACKAGED
    leave_out: tuple[Path, ...] = ()
    task: str | dict[str, Any] = "CID"
    masking: Masking = Masking()
    model: dict[str, Any] = field(default_factory=dict)
    optimisation: Optimisation = Optimisation()

    @classmethod
    def read(cls, path: Path) -> "PretrainConfig":
        """Read a YAML file.

        Raises:
            ConfigError: It is no mapping, has an unknown key or value, or lacks a key that is needed.
        """
        values = parts_of(read_yaml(path), cls, {f.name for f in fields(KGBertConfig)}, path)
        try:
            return cls(**{**values, "masking": Masking(**(values.get("masking") or {}))})
        except (TypeError, ValueError) as error:
            raise ConfigError(f"{path}: {error}") from error


def pretrain(config: PretrainConfig) -> dict[str, Any]:
    """Train and return the figures, also written to ``metrics.json``; a run that was broken off goes on.

    Raises:
        TaskError: No text has a mention, or the graph holds answers of the task.
    """
    if (figures := finished(config.out)) is not None:
        return figures
    settle(config.optimisation)
    task = task_of(config.task)
    store = graph_in(config.graph)
    refuse_leaks(store, task)
    shape = {"mention_types": list(task.mention_types), "task": tell(task), **config.model}
    model = KGBertForMaskedLM(KGBertConfig(graph_release=store.release, **shape))
    folder = encoders.find(model.config.encoder, sha256=model.config.encoder_sha256)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    make = ExampleMaker(tokenizer, model.config, task, store)
    examples = [example for document in _texts(config, task, store) for example in make.mentioning(document)]
    if not examples:
        places = ", ".join(map(str, config.train))
        raise TaskError(f"{places}: no text has a mention of {', '.join(task.mention_types)}")
    names = NameEncoder(folder) if model.config.knowledge else None
    collator = Collator(pad_token_id=tokenizer.pad_token_id, names=names)
    trainer = PartTrainer(
        model,
        examples,
        config.optimisation,
        args=arguments(config.optimisation, out=config.out, labels="targets"),
        data_collator=MaskingCollator(collator, tokenizer, config.masking),
    )
    go_on(trainer, config.out)
    model.save_pretrained(config.out)
    metrics = {"windows": len(examples), "gates": model.kgbert.gates, "history": trainer.state.log_history}
    finish(config.out, metrics)
    return metrics


def _texts(config: PretrainConfig, task: Task, store: EmbeddedGraphStore) -> Iterable[Document]:
    """Return the texts with the entities that the names of the graph find there."""
    out = {document.id for path in config.leave_out for document in read_documents(path)}
    documents = (document for path in config.train for document in read_documents(path) if document.id not in out)
    return MentionLinker(store, task).found(Document(document.id, document.text) for document in documents)
