"""From token and node states to the logits of pairs."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch_geometric.utils import softmax

from graph.subgraph import MAX_PATH_EDGES


def log_sum_exp(states: Tensor, group: Tensor, n_groups: int) -> Tensor:
    """Return the log-sum-exp of ``states`` (rows, width) within each ``group`` (rows,): (groups, width).

    Every group must have a row.
    """
    index = group.unsqueeze(-1).expand_as(states)
    top = states.new_full((n_groups, states.shape[-1]), -torch.inf)
    top = top.scatter_reduce(0, index, states.detach(), "amax")
    total = torch.zeros_like(top).scatter_add(0, index, (states - top[group]).exp())
    return top + total.log()


class Pairs(NamedTuple):
    """The candidate pairs of a batch.

    Attributes:
        subject: (pairs,) argument.
        object: (pairs,) argument.
        window: (pairs,) window that holds both.
    """

    subject: Tensor
    object: Tensor
    window: Tensor


class TextPairHead(nn.Module):
    """Score pairs from the text: both arguments, what the window says of the two together, and its first token.

    An argument is the log-sum-exp over its mentions' states; the context of a pair is pooled from the window's tokens
    by an attention that the two arguments ask; a group bilinear form joins them (after ATLOP, Zhou et al. 2021,
    arXiv:2010.11304, which takes its context from the encoder's own attention instead).
    """

    def __init__(self, *, width: int, n_labels: int, n_groups: int, dropout: float) -> None:
        """Score ``n_labels`` labels from states of ``width``."""
        super().__init__()
        self.n_groups = n_groups
        self.ask = nn.Linear(2 * width, width)
        self.subject = nn.Linear(3 * width, width)
        self.object = nn.Linear(3 * width, width)
        self.dropout = nn.Dropout(dropout)
        self.bilinear = nn.Linear(width * (width // n_groups), n_labels)

    def forward(self, hidden: Tensor, attention_mask: Tensor, arguments: Tensor, pairs: Pairs) -> Tensor:
        """Return logits (pairs, labels) from states (windows, tokens, width) and ``arguments`` (arguments, width)."""
        subject, object = arguments[pairs.subject], arguments[pairs.object]
        context = self._context(hidden, attention_mask, torch.cat([subject, object], dim=-1), pairs.window)
        first = hidden[:, 0][pairs.window]
        subject = torch.tanh(self.subject(torch.cat([subject, context, first], dim=-1)))
        object = torch.tanh(self.object(torch.cat([object, context, first], dim=-1)))
        outer = subject.unflatten(-1, (self.n_groups, -1, 1)) * object.unflatten(-1, (self.n_groups, 1, -1))
        # Scaled as attention scores are: otherwise a step of Adam moves the logits by more than one.
        return self.bilinear(self.dropout(outer.flatten(1))) / outer.shape[-1] ** 0.5

    def _context(self, hidden: Tensor, attention_mask: Tensor, both: Tensor, window: Tensor) -> Tensor:
        """Pool a window's tokens for each of its pairs; pairs are laid out by window so that one product serves all."""
        place, n_most = _places(window)
        asked = hidden.new_zeros(len(hidden), n_most, hidden.shape[-1])
        asked = asked.index_put((window, place), self.ask(both))
        scores = asked @ hidden.transpose(1, 2) / hidden.shape[-1] ** 0.5
        scores = scores.masked_fill(~attention_mask.bool().unsqueeze(1), -torch.inf)
        return (scores.softmax(-1) @ hidden)[window, place]


def _places(window: Tensor) -> tuple[Tensor, int]:
    """Return the position of each pair within its window, and the most pairs that a window has."""
    order = torch.argsort(window, stable=True)
    counts = torch.bincount(window)
    starts = counts.cumsum(0) - counts
    place = torch.empty_like(window)
    place[order] = torch.arange(len(window), device=window.device) - starts[window[order]]
    return place, int(counts.max())


class GraphPairs(NamedTuple):
    """What the graph says of a batch's pairs.

    Attributes:
        logits: (pairs, labels); zero where the graph holds neither argument.
        path_weight: (paths,) share of each path in its pair's state, summing to 1 over the pair's paths.
    """

    logits: Tensor
    path_weight: Tensor


class GraphPairHead(nn.Module):
    """Score pairs from the graph: both arguments' nodes and the paths between them.

    A direct relation is a path of one edge. A path is read from its relation types, the way each is walked, and the
    nodes between; a pair's paths are pooled by a learned attention, with the number of paths of each length beside it.
    The last map starts at zero, so that a model starts as its text part.
    """

    def __init__(self, *, node_width: int, feature_width: int, n_labels: int, dropout: float) -> None:
        """Score ``n_labels`` labels from nodes of ``node_width`` and relation-type vectors of ``feature_width``."""
        super().__init__()
        self.step_forward = nn.Linear(feature_width, node_width, bias=False)
        self.step_backward = nn.Linear(feature_width, node_width, bias=False)
        self.path = nn.Linear((2 * MAX_PATH_EDGES - 1) * node_width, node_width)
        self.path_score = nn.Linear(node_width, 1)
        self.hidden = nn.Linear(4 * node_width + MAX_PATH_EDGES, 2 * node_width)
        self.dropout = nn.Dropout(dropout)
        self.logits = nn.Linear(2 * node_width, n_labels, bias=False)
        nn.init.zeros_(self.logits.weight)

    def forward(
        self,
        nodes: Tensor,
        subject: Tensor,
        object: Tensor,
        predicate_features: Tensor,
        path_pair: Tensor,
        path_predicate: Tensor,
        path_forward: Tensor,
        path_node: Tensor,
    ) -> GraphPairs:
        """Score pairs.

        Args:
            nodes: (nodes, node_width).
            subject: (pairs,) node, -1 for none; likewise ``object``.
            object: (pairs,).
            predicate_features: (predicates, feature_width).
            path_pair: (paths,) pair of each path.
            path_predicate: (paths, 3), -1 past the end.
            path_forward: (paths, 3).
            path_node: (paths, 2), -1 where there is none.
        """
        padded = nn.functional.pad(nodes, (0, 0, 0, 1))
        paths = self._paths(padded, predicate_features, path_predicate, path_forward, path_node)
        weight = softmax(self.path_score(paths), path_pair, num_nodes=len(subject))
        pooled = nodes.new_zeros(len(subject), paths.shape[-1]).index_add(0, path_pair, weight * paths)
        counts = self._counts(path_pair, path_predicate, len(subject))
        state = torch.cat([padded[subject], padded[object], padded[subject] * padded[object], pooled, counts], dim=-1)
        logits = self.logits(self.dropout(nn.functional.gelu(self.hidden(state))))
        known = (subject >= 0) | (object >= 0)
        return GraphPairs(logits * known.unsqueeze(-1), weight.squeeze(-1))

    def _paths(
        self, padded: Tensor, predicate_features: Tensor, predicate: Tensor, forward: Tensor, between: Tensor
    ) -> Tensor:
        """Return path states (paths, node_width); index -1 reads the zero row at the end."""
        ahead = nn.functional.pad(self.step_forward(predicate_features), (0, 0, 0, 1))[predicate]
        back = nn.functional.pad(self.step_backward(predicate_features), (0, 0, 0, 1))[predicate]
        steps = torch.where((forward == 1).unsqueeze(-1), ahead, back)
        return torch.tanh(self.path(torch.cat([steps.flatten(1), padded[between].flatten(1)], dim=-1)))

    @staticmethod
    def _counts(path_pair: Tensor, path_predicate: Tensor, n_pairs: int) -> Tensor:
        """Return log(1 + number of paths) of each length: (pairs, 3)."""
        lengths = (path_predicate >= 0).sum(-1) - 1
        one = nn.functional.one_hot(lengths, MAX_PATH_EDGES).float()
        return one.new_zeros(n_pairs, MAX_PATH_EDGES).index_add(0, path_pair, one).log1p()
