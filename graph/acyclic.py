"""Leaving out the relations that would close a cycle in the hierarchy."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from graph.cycle import under_cycles
from graph.ontology import Ontology, Rows
from graph.relation import IS_A, Relation

Edge = tuple[str, str]


def without_cycles(ontologies: Sequence[Ontology]) -> tuple[list[Ontology], tuple[Edge, ...]]:
    """Return the ontologies without the ``is_a`` relations that close a cycle, and those (subject, object) pairs.

    The hierarchy is walked upward from the lowest CURIE by way of lowest CURIEs, depth first; a relation that leads
    back to where the walk is coming from is left out. What is left out does not depend on the order of the sources.
    """
    stated = (r for ontology in ontologies for r in ontology.relations if r.predicate == IS_A)
    edges = sorted({(r.subject, r.object) for r in stated})
    closing = frozenset(_closing(edges))
    if closing:
        ontologies = [_without(ontology, closing) for ontology in ontologies]
    return list(ontologies), tuple(sorted(closing))


def _closing(edges: list[Edge]) -> Iterator[Edge]:
    """Yield the edges that lead back, of sorted ``edges``."""
    import numpy as np

    ids = sorted({id for edge in edges for id in edge})
    number = {id: i for i, id in enumerate(ids)}
    narrower = np.fromiter((number[low] for low, _ in edges), np.int64, len(edges))
    broader = np.fromiter((number[high] for _, high in edges), np.int64, len(edges))
    above: dict[str, list[str]] = {}
    for row in np.flatnonzero(under_cycles(narrower, broader, len(ids))).tolist():
        above.setdefault(edges[row][0], []).append(edges[row][1])
    return _backward(above)


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


def _without(ontology: Ontology, closing: frozenset[Edge]) -> Ontology:
    def relations() -> Iterator[Relation]:
        return (r for r in ontology.relations if r.predicate != IS_A or (r.subject, r.object) not in closing)

    return replace(ontology, relations=Rows(relations).held_like(ontology.relations))
