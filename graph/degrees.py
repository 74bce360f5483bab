"""How connected two concepts are, in numbers that do not say what they are or what connects them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.embedded_store import EmbeddedGraphStore
from graph.errors import UnknownConceptError
from graph.relation import IS_A
from graph.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[Any]

_OF_AN_END = ("as_subject", "as_object", "neighbours", "broader", "narrower")
_OF_THE_PAIR = ("common_neighbours", "relations", "paths_of_two")

PAIR_COUNTS = (*(f"subject_{name}" for name in _OF_AN_END), *(f"object_{name}" for name in _OF_AN_END), *_OF_THE_PAIR)
"""What each number of :func:`pair_counts` counts.

Of each end: relations that it is subject of, and object of; distinct concepts next to it; those that it ``is_a``, and
those that are one of it. Of the pair: distinct concepts next to both; relations between the two, in either direction;
ways from one to the other along two relations, walked in either direction.
"""


def pair_counts(
    store: EmbeddedGraphStore,
    pairs: Sequence[tuple[str | None, str | None]],
    *,
    excluded_sources: frozenset[str] = frozenset(),
) -> "npt.NDArray[np.float32]":
    """Return log(1 + count) of each of :data:`PAIR_COUNTS` for each (subject, object): (pairs, counts).

    Retired ids are followed. An end that is ``None`` has no relations, and a concept and itself nothing between them.

    Args:
        store: Where to look.
        pairs: CURIEs of the two ends.
        excluded_sources: Sources whose relations are not counted.

    Raises:
        UnknownConceptError: The store does not hold one of them.
    """
    import numpy as np

    snapshot = store.snapshot
    read = _Reader(snapshot, excluded_sources)
    ids = {id for pair in pairs for id in pair if id is not None}
    ends = {id: read.end(_number(snapshot, id)) for id in sorted(ids)}
    nothing = _End(-1, (0,) * len(_OF_AN_END), *np.empty((2, 0), np.int64))
    counts = np.zeros((len(pairs), len(PAIR_COUNTS)), np.float32)
    for row, (subject, object_) in enumerate(pairs):
        one, other = (ends[id] if id is not None else nothing for id in (subject, object_))
        counts[row] = (*one.counts, *other.counts, *_between(one, other))
    found: npt.NDArray[np.float32] = np.log1p(counts)
    return found


class _End(NamedTuple):
    """A concept: its counts, and its neighbours, sorted, with the number of relations to each."""

    number: int
    counts: tuple[int, ...]
    neighbours: "Ints"
    times: "Ints"


class _Reader:
    """Reads the compiled arrays, which are mapped."""

    def __init__(self, snapshot: Snapshot, excluded_sources: frozenset[str]) -> None:
        import numpy as np

        self._start, columns = snapshot.relations()
        self._other, self._predicate, self._forward, self._source = map(np.asarray, columns[:4])
        self._is_a = snapshot.predicates.index(IS_A) if IS_A in snapshot.predicates else -1
        self._kept = np.array([name not in excluded_sources for name in snapshot.sources], bool)

    def end(self, number: int) -> _End:
        import numpy as np

        here = slice(self._start[number], self._start[number + 1])
        kept = self._kept[self._source[here]]
        other, forward = self._other[here][kept], self._forward[here][kept] == 1
        is_a = self._predicate[here][kept] == self._is_a
        itself = other == number  # A loop is listed once, and is a relation both ways.
        neighbours, times = np.unique(other[~itself], return_counts=True)
        above, below = other[is_a & forward], other[is_a & ~forward]
        each = forward.sum(), (~forward | itself).sum(), len(neighbours), len(np.unique(above)), len(np.unique(below))
        return _End(number, tuple(map(int, each)), neighbours, times)


def _between(one: _End, other: _End) -> tuple[int, int, int]:
    """Return the counts of the pair."""
    import numpy as np

    if one.number == other.number:
        return 0, 0, 0
    few, many = sorted((one, other), key=lambda end: len(end.neighbours))
    place = np.searchsorted(many.neighbours, few.neighbours)
    there = place < len(many.neighbours)
    there[there] = many.neighbours[place[there]] == few.neighbours[there]
    ways = few.times[there] * many.times[place[there]]
    return int(there.sum()), int(few.times[few.neighbours == many.number].sum()), int(ways.sum())


def _number(snapshot: Snapshot, id: str) -> int:
    number = snapshot.index(id)
    if number is None:
        raise UnknownConceptError(id, snapshot.where)
    return snapshot.live(number)
