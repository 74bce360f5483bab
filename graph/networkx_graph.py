"""Graphs of networkx, in and out."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from graph import curie, walk
from graph.concept import Concept
from graph.errors import GraphError, OntologyFormatError
from graph.ontology import Ontology
from graph.relation import Relation
from graph.store import GraphStore

if TYPE_CHECKING:
    import networkx as nx

_TEXTS = ("name", "definition", "replaced_by")
_LISTS = ("synonyms", "types", "xrefs")


def to_networkx(store: GraphStore) -> "nx.MultiDiGraph":
    """Return the whole graph.

    A node is a CURIE with the other fields of :class:`~graph.concept.Concept` as attributes; an edge goes from subject
    to object, its key is (predicate, source), its attributes predicate, source and evidence.
    """
    import networkx as nx

    graph = nx.MultiDiGraph()
    for c in store.iterate():
        graph.add_node(
            c.id,
            name=c.name,
            synonyms=c.synonyms,
            types=c.types,
            definition=c.definition,
            xrefs=c.xrefs,
            obsolete=c.obsolete,
            replaced_by=c.replaced_by,
        )
    for r in walk.relations(store):
        key = (r.predicate, r.source)
        graph.add_edge(r.subject, r.object, key, predicate=r.predicate, source=r.source, evidence=r.evidence)
    return graph


def from_networkx(graph: "nx.DiGraph", *, name: str) -> Ontology:
    """Return the ontology ``name`` with what ``graph`` says, in its order.

    Nodes are CURIEs and edges have a ``predicate``; the other attributes that :func:`to_networkx` sets may be missing,
    and attributes that it does not set are passed over. A node without a name is called by its id; ``replaced_by``
    retires a concept whatever ``obsolete`` says.

    Raises:
        OntologyFormatError: The graph is undirected, a node is no CURIE, an edge has no predicate, or an attribute is
            of another type; says which.
    """
    where = f"networkx graph {name}"
    if not graph.is_directed():
        raise OntologyFormatError(where, 0, "an undirected graph; expected edges from subject to object")
    concepts = tuple(_concept(where, node, attributes) for node, attributes in graph.nodes(data=True))
    return Ontology(name, concepts=concepts, relations=tuple(_relations(where, graph)))


def _concept(where: str, node: object, attributes: Mapping[str, Any]) -> Concept:
    place = f"node {node!r}"
    texts = {field: _text(where, place, attributes, field) for field in _TEXTS}
    lists = {field: _list(where, place, attributes, field) for field in _LISTS}
    try:
        id = curie.check(node if isinstance(node, str) else "")
        return Concept(
            id,
            texts["name"] if "name" in attributes else id,
            lists["synonyms"],
            lists["types"],
            texts["definition"],
            lists["xrefs"],
            bool(attributes.get("obsolete") or texts["replaced_by"]),
            texts["replaced_by"] or None,
        )
    except GraphError as error:
        raise OntologyFormatError(where, 0, f"{place}: {error}") from error


def _relations(where: str, graph: "nx.DiGraph") -> Iterator[Relation]:
    for subject, object_, attributes in graph.edges(data=True):
        place = f"edge {subject!r} -> {object_!r}"
        predicate = _text(where, place, attributes, "predicate")
        if not predicate:
            raise OntologyFormatError(where, 0, f"{place} has no predicate; expected one such as is_a")
        evidence = _list(where, place, attributes, "evidence")
        yield Relation(subject, predicate, object_, _text(where, place, attributes, "source"), evidence)


def _text(where: str, place: str, attributes: Mapping[str, Any], field: str) -> str:
    value = attributes.get(field) or ""
    if not isinstance(value, str):
        raise OntologyFormatError(where, 0, f"{place}: {field} is {value!r}; expected a text")
    return value


def _list(where: str, place: str, attributes: Mapping[str, Any], field: str) -> tuple[str, ...]:
    value = attributes.get(field) or ()
    if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value):
        raise OntologyFormatError(where, 0, f"{place}: {field} is {value!r}; expected a list of texts")
    return tuple(value)
