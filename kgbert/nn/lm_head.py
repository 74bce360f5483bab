"""From token states to word pieces."""

from torch import Tensor, nn


class MaskedWordHead(nn.Module):
    """Score word pieces for token states: one map, then the encoder's own word vectors (Devlin et al. 2019).

    The word vectors stay as they are. Scores are worked out for the rows that are asked for only: over all tokens the
    vocabulary would be most of the work.
    """

    def __init__(self, *, width: int, n_pieces: int) -> None:
        """Score ``n_pieces`` from states of ``width``."""
        super().__init__()
        self.map = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(Tensor(n_pieces).zero_())

    def forward(self, states: Tensor, words: Tensor) -> Tensor:
        """Return scores (rows, pieces) from states (rows, width) and word vectors (pieces, width)."""
        return self.norm(nn.functional.gelu(self.map(states))) @ words.T + self.bias
