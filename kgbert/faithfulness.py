"""Whether a prediction rests on the evidence shown for it: how far its probability falls when that is erased.

What is erased is erased from the graph that the model reads, and the model is asked again (comprehensiveness and
sufficiency, after DeYoung et al. 2020, doi:10.18653/v1/2020.acl-main.408). Evidence is faithful as far as erasing it
costs more than erasing as much of what was not shown, which is worked out beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Generic, TypeVar

import numpy as np

from graph.batches import batches
from graph.subgraph import Path, Subgraph
from ingest.document import Document
from kgbert.example import Example
from kgbert.experiment.draw import hashed
from kgbert.experiment.statistics import interval
from kgbert.pipeline import Pipeline
from kgbert.predicted_pair import PredictedPair, numbered, surest
from kgbert.score import probabilities

REPLICATES = 2000
"""Draws of documents behind an interval."""

T = TypeVar("T")
U = TypeVar("U")

Fact = tuple[str, str, str]
"""Subject, predicate and object of an edge, whatever its source."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What erasing the evidence costs, beside what erasing as much else does: falls of a probability, means over pairs.

    Attributes:
        pairs: Predicted pairs that have both.
        shown: Fall when what is shown is erased; below 0 where the probability rises.
        other: Fall when something else of the kind is.
        difference: ``shown`` less ``other``.
        low: Lower end of its 95 % interval, over documents.
        high: Upper end.
    """

    pairs: int
    shown: float
    other: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """How far predictions rest on the graph, and on the part of it that is shown as their evidence.

    Attributes:
        documents: Number of documents.
        pairs: Predicted pairs.
        with_paths: Those with a path between their concepts.
        no_graph: Mean fall of the probability, over all pairs, without any graph.
        no_facts: The same without any edge: the pair's own concepts stay.
        first_path_only: The same over pairs with a path, where the edges of the first path alone are left.
        paths: The path with the largest share, against the mean of the pair's other paths.
        costliest_shown_first: Part of the pairs with several paths whose first path is the one that costs most.
        costliest_by_chance: That part, were the paths in any order.
        concepts: The concepts that the attention shows, but for the pair's own, against as many drawn from the rest.
    """

    documents: int
    pairs: int
    with_paths: int
    no_graph: float | None
    no_facts: float | None
    first_path_only: float | None
    paths: Difference | None
    costliest_shown_first: float | None
    costliest_by_chance: float | None
    concepts: Difference | None

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form, to four decimals."""
        return _rounded(asdict(self))


def faithfulness(pipeline: Pipeline, documents: Iterable[Document], *, batch_size: int = 16) -> Faithfulness:
    """Measure the evidence of what ``pipeline`` predicts between the entities that ``documents`` come with."""
    falls: list[tuple[int, _Erased[float]]] = []
    n_documents = 0
    for chunk in batches(documents, batch_size):
        falls += [(n_documents + i, fall) for i, fall in _falls(pipeline, chunk, batch_size)]
        n_documents += len(chunk)
    walked, several = ([fall for _, fall in falls if len(fall.by_path) >= n] for n in (1, 2))
    return Faithfulness(
        documents=n_documents,
        pairs=len(falls),
        with_paths=len(walked),
        no_graph=_mean([fall.no_graph for _, fall in falls]),
        no_facts=_mean([fall.no_facts for _, fall in falls]),
        first_path_only=_mean([fall.first_path_only for fall in walked]),
        paths=_difference([(i, f.by_path[0], float(np.mean(f.by_path[1:]))) for i, f in falls if len(f.by_path) > 1]),
        costliest_shown_first=_mean([float(fall.by_path[0] >= max(fall.by_path)) for fall in several]),
        costliest_by_chance=_mean([1 / len(fall.by_path) for fall in several]),
        concepts=_difference([(i, fall.by_concepts[0], fall.by_concepts[1]) for i, fall in falls if fall.by_concepts]),
    )


def without(example: Example, facts: Set[Fact]) -> Example:
    """Return ``example`` with ``facts`` erased: their edges, and every path that walks one; the concepts stay."""
    return _kept(example, lambda fact: fact not in facts)


def with_only(example: Example, facts: Set[Fact]) -> Example:
    """Return ``example`` with the edges of ``facts`` alone, and the paths that walk no other."""
    return _kept(example, lambda fact: fact in facts)


def without_concepts(example: Example, gone: Set[str]) -> Example:
    """Return ``example`` without the concepts called ``gone`` and their edges; an argument among them has no node."""
    left = _kept(example, lambda fact: gone.isdisjoint((fact[0], fact[2])))
    concepts = tuple(concept for concept in left.subgraph.concepts if concept.id not in gone)
    return replace(left, subgraph=left.subgraph._replace(concepts=concepts))


def without_graph(example: Example) -> Example:
    """Return ``example`` as it is where the graph holds nothing."""
    return replace(
        example,
        subgraph=Subgraph(),
        concepts=(None,) * len(example.arguments),
        paths=((),) * len(example.pairs),
    )


def facts_of(path: Path) -> frozenset[Fact]:
    """Return the edges that ``path`` walks."""
    starts = (path.start, *(step.to for step in path.steps))
    ends = zip(starts, path.steps, strict=False)
    return frozenset((a, s.predicate, s.to) if s.forward else (s.to, s.predicate, a) for a, s in ends)


@dataclass(frozen=True, slots=True)
class _Erased(Generic[T]):
    """What is asked of a predicted pair with parts of its graph erased, and then how far its probability falls.

    Attributes:
        no_graph, no_facts, first_path_only: See :class:`Faithfulness`.
        by_path: Without the edges of each of its paths, the one with the largest share first.
        by_concepts: Without the concepts shown, and without as many others; empty where there are none.
    """

    no_graph: T
    no_facts: T
    first_path_only: T
    by_path: tuple[T, ...]
    by_concepts: tuple[T, ...]

    def __iter__(self) -> Iterator[T]:
        yield from (self.no_graph, self.no_facts, self.first_path_only, *self.by_path, *self.by_concepts)

    def filled(self, values: Iterator[U]) -> "_Erased[U]":
        """Return the same with the next ``values`` in place of what is there."""
        first = (next(values), next(values), next(values))
        return _Erased(*first, tuple(next(values) for _ in self.by_path), tuple(next(values) for _ in self.by_concepts))


def _falls(pipeline: Pipeline, documents: Sequence[Document], batch_size: int) -> Iterator[tuple[int, _Erased[float]]]:
    """Yield, for each pair predicted in ``documents``, the number of its document and what erasing costs."""
    windows = numbered(pipeline.examples(document) for document in documents)
    found = surest(pipeline.model, pipeline.collator, windows, batch_size=batch_size).values()
    asked = [(pair, _trials(pair)) for pair in found]
    rows = _in_order(pipeline, [trial for _, trials in asked for trial in trials], batch_size)
    for pair, trials in asked:
        falls = (pair.score - row[pair.label + 1] for row in islice(rows, len([*trials])))
        yield int(pair.example.document), trials.filled(falls)


def _in_order(pipeline: Pipeline, examples: Sequence[Example], batch_size: int) -> Iterator[tuple[float, ...]]:
    """Yield the probabilities of examples that have one pair each."""
    apart = [replace(example, document=str(i)) for i, example in enumerate(examples)]
    found = probabilities(pipeline.model, pipeline.collator, apart, batch_size=batch_size)
    by_number = {int(document): row for (document, _, _), row in found.items()}
    return (by_number[i] for i in range(len(apart)))


def _trials(pair: PredictedPair) -> _Erased[Example]:
    """Return the window of ``pair``, with this pair alone, as it is asked again."""
    example = _alone(pair.example, pair.pair)
    shown = [facts_of(path) for path, _ in pair.evidence.paths]
    return _Erased(
        no_graph=without_graph(example),
        no_facts=with_only(example, frozenset()),
        first_path_only=with_only(example, shown[0] if shown else frozenset()),
        by_path=tuple(without(example, facts) for facts in shown),
        by_concepts=tuple(without_concepts(example, gone) for gone in _attended_and_others(pair, example)),
    )


def _attended_and_others(pair: PredictedPair, example: Example) -> tuple[Set[str], ...]:
    """Return the concepts that the evidence lists, but for the pair's own, and as many of the rest, drawn by hash."""
    own = {example.concepts[argument] for argument in example.pairs[0]}
    attended = {id for id, _ in pair.evidence.attention if id not in own}
    others = {concept.id for concept in example.subgraph.concepts} - own - attended
    drawn = sorted(others, key=lambda id: hashed(id, salt="\n".join(pair.key[1:])))[: len(attended)]
    return (attended, set(drawn)) if attended and len(drawn) == len(attended) else ()


def _alone(example: Example, pair: int) -> Example:
    features = example.features[pair : pair + 1]
    paths = example.paths[pair : pair + 1]
    return replace(example, pairs=(example.pairs[pair],), paths=paths, features=features, labels=None)


def _kept(example: Example, keep: Callable[[Fact], bool]) -> Example:
    relations = tuple(r for r in example.subgraph.relations if keep((r.subject, r.predicate, r.object)))
    paths = tuple(tuple(path for path in found if all(map(keep, facts_of(path)))) for found in example.paths)
    return replace(example, subgraph=example.subgraph._replace(relations=relations), paths=paths)


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _difference(rows: Sequence[tuple[int, float, float]]) -> Difference | None:
    """Return the means of (document, shown, other), and an interval from drawing documents again; ``None`` of none."""
    if not rows:
        return None
    shown, other = np.array([row[1:] for row in rows]).T
    document = np.unique([row[0] for row in rows], return_inverse=True)[1]
    n = int(document.max()) + 1
    sums, counts = np.bincount(document, shown - other), np.bincount(document)
    drawn = np.random.default_rng(0).multinomial(n, [1 / n] * n, size=REPLICATES)
    low, high = interval(drawn @ sums / (drawn @ counts))
    difference = float((shown - other).mean())
    return Difference(len(rows), float(shown.mean()), float(other.mean()), difference, low, high)


def _rounded(values: dict[str, object]) -> dict[str, object]:
    return {
        key: round(value, 4) if isinstance(value, float) else _rounded(value) if isinstance(value, dict) else value
        for key, value in values.items()
    }
