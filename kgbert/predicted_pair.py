"""Pairs whose likeliest label reaches its threshold, each in the window that is surest of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import torch

from kgbert.batch import Collator
from kgbert.evidence import evidence
from kgbert.example import Example
from kgbert.model import KGBertForRelationExtraction
from kgbert.prediction import Evidence
from kgbert.score import PairKey, Scored, run
from kgbert.task import task_of


class PredictedPair(NamedTuple):
    """A pair as one window has it.

    Attributes:
        example: The window.
        pair: Number of the pair in it.
        label: Number of its label among the task's; "none" is not one of them.
        score: Probability of this label.
        evidence: What in the graph supports it.
    """

    example: Example
    pair: int
    label: int
    score: float
    evidence: Evidence

    @property
    def key(self) -> PairKey:
        """Document, subject and object."""
        subject, object = self.example.pairs[self.pair]
        return self.example.document, self.example.arguments[subject], self.example.arguments[object]


def surest(
    model: KGBertForRelationExtraction, collator: Collator, examples: Sequence[Example], *, batch_size: int = 16
) -> dict[PairKey, PredictedPair]:
    """Return what ``model`` predicts of ``examples``; of several windows the one with the highest score counts."""
    best: dict[PairKey, PredictedPair] = {}
    for scored in run(model, collator, examples, batch_size=batch_size):
        for found in _predicted(model, scored):
            if found.key not in best or found.score > best[found.key].score:
                best[found.key] = found
    return best


def numbered(windows: Iterable[Iterable[Example]]) -> list[Example]:
    """Return the windows of all documents; positions stand in for ids, which need not be unique."""
    return [replace(example, document=str(i)) for i, examples in enumerate(windows) for example in examples]


def _predicted(model: KGBertForRelationExtraction, scored: Scored) -> Iterator[PredictedPair]:
    thresholds = model.config.thresholds or {}
    gate = max((abs(gate) for gate in model.kgbert.gates.values()), default=0.0)
    lowest = [thresholds.get(label, 0.5) for label in task_of(model.config.task).labels]
    score, label = (tensor.tolist() for tensor in torch.max(scored.probability[:, 1:].cpu(), dim=-1))
    text = scored.text_probability[:, 1:].tolist()
    row = 0
    for w, example in enumerate(scored.examples):
        for p in range(len(example.pairs)):
            if score[row] >= lowest[label[row]]:
                support = evidence(scored, window=w, pair=p, row=row, gate=gate, text_score=text[row][label[row]])
                yield PredictedPair(example, p, label[row], score[row], support)
            row += 1
