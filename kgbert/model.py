"""The model: ``KGBert(text, graph) = head(fuse(encode(text), gnn(graph)))``."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch_geometric.utils import to_dense_batch
from transformers import AutoTokenizer
from transformers.utils import ModelOutput

from kgbert import encoder as encoders
from kgbert.config import KGBertConfig
from kgbert.nn.fusion import KnowledgeAttention, Nodes
from kgbert.nn.gnn import RelationalGATv2
from kgbert.nn.heads import GraphPairHead, Pairs, TextPairHead, log_sum_exp
from kgbert.nn.text import MarkedTextEncoder
from kgbert.pretrained import KGBertPreTrainedModel, read_encoder
from kgbert.task import named


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


_GNN_INPUTS = ("node_features", "node_role", "predicate_features", "edge_index", "edge_predicate")


class KGBertModel(KGBertPreTrainedModel):
    """Token states that have read the graph, and node states."""

    config: KGBertConfig
    config_class = KGBertConfig

    def __init__(self, config: KGBertConfig) -> None:
        """Make a model; the text encoder's weights are read from where ``config.encoder`` is found."""
        super().__init__(config)
        encoder = read_encoder(config)
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

    config: KGBertConfig
    config_class = KGBertConfig

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


def _type_pieces(config: KGBertConfig) -> list[list[int]]:
    tokenizer = AutoTokenizer.from_pretrained(encoders.find(config.encoder))
    return [tokenizer(type, add_special_tokens=False)["input_ids"] for type in config.mention_types]
