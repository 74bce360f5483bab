"""Small encoders with random weights, and examples made by hand, so that model tests take milliseconds."""

import json
import shutil
from pathlib import Path

import torch
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    DistilBertConfig,
    DistilBertModel,
    ElectraConfig,
    ElectraModel,
    MPNetConfig,
    MPNetModel,
    RobertaConfig,
    RobertaModel,
)

from graph.concept import Concept
from graph.ontology import Ontology
from graph.relation import Relation
from graph.subgraph import Path as GraphPath
from graph.subgraph import Role, Step, Subgraph, SubgraphConcept, SubgraphRelation
from kgbert.config import DetectorConfig, KGBertConfig
from kgbert.example import Example
from kgbert.model import KGBertForRelationExtraction

WORDS = "aspirin caused severe bleeding ulcer and not pain in the patient after chemical disease drug is a of".split()
VOCABULARY = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *WORDS,
    *"abcdefghijklmnopqrstuvwxyz.,",
    *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
]

_SIZE = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 80,
}
FAMILIES = {
    "bert": lambda: BertModel(BertConfig(**_SIZE)),
    "roberta": lambda: RobertaModel(RobertaConfig(**_SIZE, pad_token_id=0)),
    "electra": lambda: ElectraModel(ElectraConfig(**_SIZE, embedding_size=24)),
    "mpnet": lambda: MPNetModel(MPNetConfig(**_SIZE, pad_token_id=0)),
    "distilbert": lambda: DistilBertModel(
        DistilBertConfig(
            vocab_size=len(VOCABULARY), dim=24, n_layers=3, n_heads=2, hidden_dim=32, max_position_embeddings=80
        )
    ),
}


def save_encoder(folder: Path, family: str) -> Path:
    """Write a small encoder of ``family`` with its tokenizer to ``folder``."""
    torch.manual_seed(7)
    FAMILIES[family]().save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY), encoding="utf-8")
    BertTokenizer(vocab=str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return folder


def small_config(encoder: Path, **settings) -> KGBertConfig:
    """Return the configuration of a small model over ``encoder``."""
    shape = {
        "lora_rank": 2,
        "fusion_layers": [1],
        "node_width": 16,
        "gnn_heads": 2,
        "fusion_heads": 2,
        "pair_groups": 3,
        "max_tokens": 64,
        "overlap": 16,
    }
    return KGBertConfig(encoder=str(encoder), **{**shape, **settings})


def opened(model: KGBertForRelationExtraction) -> KGBertForRelationExtraction:
    """Give random values to what starts at zero."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.requires_grad and not weight.any():
                weight.copy_(torch.randn(weight.shape, generator=generator) * 0.5)
    return model.eval()


SEEDS = ("MESH:D001241", "MESH:D006470")


def subgraph(*, reverse: bool = False) -> Subgraph:
    """Return aspirin and bleeding with what stands around them; ``reverse`` gives the same in another order."""
    rows = [
        (SEEDS[0], "aspirin", "Chemical", Role.SEED, 0),
        (SEEDS[1], "bleeding", "Disease", Role.SEED, 0),
        ("MESH:D014456", "ulcer", "Disease", Role.PATH, 1),
        ("MESH:D000893", "drug", "Chemical", Role.NEIGHBOUR, 1),
    ]
    concepts = [SubgraphConcept(id, name, (type,), role, distance) for id, name, type, role, distance in rows]
    relations = [
        SubgraphRelation(SEEDS[0], "is_a", "MESH:D000893", "MeSH"),
        SubgraphRelation(SEEDS[0], "has_side_effect", "MESH:D014456", "SIDER"),
        SubgraphRelation("MESH:D014456", "is_a", SEEDS[1], "MeSH"),
    ]
    return Subgraph(
        tuple(reversed(concepts) if reverse else concepts), tuple(reversed(relations) if reverse else relations)
    )


PATHS = (
    GraphPath(SEEDS[0], (Step("has_side_effect", True, "MESH:D014456"), Step("is_a", True, SEEDS[1]))),
    GraphPath(SEEDS[0], (Step("treats", False, SEEDS[1]),)),
)


def example(
    words: str, *, knowledge: bool = True, label: int | None = 1, reverse: bool = False, document: str = "d"
) -> Example:
    """Return an example whose words ``aspirin`` and ``bleeding`` are its two arguments."""
    ids, markers, mentions = [2], [0], []
    for word in words.split():
        if word in ("aspirin", "bleeding"):
            argument = int(word == "bleeding")
            mentions.append((len(ids), argument))
            ids.append(4)
            markers.append(1 + argument)
        ids.append(VOCABULARY.index(word))
        markers.append(0)
    return Example(
        document=document,
        input_ids=(*ids, 3),
        markers=(*markers, 0),
        arguments=SEEDS,
        concepts=SEEDS if knowledge else (None, None),
        confidences=(0.9, 0.7),
        mentions=tuple(mentions),
        pairs=((0, 1),),
        labels=None if label is None else (label,),
        subgraph=subgraph(reverse=reverse) if knowledge else Subgraph(),
        paths=(tuple(reversed(PATHS) if reverse else PATHS),) if knowledge else ((),),
    )


def toy_ontology() -> Ontology:
    """Return five concepts whose names stand in the toy vocabulary."""
    concepts = (
        Concept(SEEDS[0], "aspirin", synonyms=("acetylsalicylic acid",), types=("Chemical",)),
        Concept("MESH:D000893", "drug", types=("Chemical",)),
        Concept(SEEDS[1], "bleeding", types=("Disease",)),
        Concept("MESH:D014456", "ulcer", types=("Disease",)),
        Concept("MESH:D010146", "pain", types=("Disease",)),
        Concept("MESH:C000001", "old aspirin", obsolete=True, replaced_by=SEEDS[0]),
    )
    relations = (
        Relation(SEEDS[0], "is_a", "MESH:D000893", "Toys"),
        Relation("MESH:D014456", "is_a", SEEDS[1], "Toys"),
        Relation(SEEDS[0], "treats", "MESH:D010146", "Toys"),
        Relation(SEEDS[0], "has_side_effect", "MESH:D014456", "Toys"),
    )
    return Ontology("Toys", "1", "CC0 1.0", concepts, relations)


PUBTATOR = """\
1|t|aspirin caused severe bleeding
1|a|not pain in the patient after aspirin.
1\t0\t7\taspirin\tChemical\tD001241
1\t22\t30\tbleeding\tDisease\tD006470
1\t35\t39\tpain\tDisease\tD010146
1\t61\t68\taspirin\tChemical\tD001241
1\tCID\tD001241\tD006470

2|t|aspirin in the patient
2|a|ulcer and bleeding after aspirin.
2\t0\t7\taspirin\tChemical\tD001241
2\t23\t28\tulcer\tDisease\tD014456
2\t33\t41\tbleeding\tDisease\tD006470
2\t48\t55\taspirin\tChemical\tC000001
2\tCID\tD001241\tD014456

"""
"""Two documents, of which the second names a retired id and a pair whose object is more general than a true one."""


def small_detector_config(encoder: Path, **settings) -> DetectorConfig:
    """Return the configuration of a small detector over ``encoder``."""
    shape = {"lora_rank": 2, "trained_layers": 3, "max_tokens": 64, "overlap": 16}
    return DetectorConfig(encoder=str(encoder), **{**shape, **settings})


def copied_with(model: Path, folder: Path, **settings: object) -> Path:
    """Copy the model in a folder to ``folder``, with ``settings`` in its configuration."""
    shutil.copytree(model, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | settings), encoding="utf-8")
    return folder
