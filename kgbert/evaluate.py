"""Precision, recall, F1 and average precision of document-level relations.

Three figures stand side by side, for the conventions differ:

* ``all``: every pair of concepts that the task allows.
* ``gold_filter``: as most published figures for BC5CDR are computed, negative pairs are left out whose object is more
  general than that of a true pair with the same subject (after Gu et al. 2016, doi:10.1093/database/baw042). This looks
  at the gold standard.
* ``own_filter``: what can be done without gold: a predicted pair is dropped where the same subject is predicted with a
  more specific object. ``kgbert extract`` does this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache, partial

from sklearn.metrics import average_precision_score

from graph.hierarchy import ancestors, more_general
from graph.store import GraphStore
from ingest.document import Document
from ingest.evaluate import Scores
from kgbert.errors import TaskError
from kgbert.score import PairKey
from kgbert.task import DOCUMENT, Task


@dataclass(frozen=True, slots=True)
class Score:
    """Micro-averaged figures in [0, 1]; ``average_precision`` is over all scored pairs, ties in any order."""

    precision: float
    recall: float
    f1: float
    average_precision: float


@dataclass(frozen=True, slots=True)
class RelationReport:
    """Figures of one evaluation.

    Attributes:
        documents: Number of documents.
        true: Number of relations in the gold standard.
        threshold: Smallest probability predicted.
        all: Every allowed pair counts.
        gold_filter: Without more general negatives; looks at the gold standard.
        own_filter: With the same idea applied to predictions; needs no gold standard.
    """

    documents: int
    true: int
    threshold: float
    all: Score
    gold_filter: Score
    own_filter: Score

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form; ``precision``, ``recall`` and ``f1`` on top are those of ``gold_filter``."""
        top = asdict(self.gold_filter)
        protocol = "document-level, gold entities, gold_filter (negatives more general than a true pair left out)"
        return {"protocol": protocol, **top, **asdict(self)}


def check_evaluated(task: Task) -> None:
    """Do nothing if ``task`` is evaluated here: one label between the concepts of a document.

    Raises:
        TaskError: It is not; says what does it.
    """
    if len(task.labels) > 1 or task.unit != DOCUMENT:
        raise TaskError(
            f"task {task.name} ({len(task.labels)} labels, by {task.unit}): these figures are of one label by "
            "document; kgbert experiment run has those of every task"
        )


class RelationEvaluation:
    """Gold relations of some documents, against which scores are held."""

    def __init__(self, documents: Iterable[Document], task: Task, store: GraphStore | None) -> None:
        """Keep what ``documents`` state; ``store`` supplies the hierarchy of the filters (none without it).

        Raises:
            TaskError: See :func:`check_evaluated`.
        """
        check_evaluated(task)
        self.n_documents = 0
        self.true: set[PairKey] = set()
        for document in documents:
            self.n_documents += 1
            self.true |= {(document.id, r.subject, r.object) for r in document.relations if r.label in task.labels}
        self._above = cache(partial(ancestors, store)) if store is not None else _nothing

    def report(self, probability: Mapping[PairKey, float], *, threshold: float) -> RelationReport:
        """Return the figures for pairs with the given ``probability``; an unlisted pair has 0."""
        predicted = {key for key, p in probability.items() if p >= threshold}
        general = more_general(probability, than=self.true, above=self._above) - self.true
        implied = more_general(predicted, than=predicted, above=self._above)
        kept = {key: p for key, p in probability.items() if key not in general}
        own = {key: p for key, p in probability.items() if key not in implied}
        return RelationReport(
            documents=self.n_documents,
            true=len(self.true),
            threshold=threshold,
            all=self._score(probability, threshold),
            gold_filter=self._score(kept, threshold),
            own_filter=self._score(own, threshold),
        )

    def best_threshold(self, probability: Mapping[PairKey, float]) -> float:
        """Return the threshold with the highest F1 over all pairs, to two decimals; the lowest of equals."""
        return max((t / 100 for t in range(5, 96)), key=lambda t: (self._counted(probability, t).f1, -t))

    def _counted(self, probability: Mapping[PairKey, float], threshold: float) -> Scores:
        """Count the pairs that reach ``threshold``."""
        predicted = {key for key, p in probability.items() if p >= threshold}
        return Scores(len(predicted & self.true), len(predicted), len(self.true))

    def _score(self, probability: Mapping[PairKey, float], threshold: float) -> Score:
        counted = self._counted(probability, threshold)
        return Score(counted.precision, counted.recall, counted.f1, self._average_precision(probability))

    def _average_precision(self, probability: Mapping[PairKey, float]) -> float:
        if not self.true:
            return 0.0
        keys = sorted(probability.keys() | self.true)
        return float(average_precision_score([k in self.true for k in keys], [probability.get(k, 0.0) for k in keys]))


def _nothing(id: str) -> frozenset[str]:  # noqa: ARG001 (no hierarchy has nothing above any concept)
    return frozenset()
