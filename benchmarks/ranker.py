"""Fit the weights that ingest.rank ships, and show by cross-validation what each stage is worth.

    python benchmarks/ranker.py                     names only (ranker-names.json)
    python benchmarks/ranker.py --encoder FOLDER    with vectors of an aligned encoder (ranker-vectors.json)
    add --write to put the weights into ingest/data

Everything is done on development sets: the dictionary holds the training sets' names. The ranker is fitted by
conditional likelihood of the right concept among the options; the confidence by the likelihood that the winner is
right, on the same mentions and on them again with a fifth of their concepts removed from the ontology, so that it
learns what it looks like when the right concept is not there. Cross-validated figures: five folds of documents.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

import linking
from graph.embedded_store import EmbeddedGraphStore
from ingest.coherence import Coherence
from ingest.dense import DenseIndex
from ingest.document import Document
from ingest.evaluate import gold_spans
from ingest.lexicon import Lexicon
from ingest.link import MENTION_TYPES, Linker
from ingest.rank import CONFIDENCE, FEATURES, STAGES, lead
from linking import RESULTS, ROOT, TASKS, Names

FOLDS = 5
CHOSEN = (1, 2, 4)
DISEASES = (1, 4)
"""Of ``CHOSEN`` those with vectors: to encode the names of all of MeSH's chemicals takes a CPU half an hour."""


class Case(NamedTuple):
    """A mention with its options: ``(options, features)``, and which of them are right."""

    task: int
    document: str
    new: bool
    features: np.ndarray
    right: np.ndarray


class Weights(NamedTuple):
    """Of the ranker and of the confidence."""

    rank: np.ndarray
    confidence: np.ndarray


def main() -> None:
    """Fit, report, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", help="folder of an aligned encoder, or packaged")
    parser.add_argument("--coherence", action="store_true", help="with coherence in the graph")
    parser.add_argument("--write", action="store_true", help="put the weights into ingest/data")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    encode = linking.encoder(arguments.encoder) if arguments.encoder else None
    whole: list[Case] = []
    less: list[Case] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in DISEASES if encode else CHOSEN:
            for removed, cases in ((0.0, whole), (0.2, less)):
                cases += gathered(number, Path(folder), encode, coherence=arguments.coherence, removed=removed)
            print(TASKS[number].name, len(whole), "mentions so far", flush=True)
    name = "vectors" if encode else "names"
    rows = table(whole, less)
    (RESULTS / f"ranker-{name}.json").write_text(json.dumps(rows, indent=1) + "\n")
    if arguments.write:
        weights = fit(whole, less)
        stated = {
            "weights": dict(zip(FEATURES, np.round(weights.rank, 4).tolist(), strict=True)),
            "confidence": dict(zip(CONFIDENCE, np.round(weights.confidence, 4).tolist(), strict=True)),
        }
        out = ROOT / "ingest" / "data" / f"ranker-{name}.json"
        out.write_text(json.dumps(stated, indent=1) + "\n")


def gathered(number: int, folder: Path, encode, *, coherence: bool, removed: float) -> list[Case]:
    """Return the cases of a task's development set; a share of its gold concepts may be ``removed`` before."""
    task = TASKS[number]
    ontologies = linking.read(task.ontologies)
    gold, annotated = linking.corpus([task.dev]), linking.corpus(task.train)
    wanted = frozenset({task.type})
    lacking = drawn({e.id for d in gold for e in d.entities if e.id and e.type in wanted}, removed)
    store = Names(ontologies.values(), without=lacking)
    types = wanted | MENTION_TYPES.get(task.type, frozenset())
    extra = [(text, id) for text, id in linking.names(annotated, wanted) if id not in lacking]
    lexicon = Lexicon.compile(store, folder / f"lexicon-{number}-{removed}", types=types, extra_names=extra)
    dense = None
    if encode:
        keys = list(lexicon.keys)
        dense = DenseIndex.compile(keys, folder / f"dense-{number}-{removed}", encode, encoder="aligned")
    walks = None
    if coherence:
        graph = folder / f"graph-{number}"
        if not graph.exists():
            EmbeddedGraphStore.from_ontologies(graph, *ontologies.values()).close()
        walks = Coherence(EmbeddedGraphStore.open(graph))
    linker = Linker(lexicon, dense=dense, coherence=walks)
    seen = frozenset(entity.text.lower() for document in annotated for entity in document.entities)
    return list(cases(number, gold, linker, linking.same_ids(task), seen))


def drawn(ids: Iterable[str], share: float) -> frozenset[str]:
    """Return a ``share`` of ``ids``, always the same."""
    ordered = sorted(ids)
    dice = np.random.default_rng(0)
    return frozenset(id for id, draw in zip(ordered, dice.random(len(ordered)), strict=True) if draw < share)


def cases(number: int, gold: Sequence[Document], linker: Linker, same, seen: frozenset[str]) -> Iterable[Case]:
    """Yield a case for every gold span with an id."""
    lexicon = linker.lexicon
    canonical = [same(lexicon.current(id)) for id in lexicon.ids]
    spans = [gold_spans(document, linker, types=frozenset({TASKS[number].type})) for document in gold]
    bare = [Document(d.id, d.text, mentions=tuple(m for m, _ in some)) for d, some in zip(gold, spans, strict=True)]
    for document, some, found in zip(bare, spans, linker.options(bare), strict=True):
        for (mention, ids), options in zip(some, found, strict=True):
            if ids:
                right = {same(lexicon.current(id)) for id in ids}
                features = np.array([option.features for option in options]).reshape(-1, len(FEATURES))
                is_right = np.array([canonical[o.proposal.name.concept] in right for o in options], bool)
                yield Case(number, document.id, mention.text.lower() not in seen, features, is_right)


def table(whole: list[Case], less: list[Case]) -> list[dict[str, object]]:
    """Return, and print, cross-validated accuracies with all stages and without each."""
    rows = []
    for left_out in ("", *STAGES):
        blind = np.array([name not in STAGES.get(left_out, ()) for name in FEATURES], float)
        seen_whole, seen_less = ([c._replace(features=c.features * blind) for c in some] for some in (whole, less))
        row = {"without": left_out, **cross_validated(seen_whole, seen_less)}
        print(json.dumps(row), flush=True)
        rows.append(row)
    return rows


def cross_validated(whole: list[Case], less: list[Case]) -> dict[str, object]:
    """Return accuracy (A, U) for each task and the calibration over all; no case is judged by weights that saw it."""
    right: dict[str, list[float]] = {}
    probabilities, truths = [], []
    for fold in range(FOLDS):
        kept = [[case for case in some if fold_of(case) != fold] for some in (whole, less)]
        weights = fit(*kept)
        for some, is_whole in ((whole, True), (less, False)):
            for case in some:
                if fold_of(case) == fold:
                    is_right, probability = judged(case, weights)
                    probabilities.append(probability)
                    truths.append(is_right)
                    if is_whole:
                        task = TASKS[case.task]
                        for protocol in ("A", "U") if case.new else ("A",):
                            right.setdefault(f"{task.name} {protocol}", []).append(is_right)
    accuracies = {name: round(float(np.mean(values)), 4) for name, values in sorted(right.items())}
    return {**accuracies, **calibration(np.array(probabilities), np.array(truths, float))}


def fold_of(case: Case) -> int:
    """Return which fold a case's document is in."""
    return sum(case.document.encode()) % FOLDS


def judged(case: Case, weights: Weights) -> tuple[bool, float]:
    """Return whether the winner is right, and the probability given to it."""
    if not len(case.features):
        return False, 0.0
    scores = case.features @ weights.rank
    winner = int(scores.argmax())
    logit = weights.confidence @ np.concatenate([[1.0, lead(scores)], case.features[winner]])
    return bool(case.right[winner]), float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def calibration(probability: np.ndarray, right: np.ndarray) -> dict[str, float]:
    """Return expected calibration error (15 bins of equal width), Brier score, and risk at three coverages."""
    bins = np.minimum((probability * 15).astype(int), 14)
    error = sum(abs(probability[bins == b].sum() - right[bins == b].sum()) for b in range(15)) / len(right)
    surest = np.argsort(-probability, kind="stable")
    risks = {f"risk at {c} %": round(float(1 - right[surest[: len(right) * c // 100]].mean()), 4) for c in (50, 80, 90)}
    return {"ECE": round(float(error), 4), "Brier": round(float(((probability - right) ** 2).mean()), 4), **risks}


def fit(whole: list[Case], less: list[Case]) -> Weights:
    """Return the weights that make the right options and the right answers likeliest."""
    rank = fit_rank([case for case in whole if case.right.any() and not case.right.all()])
    rows, truths = [], []
    for case in (*whole, *less):
        if len(case.features):
            scores = case.features @ rank
            winner = int(scores.argmax())
            rows.append([1.0, lead(scores), *case.features[winner]])
            truths.append(case.right[winner])
    return Weights(rank, logistic(np.array(rows), np.array(truths, float)))


def fit_rank(cases: list[Case]) -> np.ndarray:
    """Maximise the conditional likelihood of the right options of ``cases``."""
    features = np.concatenate([case.features for case in cases])
    right = torch.tensor(np.concatenate([case.right for case in cases]))
    owner = torch.tensor(np.repeat(np.arange(len(cases)), [len(case.right) for case in cases]))

    def total(scores: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(cases)).index_add(0, owner, scores.exp()).clamp_min(1e-30).log()

    def loss(scores: torch.Tensor) -> torch.Tensor:
        scores = scores.clamp(-40, 40)
        return (total(scores) - total(scores.masked_fill(~right, -80.0))).mean()

    return least(loss, features)


def logistic(features: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression of ``right`` on ``features``."""
    wanted = torch.tensor(right, dtype=torch.float32)
    return least(lambda scores: torch.nn.functional.binary_cross_entropy_with_logits(scores, wanted), features)


def least(loss: Callable[[torch.Tensor], torch.Tensor], features: np.ndarray, *, penalty: float = 1e-3) -> np.ndarray:
    """Return the weights with the least ``loss`` of ``features @ weights``, and a penalty on features of one spread."""
    inputs = torch.tensor(features, dtype=torch.float32)
    scale = inputs.std(0).clamp_min(0.05)
    inputs = inputs / scale
    weights = torch.zeros(inputs.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss(inputs @ weights) + penalty * weights.square().sum()
        value.backward()
        return value

    optimizer.step(closure)
    return (weights.detach() / scale).double().numpy()


if __name__ == "__main__":
    main()
