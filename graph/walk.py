"""Every relation of a store, whichever store it is."""

from collections.abc import Iterator

from graph.batches import batches
from graph.relation import Relation
from graph.store import GraphStore

_BATCH = 1000


def relations(store: GraphStore) -> Iterator[Relation]:
    """Yield every relation of ``store`` once, by (subject, predicate, object, source); holds few at a time."""
    ids = (concept.id for concept in store.iterate())
    for batch in batches(ids, _BATCH):
        for id, around in zip(batch, store.relations(batch), strict=True):
            stated = (relation for relation in around if relation.subject == id)
            yield from sorted(stated, key=lambda r: (r.predicate, r.object, r.source))
