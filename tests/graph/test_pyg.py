"""Subgraphs and graphs become PyG's values, and the way back is kept."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_geometric.data import Batch

from graph import walk
from graph.concept import Concept
from graph.ontology import Ontology
from graph.pyg import to_data, to_hetero_data
from graph.relation import Relation
from graph.retrieve import subgraph as retrieve
from graph.subgraph import Role, Subgraph, SubgraphConcept, SubgraphRelation

TRIANGLE = Subgraph(
    (
        SubgraphConcept("A:1", "one", ("X",), Role.SEED, 0),
        SubgraphConcept("A:2", "two", (), Role.PATH, 1),
        SubgraphConcept("A:3", "three", (), Role.NEIGHBOUR, 2),
    ),
    (
        SubgraphRelation("A:1", "treats", "A:2", "x"),
        SubgraphRelation("A:3", "is_a", "A:2", ""),
    ),
)
PAIR = Subgraph(
    (SubgraphConcept("B:1", "b", (), Role.SEED, 0), SubgraphConcept("B:2", "c", (), Role.SEED, 0)),
    (SubgraphRelation("B:2", "part_of", "B:1", ""),),
)


def test_a_subgraph_worked_out_by_hand() -> None:
    data = TRIANGLE.to_data()
    assert data.validate()
    assert data.num_nodes == 3
    assert data.concepts == ["A:1", "A:2", "A:3"]
    assert data.predicates == ("is_a", "treats")
    assert data.edge_index.tolist() == [[0, 2], [1, 1]]
    assert data.edge_type.tolist() == [1, 0]
    assert data.hop.tolist() == [0, 1, 2]
    assert data.role.tolist() == [0, 1, 2]
    assert data.is_seed.tolist() == [True, False, False]
    assert [data[name].dtype for name in ("edge_index", "edge_type", "hop", "role")] == [torch.int64] * 4


def test_an_empty_subgraph() -> None:
    data = Subgraph().to_data()
    assert (data.num_nodes, tuple(data.edge_index.shape), tuple(data.edge_type.shape)) == (0, (2, 0), (0,))
    assert data.is_seed.dtype == torch.bool


def test_a_batch_with_one_vocabulary() -> None:
    vocabulary = ("is_a", "part_of", "treats")
    parts = [graph.to_data(predicates=vocabulary) for graph in (TRIANGLE, Subgraph(), PAIR)]
    batch = Batch.from_data_list(parts)
    assert batch.num_nodes == 5
    assert batch.edge_index.tolist() == [[0, 2, 4], [1, 1, 3]]
    assert batch.edge_type.tolist() == [2, 0, 1]
    assert batch.batch.tolist() == [0, 0, 0, 2, 2]
    assert batch.concepts == [["A:1", "A:2", "A:3"], [], ["B:1", "B:2"]]
    assert batch.get_example(2).edge_index.tolist() == [[1], [0]]


def test_a_strange_predicate_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\['treats'\] are not in the vocabulary; expected is_a"):
        TRIANGLE.to_data(predicates=["is_a"])


@settings(max_examples=50)
@given(st.data())
def test_nothing_is_lost_on_the_way(ontologies_strategy, memory_store, data) -> None:
    store = memory_store(*data.draw(ontologies_strategy()))
    live = [concept.id for concept in store.iterate() if not concept.obsolete]
    subgraph = retrieve(store, data.draw(st.lists(st.sampled_from(live), max_size=3)) if live else [])
    graph = subgraph.to_data()
    told = [
        (graph.concepts[s], graph.predicates[p], graph.concepts[o])
        for (s, o), p in zip(graph.edge_index.t().tolist(), graph.edge_type.tolist(), strict=True)
    ]
    assert told == [(r.subject, r.predicate, r.object) for r in subgraph.relations]
    assert graph.concepts == [concept.id for concept in subgraph.concepts]


ZOO = Ontology(
    "zoo",
    concepts=(
        Concept("Z:1", "cat", types=("Animal", "Pet")),
        Concept("Z:2", "fish", types=("Animal",)),
        Concept("Z:3", "bowl"),
        Concept("Z:4", "puss", obsolete=True, replaced_by="Z:1"),
    ),
    relations=(
        Relation("Z:1", "eats", "Z:2", "x"),
        Relation("Z:1", "eats", "Z:2", "y"),
        Relation("Z:2", "lives_in", "Z:3"),
    ),
)


def test_a_whole_graph(make_store) -> None:
    store = make_store(ZOO)
    data = to_data(store)
    assert data.validate()
    assert data.concepts == ["Z:1", "Z:2", "Z:3", "Z:4"]
    assert data.obsolete.tolist() == [False, False, False, True]
    assert data.edge_index.tolist() == [[0, 0, 1], [1, 1, 2]]
    assert [data.predicates[code] for code in data.edge_type] == ["eats", "eats", "lives_in"]
    assert to_data(store, predicates=["x", "lives_in", "eats"]).edge_type.tolist() == [2, 2, 1]


def test_a_whole_graph_by_type(make_store) -> None:
    data = to_hetero_data(make_store(ZOO))
    assert data.validate()
    assert data.node_types == ["Animal", "Concept"]
    assert (data["Animal"].concepts, data["Concept"].concepts) == (["Z:1", "Z:2"], ["Z:3", "Z:4"])
    assert {kind: edges.tolist() for kind, edges in data.edge_index_dict.items()} == {
        ("Animal", "eats", "Animal"): [[0, 0], [1, 1]],
        ("Animal", "lives_in", "Concept"): [[1], [0]],
    }


@settings(max_examples=50)
@given(st.data())
def test_every_relation_is_an_edge(ontologies_strategy, memory_store, data) -> None:
    store = memory_store(*data.draw(ontologies_strategy()))
    stated = [(r.subject, r.predicate, r.object) for r in walk.relations(store)]
    graph, typed = to_data(store), to_hetero_data(store)
    edges = zip(graph.edge_index.t().tolist(), graph.edge_type.tolist(), strict=True)
    assert [(graph.concepts[s], graph.predicates[p], graph.concepts[o]) for (s, o), p in edges] == stated
    found = [
        (typed[a].concepts[s], predicate, typed[b].concepts[o])
        for (a, predicate, b), ends in typed.collect("edge_index", allow_empty=True).items()
        for s, o in ends.t().tolist()
    ]
    assert sorted(found) == sorted(stated)
