"""The predictions of a run as rows: one for each pair, with the gold standard and the slices that the pair is in."""

import gzip
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from graph import atomic
from ingest.document import Document
from kgbert.experiment.units import document_of
from kgbert.score import PairKey
from kgbert.task import Task

Row = dict[str, Any]

LONG = {"sentence": 300, "document": 1800}
"""Characters from which a unit counts as long: about a fifth of the units of the corpora at hand."""

_BOTH_ONE_NONE = ("none", "one", "both")


def rows(
    gold: Sequence[Document],
    learnt: Sequence[Document],
    probability: Mapping[PairKey, tuple[float, ...]],
    *,
    concepts: Collection[str],
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
        task: What is asked.
    """
    seen = {name for unit in learnt for names in _names(unit).values() for name in names}
    found: list[Row] = []
    told: dict[str, list[PairKey]] = defaultdict(list)
    for key in probability:
        told[key[0]].append(key)
    for unit in gold:
        stated: dict[PairKey, list[str]] = defaultdict(list)
        for relation in unit.relations:
            stated[unit.id, relation.subject, relation.object].append(relation.label)
        types = {e.id: e.type for e in unit.entities if e.id}
        asked = [(unit.id, *pair) for pair in task.pairs(types)]
        names = _names(unit)
        for key in sorted({*asked, *stated, *told[unit.id]}):
            ends = key[1:]
            found.append(
                {
                    "document": document_of(unit.id),
                    "unit": unit.id,
                    "subject": key[1],
                    "object": key[2],
                    "gold": sorted(stated.get(key, ())),
                    "probability": [round(p, 7) for p in probability.get(key, (1.0,) + (0.0,) * len(task.labels))[1:]],
                    "candidate": key in probability,
                    "slices": {
                        "seen": _BOTH_ONE_NONE[sum(not seen.isdisjoint(names.get(id, ())) for id in ends)],
                        "linked": _BOTH_ONE_NONE[sum(id in concepts for id in ends)],
                        "long": len(unit.text) >= LONG[task.unit],
                    },
                }
            )
    return found


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
