"""The model: ``KGBert(text, graph) = head(fuse(encode(text), gnn(graph)))``."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch_geometric.utils import to_dense_batch
from transformers import AutoTokenizer
from transformers.utils import ModelOutput

from kgbert import encoder as encoders
from kgbert.config import KGBertConfig
from kgbert.nn.auxiliary import LinkPrediction, MentionNodeAlignment
from kgbert.nn.fusion import KnowledgeAttention, Nodes
from kgbert.nn.gnn import RelationalGATv2
from kgbert.nn.graph_head import EDGES, EdgeCounter, GraphPairHead, Walks
from kgbert.nn.heads import Pairs, TextPairHead, log_sum_exp
from kgbert.nn.memory import Memory
from kgbert.nn.text import MarkedTextEncoder
from kgbert.pretrained import KGBertPreTrainedModel, read_encoder
from kgbert.task import task_of


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
        loss: Mean cross entropy over pairs, that of the text's logits alone by ``config.text_loss``, and the auxiliary
            losses; ``None`` without labels.
        logits: (pairs, labels), label 0 being "none".
        text_logits: (pairs, labels), the text's part of ``logits``; what is missing is the graph's score of each pair.
        path_weight: (paths,) share of each path in its pair's graph state; ``None`` without a graph.
        attention: As in :class:`KGBertOutput`.
    """

    loss: Tensor | None = None
    logits: Tensor | None = None
    text_logits: Tensor | None = None
    path_weight: Tensor | None = None
    attention: tuple[Tensor, ...] | None = None


class MentionNodes(NamedTuple):
    """Where mentions stand and what node each is linked to.

    Attributes:
        window: (mentions,).
        token: (mentions,) token of the marker.
        node: (mentions,) node; -1 for none.
    """

    window: Tensor
    token: Tensor
    node: Tensor


class KGBertModel(KGBertPreTrainedModel):
    """Token states that have read the graph, and node states."""

    config: KGBertConfig
    config_class = KGBertConfig

    def __init__(self, config: KGBertConfig) -> None:
        """Make a model; the text encoder's weights are read from where ``config.encoder`` is found."""
        super().__init__(config)
        encoder = read_encoder(config)
        width = encoder.config.hidden_size
        self.gnn = self.memory = self.node_token = None
        fusions: dict[int, KnowledgeAttention] = {}
        if config.knowledge and config.memory:
            self.memory = Memory(n_nodes=config.memory, feature_width=width)
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
            if config.node_tokens:
                self.node_token = nn.Linear(config.node_width, width, bias=False)
                nn.init.zeros_(self.node_token.weight)
        self.text = MarkedTextEncoder(encoder, type_pieces=_type_pieces(config), fusions=fusions)

    @property
    def gates(self) -> dict[str, float]:
        """``tanh(gamma)`` of each fusion layer."""
        fusions = self.text.fusions.items()
        return {layer: fusion.gate for layer, fusion in fusions if isinstance(fusion, KnowledgeAttention)}

    def scaled(self, names: Tensor) -> Tensor:
        """Return vectors of names, (rows, features), as the layers read them (``config.scale_names``)."""
        return names * names.shape[-1] ** 0.5 if self.config.scale_names else names

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        markers: Tensor,
        tokens: MentionNodes | None = None,
        silent: Tensor | None = None,
        **graph: Tensor,
    ) -> KGBertOutput:
        """Encode a :class:`~kgbert.batch.Batch`; see there for the names and shapes, also of what is in ``graph``.

        ``tokens`` says which node each mention's marker may carry; ``silent``, (windows,), where no token sees the
        graph.
        """
        states, nodes, carried = None, None, None
        if self.gnn is not None and "node_features" in graph:
            states = self.gnn(
                self.scaled(graph["node_features"]),
                graph["node_role"],
                self.scaled(graph["predicate_features"]),
                graph["edge_index"],
                graph["edge_predicate"],
            )
            nodes = _by_window(states, graph, n_windows=len(input_ids))
            if silent is not None:
                nodes = nodes._replace(mask=nodes.mask & ~silent[:, None])
            if self.node_token is not None and tokens is not None:
                carried = _at_tokens(self.node_token(states), tokens, shape=input_ids.shape)
        text = self.text(input_ids, attention_mask, markers, nodes, carried)
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
        n_labels = len(task_of(config.task).all_labels)
        self.text_head = TextPairHead(
            width=width, n_labels=n_labels, n_groups=config.pair_groups, dropout=config.dropout
        )
        self.graph_head = _graph_head(config, feature_width=width, n_labels=n_labels)
        self.alignment = self.links = None
        if config.knowledge and config.alignment_loss:
            self.alignment = MentionNodeAlignment(width=width, node_width=config.node_width)
        if config.knowledge and config.link_loss:
            self.links = LinkPrediction(node_width=config.node_width, feature_width=width)

    def forward(
        self,
        mention_window: Tensor,
        mention_token: Tensor,
        mention_argument: Tensor,
        argument_window: Tensor,
        argument_node: Tensor,
        pairs: Tensor,
        labels: Tensor | None = None,
        pair_features: Tensor | None = None,
        path_pair: Tensor | None = None,
        path_predicate: Tensor | None = None,
        path_forward: Tensor | None = None,
        path_node: Tensor | None = None,
        **encoded: Tensor,
    ) -> RelationOutput:
        """Score the pairs of a :class:`~kgbert.batch.Batch`; ``encoded`` goes to :class:`KGBertModel`."""
        walks = None
        if path_pair is not None and path_predicate is not None and path_forward is not None and path_node is not None:
            walks = Walks(path_pair, path_predicate, path_forward, path_node)
        if self.kgbert.memory is not None:
            encoded |= self.kgbert.memory(n_windows=len(encoded["input_ids"]))
            argument_node, walks = self.kgbert.memory.nodes_of(argument_window), self.kgbert.memory.no_walks()
        n_windows = len(encoded["input_ids"])
        silent = self._drawn(self.config.knowledge_dropout, n_windows, argument_node)
        if silent is not None:
            argument_node = torch.where(silent[argument_window], -1, argument_node)
        bare = self._drawn(self.config.relation_dropout, n_windows, argument_node)
        if bare is not None and walks is not None:
            walks = walks.of(~bare[argument_window[pairs[walks.pair, 0]]])
            encoded |= _edges_of(encoded, ~bare)
        tokens = MentionNodes(mention_window, mention_token, argument_node[mention_argument])
        base = self.kgbert(**encoded, tokens=tokens, silent=silent)
        mentions = base.hidden[mention_window, mention_token]
        arguments = log_sum_exp(mentions, mention_argument, len(argument_window))
        ends = Pairs(pairs[:, 0], pairs[:, 1], argument_window[pairs[:, 0]])
        text = logits = self.text_head(base.hidden, encoded["attention_mask"], arguments, ends)
        graph = None
        if self.graph_head is not None and base.nodes is not None and walks is not None:
            subject, object = argument_node[ends.subject], argument_node[ends.object]
            relations = self.kgbert.scaled(encoded["predicate_features"])
            graph = self.graph_head(base.nodes, subject, object, relations, walks, pair_features)
            logits = self._without_some_text(logits) + graph.logits
        loss = None
        if labels is not None:
            loss = self._loss(logits, text, labels)
            if base.nodes is not None:
                loss = loss + self._auxiliary(mentions, tokens, base.nodes, encoded)
        return RelationOutput(
            loss=loss,
            logits=logits,
            text_logits=text,
            path_weight=None if graph is None else graph.path_weight,
            attention=base.attention,
        )

    def _loss(self, logits: Tensor, text: Tensor, labels: Tensor) -> Tensor:
        loss = nn.functional.cross_entropy(logits, labels)
        if logits is not text and self.config.text_loss:
            loss = loss + self.config.text_loss * nn.functional.cross_entropy(text, labels)
        return loss

    def _auxiliary(
        self, mentions: Tensor, tokens: MentionNodes, nodes: Tensor, graph: dict[str, Tensor]
    ) -> Tensor | float:
        """Return what the auxiliary losses add; 0 without any."""
        added: Tensor | float = 0.0
        if self.alignment is not None:
            lost = self.alignment(mentions, tokens.window, tokens.node, nodes, graph["node_window"])
            added = added + self.config.alignment_loss * lost
        if self.links is not None:
            relations = self.kgbert.scaled(graph["predicate_features"])
            added = added + self.config.link_loss * self.links(
                nodes, graph["edge_index"], graph["edge_predicate"], relations
            )
        return added

    def _drawn(self, part: float, n: int, like: Tensor) -> Tensor | None:
        """Return (n,): which are left out this time, in training a ``part`` of them; ``None`` for none."""
        return torch.rand(n, device=like.device) < part if self.training and part else None

    def _without_some_text(self, logits: Tensor) -> Tensor:
        dropped = self._drawn(self.config.text_dropout, len(logits), logits)
        return logits if dropped is None else logits * ~dropped[:, None]


def _graph_head(config: KGBertConfig, *, feature_width: int, n_labels: int) -> GraphPairHead | EdgeCounter | None:
    if not config.knowledge or not config.pair_inputs:
        return None
    if tuple(config.pair_inputs) == (EDGES,):
        return EdgeCounter(width=config.node_width, feature_width=feature_width, n_labels=n_labels)
    return GraphPairHead(
        node_width=config.node_width,
        feature_width=feature_width,
        n_labels=n_labels,
        dropout=config.dropout,
        inputs=config.pair_inputs,
        n_features=config.pair_features,
    )


def _edges_of(graph: dict[str, Tensor], keep: Tensor) -> dict[str, Tensor]:
    """Return the edges of the windows that ``keep``, (windows,), says."""
    kept = keep[graph["node_window"][graph["edge_index"][0]]]
    return {"edge_index": graph["edge_index"][:, kept], "edge_predicate": graph["edge_predicate"][kept]}


def _at_tokens(vectors: Tensor, mentions: MentionNodes, *, shape: torch.Size) -> Tensor:
    """Return (windows, tokens, width): at each mention's marker the vector of its node, else zero."""
    held = mentions.node >= 0
    carried = vectors.new_zeros(*shape, vectors.shape[-1])
    place = (mentions.window[held], mentions.token[held])
    return carried.index_put(place, vectors[mentions.node[held]], accumulate=True)


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
