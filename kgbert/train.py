"""Training, from a YAML file to a model folder, by the Hugging Face ``Trainer``."""

import json
import os
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
import yaml
from transformers import AutoTokenizer, Trainer, TrainingArguments, set_seed
from transformers.trainer_pt_utils import LengthGroupedSampler
from transformers.trainer_utils import get_last_checkpoint

from graph.embedded_store import EmbeddedGraphStore
from ingest.corpora import pubtator
from ingest.document import Document
from kgbert import encoder as encoders
from kgbert.batch import Collator
from kgbert.config import KGBertConfig
from kgbert.errors import ConfigError
from kgbert.evaluate import RelationEvaluation
from kgbert.example import Example, ExampleMaker
from kgbert.features import NameEncoder
from kgbert.model import KGBertForRelationExtraction
from kgbert.score import probabilities
from kgbert.task import named


@dataclass(frozen=True, slots=True)
class Optimisation:
    """How a model is trained.

    Attributes:
        epochs: Passes over the training documents.
        batch_size: Windows a step.
        encoder_rate: Peak learning rate of the encoder's updates.
        head_rate: Peak learning rate of everything that is new.
        gate_rate: Peak learning rate of the knowledge gates, which start at zero and need a larger one to move.
        weight_decay: Decoupled weight decay of matrices (not of gates, biases and norms).
        warmup: Part of the steps over which the rates rise; they then fall linearly to zero.
        max_grad_norm: Gradients are scaled down to this norm.
        seed: Decides initial weights, order and dropout.
        threads: Processor threads; 0 leaves torch's default.
    """

    epochs: int = 8
    batch_size: int = 8
    encoder_rate: float = 1e-3
    head_rate: float = 5e-4
    gate_rate: float = 1e-2
    weight_decay: float = 0.01
    warmup: float = 0.06
    max_grad_norm: float = 1.0
    seed: int = 0
    threads: int = 0


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """What ``kgbert train`` reads from its YAML file; paths are relative to that file's folder.

    Attributes:
        train: PubTator files to learn from.
        out: Folder for the model, its checkpoints and its figures.
        graph: Folder of the graph; needed where the model uses knowledge.
        evaluate: PubTator files to report figures on.
        tune: Whether the threshold is chosen on the files in ``evaluate`` (then they must not be a test set).
        threshold: Probability from which a relation is predicted, where ``tune`` does not choose it.
        task: Name of the task.
        model: Settings of :class:`~kgbert.config.KGBertConfig`.
        optimisation: How to train.
    """

    train: tuple[Path, ...]
    out: Path
    graph: Path | None = None
    evaluate: tuple[Path, ...] = ()
    tune: bool = False
    threshold: float = 0.5
    task: str = "CID"
    model: dict[str, Any] = field(default_factory=dict)
    optimisation: Optimisation = Optimisation()

    @classmethod
    def read(cls, path: Path) -> "TrainConfig":
        """Read a YAML file.

        Raises:
            ConfigError: It is no mapping, has an unknown key, or lacks one that is needed.
        """
        try:
            values = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ConfigError(f"{path}: cannot be read as YAML: {' '.join(str(error).split())}") from error
        return cls.of(values, where=path)

    @classmethod
    def of(cls, values: Any, *, where: Path) -> "TrainConfig":
        """Make a configuration from the mapping that stands in the file ``where``; see :meth:`read`."""
        _check_keys(values, cls, where)
        folder = where.parent
        parts = dict(values)
        for key in ("train", "evaluate"):
            listed = [parts[key]] if isinstance(parts.get(key), str) else parts.get(key, ())
            parts[key] = tuple(folder / os.path.expandvars(p) for p in listed)
        for key in ("out", "graph"):
            if parts.get(key) is not None:
                parts[key] = folder / os.path.expandvars(parts[key])
        _check_keys(parts.get("optimisation") or {}, Optimisation, where)
        parts["optimisation"] = Optimisation(**(parts.get("optimisation") or {}))
        known = {f.name for f in fields(KGBertConfig)}
        for key in parts.get("model") or {}:
            if key not in known:
                raise ConfigError(f"{where}: model: unknown key {key!r}")
        return cls(**parts)


def _check_keys(values: Any, kind: type, where: Path) -> None:
    if not isinstance(values, dict):
        raise ConfigError(f"{where}: expected a mapping for {kind.__name__}, found {type(values).__name__}")
    known = {f.name: f for f in fields(kind)}
    for key in values:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {key!r}; known: {', '.join(sorted(known))}")
    for name, f in known.items():
        if f.default is MISSING and f.default_factory is MISSING and name not in values:
            raise ConfigError(f"{where}: key {name!r} is missing")


class ListDataset(torch.utils.data.Dataset):
    """Examples in memory."""

    def __init__(self, examples: Sequence[Example]) -> None:
        """Hold ``examples``."""
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, i: int) -> Example:
        return self.examples[i]


class KGBertTrainer(Trainer):
    """The library's trainer, with a learning rate for each part, windows of like length together, and gates logged."""

    def __init__(
        self,
        network: KGBertForRelationExtraction,
        examples: Sequence[Example],
        optimisation: Optimisation,
        **rest: Any,
    ) -> None:
        """Train ``network`` on ``examples`` by ``optimisation``; ``rest`` is the library's."""
        super().__init__(model=network, train_dataset=ListDataset(examples), **rest)
        self.network = network
        self.examples = examples
        self.optimisation = optimisation
        self.model_accepts_loss_kwargs = False

    def create_optimizer(self, model=None):  # noqa: ARG002, D102 (inherited)
        if self.optimizer is None:
            groups: dict[tuple[float, float], list] = {}
            for name, weight in self.network.named_parameters():
                if weight.requires_grad:
                    groups.setdefault(self._rate_and_decay(name, weight), []).append(weight)
            self.optimizer = torch.optim.AdamW(
                [{"params": p, "lr": rate, "weight_decay": decay} for (rate, decay), p in groups.items()]
            )
        return self.optimizer

    def _rate_and_decay(self, name: str, weight: torch.Tensor) -> tuple[float, float]:
        how = self.optimisation
        if name.endswith("gamma"):
            return how.gate_rate, 0.0
        rate = how.encoder_rate if "text.encoder" in name else how.head_rate
        return rate, how.weight_decay if weight.ndim > 1 else 0.0

    def _get_train_sampler(self, train_dataset=None):  # noqa: ARG002
        lengths = [len(example.input_ids) for example in self.examples]
        return LengthGroupedSampler(self.args.train_batch_size, lengths=lengths)

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:  # noqa: D102 (inherited)
        gates = {f"gate_{layer}": round(gate, 4) for layer, gate in self.network.kgbert.gates.items()}
        super().log({**logs, **gates}, *args, **kwargs)


def read_documents(paths: Sequence[Path]) -> list[Document]:
    """Return the documents of PubTator files, in order."""
    return [document for path in paths for document in pubtator.read(path)]


def train(config: TrainConfig) -> dict[str, Any]:
    """Train a model, write it to ``config.out`` and return its figures (also in ``metrics.json`` there).

    A run that was broken off goes on from its last checkpoint; a finished one is not run again.
    """
    done = config.out / "metrics.json"
    if done.exists():
        return json.loads(done.read_text())
    how = config.optimisation
    if how.threads:
        torch.set_num_threads(how.threads)
    set_seed(how.seed)
    store = EmbeddedGraphStore.open(config.graph) if config.graph else None
    shape = KGBertConfig(
        task=config.task,
        graph_release=store.release if store else "",
        **{"knowledge": store is not None, **config.model},
    )
    task = named(config.task)
    folder = encoders.find(shape.encoder, sha256=shape.encoder_sha256)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    maker = ExampleMaker(tokenizer, shape, task, store)
    collator = Collator(
        pad_token_id=tokenizer.pad_token_id, names=NameEncoder(folder) if shape.knowledge and store else None
    )
    examples = [e for document in read_documents(config.train) for e in maker(document, labelled=True)]
    model = KGBertForRelationExtraction(shape)
    trainer = KGBertTrainer(model, examples, how, args=_arguments(config), data_collator=collator)
    trainer.train(resume_from_checkpoint=get_last_checkpoint(config.out) if config.out.is_dir() else None)
    metrics: dict[str, Any] = {
        "gates": model.kgbert.gates,
        "examples": len(examples),
        "history": trainer.state.log_history,
    }
    threshold = config.threshold
    if config.evaluate:
        documents = read_documents(config.evaluate)
        evaluation = RelationEvaluation(documents, task, store)
        scores = probabilities(model, collator, [e for document in documents for e in maker(document)])
        positive = {key: row[1] for key, row in scores.items()}
        if config.tune:
            threshold = evaluation.best_threshold(positive)
        metrics |= evaluation.report(positive, threshold=threshold).to_dict()
        _write_json(config.out / "predictions.json", [[*key, round(p, 5)] for key, p in sorted(positive.items())])
    model.config.thresholds = dict.fromkeys(task.labels, threshold)
    model.save_pretrained(config.out)
    tokenizer.save_pretrained(config.out)
    _write_json(done, metrics)
    return metrics


def _arguments(config: TrainConfig) -> TrainingArguments:
    how = config.optimisation
    return TrainingArguments(
        output_dir=str(config.out),
        num_train_epochs=how.epochs,
        per_device_train_batch_size=how.batch_size,
        lr_scheduler_type="linear",
        warmup_steps=how.warmup,
        max_grad_norm=how.max_grad_norm,
        seed=how.seed,
        logging_steps=25,
        save_strategy="epoch",
        save_total_limit=1,
        remove_unused_columns=False,
        label_names=["labels"],
        report_to="none",
        disable_tqdm=True,
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=False,
    )


def _write_json(path: Path, value: Any) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, indent=1), encoding="utf-8")
    os.replace(part, path)
