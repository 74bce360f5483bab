"""The predictions of a run as rows: one for each pair, with the gold standard and the slices that the pair is in."""

import gzip
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from graph import atomic
from graph.subgraph import Path as GraphPath
from ingest.document import Document
from kgbert.example import Example
from kgbert.score import PairKey
from kgbert.task import DOCUMENT, LINE, SENTENCE, Task
from kgbert.units import document_of

Row = dict[str, Any]

DIRECT, PATH, APART = "direct", "path", "none"
"""How a graph relates a pair: by a relation between the two, by a longer path, or not at all."""

LONG = {SENTENCE: 230, LINE: 230, DOCUMENT: 1800}
"""Characters from which a unit counts as long: about a fifth of the units of the corpora at hand."""


def rows(
    gold: Sequence[Document],
    learnt: Sequence[Document],
    probability: Mapping[PairKey, tuple[float, ...]],
    *,
    concepts: Collection[str],
    related: Mapping[PairKey, str],
    task: Task,
) -> list[Row]:
    """Return a row for every pair of ``gold`` and every pair with a ``probability``, sorted.

    A pair of ``gold`` without a probability was never a candidate: its arguments were not found, or never stand in one
    window. Its probabilities are 0.

    Args:
        gold: Units with entities and relations.
        learnt: Units that were learnt from; an argument is seen if one of them names it by the same id or text.
        probability: Of "none" and each label.
        concepts: Arguments that the graph holds.
        related: How the graph relates the pairs that it does (:func:`related`).
        task: What is asked.
    """
    seen = {name for unit in learnt for names in _names(unit).values() for name in names}
    told: dict[str, list[PairKey]] = defaultdict(list)
    for key in probability:
        told[key[0]].append(key)
    found: list[Row] = []
    for unit in gold:
        stated, asked = _stated(unit), {(unit.id, *pair) for pair in task.asked(unit)}
        names = _names(unit)
        for key in sorted({*asked, *stated, *told[unit.id]}):
            about = {"document": document_of(unit.id, task), "unit": unit.id, "subject": key[1], "object": key[2]}
            slices = {
                "seen": _how_many(not seen.isdisjoint(names.get(id, ())) for id in key[1:]),
                "linked": _how_many(id in concepts for id in key[1:]),
                "related": related.get(key, APART),
                "long": len(unit.text) >= LONG[task.unit],
            }
            p = probability.get(key, (1.0,) + (0.0,) * len(task.labels))[1:]
            found.append(
                {
                    **about,
                    "gold": sorted(stated.get(key, ())),
                    "probability": [round(one, 6) for one in p],
                    "candidate": key in probability,
                    "proposed": key not in asked and key not in stated,
                    "slices": slices,
                }
            )
    return found


def related(examples: Iterable[Example]) -> dict[PairKey, str]:
    """Return how the graph relates the pairs of ``examples``, those alone that it does."""
    return {key: DIRECT if min(len(path.steps) for path in paths) == 1 else PATH for key, paths in walked(examples)}


def walked(examples: Iterable[Example]) -> Iterator[tuple[PairKey, tuple[GraphPath, ...]]]:
    """Yield the paths between the two of each pair of ``examples`` that the graph relates."""
    for example in examples:
        for (subject, object), paths in zip(example.pairs, example.paths, strict=True):
            if paths:
                yield (example.document, example.arguments[subject], example.arguments[object]), paths


def _stated(unit: Document) -> dict[PairKey, set[str]]:
    """Return the labels of each related pair of ``unit``."""
    stated: dict[PairKey, set[str]] = defaultdict(set)
    for relation in unit.relations:
        stated[unit.id, relation.subject, relation.object].add(relation.label)
    return stated


def _how_many(of_two: Iterable[bool]) -> str:
    return ("none", "one", "both")[sum(of_two)]


def write(found: Iterable[Row], path: Path) -> None:
    """Write rows as compressed lines of JSON to ``path``, in one step; the same rows give the same bytes."""
    with atomic.file(path) as out, gzip.GzipFile(filename="", fileobj=out, mode="wb", mtime=0) as zipped:
        for row in found:
            zipped.write(orjson.dumps(row) + b"\n")


def _names(unit: Document) -> dict[str, set[str]]:
    """Return what each argument of ``unit`` is known by: its id, and its texts where that is one of a mention."""
    names: dict[str, set[str]] = defaultdict(set)
    for entity in unit.entities:
        if entity.id:
            names[entity.id].add(entity.text.casefold() if entity.id.startswith("mention:") else entity.id)
    return names
