"""Which units a run learns from and is tested on: drawn by hash, so that the same seed gives the same in any order."""

import hashlib
from collections.abc import Collection, Sequence
from itertools import chain, zip_longest

from ingest.document import Document
from kgbert.task import DOCUMENT, Task
from kgbert.units import document_of


def training(units: Sequence[Document], n: int, *, seed: int, task: Task) -> list[Document]:
    """Return ``n`` of ``units`` (all for 0): those of a smaller ``n`` are among those of a larger one.

    Sentences and lines are drawn in turn from those with and without a relation, while both last: where most state
    nothing, a small draw would have next to no example of a label. Whole documents are drawn as they come.
    """
    order = sorted(units, key=lambda unit: hashed(unit.id, salt=f"train {seed}"))
    if task.unit != DOCUMENT:
        kinds = ([u for u in order if u.relations], [u for u in order if not u.relations])
        order = [unit for unit in chain.from_iterable(zip_longest(*kinds)) if unit is not None]
    return order[: n or None]


def evaluation(units: Sequence[Document], n: int, *, skip: int = 0) -> list[Document]:
    """Return ``n`` of ``units`` (all for 0), the same for every run: none of those that a draw of ``skip`` gives."""
    order = sorted(units, key=lambda unit: hashed(unit.id, salt="evaluate"))[skip:]
    chosen = order[: n or None]
    return sorted(chosen, key=lambda unit: unit.id)


def held_out(units: Sequence[Document], part: float, *, task: Task) -> tuple[list[Document], list[Document]]:
    """Return ``units`` without, and with only, those of ``part`` of the documents; the same in every run."""
    documents = sorted({document_of(unit.id, task) for unit in units}, key=lambda id: hashed(id, salt="held out"))
    out: Collection[str] = set(documents[: round(part * len(documents))])
    kept = [unit for unit in units if document_of(unit.id, task) not in out]
    return kept, [unit for unit in units if document_of(unit.id, task) in out]


def hashed(id: str, *, salt: str) -> str:
    """Return a number, in hexadecimal digits, that depends on ``id`` and ``salt`` alone."""
    return hashlib.blake2b(f"{salt}\n{id}".encode(), digest_size=8).hexdigest()
