"""Relations without repetition, in eight bytes for each: sources of tens of millions state every edge twice."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.batches import batches
from graph.errors import CurieError, OntologyFormatError
from graph.formats.reading import Omissions
from graph.relation import Relation

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

_BLOCK = 1 << 17
_NODE_BITS, _KIND_BITS = 24, 16


class Edge(NamedTuple):
    """What a line of a source states; ids are without the prefix that all of them share."""

    path: Path
    line: int
    subject: str
    predicate: str
    object: str
    source: str


def distinct(edges: Iterable[Edge], omissions: Omissions, *, prefix: str) -> Iterator[Relation]:
    """Yield each relation of ``edges`` once, at its first place; the others are noted. Nothing depends on hashes.

    Args:
        edges: In the order of the file.
        omissions: Where repetitions are noted.
        prefix: What makes CURIEs of the ids.

    Raises:
        OntologyFormatError: An id makes no CURIE, or the ids or kinds of relations are too many for a key.
    """
    import numpy as np

    keys, seen = _Keys(), Seen()
    for block in batches(edges, _BLOCK):
        new = seen.add(np.fromiter(map(keys.of, block), np.uint64, len(block)))
        for edge, is_new in zip(block, new.tolist(), strict=True):
            if is_new:
                yield _relation(edge, prefix)
            else:
                omissions.add("relation stated before, or its inverse", edge.path, edge.line)


def _relation(edge: Edge, prefix: str) -> Relation:
    try:
        return Relation(f"{prefix}:{edge.subject}", edge.predicate, f"{prefix}:{edge.object}", edge.source)
    except CurieError as error:
        raise OntologyFormatError(edge.path, edge.line, str(error)) from error


class _Keys:
    """One whole number for each edge, exact."""

    def __init__(self) -> None:
        self._nodes: dict[str, int] = {}
        self._kinds: dict[tuple[str, str], int] = {}

    def of(self, edge: Edge) -> int:
        kind = self._kinds.setdefault((edge.predicate, edge.source), len(self._kinds))
        if kind >> _KIND_BITS:
            raise OntologyFormatError(edge.path, edge.line, f"more than {1 << _KIND_BITS:,} predicates by source")
        subject, object_ = self._node(edge.subject, edge), self._node(edge.object, edge)
        return (subject << _NODE_BITS | object_) << _KIND_BITS | kind

    def _node(self, id: str, edge: Edge) -> int:
        number = self._nodes.setdefault(id, len(self._nodes))
        if number >> _NODE_BITS:
            raise OntologyFormatError(edge.path, edge.line, f"more than {1 << _NODE_BITS:,} concepts")
        return number


class Seen:
    """A growing set of keys, kept as sorted runs of which each is at least twice as long as the next."""

    def __init__(self) -> None:
        self._runs: list[Array] = []

    def add(self, keys: "Array") -> "Array":
        """Take in ``keys``, and return for each whether it was new, the first of equal ones being so."""
        import numpy as np

        run, first = np.unique(keys, return_index=True)
        fresh = np.ones(len(run), bool)
        for old in self._runs:
            place = np.searchsorted(old, run)
            fresh &= old[np.minimum(place, len(old) - 1)] != run
        new = np.zeros(len(keys), bool)
        new[first[fresh]] = True
        run = run[fresh]
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        if len(run):
            self._runs.append(run)
        return new
