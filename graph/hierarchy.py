"""The hierarchy that ``is_a`` spans."""

from collections.abc import Callable, Collection, Hashable, Iterable
from typing import TypeVar

from graph.relation import IS_A
from graph.store import GraphStore

C = TypeVar("C", bound=Hashable)


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


def more_general(
    pairs: Iterable[tuple[C, str]], *, than: Iterable[tuple[C, str]], above: Callable[[str], Collection[str]]
) -> set[tuple[C, str]]:
    """Return those of ``pairs`` (context, concept) that a pair in ``than`` of the same context implies.

    A pair is implied where its concept is among ``above(other)``, ``other`` being the concept of that pair.
    """
    implied: dict[C, set[str]] = {}
    for context, concept in than:
        implied.setdefault(context, set()).update(above(concept))
    return {pair for pair in pairs if pair[1] in implied.get(pair[0], ())}
