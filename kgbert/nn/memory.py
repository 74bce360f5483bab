"""A learnt memory in place of a graph: the control that has all parameters and no knowledge."""

import torch
from torch import Tensor, nn

from graph.subgraph import MAX_PATH_EDGES
from kgbert.nn.graph_head import Walks


class Memory(nn.Module):
    """The same learnt nodes for every window: what is read from them depends on no example.

    They go through the graph encoder, the knowledge attention and the pair head as the concepts of a subgraph do, but
    have no edges and no paths, and every argument has the first of them as its node. A model with it has more
    parameters than one with a graph, by the nodes' vectors; those that pass messages or read paths learn nothing, and
    the score of a pair from it is the same for all pairs.
    """

    def __init__(self, *, n_nodes: int, feature_width: int) -> None:
        """Make ``n_nodes`` vectors of ``feature_width``, of about length 1 as those of names are."""
        super().__init__()
        self.features = nn.Parameter(torch.randn(n_nodes, feature_width) / feature_width**0.5)

    def forward(self, *, n_windows: int) -> dict[str, Tensor]:
        """Return the graph's part of a :class:`~kgbert.batch.Batch` of ``n_windows``."""
        n_nodes, width = self.features.shape
        zeros = self.features.new_zeros
        window = torch.arange(n_windows, device=self.features.device).repeat_interleave(n_nodes)
        return {
            "node_features": self.features.repeat(n_windows, 1),
            "node_window": window,
            "node_role": torch.zeros_like(window),
            "node_distance": torch.zeros_like(window),
            "node_confidence": torch.ones_like(window, dtype=self.features.dtype),
            "predicate_features": zeros(0, width),
            "edge_index": zeros(2, 0, dtype=torch.long),
            "edge_predicate": zeros(0, dtype=torch.long),
        }

    def nodes_of(self, argument_window: Tensor) -> Tensor:
        """Return the node of each argument, given its window: (arguments,)."""
        return argument_window * len(self.features)

    def no_walks(self) -> Walks:
        """Return no path."""
        none = self.features.new_zeros(0, dtype=torch.long)
        return Walks(none, *(none.reshape(0, n) for n in (MAX_PATH_EDGES, MAX_PATH_EDGES, MAX_PATH_EDGES - 1)))
