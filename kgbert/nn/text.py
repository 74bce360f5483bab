"""Any BERT-family encoder with typed markers at its input and fusion between its layers.

The encoder is used as it comes: markers go in through ``inputs_embeds``, and fusion through forward hooks on its
layers, so no library's forward pass is copied.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from kgbert.nn.fusion import KnowledgeAttention, Nodes


class TextStates(NamedTuple):
    """What a text encoder returns.

    Attributes:
        hidden: (windows, tokens, width).
        attention: For each fusion layer, where the tokens looked: (windows, tokens, nodes); empty without a graph.
    """

    hidden: Tensor
    attention: tuple[Tensor, ...]


class _Reading(NamedTuple):
    nodes: Nodes
    attention: list[Tensor]


_reading: ContextVar[_Reading | None] = ContextVar("kgbert_reading", default=None)


def layers_of(encoder: nn.Module, n_layers: int) -> nn.ModuleList:
    """Return the stack of ``n_layers`` layers inside ``encoder``.

    Raises:
        ValueError: No module list has that many entries.
    """
    for module in encoder.modules():
        if isinstance(module, nn.ModuleList) and len(module) == n_layers:
            return module
    raise ValueError(f"{type(encoder).__name__}: no stack of {n_layers} layers found")


class MarkedTextEncoder(nn.Module):
    """A text encoder whose tokens attend to nodes after chosen layers.

    A marker stands for its mention's type by the mean of the word vectors of the type's name; it is not trained, so any
    type will do.
    """

    encoder: PreTrainedModel
    marker_vectors: Tensor

    def __init__(
        self,
        encoder: PreTrainedModel,
        *,
        type_pieces: Sequence[Sequence[int]],
        fusions: dict[int, KnowledgeAttention],
    ) -> None:
        """Wrap ``encoder``; put ``fusions[i]`` after its layer ``i`` (0 = first).

        Args:
            encoder: Used as it is.
            type_pieces: Word pieces of the name of each mention type; marker ``i + 1`` is type ``i``.
            fusions: What reads the graph, by layer.

        Raises:
            ValueError: The encoder has no such layer.
        """
        super().__init__()
        self.encoder = encoder
        words = encoder.get_input_embeddings().get_parameter("weight").detach()
        vectors = torch.stack([words[list(pieces)].mean(0) for pieces in type_pieces])
        self.register_buffer("marker_vectors", vectors, persistent=False)
        self.fusions = nn.ModuleDict({str(i): fusion for i, fusion in fusions.items()})
        stack = layers_of(encoder, encoder.config.num_hidden_layers)
        for i, fusion in fusions.items():
            if not 0 <= i < len(stack):
                raise ValueError(f"fusion after layer {i}: the encoder has layers 0 to {len(stack) - 1}")
            stack[i].register_forward_hook(_hook(fusion))

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        markers: Tensor,
        nodes: Nodes | None,
        carried: Tensor | None = None,
    ) -> TextStates:
        """Encode; (windows, tokens) each for ids, mask and marker numbers (0 for none).

        ``carried``, (windows, tokens, width), is added to the embeddings.
        """
        embed: nn.Module = self.encoder.get_input_embeddings()
        words = embed(input_ids)
        marked = self.marker_vectors[(markers - 1).clamp(min=0)]
        embeddings = torch.where((markers > 0).unsqueeze(-1), marked, words)
        if carried is not None:
            embeddings = embeddings + carried
        with _read(nodes) as attention:
            hidden = self.encoder(inputs_embeds=embeddings, attention_mask=attention_mask).last_hidden_state
        return TextStates(hidden, tuple(attention))


@contextmanager
def _read(nodes: Nodes | None) -> Iterator[list[Tensor]]:
    """Let the hooks below see ``nodes`` for the length of one forward pass, in this thread alone."""
    attention: list[Tensor] = []
    token = _reading.set(None if nodes is None else _Reading(nodes, attention))
    try:
        yield attention
    finally:
        _reading.reset(token)


def _hook(fusion: KnowledgeAttention):
    def fuse(module: nn.Module, inputs: tuple, output):  # noqa: ARG001 (torch's signature)
        reading = _reading.get()
        if reading is None:
            return output
        hidden, *rest = output if isinstance(output, tuple) else (output,)
        hidden, attention = fusion(hidden, reading.nodes)
        reading.attention.append(attention)
        return (hidden, *rest) if isinstance(output, tuple) else hidden

    return fuse
