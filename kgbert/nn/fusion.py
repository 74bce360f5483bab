"""Knowledge attention: tokens query the nodes of their window's subgraph."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn


class Nodes(NamedTuple):
    """The nodes of a batch, one row a window.

    Attributes:
        states: (windows, nodes, width), padded on the right.
        mask: (windows, nodes) true for a node, false for padding.
        confidence: (windows, nodes) in (0, 1].
        distance: (windows, nodes) edges to the nearest seed.
    """

    states: Tensor
    mask: Tensor
    confidence: Tensor
    distance: Tensor


class KnowledgeAttention(nn.Module):
    """Add to every token what it reads from the graph.

    ``H' = H + tanh(gamma) * g * C`` with ``C`` the output of multi-head attention from tokens to nodes and
    ``g = sigmoid(w [H; C])`` a gate for each token. ``gamma`` starts at zero and the output projection does not, so the
    module starts as the identity and still receives a gradient (gating after Alayrac et al. 2022, arXiv:2204.14198).

    Each head adds a prior to its scores: a learned weight times the logarithm of the linker's confidence, less a
    learned, positive weight times the distance in the graph. A learned null node, whose value is zero, lets a token
    read nothing; a window without nodes reads nothing but that, and passes unchanged whatever was learned.
    """

    def __init__(self, *, width: int, node_width: int, n_heads: int) -> None:
        """Attend from states of ``width`` to nodes of ``node_width`` with ``n_heads`` heads."""
        super().__init__()
        self.n_heads = n_heads
        self.query = nn.Linear(width, node_width)
        self.key = nn.Linear(node_width, node_width)
        self.value = nn.Linear(node_width, node_width, bias=False)
        self.output = nn.Linear(node_width, width, bias=False)
        self.null_key = nn.Parameter(torch.randn(n_heads, node_width // n_heads) * 0.02)
        self.confidence_weight = nn.Parameter(torch.ones(n_heads))
        self.distance_weight = nn.Parameter(torch.zeros(n_heads))
        self.token_gate = nn.Linear(2 * width, 1)
        self.gamma = nn.Parameter(torch.zeros(()))

    @property
    def gate(self) -> float:
        """``tanh(gamma)``: 0 where knowledge changes nothing."""
        return math.tanh(self.gamma.item())

    def forward(self, hidden: Tensor, nodes: Nodes) -> tuple[Tensor, Tensor]:
        """Return the new states and where the tokens looked.

        Args:
            hidden: (windows, tokens, width).
            nodes: The windows' subgraphs.

        Returns:
            States (windows, tokens, width), and attention averaged over heads (windows, tokens, nodes); what is missing
            to a sum of 1 went to the null node.
        """
        query = self._heads(self.query(hidden))
        scores = query @ self._heads(self.key(nodes.states)).transpose(-1, -2)
        null = torch.einsum("bhtd,hd->bht", query, self.null_key).unsqueeze(-1)
        scores = torch.cat([scores, null], dim=-1) / math.sqrt(query.shape[-1])
        scores = scores + self._prior(nodes)
        attention = scores.softmax(dim=-1)[..., :-1]
        read = attention @ self._heads(self.value(nodes.states))
        context = self.output(read.transpose(1, 2).flatten(2))
        gate = torch.sigmoid(self.token_gate(torch.cat([hidden, context], dim=-1)))
        return hidden + torch.tanh(self.gamma) * gate * context, attention.mean(1)

    def _heads(self, states: Tensor) -> Tensor:
        """Split (windows, rows, width) into (windows, heads, rows, width/heads)."""
        return states.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)

    def _prior(self, nodes: Nodes) -> Tensor:
        """Return what is added to the scores: (windows, heads, 1, nodes + 1); nothing for the null node."""
        confidence = self.confidence_weight[:, None] * nodes.confidence.log().unsqueeze(1)
        distance = nn.functional.softplus(self.distance_weight)[:, None] * nodes.distance.unsqueeze(1)
        prior = (confidence - distance).masked_fill(~nodes.mask.unsqueeze(1), -torch.inf)
        return nn.functional.pad(prior, (0, 1)).unsqueeze(2)
