"""What a training run is told: data, graph, model settings, and how to optimise."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from kgbert.config import DetectorConfig, KGBertConfig
from kgbert.errors import ConfigError
from kgbert.told import graph_told, path_told

CALLED: Mapping[str, tuple[str, ...]] = {
    "Chemical": ("Chemical",),
    "Disease": ("Disease", "SpecificDisease", "DiseaseClass", "Modifier", "CompositeMention"),
}
"""Mention types and what corpora call them; the NCBI disease corpus tells four kinds of disease apart."""


@dataclass(frozen=True, slots=True)
class Optimisation:
    """How a model is trained.

    Attributes:
        epochs: Passes over the training documents; may be a part of one.
        batch_size: Windows a step.
        encoder_rate: Peak learning rate of the encoder's updates.
        head_rate: Peak learning rate of everything that is new.
        gate_rate: Peak learning rate of the knowledge gates, which start at zero and need a larger one to move.
        weight_decay: Decoupled weight decay of matrices (not of gates, biases and norms).
        warmup: Part of the steps over which the rates rise; they then fall linearly to zero.
        max_grad_norm: Gradients are scaled down to this norm.
        save_every: Steps between checkpoints; 0 makes one after every epoch.
        seed: Decides initial weights, order and dropout.
        half: Whether the text encoder's matrix products are computed in bfloat16 while it is trained
            (:mod:`kgbert.precision`): on a processor with instructions for it, two thirds of the time.
        threads: Processor threads; 0 leaves torch's default.
        report_to: Where the library reports progress: ``tensorboard``, ``wandb``, ... as they are installed.
    """

    epochs: float = 8
    batch_size: int = 8
    encoder_rate: float = 1e-3
    head_rate: float = 5e-4
    gate_rate: float = 1e-2
    weight_decay: float = 0.01
    warmup: float = 0.06
    max_grad_norm: float = 1.0
    save_every: int = 0
    seed: int = 0
    half: bool = False
    threads: int = 0
    report_to: tuple[str, ...] | list[str] = ()

    def __post_init__(self) -> None:
        for f in fields(self):
            value = getattr(self, f.name)
            if f.name == "half" and not isinstance(value, bool):
                raise ConfigError(f"optimisation: half is {value!r}, expected true or false")
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if f.name not in ("half", "report_to") and not (is_number and value >= 0):
                hint = "; YAML takes 1e-3 for text and 1.0e-3 for a number" if isinstance(value, str) else ""
                raise ConfigError(f"optimisation: {f.name} is {value!r}, expected a number that is not negative{hint}")


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """What ``kgbert train`` reads from its YAML file; paths are relative to that file's folder.

    Attributes:
        train: Annotated files or folders to learn from, in any format that is read (:mod:`ingest.corpora.read`).
        out: Folder for the model, its checkpoints and its figures.
        graph: Folder of the graph, ``packaged`` for the one that comes with kgbert, or an address on a Neo4j server;
            needed where the model uses knowledge.
        evaluate: Files or folders to report figures on, which a task with several labels has none of here.
        tune: Whether the threshold is chosen on the files in ``evaluate`` (then they must not be a test set).
        threshold: Probability from which a relation is predicted, where ``tune`` does not choose it.
        task: Name of a task that is asked of whole documents, or the fields of one of your own
            (:class:`~kgbert.task.Task`).
        start: Folder of a pretrained model to begin with (``kgbert pretrain``), of the same shape.
        model: Settings of :class:`~kgbert.config.KGBertConfig`.
        optimisation: How to train.
    """

    train: tuple[Path, ...]
    out: Path
    graph: Path | str | None = None
    evaluate: tuple[Path, ...] = ()
    tune: bool = False
    threshold: float = 0.5
    task: str | dict[str, Any] = "CID"
    start: Path | None = None
    model: dict[str, Any] = field(default_factory=dict)
    optimisation: Optimisation = Optimisation()

    @classmethod
    def read(cls, path: Path) -> "TrainConfig":
        """Read a YAML file.

        Raises:
            ConfigError: It is no mapping, has an unknown key, or lacks one that is needed.
        """
        return cls.of(read_yaml(path), where=path)

    @classmethod
    def of(cls, values: Any, *, where: Path) -> "TrainConfig":
        """Make a configuration from the mapping that stands in the file ``where``; see :meth:`read`."""
        return cls(**parts_of(values, cls, {f.name for f in fields(KGBertConfig)}, where))


@dataclass(frozen=True, slots=True)
class DetectorTrainConfig:
    """What ``kgbert train-detector`` reads from its YAML file; paths are relative to that file's folder.

    Attributes:
        train: Annotated files to learn from, of any format that is read. A type that stands nowhere in a file counts
            as not annotated there, and not as absent from its texts.
        out: Folder for the model, its checkpoints and its figures.
        graph: Folder of a graph, ``packaged`` for the one that comes with kgbert, or an address on a Neo4j server: the
            detector reads its names as hints. Without it the detector knows no names.
        folds: In how many parts the documents of ``train`` are told the names that the others annotate, in every other
            document's hints, beside those of the graph: so the detector learns to read a dictionary with annotated
            names in it (protocol A), which knows no text's own. 0 for the names of the graph alone.
        start: Folder of a detector to go on from, of the same types and with its own settings; a fresh one if there is
            none.
        evaluate: Annotated files to report figures on; with ``folds``, hints have all names that ``train`` annotates.
        types: Mention types, each with what the files call it.
        model: Settings of :class:`~kgbert.config.DetectorConfig`.
        optimisation: How to train.
    """

    train: tuple[Path, ...]
    out: Path
    graph: Path | str | None = None
    folds: int = 0
    start: Path | None = None
    evaluate: tuple[Path, ...] = ()
    types: dict[str, list[str]] = field(default_factory=lambda: {type: list(own) for type, own in CALLED.items()})
    model: dict[str, Any] = field(default_factory=dict)
    optimisation: Optimisation = Optimisation()

    @classmethod
    def read(cls, path: Path) -> "DetectorTrainConfig":
        """Read a YAML file.

        Raises:
            ConfigError: It is no mapping, has an unknown key, lacks one that is needed, or has two that exclude each
                other.
        """
        known = {f.name for f in fields(DetectorConfig)} - {"types", "hints"}
        config = cls(**parts_of(read_yaml(path), cls, known, path))
        if config.folds and config.graph is None:
            raise ConfigError(f"{path}: folds: annotated names join those of a graph, and there is none")
        if config.folds == 1 or config.folds < 0:
            raise ConfigError(f"{path}: folds: found {config.folds}, expected 0, or 2 and more")
        if config.start is not None and config.model:
            raise ConfigError(f"{path}: model: the detector to go on from (start) has settings of its own")
        return config


def read_yaml(path: Path) -> Any:
    """Return what stands in a YAML file.

    A file may name another one under ``extends``: it then says what that one says, and puts its own over it, mappings
    key by key and anything else whole. Paths count from the folder of ``path``, as if all stood there.

    Raises:
        ConfigError: It cannot be read, or extends what is no file, no mapping, or a file that extends it in turn.
    """
    values, where, seen = _parsed(path), path, {path.resolve()}
    while isinstance(values, dict) and "extends" in values:
        named = values.pop("extends")
        other = path_told("extends", named, where).resolve()
        if other in seen:
            raise ConfigError(f"{where}: extends {named}, which extends it in turn")
        base = _parsed(other)
        if not isinstance(base, dict):
            kind = type(base).__name__
            raise ConfigError(f"{other}: expected a mapping, which {where.name} extends; found {kind}")
        values, where = _over(base, values), other
        seen.add(other)
    return values


def _parsed(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: cannot be read as YAML: {' '.join(str(error).split())}") from error


def _over(base: Any, value: Any) -> Any:
    """Return ``value``, upon ``base`` where both are mappings."""
    if not (isinstance(base, dict) and isinstance(value, dict)):
        return value
    return base | {key: _over(base.get(key), own) for key, own in value.items()}


def parts_of(values: Any, kind: type, known: Collection[str], where: Path) -> dict[str, Any]:
    """Return the fields of the dataclass ``kind`` that ``values`` give, with paths resolved.

    Raises:
        ConfigError: ``values`` is no mapping, has an unknown key, lacks one, or has a model setting that is not among
            those ``known``.
    """
    check_keys(values, kind, where)
    parts = dict(values)
    for key in ("train", "evaluate", "leave_out"):
        if key not in {f.name for f in fields(kind)}:
            continue
        told = parts.get(key) or []
        parts[key] = tuple(path_told(key, one, where) for one in (told if isinstance(told, list) else [told]))
    for key, place in (("out", path_told), ("graph", graph_told), ("start", path_told)):
        if parts.get(key) is not None:
            parts[key] = place(key, parts[key], where)
    check_keys(parts.get("optimisation") or {}, Optimisation, where)
    parts["optimisation"] = Optimisation(**(parts.get("optimisation") or {}))
    for key in parts.get("model") or {}:
        if key not in known:
            raise ConfigError(f"{where}: model: unknown key {key!r}")
    return parts


def check_keys(values: Any, kind: type, where: Path) -> None:
    """Do nothing if ``values`` is a mapping with keys of the dataclass ``kind``, and all that it needs.

    Raises:
        ConfigError: It is none, has an unknown key, or lacks one; says so of the file ``where``.
    """
    if not isinstance(values, dict):
        raise ConfigError(f"{where}: expected a mapping for {kind.__name__}, found {type(values).__name__}")
    known = {f.name: f for f in fields(kind)}
    for key in values:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {key!r}; known: {', '.join(sorted(known))}")
    for name, f in known.items():
        if f.default is MISSING and f.default_factory is MISSING and name not in values:
            raise ConfigError(f"{where}: key {name!r} is missing")
