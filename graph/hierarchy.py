"""The hierarchy that ``is_a`` spans."""

from graph.relation import IS_A
from graph.store import GraphStore


def ancestors(store: GraphStore, id: str) -> frozenset[str]:
    """Return every concept above ``id``, itself left out; nothing where the store does not hold it."""
    above: set[str] = set()
    level = [id]
    while level:
        broader = {
            relation.object
            for narrower, relations in zip(level, store.relations(level), strict=True)
            for relation in relations
            if relation.predicate == IS_A and relation.subject == narrower
        }
        level = sorted(broader - above)
        above |= broader
    return frozenset(above - {id})
