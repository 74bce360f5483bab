"""Finished runs of an experiment, read from their folders."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson

from ingest.corpora import lines
from kgbert.errors import RunError
from kgbert.experiment.pairs import Bools, Floats, Pair, Pairs, check_same

METRICS = "metrics.json"
"""Written last: a folder without it holds no finished run."""
PREDICTIONS = "predictions.jsonl"

SUM_TOLERANCE = 1e-4
"""How far a pair's probabilities may exceed 1 by rounding."""

_REPORTS = frozenset({".csv", ".md", ".png", ".svg", ".tex"})
_FIELDS = {"task": str, "train_size": int, "condition": str, "seed": int, "labels": list, "evaluation_sha256": str}


class Cell(NamedTuple):
    """What is held fixed when conditions are compared: a task and a number of training examples."""

    task: str
    train_size: int

    def __str__(self) -> str:
        return f"{self.task} {self.train_size}"


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A finished run: a condition trained once and evaluated.

    Attributes:
        folder: Where it was read from.
        cell: Task and training size.
        condition: Short name of what was trained, such as ``A8``.
        seed: Seed; runs of different conditions with the same seed are paired.
        evaluation_sha256: Checksum of what it was evaluated on.
        data_sha256: Checksum of what it was trained on; empty if the run does not say.
        pairs: What it was evaluated on; one object for all runs of a task.
        probability: ``(pairs, labels)`` probability of each label; what is missing to 1 is that of "none".
        candidate: ``(pairs,)`` False where the model never saw a gold pair, whose probabilities are then 0.
    """

    folder: Path
    cell: Cell
    condition: str
    seed: int
    evaluation_sha256: str
    data_sha256: str
    pairs: Pairs
    probability: Floats
    candidate: Bools

    def within(self, pairs: Pairs, keep: Bools) -> "Run":
        """Return the run with its predictions for ``pairs`` only, those for which ``keep``, ``(pairs,)``, is true."""
        return replace(self, pairs=pairs, probability=self.probability[keep], candidate=self.candidate[keep])


class Runs(NamedTuple):
    """What a folder holds.

    Attributes:
        finished: By cell, condition and seed.
        unfinished: Folders of runs that have no metrics yet; nothing of them is used.
    """

    finished: tuple[Run, ...]
    unfinished: tuple[Path, ...]


def find(folder: Path) -> Runs:
    """Read the finished runs in ``folder``, at any depth.

    A folder whose name begins with a dot is still being written. Unfinished is called a folder that holds files (other
    than tables and pictures) and lies neither above nor below a finished run.

    Raises:
        RunError: There is no finished run; one is damaged or is there twice; or two runs of a task were evaluated on
            different pairs. Says where.
    """
    places = sorted(path.parent for path in folder.rglob(METRICS) if not _is_hidden(path.parent, folder))
    unfinished = tuple(_unfinished(folder, frozenset(places)))
    if not places:
        raise RunError(f"{folder}: no finished run (a folder with {METRICS}), {len(unfinished)} unfinished")
    runs: dict[tuple[Cell, str, int], Run] = {}
    shared: dict[str, Run] = {}
    for run in map(read, places):
        key = (run.cell, run.condition, run.seed)
        if key in runs:
            same = f"{run.condition} on {run.cell}, seed {run.seed}"
            raise RunError(f"{runs[key].folder} and {run.folder}: both are {same}; expected one run of each")
        first = shared.setdefault(run.cell.task, run)
        runs[key] = _sharing(run, first)
    return Runs(tuple(runs[key] for key in sorted(runs)), unfinished)


def _sharing(run: Run, first: Run) -> Run:
    """Return ``run`` with the pairs of ``first``, which are the same."""
    check_same(first.pairs, first.folder, run.pairs, run.folder)
    if run.evaluation_sha256 != first.evaluation_sha256:
        raise RunError(
            f"{first.folder} and {run.folder}: evaluation_sha256 is {first.evaluation_sha256} in the first,"
            f" {run.evaluation_sha256} in the second; runs of {run.cell.task} must evaluate the same to compare"
        )
    return replace(run, pairs=first.pairs)


def read(folder: Path) -> Run:
    """Read the finished run in ``folder``.

    Raises:
        RunError: A file is missing or damaged; says which, and the line.
    """
    metrics = _metrics(folder / METRICS)
    return _run(folder, metrics, _rows(folder / PREDICTIONS, tuple(metrics["labels"])))


def run_of(folder: Path, about: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> Run:
    """Return the run that :func:`read` would return of a folder with ``about`` in its metrics and these predictions."""
    labels = tuple(about["labels"])
    return _run(folder, about, (_row(record, labels) for record in records))


def _run(folder: Path, metrics: Mapping[str, Any], parsed: Iterable[tuple[Pair, list[float], bool]]) -> Run:
    labels = tuple(metrics["labels"])
    rows = sorted(parsed, key=lambda row: row[0])
    return Run(
        folder=folder,
        cell=Cell(metrics["task"], metrics["train_size"]),
        condition=metrics["condition"],
        seed=metrics["seed"],
        evaluation_sha256=metrics["evaluation_sha256"],
        data_sha256=str(metrics.get("data_sha256", "")),
        pairs=Pairs.of(metrics["task"], labels, tuple(pair for pair, _, _ in rows)),
        probability=np.array([p for _, p, _ in rows], np.float64).reshape(len(rows), len(labels)),
        candidate=np.array([c for _, _, c in rows], bool),
    )


def _metrics(path: Path) -> dict[str, Any]:
    try:
        metrics = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise RunError(f"{path}:{error.lineno}: not JSON ({error.msg})") from None
    for field, kind in _FIELDS.items():
        value = metrics.get(field) if isinstance(metrics, dict) else None
        if not isinstance(value, kind) or isinstance(value, bool):
            raise RunError(f"{path}: {field} is {value!r}; expected {kind.__name__}")
    labels = metrics["labels"]
    if not labels or len(set(map(str, labels))) < len(labels) or not all(isinstance(label, str) for label in labels):
        raise RunError(f"{path}: labels are {labels!r}; expected names, at least one and none twice")
    return metrics


def _rows(path: Path, labels: tuple[str, ...]) -> Iterator[tuple[Pair, list[float], bool]]:
    if not path.exists():
        raise RunError(f"{path}: not there, although the run is finished")
    for number, line in enumerate(lines.read(path), start=1):
        try:
            yield _row(orjson.loads(line), labels)
        except (KeyError, TypeError, AttributeError, ValueError) as error:  # a JSONDecodeError is a ValueError
            said = f"no field {error}" if isinstance(error, KeyError) else str(error)
            raise RunError(f"{path}:{number}: {said}") from None


def _row(record: Mapping[str, Any], labels: tuple[str, ...]) -> tuple[Pair, list[float], bool]:
    gold, probability, candidate = record["gold"], record["probability"], record["candidate"]
    if unknown := sorted(set(gold) - set(labels)):
        raise ValueError(f"gold label {unknown[0]!r} is none of the run's labels")
    if len(probability) != len(labels):
        raise ValueError(f"{len(probability)} probabilities; expected {len(labels)}, one a label")
    if not all(0 <= p <= 1 for p in probability) or math.fsum(probability) > 1 + SUM_TOLERANCE:
        raise ValueError("probabilities outside [0, 1], or with a sum above 1")
    if not candidate and any(probability):
        raise ValueError("a pair that was no candidate has a probability above 0")
    key = (record["document"], record["subject"], record["object"])
    if not all(isinstance(id, str) for id in key):
        raise ValueError("document, subject and object must be strings")
    slices = tuple(sorted((name, str(value).lower()) for name, value in record.get("slices", {}).items()))
    pair = Pair(*key, tuple(sorted(set(gold))), slices)
    return pair, probability, bool(candidate)


def _unfinished(root: Path, finished: frozenset[Path]) -> Iterator[Path]:
    """Yield the topmost folders that look like runs and are above and below none that is finished, sorted."""
    above = {parent for place in finished for parent in place.parents}
    seen: set[Path] = set(finished)
    for path in sorted(path for path in root.rglob("*") if path.is_dir()):
        if seen.isdisjoint((path, *path.parents)) and path not in above and _holds_work(path):
            seen.add(path)
            yield path


def _holds_work(folder: Path) -> bool:
    return any(path.is_file() and path.suffix not in _REPORTS for path in folder.iterdir())


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)
