"""The configurations that are saved beside a model's weights."""

from transformers import PreTrainedConfig


class EncoderConfig(PreTrainedConfig):
    """Which text encoder a model has, and how much of it is trained.

    Attributes:
        encoder: Where the text encoder is found: a folder, an installed package's model, or a hub name.
        encoder_sha256: Checksum of the encoder's ``model.safetensors``; empty means unchecked.
        trained_layers: How many of the encoder's top layers are trained; the rest and the embeddings stay as they are.
        lora_rank: Rank of the low-rank updates in every linear map of the trained layers (Hu et al. 2021,
            arXiv:2106.09685); 0 trains the layers themselves.
    """

    encoder: str = "sentence-transformers/all-MiniLM-L6-v2"
    encoder_sha256: str = ""
    trained_layers: int = 6
    lora_rank: int = 16


class KGBertConfig(EncoderConfig):
    """Everything that decides the shape and the behaviour of a model for relations.

    Attributes:
        knowledge: Whether the model has a graph at all; ``False`` is the text-only baseline.
        fusion_layers: Encoder layers (0 = first) after which tokens attend to the graph; may be empty.
        node_tokens: Whether the marker before a mention carries the state of its concept's node into the encoder.
        pair_inputs: What the graph score of a pair is made of: ``nodes`` (its arguments' states), ``paths`` (pooled
            paths), ``counts`` (how many paths of each length), ``features`` (numbers that come with the example), or
            ``edges`` alone (a sum over the relation types on its paths, without any node); empty for no such score.
        pair_features: How many numbers come with a pair, where ``features`` are read.
        memory: Learnt nodes that every window gets in place of a graph, so that a control has as many parameters and
            attends as much; 0 for a graph.
        scale_names: Multiply the vectors of names, which have length 1, by the root of their width: their parts are
            then about as large as those of the learnt vectors that they are added to, which else drown them
            (docs/model.md, "Names that drown").
        knowledge_dropout: In training, the part of windows whose graph is left out.
        relation_dropout: In training, the part of windows whose relations, and with them the paths of pairs, are left
            out, so that concepts which a graph does not relate are nothing new.
        mask_text: Whether all words are masked, so that nothing but the graph and the markers can tell.
        fact_tokens: Word pieces kept for what the graph says as sentences behind the text; 0 for none.
        node_width: Width of a graph node's state.
        gnn_layers: Rounds of message passing.
        gnn_heads: Attention heads in each round.
        fusion_heads: Heads of the knowledge attention.
        pair_groups: Groups of the bilinear form between the two arguments.
        dropout: Dropout in the pair head.
        text_dropout: In training, the part of pairs whose text logits are left out, so that the graph must answer.
        text_loss: Weight of a second loss, of the text's logits alone, where there is a graph: without it the graph,
            which is quicker to learn from, does the work and the text is left behind (uni-modal losses after Wang et
            al. 2020, arXiv:1905.12681).
        alignment_loss: Weight of a loss that asks from a mention's state which node it is linked to.
        link_loss: Weight of a loss that asks for the edges of the subgraphs, from the states of their nodes.
        mention_types: Mention types that have a marker of their own.
        markers: ``window`` marks every mention and encodes once; ``pair`` encodes each pair with its arguments alone.
        max_tokens: Longest window, in word pieces, markers and special tokens included.
        overlap: Word pieces that neighbouring windows of a long document share.
        hops: Distance of the furthest concept retrieved around the entities.
        budget: Most concepts in a window's subgraph.
        fan_out: Most neighbours taken from one concept.
        max_paths: Most paths kept for a pair.
        task: Name of the task, or the fields of one of the user's own (:func:`kgbert.task.task_of`).
        thresholds: Smallest probability at which a label is predicted.
        graph_release: Release of the graph that the model was trained on.
        relation_types: Of another graph than that, the relation types that are read; ``None`` for all. Training
            leaves here those that it met: what a graph states besides, the model never learnt to weigh.
    """

    model_type = "kgbert"

    knowledge: bool = True
    fusion_layers: list[int] | tuple[int, ...] = (3,)
    node_tokens: bool = False
    pair_inputs: list[str] | tuple[str, ...] = ("nodes", "paths", "counts")
    pair_features: int = 0
    memory: int = 0
    scale_names: bool = True
    knowledge_dropout: float = 0.0
    relation_dropout: float = 0.0
    mask_text: bool = False
    fact_tokens: int = 0
    node_width: int = 128
    gnn_layers: int = 2
    gnn_heads: int = 4
    fusion_heads: int = 4
    pair_groups: int = 6
    dropout: float = 0.1
    text_dropout: float = 0.0
    text_loss: float = 1.0
    alignment_loss: float = 0.0
    link_loss: float = 0.0
    mention_types: list[str] | tuple[str, ...] = ("Chemical", "Disease")
    markers: str = "window"
    max_tokens: int = 512
    overlap: int = 128
    hops: int = 2
    budget: int = 64
    fan_out: int = 16
    max_paths: int = 8
    task: str | dict = "CID"
    thresholds: dict[str, float] | None = None
    graph_release: str = ""
    relation_types: list[str] | tuple[str, ...] | None = None


class DetectorConfig(EncoderConfig):
    """Everything that decides the shape and the behaviour of a mention detector.

    Attributes:
        types: Mention types that it tells apart.
        dropout: Dropout before the head.
        hints: Whether it reads, beside the text, what a dictionary found there; it can always do without.
        hint_dropout: In training, the part of windows that are read without hints.
        max_tokens: Longest window, in word pieces, special tokens included.
        overlap: Most word pieces that neighbouring windows of a long text share.
    """

    model_type = "kgbert-detector"

    types: list[str] | tuple[str, ...] = ("Chemical", "Disease")
    dropout: float = 0.1
    hints: bool = False
    hint_dropout: float = 0.3
    max_tokens: int = 512
    overlap: int = 128
