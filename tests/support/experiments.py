"""Runs of made-up experiments, in memory and in folders."""

import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from kgbert.experiment.pairs import Pair, Pairs
from kgbert.experiment.runs import PREDICTIONS, Cell, Run

SLICES = {"seen": ("both", "none", "one"), "long": ("false", "true")}


def toy_pairs(task="CID", *, n_documents=30, per_document=8, labels=("CID",), share=0.25, seed=0) -> Pairs:
    """Pairs whose gold labels are drawn at random."""
    random = np.random.default_rng(seed)
    pairs = []
    for document in range(n_documents):
        for number in range(per_document):
            gold = (str(random.choice(labels)),) if random.random() < share else ()
            pairs.append(Pair(f"{10_000 + document}", f"S{number}", "O", gold))
    return Pairs.of(task, tuple(labels), tuple(sorted(pairs)))


def toy_slices(n_pairs: int, *, seed: int = 0) -> dict[tuple[str, str], np.ndarray]:
    """A value in each dimension for each pair, drawn at random."""
    random = np.random.default_rng(seed)
    drawn = {name: random.choice(values, n_pairs) for name, values in SLICES.items()}
    return {(name, value): drawn[name] == value for name, values in sorted(SLICES.items()) for value in values}


def toy_run(pairs: Pairs, random: np.random.Generator, *, strength=1.0, condition="A0", size=200, seed=0) -> Run:
    """A run whose logits are ``strength`` where a label is true, plus noise."""
    logits = random.normal(size=pairs.gold.shape) + strength * pairs.gold - 1.5
    weight = np.exp(logits)
    probability = weight / (1 + weight.sum(1, keepdims=True))
    folder = Path(pairs.task, str(size), condition, str(seed))
    every, slices = np.ones(len(pairs), bool), toy_slices(len(pairs))
    return Run(folder, Cell(pairs.task, size), condition, seed, "e", "d", pairs, probability, every, slices)


def given_run(probability: Sequence[Sequence[float]], gold: Sequence[Iterable[int]], documents: str = "") -> Run:
    """A run with these probabilities and gold columns; each character of ``documents`` is the document of a pair."""
    labels = tuple(f"L{i}" for i in range(len(probability[0])))
    ids = documents or "a" * len(gold)
    pairs = tuple(
        Pair(id, f"{row:05}", "o", tuple(labels[i] for i in sorted(columns)))
        for row, (id, columns) in enumerate(zip(ids, gold, strict=True))
    )
    made = Pairs.of("T", labels, pairs)
    every = np.ones(len(gold), bool)
    return Run(Path("run"), Cell("T", 100), "A0", 0, "e", "d", made, np.array(probability, float), every, {})


def write_run(run: Run, folder: Path, **metrics: object) -> Path:
    """Write ``run`` as the runner does; ``metrics`` replace fields of its metrics."""
    folder.mkdir(parents=True)
    lines = [json.dumps(record(run, row)) for row in range(len(run.pairs))]
    write_predictions(folder, "".join(f"{line}\n" for line in lines))
    about = {
        "task": run.cell.task,
        "train_size": run.cell.train_size,
        "condition": run.condition,
        "seed": run.seed,
        "labels": run.pairs.labels,
        "data_sha256": run.data_sha256,
        "evaluation_sha256": run.evaluation_sha256,
    }
    (folder / "metrics.json").write_text(json.dumps(about | metrics))
    return folder


def record(run: Run, row: int) -> dict[str, object]:
    """The line of a pair."""
    pair = run.pairs.pairs[row]
    values = dict(slice for slice, there in run.slices.items() if there[row])
    return {
        "document": pair.document,
        "sentence": 3,
        "subject": pair.subject,
        "object": pair.object,
        "gold": pair.gold,
        "probability": run.probability[row].tolist(),
        "candidate": bool(run.candidate[row]),
        "slices": {name: value == "true" if name == "long" else value for name, value in values.items()},
    }


def write_predictions(folder: Path, text: str) -> None:
    """Write the lines of predictions of a run, whatever they are."""
    (folder / PREDICTIONS).write_bytes(gzip.compress(text.encode()))


def read_predictions(folder: Path) -> str:
    """Return the lines of predictions of a run."""
    return gzip.decompress((folder / PREDICTIONS).read_bytes()).decode()
