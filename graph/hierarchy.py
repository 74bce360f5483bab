"""The hierarchy that ``is_a`` spans."""

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from graph.relation import IS_A
from graph.store import GraphStore

Key = TypeVar("Key", bound=tuple[str, ...])


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


def more_general(keys: Iterable[Key], *, than: Iterable[Key], above: Callable[[str], Collection[str]]) -> set[Key]:
    """Return those of ``keys``, each of which ends with an object, that are more general than a key in ``than``.

    A key is more general than another with which it agrees up to the object (a document, a subject, a label), where
    its object is among ``above(object)`` of the other.
    """
    implied: dict[tuple[str, ...], set[str]] = {}
    for *context, object in than:
        implied.setdefault(tuple(context), set()).update(above(object))
    return {key for key in keys if key[-1] in implied.get(key[:-1], ())}
