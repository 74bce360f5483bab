"""What else a model with a graph may be taught in training, so that its two sides come to speak of the same things."""

import torch
from torch import Tensor, nn


class MentionNodeAlignment(nn.Module):
    """Tell from a mention's state which node of its window it is linked to.

    Cross entropy over the nodes of the window, as between images and captions in Radford et al. 2021
    (arXiv:2103.00020), one way only. A mention without a node has no part in it.
    """

    def __init__(self, *, width: int, node_width: int) -> None:
        """Compare states of ``width`` with nodes of ``node_width``."""
        super().__init__()
        self.map = nn.Linear(width, node_width, bias=False)

    def forward(self, mentions: Tensor, window: Tensor, node: Tensor, nodes: Tensor, node_window: Tensor) -> Tensor:
        """Return the mean loss; 0 without a linked mention.

        Args:
            mentions: (mentions, width).
            window: (mentions,).
            node: (mentions,) linked node, -1 for none.
            nodes: (nodes, node_width).
            node_window: (nodes,).
        """
        linked = node >= 0
        if not linked.any():
            return mentions.new_zeros(())
        scores = self.map(mentions[linked]) @ nodes.T / nodes.shape[-1] ** 0.5
        scores = scores.masked_fill(window[linked, None] != node_window[None], -torch.inf)
        return nn.functional.cross_entropy(scores, node[linked])


class LinkPrediction(nn.Module):
    """Tell the edges of the subgraphs from ones with another object, by DistMult over the node states.

    Yang et al. 2015 (arXiv:1412.6575), with the vector of a relation type made from its name; as many false edges as
    true ones, drawn within the batch. Joined to language modelling so by Yasunaga et al. 2022 (arXiv:2210.09338).
    """

    def __init__(self, *, node_width: int, feature_width: int) -> None:
        """Score nodes of ``node_width`` by relation-type vectors of ``feature_width``."""
        super().__init__()
        self.relation = nn.Linear(feature_width, node_width)

    def forward(self, nodes: Tensor, edge_index: Tensor, edge_predicate: Tensor, predicate_features: Tensor) -> Tensor:
        """Return the mean loss; 0 without an edge.

        Args:
            nodes: (nodes, node_width).
            edge_index: (2, edges) subject and object.
            edge_predicate: (edges,) index into ``predicate_features``.
            predicate_features: (predicates, feature_width).
        """
        subject, object = edge_index
        if not len(subject):
            return nodes.new_zeros(())
        asked = nodes[subject] * self.relation(predicate_features)[edge_predicate] / nodes.shape[-1] ** 0.5
        drawn = object[torch.randperm(len(object), device=object.device)]
        scores = torch.cat([(asked * nodes[other]).sum(-1) for other in (object, drawn)])
        truth = torch.cat([torch.ones_like(subject), (drawn == object).long()]).to(scores.dtype)
        return nn.functional.binary_cross_entropy_with_logits(scores, truth)
