"""Every concept's relations in neighbour order (:class:`graph.store.GraphStore`)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.ordering import changes, order_by
from graph.united import United

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[Any]
    Flags = npt.NDArray[np.bool_]

_SLICE = 1 << 21
"""Relations that are put in order at a time, which bounds the memory."""


class Listed(NamedTuple):
    """The relations of all concepts, each at both of its ends (once if they are one), concept by concept.

    Attributes:
        start: Where each concept's relations begin and, last, where all end; (concepts + 1,).
        other: Number of the other end; (relations listed,), as all that follow.
        predicate: Code.
        forward: 1 where the concept is the subject.
        source: Code.
        cited: 1 where the relation names evidence.
    """

    start: "Ints"
    other: "Ints"
    predicate: "Ints"
    forward: "Ints"
    source: "Ints"
    cited: "Ints"


def listed(united: United, n_concepts: int) -> Listed:
    """Return the relations that are in the graph at both of their ends."""
    import numpy as np

    live, n_codes = slice(united.n_live), (len(united.predicates), len(united.sources))
    subject, object_ = united.subject[live], united.object[live]
    predicate, source = united.predicate[live], united.source[live]
    cited = np.zeros(united.n_live, np.uint8)
    cited[[row for row in united.evidence if row < united.n_live]] = 1
    apart = subject != object_
    degree = np.bincount(subject, minlength=n_concepts) + np.bincount(object_[apart], minlength=n_concepts)
    start = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    salience = np.empty(n_concepts, np.int32)
    salience[np.argsort(degree, kind="stable")] = np.arange(n_concepts, dtype=np.int32)
    n = int(start[-1])
    out = Listed(
        start,
        np.empty(n, np.int32),
        np.empty(n, np.uint16),
        np.empty(n, np.uint8),
        np.empty(n, np.uint16),
        np.empty(n, np.uint8),
    )
    own_start = np.searchsorted(subject, np.arange(n_concepts + 1))
    for first, last in _slices(start):
        ahead = np.arange(own_start[first], own_start[last], dtype=np.int32)
        back = np.flatnonzero((object_ >= first) & (object_ < last) & apart).astype(np.int32)
        rows, forward = np.concatenate([ahead, back]), np.arange(len(ahead) + len(back)) < len(ahead)
        node = np.where(forward, subject[rows], object_[rows])
        other = np.where(forward, object_[rows], subject[rows])
        order = _neighbour_order(node, predicate[rows], forward, other, salience[other], source[rows], n_codes)
        rows, here = rows[order], slice(start[first], start[last])
        out.other[here], out.forward[here], out.cited[here] = other[order], forward[order], cited[rows]
        out.predicate[here], out.source[here] = predicate[rows], source[rows]
    return out


def _slices(start: "Ints") -> Iterator[tuple[int, int]]:
    """Yield ranges of concepts with about as many relations as are handled at a time."""
    import numpy as np

    first, n_concepts = 0, len(start) - 1
    while first < n_concepts:
        last = int(np.searchsorted(start, start[first] + _SLICE, side="right")) - 1
        last = min(max(last, first + 1), n_concepts)
        yield first, last
        first = last


def _neighbour_order(
    node: "Ints",
    predicate: "Ints",
    forward: "Flags",
    other: "Ints",
    salience: "Ints",
    source: "Ints",
    n_codes: tuple[int, int],
) -> "Ints":
    """Return the permutation that puts relations into neighbour order; ``salience`` is the rank of the other end."""
    import numpy as np

    if not len(node):
        return np.empty(0, np.int64)
    n_predicates, n_sources = n_codes
    node, n_ends = node - node.min(), int(salience.max()) + 1
    n_nodes = int(node.max()) + 1
    keys = (node, n_nodes), (predicate, n_predicates), (~forward, 2), (salience, n_ends), (source, n_sources)
    order = order_by(keys)
    node, predicate, forward, other = node[order], predicate[order], forward[order], other[order]
    new_group = changes(node, predicate, forward)
    distinct = new_group | changes(other)
    seen = np.cumsum(distinct)
    groups = np.flatnonzero(new_group)
    rank: Ints = seen - np.repeat(seen[groups], np.diff(np.append(groups, len(order))))
    turns = (rank, int(rank.max()) + 1), (predicate, n_predicates), (~forward, 2), (source[order], n_sources)
    permutation: Ints = order[order_by(((node, n_nodes), *turns))]
    return permutation
