"""Mentions within mentions, once both are linked."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import lru_cache, partial

from graph.hierarchy import ancestors
from graph.store import GraphStore
from ingest.composite import CONJUNCTION
from ingest.document import Document, Entity

_REMEMBERED = 1 << 16

Above = Callable[[str], Collection[str]]
"""Returns the ids of all concepts above one."""


def above_in(store: GraphStore) -> Above:
    """Return what finds the concepts above one in ``store`` (:func:`graph.hierarchy.ancestors`), and remembers them."""
    return lru_cache(maxsize=_REMEMBERED)(partial(ancestors, store))


def broader_within(document: Document, *, above: Above) -> Document:
    """Return ``document`` without the entities within others whose concept is not above that of the others.

    In "ulcerative colitis", colitis is a mention of its own because the graph says that it is more general; in
    "mandibular prognathism", prognathism is not. What a mention of several things holds ("otic and renal anomalies")
    stays.

    Args:
        document: Its entities may stand within each other but not cross.
        above: Returns the ids of all concepts above one.
    """
    kept: list[Entity] = []
    around: list[Entity] = []
    for entity in sorted(document.entities, key=lambda entity: (entity.start, -entity.end)):
        around = [other for other in around if other.end > entity.start]
        outer = [other for other in around if other.id is not None and not CONJUNCTION.search(other.text)]
        around.append(entity)
        if all(entity.id in above(other.id) for other in outer if other.id):
            kept.append(entity)
    return replace(document, entities=tuple(kept))
