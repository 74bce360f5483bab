"""What was retrieved around a set of seeds."""

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch_geometric.data import Data

MAX_PATH_EDGES = 3
"""Longest path that retrieval looks for between two concepts."""


class Role(str, Enum):
    """Why a concept is in a subgraph."""

    SEED = "seed"
    PATH = "path"
    NEIGHBOUR = "neighbour"


class SubgraphConcept(NamedTuple):
    """A concept as retrieval returns it: enough to show it and to encode it.

    Attributes:
        id: CURIE.
        name: Preferred name.
        types: Semantic types.
        role: Seed, on a path between two seeds, or neighbour.
        distance: Edges to the nearest seed, 0 for a seed.
    """

    id: str
    name: str
    types: tuple[str, ...]
    role: Role
    distance: int


class SubgraphRelation(NamedTuple):
    """An edge between two concepts of the same subgraph."""

    subject: str
    predicate: str
    object: str
    source: str


class Step(NamedTuple):
    """One edge of a path as it is walked: ``forward`` if from the edge's subject to its object."""

    predicate: str
    forward: bool
    to: str


class Path(NamedTuple):
    """A walk from one concept to another that visits no concept twice.

    Attributes:
        start: CURIE of the first concept.
        steps: One to three edges; the last step's ``to`` is the other end.
    """

    start: str
    steps: tuple[Step, ...]


class Subgraph(NamedTuple):
    """A closed set of concepts and relations around seeds; the same whatever the insertion order or store.

    Attributes:
        concepts: Seeds in the order given, then by distance and retrieval order; no id twice.
        relations: Every stored relation whose two ends are both in ``concepts`` (and whose predicate was
            allowed), sorted by (subject, predicate, object, source).
        cut: Whether a budget or fan-out left something out.
    """

    concepts: tuple[SubgraphConcept, ...] = ()
    relations: tuple[SubgraphRelation, ...] = ()
    cut: bool = False

    def to_dict(self) -> dict[str, list[dict[str, object]]]:
        """Return the JSON form: concepts with id, name, role, distance; relations as triples."""
        return {
            "concepts": [
                {"id": c.id, "name": c.name, "role": c.role.value, "distance": c.distance} for c in self.concepts
            ],
            "relations": [{"subject": r.subject, "predicate": r.predicate, "object": r.object} for r in self.relations],
        }

    def to_data(self, *, predicates: Sequence[str] | None = None) -> "Data":
        """Return the subgraph as PyG's ``Data``, which ``Batch.from_data_list`` puts together with others.

        It has edge_index (2, edges) int64 from subject to object, edge_type (edges,) int64, hop (nodes,) int64 (edges
        to the nearest seed), role (nodes,) int64 (index of the :class:`Role`), is_seed (nodes,) bool, num_nodes,
        concepts (the CURIE of each node) and predicates (the vocabulary that edge_type is an index into: ``predicates``
        if given, which batches need to agree, else those of this subgraph, sorted).

        Raises:
            ValueError: A predicate is not among ``predicates``.
        """
        from graph.pyg import subgraph_data

        return subgraph_data(self, predicates=predicates)
