"""The masked language model over the same states that relations are scored from."""

from dataclasses import dataclass

from torch import Tensor, nn
from transformers.utils import ModelOutput

from kgbert.config import KGBertConfig
from kgbert.masked import IGNORED
from kgbert.model import KGBertModel, MentionNodes
from kgbert.nn.lm_head import MaskedWordHead
from kgbert.pretrained import KGBertPreTrainedModel


@dataclass
class MaskedOutput(ModelOutput):
    """What :class:`KGBertForMaskedLM` returns.

    Attributes:
        loss: Mean cross entropy over masked tokens.
        logits: (masked tokens, word pieces).
    """

    loss: Tensor | None = None
    logits: Tensor | None = None


class KGBertForMaskedLM(KGBertPreTrainedModel):
    """Word pieces for masked tokens. Its ``kgbert`` part is where a model for relations may start."""

    config: KGBertConfig
    config_class = KGBertConfig

    def __init__(self, config: KGBertConfig) -> None:
        """Make a model; the text encoder's weights are read from where ``config.encoder`` is found."""
        super().__init__(config)
        self.kgbert = KGBertModel(config)
        words = self._words
        self.head = MaskedWordHead(width=words.shape[1], n_pieces=words.shape[0])

    @property
    def _words(self) -> Tensor:
        return self.kgbert.text.encoder.get_input_embeddings().get_parameter("weight")

    def forward(
        self,
        targets: Tensor,
        mention_window: Tensor,
        mention_token: Tensor,
        mention_argument: Tensor,
        argument_node: Tensor,
        input_ids: Tensor,
        attention_mask: Tensor,
        markers: Tensor,
        **graph: Tensor,
    ) -> MaskedOutput:
        """Score the tokens of a :class:`~kgbert.batch.Batch` that ``targets``, (windows, tokens), ask for."""
        tokens = MentionNodes(mention_window, mention_token, argument_node[mention_argument])
        base = self.kgbert(input_ids, attention_mask, markers, tokens, **graph)
        asked = targets != IGNORED
        logits = self.head(base.hidden[asked], self._words)
        return MaskedOutput(loss=nn.functional.cross_entropy(logits, targets[asked]), logits=logits)
