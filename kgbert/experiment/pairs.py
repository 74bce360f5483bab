"""The candidate pairs that every run of a task is evaluated on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from kgbert.errors import RunError

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int32]

Slice: TypeAlias = tuple[str, str]
"""A dimension and the value that its pairs, or their labels, have: ("seen", "none"), ("rare", "true")."""

N_NAMED = 3
"""Pairs that a message names."""

RARE = 0.1
"""A label is rare that has a smaller part of the relations tested on."""


class Pair(NamedTuple):
    """A candidate pair and what the gold standard says of it; sorts by document, subject and object first.

    Attributes:
        document: Id of the text that is resampled: the abstract, for tasks by sentence too.
        subject: Id of the first argument.
        object: Id of the second.
        gold: Its labels, sorted; empty for none.
    """

    document: str
    subject: str
    object: str
    gold: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The pairs of one task, in their order.

    Attributes:
        task: Name of the task.
        labels: Relation labels, without "none".
        pairs: Sorted.
        documents: Their documents, each once, sorted.
        document_of: ``(pairs,)`` place in ``documents``.
        gold: ``(pairs, labels)`` whether the label is true of the pair.
    """

    task: str
    labels: tuple[str, ...]
    pairs: tuple[Pair, ...]
    documents: tuple[str, ...]
    document_of: Ints
    gold: Bools

    @classmethod
    def of(cls, task: str, labels: tuple[str, ...], pairs: tuple[Pair, ...]) -> "Pairs":
        """Index ``pairs``, which are sorted and bear no label outside ``labels``."""
        documents = tuple(sorted({pair.document for pair in pairs}))
        place = {document: i for i, document in enumerate(documents)}
        column = {label: i for i, label in enumerate(labels)}
        gold = np.zeros((len(pairs), len(labels)), bool)
        for row, pair in enumerate(pairs):
            gold[row, [column[label] for label in pair.gold]] = True
        return cls(task, labels, pairs, documents, np.array([place[p.document] for p in pairs], np.int32), gold)

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def n_relations(self) -> int:
        """Labels that are true, over all pairs."""
        return int(self.gold.sum())

    @property
    def label_slices(self) -> Mapping[Slice, Bools]:
        """For each slice by label which labels are in it, ``(labels,)``; none where there is one label to tell."""
        if len(self.labels) < 2:
            return {}
        rare = self.gold.sum(0) < RARE * self.n_relations
        each = {("label", label): np.arange(len(self.labels)) == i for i, label in enumerate(self.labels)}
        return {**each, ("rare", "false"): ~rare, ("rare", "true"): rare}

    def on(self, labels: Bools) -> "Pairs":
        """Return all pairs with the labels alone for which ``labels``, ``(labels,)``, is true."""
        kept = tuple(label for label, keep in zip(self.labels, labels, strict=True) if keep)
        pairs = tuple(pair._replace(gold=tuple(label for label in pair.gold if label in kept)) for pair in self.pairs)
        return replace(self, labels=kept, pairs=pairs, gold=self.gold[:, labels])

    def within(self, keep: Bools) -> "Pairs":
        """Return the pairs where ``keep``, ``(pairs,)``, is true; the documents stay, so that draws of them fit."""
        pairs = tuple(pair for pair, kept in zip(self.pairs, keep, strict=True) if kept)
        return replace(self, pairs=pairs, document_of=self.document_of[keep], gold=self.gold[keep])


def check_same(pairs: Pairs, where: object, other: Pairs, other_where: object) -> None:
    """Check that two runs of a task were evaluated on the same labels and pairs.

    Raises:
        RunError: They were not; names both places and what differs.
    """
    if pairs.labels == other.labels and pairs.pairs == other.pairs:
        return
    difference = _difference(pairs, other)
    raise RunError(f"{where} and {other_where}: {difference}; runs of {pairs.task} must evaluate the same to compare")


def _difference(pairs: Pairs, other: Pairs) -> str:
    if pairs.labels != other.labels:
        return f"the labels are {', '.join(pairs.labels)} in the first, {', '.join(other.labels)} in the second"
    one, two = ({pair[:3] for pair in side.pairs} for side in (pairs, other))
    if one != two:
        return f"{_named(one - two)} only in the first, {_named(two - one)} only in the second"
    if len(pairs) != len(other):
        return f"{len(pairs)} pairs in the first, {len(other)} in the second"
    unlike = {a[:3] for a, b in zip(pairs.pairs, other.pairs, strict=True) if a != b}
    return f"{_named(unlike)} with other gold labels"


def _named(keys: set[tuple[str, str, str]]) -> str:
    shown = "; ".join(" ".join(key) for key in sorted(keys)[:N_NAMED])
    more = ", ..." if len(keys) > N_NAMED else ""
    return f"{len(keys)} pair{'s' * (len(keys) != 1)}" + (f" ({shown}{more})" if keys else "")
