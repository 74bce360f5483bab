"""A finished run of an experiment, read from its folder."""

import gzip
import math
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson

from kgbert.errors import RunError
from kgbert.experiment.pairs import Bools, Floats, Pair, Pairs, Slice
from kgbert.run_folder import METRICS

PREDICTIONS = "predictions.jsonl.gz"

SUM_TOLERANCE = 1e-4
"""How far a pair's probabilities may exceed 1 by rounding."""

_FIELDS = {"task": str, "train_size": int, "condition": str, "seed": int, "labels": list, "evaluation_sha256": str}


class Cell(NamedTuple):
    """What is held fixed when conditions are compared: a task and a number of training units, 0 for all of them."""

    task: str
    train_size: int

    def __str__(self) -> str:
        return f"{self.task} {self.train_size or 'whole'}"


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
        slices: Parts of the pairs, such as those whose arguments training knew: for each (dimension, value), sorted,
            which pairs have it, ``(pairs,)``. They may differ between runs, as what they were trained on does.
        proposed: Pairs that the gold standard does not ask about and the run does, as between entities that it found
            by itself.
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
    slices: Mapping[Slice, Bools]
    proposed: frozenset[Pair] = frozenset()

    def among(self, proposed: Collection[Pair]) -> "Run":
        """Return the run on its pairs and those that others ``proposed``, which were no candidates here."""
        more = sorted(set(proposed) - self.proposed)
        if not more:
            return self
        pairs = (*self.pairs.pairs, *more)
        order = sorted(range(len(pairs)), key=pairs.__getitem__)

        def placed(values: Any) -> Any:
            return np.concatenate([values, np.zeros((len(more), *values.shape[1:]), values.dtype)])[order]

        return replace(
            self,
            pairs=Pairs.of(self.pairs.task, self.pairs.labels, tuple(pairs[i] for i in order)),
            probability=placed(self.probability),
            candidate=placed(self.candidate),
            slices={slice: placed(there) for slice, there in self.slices.items()},
        )

    def within(self, keep: Bools) -> "Run":
        """Return the run on the pairs for which ``keep``, ``(pairs,)``, is true."""
        return replace(
            self,
            pairs=self.pairs.within(keep),
            probability=self.probability[keep],
            candidate=self.candidate[keep],
            slices={slice: there[keep] for slice, there in self.slices.items()},
        )

    def on(self, labels: Bools) -> "Run":
        """Return the run with the labels alone for which ``labels``, ``(labels,)``, is true."""
        return replace(self, pairs=self.pairs.on(labels), probability=self.probability[:, labels])


class _Row(NamedTuple):
    """A line of the predictions."""

    pair: Pair
    slices: tuple[Slice, ...]
    probability: list[float]
    candidate: bool
    proposed: bool


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


def _run(folder: Path, metrics: Mapping[str, Any], parsed: Iterable[_Row]) -> Run:
    labels = tuple(metrics["labels"])
    rows = sorted(parsed, key=lambda row: (row.pair, row.slices))
    return Run(
        folder=folder,
        cell=Cell(metrics["task"], metrics["train_size"]),
        condition=metrics["condition"],
        seed=metrics["seed"],
        evaluation_sha256=metrics["evaluation_sha256"],
        data_sha256=str(metrics.get("data_sha256", "")),
        pairs=Pairs.of(metrics["task"], labels, tuple(row.pair for row in rows)),
        probability=np.array([row.probability for row in rows], np.float64).reshape(len(rows), len(labels)),
        candidate=np.array([row.candidate for row in rows], bool),
        slices={
            slice: np.array([slice in row.slices for row in rows], bool)
            for slice in sorted({slice for row in rows for slice in row.slices})
        },
        proposed=frozenset(row.pair for row in rows if row.proposed),
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


def _rows(path: Path, labels: tuple[str, ...]) -> Iterator[_Row]:
    if not path.exists():
        raise RunError(f"{path}: not there, although the run is finished")
    for number, line in enumerate(_lines(path), start=1):
        try:
            yield _row(orjson.loads(line), labels)
        except (KeyError, TypeError, AttributeError, ValueError) as error:  # a JSONDecodeError is a ValueError
            said = f"no field {error}" if isinstance(error, KeyError) else str(error)
            raise RunError(f"{path}:{number}: {said}") from None


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path) as file:
            yield from file
    except (EOFError, OSError, zlib.error) as error:
        raise RunError(f"{path}: damaged ({error})") from None


def _row(record: Mapping[str, Any], labels: tuple[str, ...]) -> _Row:
    gold, probability, candidate = record["gold"], record["probability"], record["candidate"]
    if unknown := sorted(set(gold) - set(labels)):
        raise ValueError(f"gold label {unknown[0]!r} is none of the run's labels")
    if len(probability) != len(labels):
        raise ValueError(f"{len(probability)} probabilities; expected {len(labels)}, one a label")
    if not all(0 <= p <= 1 for p in probability) or math.fsum(probability) > 1 + SUM_TOLERANCE:
        raise ValueError("probabilities outside [0, 1], or with a sum above 1")
    proposed = bool(record.get("proposed", False))
    if proposed and gold:
        raise ValueError("a pair that the gold standard does not ask about has a gold label")
    if not candidate and any(probability):
        raise ValueError("a pair that was no candidate has a probability above 0")
    key = (record["document"], record["subject"], record["object"])
    if not all(isinstance(id, str) for id in key):
        raise ValueError("document, subject and object must be strings")
    slices = tuple(sorted((name, str(value).lower()) for name, value in record.get("slices", {}).items()))
    return _Row(Pair(*key, tuple(sorted(set(gold)))), slices, probability, bool(candidate), proposed)
