"""The model: ``KGBert(text, graph) = head(fuse(encode(text), gnn(graph)))``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch_geometric.utils import to_dense_batch
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedModel
from transformers.utils import ModelOutput

from kgbert import encoder as encoders
from kgbert.config import KGBertConfig
from kgbert.errors import CheckpointError
from kgbert.nn.fusion import KnowledgeAttention, Nodes
from kgbert.nn.gnn import RelationalGATv2
from kgbert.nn.heads import GraphPairHead, Pairs, TextPairHead, log_sum_exp
from kgbert.nn.text import MarkedTextEncoder, layers_of
from kgbert.task import named

_WEIGHTS = "model.safetensors"

State = dict[str, Tensor]
M = TypeVar("M", bound="KGBertPreTrainedModel")


@dataclass
class KGBertOutput(ModelOutput):
    """What :class:`KGBertModel` returns.

    Attributes:
        hidden: (windows, tokens, width) token states after fusion.
        nodes: (nodes, node_width) node states; ``None`` without a graph.
        attention: For each fusion layer (windows, tokens, nodes of the window); empty without a graph.
    """

    hidden: Tensor | None = None
    nodes: Tensor | None = None
    attention: tuple[Tensor, ...] | None = None


@dataclass
class RelationOutput(ModelOutput):
    """What :class:`KGBertForRelationExtraction` returns.

    Attributes:
        loss: Mean cross entropy over pairs, and that of the text's logits alone by ``config.text_loss``; ``None``
            without labels.
        logits: (pairs, labels), label 0 being "none".
        path_weight: (paths,) share of each path in its pair's graph state; ``None`` without a graph.
        attention: As in :class:`KGBertOutput`.
    """

    loss: Tensor | None = None
    logits: Tensor | None = None
    path_weight: Tensor | None = None
    attention: tuple[Tensor, ...] | None = None


class KGBertPreTrainedModel(PreTrainedModel):
    """What both models share: how they are made, saved and read.

    A saved model holds what training made (graph encoder, attention, heads, low-rank updates), not the frozen
    encoder, which is found again by name and checked by its sha256.
    """

    config: KGBertConfig
    config_class = KGBertConfig
    base_model_prefix = "kgbert"
    _supports_sdpa = True

    def _init_weights(self, module: nn.Module) -> None:
        """Do nothing: every part initialises itself."""

    def save_pretrained(  # type: ignore[override]
        self, save_directory: str | Path, *, state_dict: State | None = None, **kwargs: Any
    ) -> None:
        """Write the configuration and the weights that training made; ``kwargs`` are the library's."""
        kept = self.owned_state_dict(state_dict)
        super().save_pretrained(save_directory, state_dict=kept, **kwargs)

    def owned_state_dict(self, state_dict: State | None = None) -> State:
        """Return the part of ``state_dict`` (default: the model's) that the frozen encoder does not supply."""
        frozen = {name for name, weight in self.named_parameters() if not weight.requires_grad}
        state = self.state_dict() if state_dict is None else state_dict
        return {name: weight.contiguous() for name, weight in state.items() if name not in frozen}

    @classmethod
    def from_pretrained(cls: type[M], folder: str | Path, *, encoder: str | None = None) -> M:  # type: ignore[override]
        """Read a model from ``folder``; ``encoder`` overrides where its text encoder is looked for.

        Raises:
            CheckpointError: A file is missing or damaged, or the weights do not fit the configuration.
            EncoderError: The encoder is not found, or is not the one the model was trained on.
        """
        folder = Path(folder)
        for name in ("config.json", _WEIGHTS):
            if not (folder / name).is_file():
                raise CheckpointError(f"model in {folder}: {name} is missing")
        try:
            config = KGBertConfig.from_pretrained(folder)
            state = load_file(folder / _WEIGHTS)
        except Exception as error:  # safetensors and json raise their own kinds
            raise CheckpointError(f"model in {folder}: cannot be read: {error}") from error
        if encoder is not None:
            config.encoder = encoder
        model = cls(config)
        missing = set(model.owned_state_dict()) ^ set(state)
        if missing:
            raise CheckpointError(f"model in {folder}: weights do not fit its configuration: {sorted(missing)[:3]}")
        try:
            model.load_state_dict(state, strict=False)
        except RuntimeError as error:
            raise CheckpointError(f"model in {folder}: weights do not fit its configuration: {error}") from error
        return model.eval()


_GNN_INPUTS = ("node_features", "node_role", "predicate_features", "edge_index", "edge_predicate")


class KGBertModel(KGBertPreTrainedModel):
    """Token states that have read the graph, and node states."""

    def __init__(self, config: KGBertConfig) -> None:
        """Make a model; the text encoder's weights are read from where ``config.encoder`` is found."""
        super().__init__(config)
        encoder = _encoder(config)
        width = encoder.config.hidden_size
        self.gnn = None
        fusions: dict[int, KnowledgeAttention] = {}
        if config.knowledge:
            self.gnn = RelationalGATv2(
                feature_width=width,
                width=config.node_width,
                n_layers=config.gnn_layers,
                n_heads=config.gnn_heads,
            )
            fusions = {
                i: KnowledgeAttention(width=width, node_width=config.node_width, n_heads=config.fusion_heads)
                for i in config.fusion_layers
            }
        self.text = MarkedTextEncoder(encoder, type_pieces=_type_pieces(config), fusions=fusions)

    @property
    def gates(self) -> dict[str, float]:
        """``tanh(gamma)`` of each fusion layer."""
        fusions = self.text.fusions.items()
        return {layer: fusion.gate for layer, fusion in fusions if isinstance(fusion, KnowledgeAttention)}

    def forward(self, input_ids: Tensor, attention_mask: Tensor, markers: Tensor, **graph: Tensor) -> KGBertOutput:
        """Encode a :class:`~kgbert.batch.Batch`; see there for the names and shapes, also of what is in ``graph``."""
        states, nodes = None, None
        if self.gnn is not None and "node_features" in graph:
            states = self.gnn(*(graph[name] for name in _GNN_INPUTS))
            nodes = _by_window(states, graph, n_windows=len(input_ids))
        text = self.text(input_ids, attention_mask, markers, nodes)
        return KGBertOutput(hidden=text.hidden, nodes=states, attention=text.attention)


class KGBertForRelationExtraction(KGBertPreTrainedModel):
    """Labels for pairs of concepts: a text score plus a graph score, which is zero where the graph is empty."""

    def __init__(self, config: KGBertConfig) -> None:
        """Make a model for ``config.task``."""
        super().__init__(config)
        self.kgbert = KGBertModel(config)
        width = self.kgbert.text.encoder.config.hidden_size
        n_labels = len(named(config.task).all_labels)
        self.text_head = TextPairHead(
            width=width, n_labels=n_labels, n_groups=config.pair_groups, dropout=config.dropout
        )
        self.graph_head = None
        if config.knowledge:
            self.graph_head = GraphPairHead(
                node_width=config.node_width, feature_width=width, n_labels=n_labels, dropout=config.dropout
            )

    def forward(
        self,
        mention_window: Tensor,
        mention_token: Tensor,
        mention_argument: Tensor,
        argument_window: Tensor,
        argument_node: Tensor,
        pairs: Tensor,
        labels: Tensor | None = None,
        path_pair: Tensor | None = None,
        path_predicate: Tensor | None = None,
        path_forward: Tensor | None = None,
        path_node: Tensor | None = None,
        **encoded: Tensor,
    ) -> RelationOutput:
        """Score the pairs of a :class:`~kgbert.batch.Batch`; ``encoded`` goes to :class:`KGBertModel`."""
        base = self.kgbert(**encoded)
        mentions = base.hidden[mention_window, mention_token]
        arguments = log_sum_exp(mentions, mention_argument, len(argument_window))
        ends = Pairs(pairs[:, 0], pairs[:, 1], argument_window[pairs[:, 0]])
        text = logits = self.text_head(base.hidden, encoded["attention_mask"], arguments, ends)
        path_weight = None
        if self.graph_head is not None and base.nodes is not None:
            graph = self.graph_head(
                base.nodes,
                argument_node[ends.subject],
                argument_node[ends.object],
                encoded["predicate_features"],
                path_pair,
                path_predicate,
                path_forward,
                path_node,
            )
            logits = self._without_some_text(logits) + graph.logits
            path_weight = graph.path_weight
        loss = None
        if labels is not None:
            loss = nn.functional.cross_entropy(logits, labels)
            if logits is not text and self.config.text_loss:
                loss = loss + self.config.text_loss * nn.functional.cross_entropy(text, labels)
        return RelationOutput(loss=loss, logits=logits, path_weight=path_weight, attention=base.attention)

    def _without_some_text(self, logits: Tensor) -> Tensor:
        if not self.training or not self.config.text_dropout:
            return logits
        keep = torch.rand(len(logits), 1, device=logits.device) >= self.config.text_dropout
        return logits * keep


def _by_window(states: Tensor, graph: dict[str, Tensor], *, n_windows: int) -> Nodes:
    window, confidence, distance = (graph[f"node_{name}"] for name in ("window", "confidence", "distance"))
    padded, mask = to_dense_batch(states, window, batch_size=n_windows)
    return Nodes(
        states=padded,
        mask=mask,
        confidence=to_dense_batch(confidence, window, fill_value=1.0, batch_size=n_windows)[0],
        distance=to_dense_batch(distance.to(states.dtype), window, batch_size=n_windows)[0],
    )


def _encoder(config: KGBertConfig) -> PreTrainedModel:
    """Read the frozen encoder, put low-rank updates into its layers, and note in ``config`` which one it is."""
    folder = encoders.find(config.encoder, sha256=config.encoder_sha256)
    config.encoder_sha256 = encoders.checksum(folder)
    shape = AutoConfig.from_pretrained(folder)
    shape.attention_probs_dropout_prob = 0.0  # doubles the cost of a training step on a CPU
    encoder = AutoModel.from_pretrained(folder, config=shape)
    _choose_trained(encoder, config)
    return encoder


def _choose_trained(encoder: PreTrainedModel, config: KGBertConfig) -> None:
    """Freeze everything but the top layers; put low-rank updates into these, or train them whole."""
    top = layers_of(encoder, encoder.config.num_hidden_layers)[-config.trained_layers :]
    encoder.requires_grad_(False)
    if config.lora_rank:
        from peft import LoraConfig, inject_adapter_in_model

        inside = {id(module) for module in top.modules() if isinstance(module, nn.Linear)}
        names = [name for name, module in encoder.named_modules() if id(module) in inside]
        low_rank = LoraConfig(r=config.lora_rank, lora_alpha=2 * config.lora_rank, target_modules=names)
        inject_adapter_in_model(low_rank, encoder)
    else:
        top.requires_grad_(True)


def _type_pieces(config: KGBertConfig) -> list[list[int]]:
    tokenizer = AutoTokenizer.from_pretrained(encoders.find(config.encoder))
    return [tokenizer(type, add_special_tokens=False)["input_ids"] for type in config.mention_types]
