"""The relations of a graph: what several tables state, by the numbers of the concepts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.errors import StoreError
from graph.ordering import KEYS, changes
from graph.relation_table import RelationTable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[Any]
    Flags = npt.NDArray[np.bool_]

_CODES = 1 << 16


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


def unite(tables: Sequence[RelationTable], ids: Sequence[str], retired: "Flags") -> United:
    """Return the relations of ``tables`` over the concepts ``ids``, which are sorted; (concepts,) says who is retired.

    Raises:
        StoreError: There are more concepts and kinds of relations than 63 bits tell apart.
    """
    import numpy as np

    number = {id: n for n, id in enumerate(ids)}
    absent = sorted({id for table in tables for id in table.ids if id not in number})
    number.update((id, n) for n, id in enumerate(absent, start=len(ids)))
    predicates = sorted({predicate for table in tables for predicate in table.predicates})
    sources = sorted({source for table in tables for source in table.sources})
    keys = _Keys(len(number), len(predicates), len(sources))
    parts = [keys.of(*_renumbered(table, number, predicates, sources)) for table in tables]
    evidence: dict[int, set[str]] = {}
    for table, part in zip(tables, parts, strict=True):
        for row, publications in table.evidence.items():
            evidence.setdefault(int(part[row]), set()).update(publications)
    del number
    every = np.concatenate([*parts, np.empty(0, np.int64)])
    parts.clear()
    every.sort()
    every = every[changes(every)]
    subject, object_, predicate, source = keys.columns(every)
    dead = np.concatenate([retired, np.ones(len(absent), bool)])
    live = ~(dead[subject] | dead[object_])
    n_live = int(np.count_nonzero(live))
    rows = np.searchsorted(every, np.fromiter(evidence, np.int64, len(evidence)))
    if n_live < len(every):
        order = np.concatenate([np.flatnonzero(live), np.flatnonzero(~live)])
        subject, object_, predicate, source = (column[order] for column in (subject, object_, predicate, source))
        place = np.empty(len(every), np.int64)
        place[order] = np.arange(len(every))
        rows = place[rows]
    cited = {row: tuple(sorted(found)) for row, found in zip(rows.tolist(), evidence.values(), strict=True)}
    names = tuple(absent), tuple(predicates), tuple(sources)
    return United(*names, subject, object_, predicate, source, n_live, dict(sorted(cited.items())))


def _renumbered(
    table: RelationTable, number: dict[str, int], predicates: list[str], sources: list[str]
) -> tuple["Ints", "Ints", "Ints", "Ints"]:
    """Return subject, object, predicate and source of ``table`` in the numbers and codes of the graph."""
    import numpy as np

    concepts = np.fromiter((number[id] for id in table.ids), np.int64, len(table.ids))
    predicate, source = _codes(table.predicates, predicates), _codes(table.sources, sources)
    return concepts[table.subject], concepts[table.object], predicate[table.predicate], source[table.source]


def _codes(own: Sequence[str], everyone: list[str]) -> "Ints":
    """Return the place of each of ``own`` in ``everyone``."""
    import numpy as np

    code = {name: n for n, name in enumerate(everyone)}
    return np.fromiter((code[name] for name in own), np.int64, len(own))


class _Keys:
    """One number for each relation, which sorts as (subject, object, predicate, source)."""

    def __init__(self, n_ids: int, n_predicates: int, n_sources: int) -> None:
        self._radix = n_ids, n_predicates, n_sources
        too_many = n_ids * n_ids * n_predicates * n_sources > KEYS
        if too_many or max(n_predicates, n_sources) > _CODES:
            kinds = f"{n_predicates:,} predicates of {n_sources:,} sources"
            raise StoreError(f"{n_ids:,} concepts and {kinds} are more than one graph holds")

    def of(self, subject: "Ints", object_: "Ints", predicate: "Ints", source: "Ints") -> "Ints":
        n_ids, n_predicates, n_sources = self._radix
        key = subject  # made for this, so written over
        for column, n in ((object_, n_ids), (predicate, n_predicates), (source, n_sources)):
            key *= n
            key += column
        return key

    def columns(self, keys: "Ints") -> tuple["Ints", "Ints", "Ints", "Ints"]:
        import numpy as np

        n_ids, n_predicates, n_sources = self._radix
        rest, source = np.divmod(keys, max(n_sources, 1))
        rest, predicate = np.divmod(rest, max(n_predicates, 1))
        subject, object_ = np.divmod(rest, max(n_ids, 1))
        kinds = predicate.astype(np.uint16), source.astype(np.uint16)
        return subject.astype(np.int32), object_.astype(np.int32), *kinds
