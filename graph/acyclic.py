"""Leaving out the relations that would close a cycle in the hierarchy."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graph.cycle import under_cycles
from graph.ontology import Ontology, Rows
from graph.relation import IS_A, Relation
from graph.relation_table import RelationTable, TableRows, table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Flags = npt.NDArray[np.bool_]

Edge = tuple[str, str]


def without_cycles(ontologies: Sequence[Ontology]) -> tuple[list[Ontology], tuple[Edge, ...]]:
    """Return the ontologies without the ``is_a`` relations that close a cycle, and those (subject, object) pairs.

    The hierarchy is walked upward from the lowest CURIE by way of lowest CURIEs, depth first; a relation that leads
    back to where the walk is coming from is left out. What is left out does not depend on the order of the sources.
    A table of relations is read once, and held.
    """
    tables = [table(ontology.relations) for ontology in ontologies]
    closing = frozenset(_closing(tables))
    kept = [_without(*both, closing) for both in zip(ontologies, tables, strict=True)]
    return kept, tuple(sorted(closing))


def _closing(tables: Sequence[RelationTable]) -> Iterator[Edge]:
    """Yield the edges that lead back."""
    import numpy as np

    ids = sorted({id for stated in tables for id in stated.ids})
    number = {id: i for i, id in enumerate(ids)}
    narrower, broader = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for stated in tables:
        place = np.fromiter((number[id] for id in stated.ids), np.int64, len(stated.ids))
        rows = np.flatnonzero(_hierarchy(stated))
        narrower.append(place[stated.subject[rows]])
        broader.append(place[stated.object[rows]])
    low, high = np.concatenate(narrower), np.concatenate(broader)
    stuck = under_cycles(low, high, len(ids))
    above: dict[str, list[str]] = {}
    for one, other in np.unique(np.stack([low[stuck], high[stuck]]), axis=1).T.tolist():
        above.setdefault(ids[one], []).append(ids[other])
    return _backward(above)


def _hierarchy(table: RelationTable) -> "Flags":
    """Return which rows are ``is_a``."""
    import numpy as np

    codes = [code for code, predicate in enumerate(table.predicates) if predicate == IS_A]
    found: Flags = np.isin(table.predicate, codes)
    return found


def _backward(above: dict[str, list[str]]) -> Iterator[Edge]:
    """Walk upward, depth first and without recursion; yield the edges that lead to where the walk comes from."""
    done: set[str] = set()
    for start in above:
        trail = {start: iter(above[start])} if start not in done else {}
        while trail:
            at = next(reversed(trail))
            high = next(trail[at], None)
            if high is None:
                done.add(at)
                del trail[at]
            elif high in trail:
                yield at, high
            elif high not in done:
                trail[high] = iter(above.get(high, ()))


def _without(ontology: Ontology, table: RelationTable, closing: frozenset[Edge]) -> Ontology:
    if isinstance(ontology.relations, TableRows):
        kept = table.take(~_stating(table, closing)) if closing else table
        return replace(ontology, relations=TableRows(lambda: kept))
    if not closing:
        return ontology

    def relations() -> Iterator[Relation]:
        return (r for r in ontology.relations if r.predicate != IS_A or (r.subject, r.object) not in closing)

    return replace(ontology, relations=Rows(relations).held_like(ontology.relations))


def _stating(table: RelationTable, edges: frozenset[Edge]) -> "Flags":
    """Return which rows of the hierarchy are one of ``edges``."""
    import numpy as np

    ends = {id for edge in edges for id in edge}
    number = {id: n for n, id in enumerate(table.ids) if id in ends}
    keys = [number[low] * len(table.ids) + number[high] for low, high in edges if low in number and high in number]
    stated = table.subject.astype(np.int64) * len(table.ids) + table.object
    found: Flags = _hierarchy(table) & np.isin(stated, keys)
    return found
