"""Relations as columns of codes: the form in which tens of millions of them are handled."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from graph.ontology import Rows
from graph.relation import Relation

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[Any]
    Flags = npt.NDArray[np.bool_]

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class RelationTable:
    """Relations, a column each; a code may stand for something without being used.

    Attributes:
        ids: CURIE of each code in ``subject`` and ``object``.
        predicates: Predicate of each code.
        sources: Source of each code.
        subject: Codes, (relations,).
        predicate: Codes, (relations,).
        object: Codes, (relations,).
        source: Codes, (relations,).
        evidence: Publications of the rows that have any.
    """

    ids: Sequence[str]
    predicates: Sequence[str]
    sources: Sequence[str]
    subject: "Ints"
    predicate: "Ints"
    object: "Ints"
    source: "Ints"
    evidence: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, relations: Iterable[Relation]) -> "RelationTable":
        """Return the table of ``relations``, which are walked once."""
        import numpy as np

        ids: dict[str, int] = {}
        predicates: dict[str, int] = {}
        sources: dict[str, int] = {}
        columns = array("i"), array("i"), array("i"), array("i")
        subject, predicate, object_, source = (column.append for column in columns)
        evidence: dict[int, tuple[str, ...]] = {}
        for row, relation in enumerate(relations):
            subject(ids.setdefault(relation.subject, len(ids)))
            predicate(predicates.setdefault(relation.predicate, len(predicates)))
            object_(ids.setdefault(relation.object, len(ids)))
            source(sources.setdefault(relation.source, len(sources)))
            if relation.evidence:
                evidence[row] = relation.evidence
        arrays = [np.frombuffer(column, np.int32) for column in columns]
        return cls([*ids], [*predicates], [*sources], arrays[0], arrays[1], arrays[2], arrays[3], evidence)

    def take(self, rows: "Flags") -> "RelationTable":
        """Return the table of some of the rows, (relations,)."""
        place = rows.cumsum() - 1
        return replace(
            self,
            subject=self.subject[rows],
            predicate=self.predicate[rows],
            object=self.object[rows],
            source=self.source[rows],
            evidence={int(place[row]): found for row, found in self.evidence.items() if rows[row]},
        )

    def __len__(self) -> int:
        """Return the number of relations."""
        return len(self.subject)

    def __iter__(self) -> Iterator[Relation]:
        """Yield the relations, in the order of the rows."""
        ids, predicates, sources, evidence = self.ids, self.predicates, self.sources, self.evidence
        for first in range(0, len(self), _CHUNK):
            rows = slice(first, first + _CHUNK)
            columns = (column[rows].tolist() for column in (self.subject, self.predicate, self.object, self.source))
            for row, (s, p, o, src) in enumerate(zip(*columns, strict=True), start=first):
                yield Relation(ids[s], predicates[p], ids[o], sources[src], evidence.get(row, ()))


class TableRows(Rows[Relation]):
    """Relations that a source gives as a table, read anew each time."""

    def __init__(self, read: Callable[[], RelationTable]) -> None:
        """Take what ``read`` returns; it must return the same every time."""
        super().__init__(lambda: iter(read()))
        self.table = read


def table(relations: Iterable[Relation]) -> RelationTable:
    """Return ``relations`` as a table, as quickly as their source can."""
    return relations.table() if isinstance(relations, TableRows) else RelationTable.of(relations)
