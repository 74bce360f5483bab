"""From token states to the logits of pairs."""

from typing import NamedTuple

import torch
from torch import Tensor, nn


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
