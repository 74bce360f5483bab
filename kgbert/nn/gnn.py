"""The graph encoder."""

import torch
from torch import Tensor, nn
from torch_geometric.nn import GATv2Conv

from graph.subgraph import Role

_N_ROLES = len(Role)


class RelationalGATv2(nn.Module):
    """Message passing in which attention sees the sender, the receiver and the relation between them.

    GATv2 (Brody et al. 2022, arXiv:2105.14491) with the relation type's vector as edge feature. An edge is walked both
    ways, by two different projections. Relation types come as vectors of their names, so new ones need no training.
    """

    def __init__(self, *, feature_width: int, width: int, n_layers: int, n_heads: int) -> None:
        """Make ``n_layers`` rounds over states of ``width``, ``n_heads`` heads each."""
        super().__init__()
        self.node_projection = nn.Linear(feature_width, width)
        self.role_embedding = nn.Embedding(_N_ROLES, width)
        self.forward_projection = nn.Linear(feature_width, width)
        self.backward_projection = nn.Linear(feature_width, width)
        self.convolutions = nn.ModuleList(
            GATv2Conv(width, width // n_heads, heads=n_heads, edge_dim=width, add_self_loops=False)
            for _ in range(n_layers)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(n_layers + 1))

    def forward(
        self,
        node_features: Tensor,
        node_role: Tensor,
        predicate_features: Tensor,
        edge_index: Tensor,
        edge_predicate: Tensor,
    ) -> Tensor:
        """Return node states.

        Args:
            node_features: (nodes, features).
            node_role: (nodes,) index of the role.
            predicate_features: (predicates, features).
            edge_index: (2, edges) subject and object.
            edge_predicate: (edges,) index into ``predicate_features``.

        Returns:
            (nodes, width).
        """
        states = self.norms[0](self.node_projection(node_features) + self.role_embedding(node_role))
        both_ways = torch.cat([edge_index, edge_index.flip(0)], dim=1)
        relation = torch.cat(
            [
                self.forward_projection(predicate_features)[edge_predicate],
                self.backward_projection(predicate_features)[edge_predicate],
            ]
        )
        for convolution, norm in zip(self.convolutions, self.norms[1:], strict=True):
            message = convolution(states, both_ways, edge_attr=relation)
            states = norm(states + nn.functional.gelu(message))
        return states
