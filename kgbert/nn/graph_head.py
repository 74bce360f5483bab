"""From node states and paths to the logits of pairs."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch_geometric.utils import softmax

from graph.subgraph import MAX_PATH_EDGES

INPUTS = ("nodes", "paths", "counts", "features")
"""What the state of a pair may be made of."""

EDGES = "edges"
"""Stands for :class:`EdgeCounter`, which reads nothing else."""


class Walks(NamedTuple):
    """The paths of a batch, as :class:`~kgbert.batch.Batch` has them.

    Attributes:
        pair: (paths,) pair of each path.
        predicate: (paths, 3) relation type of each step, -1 past the end.
        forward: (paths, 3) 1 where a step walks from subject to object.
        node: (paths, 2) nodes between, -1 where there is none.
    """

    pair: Tensor
    predicate: Tensor
    forward: Tensor
    node: Tensor

    def of(self, keep: Tensor) -> "Walks":
        """Return those that ``keep``, (paths,), says."""
        return Walks(*(column[keep] for column in self))


class GraphPairs(NamedTuple):
    """What the graph says of a batch's pairs.

    Attributes:
        logits: (pairs, labels); zero where the graph holds neither argument.
        path_weight: (paths,) share of each path in its pair's state, summing to 1 over the pair's paths.
    """

    logits: Tensor
    path_weight: Tensor


class Steps(nn.Module):
    """States of the steps of paths: a projection of the relation type's vector for each way to walk it."""

    def __init__(self, *, feature_width: int, width: int) -> None:
        """Project vectors of ``feature_width`` to ``width``."""
        super().__init__()
        self.ahead = nn.Linear(feature_width, width, bias=False)
        self.back = nn.Linear(feature_width, width, bias=False)

    def forward(self, predicate_features: Tensor, walks: Walks) -> Tensor:
        """Return (paths, 3, width), zero past a path's end, from (predicates, feature_width)."""
        ahead, back = (
            nn.functional.pad(project(predicate_features), (0, 0, 0, 1))[walks.predicate]
            for project in (self.ahead, self.back)
        )
        return torch.where((walks.forward == 1).unsqueeze(-1), ahead, back)


class GraphPairHead(nn.Module):
    """Score pairs from the graph: both arguments' nodes and the paths between them.

    A direct relation is a path of one edge. A path is read from its relation types, the way each is walked, and the
    nodes between; a pair's paths are pooled by a learned attention, with the number of paths of each length beside it.
    Any of these may be left out, and numbers of the pair's own added. The last map starts at zero, so that a model
    starts as its text part.
    """

    def __init__(
        self,
        *,
        node_width: int,
        feature_width: int,
        n_labels: int,
        dropout: float,
        inputs: Sequence[str] = ("nodes", "paths", "counts"),
        n_features: int = 0,
    ) -> None:
        """Score ``n_labels`` labels.

        Args:
            node_width: Width of a node's state.
            feature_width: Width of a relation type's vector.
            n_labels: Labels, "none" included.
            dropout: Before the last map.
            inputs: Some of :data:`INPUTS`.
            n_features: Numbers that come with a pair, where ``features`` are read.

        Raises:
            ValueError: ``inputs`` is empty or names something else.
        """
        super().__init__()
        if not inputs or not set(inputs) <= set(INPUTS):
            raise ValueError(f"pair inputs {list(inputs)}: expected some of {', '.join(INPUTS)}, or {EDGES} alone")
        self.inputs = frozenset(inputs)
        self.steps = self.path = self.path_score = None
        if "paths" in inputs:
            self.steps = Steps(feature_width=feature_width, width=node_width)
            self.path = nn.Linear((2 * MAX_PATH_EDGES - 1) * node_width, node_width)
            self.path_score = nn.Linear(node_width, 1)
        widths = {"nodes": 3 * node_width, "paths": node_width, "counts": MAX_PATH_EDGES, "features": n_features}
        self.hidden = nn.Linear(sum(widths[name] for name in self.inputs), 2 * node_width)
        self.dropout = nn.Dropout(dropout)
        self.logits = nn.Linear(2 * node_width, n_labels, bias=False)
        nn.init.zeros_(self.logits.weight)

    def forward(
        self,
        nodes: Tensor,
        subject: Tensor,
        object: Tensor,
        predicate_features: Tensor,
        walks: Walks,
        features: Tensor | None,
    ) -> GraphPairs:
        """Score pairs.

        Args:
            nodes: (nodes, node_width).
            subject: (pairs,) node, -1 for none; likewise ``object``.
            object: (pairs,).
            predicate_features: (predicates, feature_width).
            walks: The paths.
            features: (pairs, n_features).
        """
        padded = nn.functional.pad(nodes, (0, 0, 0, 1))
        weight = nodes.new_zeros(len(walks.pair))
        parts = []
        if "nodes" in self.inputs:
            parts += [padded[subject], padded[object], padded[subject] * padded[object]]
        if self.steps is not None and self.path is not None and self.path_score is not None:
            read = torch.cat([self.steps(predicate_features, walks).flatten(1), padded[walks.node].flatten(1)], dim=-1)
            paths = torch.tanh(self.path(read))
            share = softmax(self.path_score(paths), walks.pair, num_nodes=len(subject))
            parts.append(nodes.new_zeros(len(subject), paths.shape[-1]).index_add(0, walks.pair, share * paths))
            weight = share.squeeze(-1)
        if "counts" in self.inputs:
            parts.append(_counts(walks, len(subject)))
        if "features" in self.inputs and features is not None:
            parts.append(features)
        logits = self.logits(self.dropout(nn.functional.gelu(self.hidden(torch.cat(parts, dim=-1)))))
        return GraphPairs(logits * _known(subject, object), weight)


class EdgeCounter(nn.Module):
    """Score pairs by the relation types on the paths between them alone: each path adds what its steps are worth.

    The control after Wang et al. 2022 ("GNN is a counter?", arXiv:2110.03192): a sum of one score for each relation
    type and position, and no node's state. It starts at zero.
    """

    def __init__(self, *, width: int, feature_width: int, n_labels: int) -> None:
        """Score ``n_labels`` labels over steps of ``width`` from relation-type vectors of ``feature_width``."""
        super().__init__()
        self.steps = Steps(feature_width=feature_width, width=width)
        self.logits = nn.Linear(MAX_PATH_EDGES * width, n_labels, bias=False)
        nn.init.zeros_(self.logits.weight)

    def forward(
        self,
        nodes: Tensor,  # noqa: ARG002  what a pair head is given
        subject: Tensor,
        object: Tensor,
        predicate_features: Tensor,
        walks: Walks,
        features: Tensor | None,  # noqa: ARG002
    ) -> GraphPairs:
        """Score pairs; see :meth:`GraphPairHead.forward`."""
        worth = self.logits(self.steps(predicate_features, walks).flatten(1))
        total = worth.new_zeros(len(subject), worth.shape[-1]).index_add(0, walks.pair, worth)
        number = torch.bincount(walks.pair, minlength=len(subject)).clamp(min=1)
        return GraphPairs(total * _known(subject, object), 1.0 / number[walks.pair])


def _known(subject: Tensor, object: Tensor) -> Tensor:
    """Return (pairs, 1): whether the graph holds either argument."""
    return ((subject >= 0) | (object >= 0)).unsqueeze(-1)


def _counts(walks: Walks, n_pairs: int) -> Tensor:
    """Return log(1 + number of paths) of each length: (pairs, 3)."""
    lengths = (walks.predicate >= 0).sum(-1) - 1
    one = nn.functional.one_hot(lengths, MAX_PATH_EDGES).float()
    return one.new_zeros(n_pairs, MAX_PATH_EDGES).index_add(0, walks.pair, one).log1p()
