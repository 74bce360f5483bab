"""The relations of a graph: what several tables state, by the numbers of the concepts."""

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.errors import StoreError
from graph.ordering import KEYS, changes, joined
from graph.relation_table import RelationTable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[Any]
    Flags = npt.NDArray[np.bool_]

_CODES, _CHUNK = 1 << 16, 1 << 20


class United(NamedTuple):
    """Every relation once: those in the graph by (subject, object, predicate, source), then those that wait, likewise.

    Attributes:
        absent: CURIEs that relations name but no concept has, sorted; their numbers go on after the concepts'.
        predicates: Predicate of each code, sorted.
        sources: Source of each code, sorted.
        subject: Numbers, (relations,).
        object: Numbers, (relations,).
        predicate: Codes, (relations,).
        source: Codes, (relations,).
        n_live: How many are in the graph.
        evidence: Sorted publications of the rows that have any.
    """

    absent: tuple[str, ...]
    predicates: tuple[str, ...]
    sources: tuple[str, ...]
    subject: "Ints"
    object: "Ints"
    predicate: "Ints"
    source: "Ints"
    n_live: int
    evidence: dict[int, tuple[str, ...]]

    def table(self, ids: Sequence[str]) -> RelationTable:
        """Return the relations as a table; ``ids`` are the CURIEs of the concepts."""
        names = [*ids, *self.absent], self.predicates, self.sources
        return RelationTable(*names, self.subject, self.predicate, self.object, self.source, self.evidence)


def unite(tables: list[RelationTable], ids: Sequence[str], retired: "Flags") -> United:
    """Return the relations of ``tables`` over the concepts ``ids``, which are sorted; (concepts,) says who is retired.

    ``tables`` is emptied on the way, to have room.

    Raises:
        StoreError: There are more concepts and kinds of relations than 63 bits tell apart.
    """
    import numpy as np

    number = {id: n for n, id in enumerate(ids)}
    absent = sorted(
        {id for table in tables for id in _used(table.ids, table.subject, table.object) if id not in number}
    )
    number.update((id, n) for n, id in enumerate(absent, start=len(ids)))
    predicates = sorted({name for table in tables for name in _used(table.predicates, table.predicate)})
    sources = sorted({name for table in tables for name in _used(table.sources, table.source)})
    keys = _Keys(number, predicates, sources)
    parts: list[Ints] = []
    evidence: dict[int, set[str]] = {}
    while tables:
        table = tables.pop()
        parts.append(keys.of(table))
        for row, publications in table.evidence.items():
            evidence.setdefault(int(parts[-1][row]), set()).update(publications)
        del table
    keys.forget_ids()
    every = joined(parts)
    every.sort()
    if not (new := changes(every)).all():
        every = every[new]
    rows = np.searchsorted(every, np.fromiter(evidence, np.int64, len(evidence)))
    columns = keys.columns(every)
    dead = np.concatenate([retired, np.ones(len(absent), bool)])
    live = ~(dead[columns[0]] | dead[columns[1]])
    n_live = int(np.count_nonzero(live))
    if n_live < len(every):
        order = np.concatenate([np.flatnonzero(live), np.flatnonzero(~live)])
        columns = tuple(column[order] for column in columns)
        place = np.empty(len(every), np.int64)
        place[order] = np.arange(len(every))
        rows = place[rows]
    cited = {row: tuple(sorted(found)) for row, found in zip(rows.tolist(), evidence.values(), strict=True)}
    subject, object_, predicate, source = columns
    names = tuple(absent), tuple(predicates), tuple(sources)
    return United(*names, subject, object_, predicate, source, n_live, dict(sorted(cited.items())))


class _Keys:
    """One number for each relation, which sorts as (subject, object, predicate, source)."""

    def __init__(self, number: dict[str, int], predicates: list[str], sources: list[str]) -> None:
        self._number = number
        self._predicate, self._source = (
            {name: code for code, name in enumerate(names)} for names in (predicates, sources)
        )
        self._n_ids, self._n_predicates, self._n_sources = len(number), len(predicates), len(sources)
        too_many = self._n_ids**2 * self._n_predicates * self._n_sources > KEYS
        if too_many or max(self._n_predicates, self._n_sources) > _CODES:
            kinds = f"{self._n_predicates:,} predicates of {self._n_sources:,} sources"
            raise StoreError(f"{self._n_ids:,} concepts and {kinds} are more than one graph holds")

    def forget_ids(self) -> None:
        """Let go of what is needed for :meth:`of` only."""
        self._number = {}

    def of(self, table: RelationTable) -> "Ints":
        concepts = _places(table.ids, self._number)
        keys: Ints = concepts[table.subject]
        keys *= self._n_ids
        keys += concepts[table.object]
        keys *= self._n_predicates
        keys += _places(table.predicates, self._predicate)[table.predicate]
        keys *= self._n_sources
        keys += _places(table.sources, self._source)[table.source]
        return keys

    def columns(self, keys: "Ints") -> tuple["Ints", ...]:
        """Return subject, object, predicate and source of each key."""
        import numpy as np

        types = np.int32, np.int32, np.uint16, np.uint16
        found: tuple[Ints, ...] = tuple(np.empty(len(keys), type) for type in types)
        sizes = max(self._n_ids, 1), max(self._n_predicates, 1), max(self._n_sources, 1)
        for first in range(0, len(keys), _CHUNK):
            here = slice(first, first + _CHUNK)
            rest = keys[here]
            for column, size in zip(found[:0:-1], sizes[::-1], strict=True):
                rest, column[here] = np.divmod(rest, size)
            found[0][here] = rest
        return found


def _places(names: Sequence[str], place: dict[str, int]) -> "Ints":
    import numpy as np

    # What no relation uses has no place, and needs none.
    return np.fromiter((place.get(name, 0) for name in names), np.int64, len(names))


def _used(names: Sequence[str], *columns: "Ints") -> Iterator[str]:
    """Yield those of ``names`` whose codes are in one of ``columns``."""
    import numpy as np

    used = np.zeros(len(names), bool)
    for column in columns:
        used[column] = True
    return compress(names, used.tolist())
