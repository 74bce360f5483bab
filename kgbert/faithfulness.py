"""Whether a prediction rests on the evidence shown for it: how far its probability falls when that is erased.

What is erased is erased from the graph that the model reads, and the model is asked again (comprehensiveness and
sufficiency, after DeYoung et al. 2020, doi:10.18653/v1/2020.acl-main.408). Evidence is faithful as far as erasing it
costs more than erasing as much of what was not shown, which is worked out beside it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import NamedTuple

import numpy as np

from graph.batches import batches
from graph.subgraph import Path, Subgraph
from ingest.document import Document
from kgbert.example import Example
from kgbert.pipeline import Pipeline
from kgbert.predicted_pair import PredictedPair, numbered, surest
from kgbert.score import probabilities

REPLICATES = 2000
LEVEL = 0.95

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
        no_graph: Mean fall of the probability, over all pairs, without any graph: no evidence can be worth more.
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
    n_documents, erased = 0, list[_Erased]()
    for chunk in batches(documents, batch_size):
        erased += _erased(pipeline, chunk, n_documents, batch_size)
        n_documents += len(chunk)
    walked, several = [e for e in erased if e.by_path], [e for e in erased if len(e.by_path) > 1]
    attended = [e for e in erased if e.by_concepts is not None]
    return Faithfulness(
        documents=n_documents,
        pairs=len(erased),
        with_paths=len(walked),
        no_graph=_mean([e.no_graph for e in erased]),
        no_facts=_mean([e.no_facts for e in erased]),
        first_path_only=_mean([e.first_path_only for e in walked]),
        paths=_difference([(e.document, e.by_path[0], float(np.mean(e.by_path[1:]))) for e in several]),
        costliest_shown_first=_mean([float(e.by_path[0] >= max(e.by_path)) for e in several]),
        costliest_by_chance=_mean([1 / len(e.by_path) for e in several]),
        concepts=_difference([(e.document, *e.by_concepts) for e in attended if e.by_concepts is not None]),
    )


def without(example: Example, facts: Set[Fact]) -> Example:
    """Return ``example`` with ``facts`` erased: their edges, and every path that walks one; the concepts stay."""
    return _kept(example, lambda fact: fact not in facts)


def with_only(example: Example, facts: Set[Fact]) -> Example:
    """Return ``example`` with the edges of ``facts`` alone, and the paths that walk no other."""
    return _kept(example, lambda fact: fact in facts)


def without_concepts(example: Example, gone: Set[str]) -> Example:
    """Return ``example`` without the concepts called ``gone`` and their edges; an argument among them has no node."""
    left = without(example, {fact for fact in _edges(example.subgraph) if fact[0] in gone or fact[2] in gone})
    concepts = tuple(concept for concept in left.subgraph.concepts if concept.id not in gone)
    # A path may walk where the budget had cut the subgraph, and so through a concept whose edges are not in it.
    paths = tuple(tuple(path for path in found if gone.isdisjoint(_passed(path))) for found in left.paths)
    return replace(left, subgraph=left.subgraph._replace(concepts=concepts), paths=paths)


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


class _Erased(NamedTuple):
    """How far the probability of a predicted pair falls when parts of its graph are erased.

    Attributes:
        document: Number of the document.
        no_graph, no_facts, first_path_only: See :class:`Faithfulness`.
        by_path: Of the facts of each of its paths, the one with the largest share first.
        by_concepts: Of the concepts shown, and of as many others.
    """

    document: int
    no_graph: float
    no_facts: float
    first_path_only: float
    by_path: tuple[float, ...]
    by_concepts: tuple[float, float] | None


def _erased(pipeline: Pipeline, documents: Sequence[Document], first: int, batch_size: int) -> Iterator[_Erased]:
    """Yield what erasing costs each pair predicted in ``documents``, the first of which has number ``first``."""
    windows = numbered(pipeline.examples(document) for document in documents)
    found = surest(pipeline.model, pipeline.collator, windows, batch_size=batch_size).values()
    asked = [(pair, _trials(pair)) for pair in found]
    rows = _in_order(pipeline, [trial for _, trials in asked for trial in trials], batch_size)
    for pair, trials in asked:
        falls = [pair.score - row[pair.label + 1] for row in islice(rows, len(trials))]
        no_graph, no_facts, first_path_only, *others = falls
        n_paths = len(pair.evidence.paths)
        by_concepts = (others[n_paths], others[n_paths + 1]) if len(others) > n_paths else None
        document = first + int(pair.example.document)
        yield _Erased(document, no_graph, no_facts, first_path_only, tuple(others[:n_paths]), by_concepts)


def _in_order(pipeline: Pipeline, examples: Sequence[Example], batch_size: int) -> Iterator[tuple[float, ...]]:
    """Yield the probabilities of examples that have one pair each."""
    apart = [replace(example, document=str(i)) for i, example in enumerate(examples)]
    found = probabilities(pipeline.model, pipeline.collator, apart, batch_size=batch_size)
    by_number = {int(document): row for (document, _, _), row in found.items()}
    return (by_number[i] for i in range(len(apart)))


def _trials(pair: PredictedPair) -> list[Example]:
    """Return the window of ``pair``, with this pair alone, as it is asked again: in the order of :class:`_Erased`."""
    example = _alone(pair.example, pair.pair)
    edges = {*_edges(example.subgraph), *(fact for path in example.paths[0] for fact in facts_of(path))}
    shown = [facts_of(path) for path, _ in pair.evidence.paths]
    trials = [
        without_graph(example),
        without(example, edges),
        with_only(example, shown[0]) if shown else example,
        *(without(example, facts) for facts in shown),
    ]
    own = {example.concepts[argument] for argument in example.pairs[0]}
    attended = [id for id, _ in pair.evidence.attention if id not in own]
    others = {concept.id for concept in example.subgraph.concepts} - own - set(attended)
    rest = sorted(others, key=lambda id: _hashed(pair, id))
    if attended and len(rest) >= len(attended):
        trials += [without_concepts(example, set(gone)) for gone in (attended, rest[: len(attended)])]
    return trials


def _alone(example: Example, pair: int) -> Example:
    features = example.features[pair : pair + 1]
    paths = example.paths[pair : pair + 1]
    return replace(example, pairs=(example.pairs[pair],), paths=paths, features=features, labels=None)


def _kept(example: Example, keep: Callable[[Fact], bool]) -> Example:
    relations = tuple(r for r in example.subgraph.relations if keep((r.subject, r.predicate, r.object)))
    paths = tuple(tuple(path for path in found if all(map(keep, facts_of(path)))) for found in example.paths)
    return replace(example, subgraph=example.subgraph._replace(relations=relations), paths=paths)


def _edges(subgraph: Subgraph) -> set[Fact]:
    return {(r.subject, r.predicate, r.object) for r in subgraph.relations}


def _passed(path: Path) -> set[str]:
    return {path.start, *(step.to for step in path.steps)}


def _hashed(pair: PredictedPair, id: str) -> str:
    """Return what orders concepts at random, the same whenever it is asked."""
    return hashlib.blake2b("\n".join((*pair.key[1:], id)).encode(), digest_size=8).hexdigest()


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
    low, high = np.quantile(drawn @ sums / (drawn @ counts), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    difference = float((shown - other).mean())
    return Difference(len(rows), float(shown.mean()), float(other.mean()), difference, float(low), float(high))


def _rounded(values: dict[str, object]) -> dict[str, object]:
    return {
        key: round(value, 4) if isinstance(value, float) else _rounded(value) if isinstance(value, dict) else value
        for key, value in values.items()
    }
