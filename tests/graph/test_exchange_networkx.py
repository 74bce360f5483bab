"""Graphs go to networkx and come back equal; what networkx allows and an ontology does not is refused."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.concept import Concept
from graph.errors import OntologyFormatError
from graph.networkx_graph import from_networkx, to_networkx
from graph.ontology import Ontology
from graph.relation import Relation

TOY = Ontology(
    "toy",
    concepts=(
        Concept("A:1", "heart", ("cor",), ("Organ", "Muscle"), "Beats.", ("B:1",)),
        Concept("A:2", "ventricle"),
        Concept("A:3", "old", obsolete=True, replaced_by="A:2"),
    ),
    relations=(
        Relation("A:2", "part_of", "A:1", "x", ("PMID:1",)),
        Relation("A:2", "part_of", "A:1", "y"),
        Relation("A:1", "near", "A:1"),
    ),
)


def test_what_networkx_sees(make_store) -> None:
    graph = to_networkx(make_store(TOY))
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.nodes["A:1"] == {
        "name": "heart",
        "synonyms": ("cor",),
        "types": ("Organ", "Muscle"),
        "definition": "Beats.",
        "xrefs": ("B:1",),
        "obsolete": False,
        "replaced_by": None,
    }
    assert graph.nodes["A:3"]["replaced_by"] == "A:2"
    assert set(graph.edges(keys=True)) == {
        ("A:2", "A:1", ("part_of", "x")),
        ("A:2", "A:1", ("part_of", "y")),
        ("A:1", "A:1", ("near", "")),
    }
    assert graph.edges["A:2", "A:1", ("part_of", "x")] == {
        "predicate": "part_of",
        "source": "x",
        "evidence": ("PMID:1",),
    }


@settings(max_examples=100)
@given(st.data())
def test_there_and_back(ontologies_strategy, memory_store, data) -> None:
    store = memory_store(*data.draw(ontologies_strategy()))
    again = memory_store(from_networkx(to_networkx(store), name="again"))
    assert list(again.iterate()) == list(store.iterate())
    assert again.release == store.release


def test_a_graph_made_by_hand() -> None:
    graph = nx.DiGraph()
    graph.add_node("A:1", colour="red", replaced_by="A:2")
    graph.add_edge("A:3", "A:2", predicate="is_a", weight=1)
    ontology = from_networkx(graph, name="hand")
    assert ontology.concepts == (
        Concept("A:1", "A:1", obsolete=True, replaced_by="A:2"),
        Concept("A:3", "A:3"),
        Concept("A:2", "A:2"),
    )
    assert ontology.relations == (Relation("A:3", "is_a", "A:2"),)


@pytest.mark.parametrize(
    ("nodes", "edges", "problem"),
    [
        ([("heart", {})], [], "node 'heart': not a CURIE"),
        ([(1, {})], [], "node 1: not a CURIE"),
        ([("A:1", {"name": 3})], [], "node 'A:1': name is 3; expected a text"),
        ([("A:1", {"synonyms": "cor"})], [], "node 'A:1': synonyms is 'cor'; expected a list"),
        ([("A:1", {"replaced_by": "later"})], [], "node 'A:1': not a CURIE: 'later'"),
        ([], [("A:1", "A:2", {})], "edge 'A:1' -> 'A:2' has no predicate"),
        ([], [("A:1", "A:2", {"predicate": "p", "evidence": [1]})], "evidence is"),
    ],
)
def test_what_is_no_ontology_is_refused(nodes, edges, problem) -> None:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    with pytest.raises(OntologyFormatError, match=problem):
        from_networkx(graph, name="bad")


def test_an_undirected_graph_is_refused() -> None:
    with pytest.raises(OntologyFormatError, match="undirected"):
        from_networkx(nx.Graph(), name="bad")
