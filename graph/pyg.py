"""Subgraphs and whole graphs as PyG's ``Data`` and ``HeteroData``: the one module of ``graph`` that speaks torch.

Torch is imported when a function is called, never with the module. What PyG reads in batches from a graph that is too
large to copy (its ``GraphStore``, ``FeatureStore`` and samplers) is in :mod:`kgbert.pyg`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from graph import walk
from graph.relation import Relation
from graph.store import GraphStore
from graph.subgraph import Role, Subgraph, SubgraphRelation

if TYPE_CHECKING:
    from torch import Tensor
    from torch_geometric.data import Data, HeteroData

NO_TYPE = "Concept"
"""Node type of the concepts of which no semantic type is known."""

_ROLES = {role: number for number, role in enumerate(Role)}


class Edges(NamedTuple):
    """Relations in tensors.

    Attributes:
        ends: (2, edges) int64, from subject to object.
        predicate: (edges,) int64, index into the vocabulary of predicates.
    """

    ends: "Tensor"
    predicate: "Tensor"


def subgraph_data(subgraph: Subgraph, *, predicates: Sequence[str] | None = None) -> "Data":
    """Return ``subgraph`` for PyG; see :meth:`graph.subgraph.Subgraph.to_data`."""
    import torch
    from torch_geometric.data import Data

    ids = [concept.id for concept in subgraph.concepts]
    vocabulary = _vocabulary(subgraph.relations) if predicates is None else tuple(predicates)
    edges = _edges(subgraph.relations, {id: node for node, id in enumerate(ids)}, vocabulary)
    roles = [concept.role for concept in subgraph.concepts]
    return Data(
        edge_index=edges.ends,
        edge_type=edges.predicate,
        hop=torch.tensor([concept.distance for concept in subgraph.concepts], dtype=torch.long),
        role=torch.tensor([_ROLES[role] for role in roles], dtype=torch.long),
        is_seed=torch.tensor([role is Role.SEED for role in roles], dtype=torch.bool),
        num_nodes=len(ids),
        concepts=ids,
        predicates=vocabulary,
    )


def to_data(store: GraphStore, *, predicates: Sequence[str] | None = None) -> "Data":
    """Return the whole graph, one node a concept, by CURIE.

    It has edge_index (2, edges) int64 from subject to object, edge_type (edges,) int64, obsolete (nodes,) bool,
    num_nodes, concepts (the CURIE of each node) and predicates (the vocabulary that edge_type is an index into:
    ``predicates`` if given, else those of the graph, sorted). Relations that differ only in source are several edges.

    Raises:
        ValueError: A predicate is not among ``predicates``.
    """
    import torch
    from torch_geometric.data import Data

    concepts = list(store.iterate())
    relations = list(walk.relations(store))
    vocabulary = _vocabulary(relations) if predicates is None else tuple(predicates)
    edges = _edges(relations, {concept.id: node for node, concept in enumerate(concepts)}, vocabulary)
    return Data(
        edge_index=edges.ends,
        edge_type=edges.predicate,
        obsolete=torch.tensor([concept.obsolete for concept in concepts], dtype=torch.bool),
        num_nodes=len(concepts),
        concepts=[concept.id for concept in concepts],
        predicates=vocabulary,
    )


def to_hetero_data(store: GraphStore) -> "HeteroData":
    """Return the whole graph with a node type for each semantic type and an edge type for each kind of relation.

    A concept is of its first type (``Concept`` if it has none), within which nodes are numbered by CURIE; each node
    type has num_nodes and concepts (the CURIE of each node), and each edge type (type of the subject, predicate, type
    of the object) an edge_index (2, edges) int64. Relations that differ only in source are several edges.
    """
    from torch_geometric.data import HeteroData

    data, node, type_of = HeteroData(), {}, {}
    ids: dict[str, list[str]] = defaultdict(list)
    for concept in store.iterate():
        type = type_of[concept.id] = concept.types[0] if concept.types else NO_TYPE
        node[concept.id] = len(ids[type])
        ids[type].append(concept.id)
    kinds: dict[tuple[str, str, str], list[Relation]] = defaultdict(list)
    for relation in walk.relations(store):
        kinds[type_of[relation.subject], relation.predicate, type_of[relation.object]].append(relation)
    for type, members in sorted(ids.items()):
        data[type].num_nodes, data[type].concepts = len(members), members
    for kind, relations in sorted(kinds.items()):
        data[kind].edge_index = _edges(relations, node, kind[1:2]).ends
    return data


def _vocabulary(relations: Iterable[Relation | SubgraphRelation]) -> tuple[str, ...]:
    return tuple(sorted({relation.predicate for relation in relations}))


def _edges(relations: Sequence[Relation | SubgraphRelation], node: dict[str, int], vocabulary: Sequence[str]) -> Edges:
    import torch

    number = {predicate: code for code, predicate in enumerate(vocabulary)}
    if strange := {relation.predicate for relation in relations} - number.keys():
        raise ValueError(f"predicates {sorted(strange)} are not in the vocabulary; expected {', '.join(vocabulary)}")
    rows = [(node[r.subject], node[r.object], number[r.predicate]) for r in relations]
    columns = torch.tensor(rows, dtype=torch.long).reshape(-1, 3).t().contiguous()
    return Edges(columns[:2], columns[2])
