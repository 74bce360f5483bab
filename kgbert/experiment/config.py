"""What an experiment is told: a YAML file whose lists make a grid of runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import product
from pathlib import Path
from typing import Any

from kgbert.config import KGBertConfig
from kgbert.errors import ConfigError
from kgbert.experiment.conditions import Condition, condition_named, protocol
from kgbert.task import Task, task_of, tell
from kgbert.told import graph_told, path_told
from kgbert.train_config import Optimisation, check_keys, read_yaml

_GRAPHS = ("graph", "unfiltered_graph", "other_graph")
_PATHS = ("data", "evaluate_on", *_GRAPHS, "start")


@dataclass(frozen=True, slots=True)
class RunConfig:
    """One run of an experiment.

    Attributes:
        task: What is asked.
        data: Annotated files or folders that training units are drawn from.
        evaluate_on: Annotated files or folders to test on, or the part of the documents in ``data`` that is held out.
        evaluate_sample: Units tested on, the same for every run; 0 for all.
        evaluate_skip: Units passed over before those are drawn, such as the ones that another experiment was tested on.
        train_size: Units (documents or sentences, as the task has it) learnt from; 0 for all.
        condition: What text and graph are replaced by.
        seed: Decides the draw of training units, initial weights, order, dropout and control graphs.
        graph: The filtered graph, in a folder, at an address, or ``packaged``; needed by conditions that read one.
        unfiltered_graph: The graph with its leaks, likewise; needed by the condition that measures them.
        other_graph: A graph of other vocabularies, likewise; needed by the condition that swaps them.
        model: Settings of :class:`~kgbert.config.KGBertConfig`; the condition's come on top.
        optimisation: How to train.
        start: Folder of a pretrained model to begin with (``kgbert pretrain``), if any.
        out: Folder of this run.
        told: What the experiment's file says for the paths among these, by field, as it stands there.
    """

    task: Task
    data: tuple[Path, ...]
    evaluate_on: tuple[Path, ...] | float
    evaluate_sample: int
    evaluate_skip: int
    train_size: int
    condition: Condition
    seed: int
    graph: Path | str | None
    unfiltered_graph: Path | str | None
    other_graph: Path | str | None
    model: Mapping[str, Any]
    optimisation: Optimisation
    start: Path | None
    out: Path
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def trained_in(self) -> Path:
        """Folder of the run whose model is tested: this one's own, or another's beside it."""
        return self.out.with_name(_name(self.task, self.train_size, self.condition.trains, self.seed))

    def to_dict(self) -> dict[str, Any]:
        """Return the form that is written beside the run's figures: paths as they were told, for others' machines."""
        how = {f.name: getattr(self.optimisation, f.name) for f in fields(Optimisation)}
        return {
            "task": tell(self.task),
            **self.told,
            "evaluate_sample": self.evaluate_sample,
            "evaluate_skip": self.evaluate_skip,
            "train_size": self.train_size,
            "condition": self.condition.name,
            "seed": self.seed,
            "model": dict(self.model),
            "optimisation": {**how, "report_to": list(self.optimisation.report_to)},
        }


@dataclass(frozen=True, slots=True)
class ExperimentConfig:
    """What ``kgbert experiment run`` reads; paths are relative to the file's folder.

    A list of tasks, train sizes, conditions or seeds makes the grid. Any value but these may be a mapping from task
    names, ``epochs`` and ``optimisation`` also one from train sizes, and ``start`` one from conditions.

    Attributes:
        task: Names of tasks.
        tasks: Tasks of your own, by name: what :class:`~kgbert.task.Task` takes beside it.
        data, evaluate_on, evaluate_sample, evaluate_skip, graph, unfiltered_graph, other_graph, model, optimisation,
            start: See :class:`RunConfig`.
        train_size: Sizes.
        condition: Names of conditions (:mod:`kgbert.experiment.conditions`).
        seed: Seeds.
        epochs: Passes over the training units; goes before that of ``optimisation``.
        out: Folder of the runs.
        told: The paths among these, as they stand in the file.
    """

    task: list[str]
    data: Any
    evaluate_on: Any
    out: Path
    train_size: Any = 0
    evaluate_sample: Any = 0
    evaluate_skip: Any = 0
    condition: Any = "A8"
    seed: Any = 0
    epochs: Any = None
    tasks: dict[str, Any] = field(default_factory=dict)
    graph: Any = None
    unfiltered_graph: Any = None
    other_graph: Any = None
    model: Any = field(default_factory=dict)
    optimisation: Any = field(default_factory=dict)
    start: Any = None
    told: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, *, whole_protocol: bool = False) -> "ExperimentConfig":
        """Read a YAML file; with ``whole_protocol``, one that names no conditions means all of the ablation.

        Raises:
            ConfigError: It is no mapping, has an unknown key, or lacks one that is needed.
        """
        values = read_yaml(path)
        check_keys(values, cls, path)
        if "told" in values:
            raise ConfigError(f"{path}: unknown key 'told'")
        if whole_protocol and "condition" not in values:
            unfiltered, other = (bool(values.get(key)) for key in ("unfiltered_graph", "other_graph"))
            values = {**values, "condition": protocol(unfiltered=unfiltered, other=other)}
        told = {key: values[key] for key in _PATHS if key in values}
        values = {**values, **{key: _placed(key, value, path) for key, value in told.items()}}
        config = cls(
            **{**values, "task": _listed(values["task"]), "out": path_told("out", values["out"], path), "told": told}
        )
        for _ in config.runs():  # so that a mistake is known before hours of work
            pass
        return config

    def runs(self) -> Iterator[RunConfig]:
        """Yield the runs of the grid, seed after seed: after each round all conditions can be compared.

        Raises:
            ConfigError: A task, condition or setting is unknown, or a graph is missing that a condition needs.
        """
        tasks = {
            task: task_of({"name": task, **self.tasks[task]} if task in self.tasks else task) for task in self.task
        }
        sizes = {task: _listed(self._for(self.train_size, task)) for task in self.task}
        conditions = [condition_named(name) for name in _listed(self.condition)]
        for seed in _listed(self.seed):
            for task in self.task:
                for size, condition in product(sizes[task], conditions):
                    yield self._run(tasks[task], size, condition, seed)

    def _run(self, task: Task, size: int, condition: Condition, seed: int) -> RunConfig:
        sample, skip = (self._for(value, task.name) for value in (self.evaluate_sample, self.evaluate_skip))
        numbers = {"train_size": size, "seed": seed, "evaluate_sample": sample, "evaluate_skip": skip}
        for key, value in numbers.items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise ConfigError(f"{key}: found {value!r}, expected a number that is not negative")
        data, evaluate_on = (_files(self._for(value, task.name)) for value in (self.data, self.evaluate_on))
        if not isinstance(data, tuple):
            raise ConfigError(f"data: found {data!r}, expected files or folders for {task.name}")
        if not isinstance(evaluate_on, tuple) and not (isinstance(evaluate_on, float) and 0 < evaluate_on < 1):
            raise ConfigError(f"evaluate_on: found {evaluate_on!r}, expected files, folders or a part between 0 and 1")
        model = dict(self._for(self.model, task.name))
        unknown = sorted(model.keys() - {f.name for f in fields(KGBertConfig)})
        if unknown:
            raise ConfigError(f"model: unknown key {unknown[0]!r}")
        return RunConfig(
            task=task,
            data=data,
            evaluate_on=evaluate_on,
            evaluate_sample=sample,
            evaluate_skip=skip,
            train_size=size,
            condition=condition,
            seed=seed,
            graph=_graph("graph", self._for(self.graph, task.name), task),
            unfiltered_graph=_graph("unfiltered_graph", self._for(self.unfiltered_graph, task.name), task),
            other_graph=_graph("other_graph", self._for(self.other_graph, task.name), task),
            model=model,
            optimisation=self._optimisation(task.name, size, seed),
            start=self._start(task, condition.trains),
            out=self.out / _name(task, size, condition.name, seed),
            told={key: self._for(value, task.name) for key, value in self.told.items()},
        )

    def _optimisation(self, task: str, size: int, seed: int) -> Optimisation:
        values = dict(self._for(self._for(self.optimisation, task), size))
        epochs = self._for(self._for(self.epochs, task), size)
        if epochs is not None and not (isinstance(epochs, int | float) and epochs > 0):
            raise ConfigError(f"epochs: found {epochs!r}, expected a positive number for {task} and train_size {size}")
        check_keys(values, Optimisation, Path("optimisation"))
        return Optimisation(**{"threads": 1, **values, "seed": seed, **({} if epochs is None else {"epochs": epochs})})

    def _start(self, task: Task, condition: str) -> Path | None:
        """Return where a run starts; a mapping from conditions that does not name one starts it afresh."""
        found = self._for(self._for(self.start, task.name), condition)
        return None if isinstance(found, Mapping) else _folder("start", found, task)

    @staticmethod
    def _for(value: Any, key: Any) -> Any:
        """Return what ``value`` holds for ``key``, where it is a mapping that does; else ``value``."""
        return value[key] if isinstance(value, Mapping) and key in value else value


def _name(task: Task, size: int, condition: str, seed: int) -> str:
    return f"{task.name}-{size}-{condition}-{seed}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _placed(key: str, value: Any, file: Path) -> Any:
    """Return ``value`` with its texts as where they lead: those of a list as a tuple."""
    if isinstance(value, Mapping):
        return {name: _placed(key, one, file) for name, one in value.items()}
    if isinstance(value, list):
        return tuple(path_told(key, one, file) for one in value)
    if not isinstance(value, str):
        return value
    return graph_told(key, value, file) if key in _GRAPHS else path_told(key, value, file)


def _graph(key: str, value: Any, task: Task) -> Path | str | None:
    return value if isinstance(value, str) else _folder(key, value, task)


def _folder(key: str, value: Any, task: Task) -> Path | None:
    if value is None or isinstance(value, Path):
        return value
    raise ConfigError(f"{key}: found {value!r}, expected a folder for {task.name}")


def _files(value: Any) -> Any:
    return (value,) if isinstance(value, Path) else value
