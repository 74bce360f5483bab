"""What a score rests on: the text's part of it, the paths of the pair, and where its arguments' markers looked."""

import torch

from kgbert.example import Example
from kgbert.prediction import Evidence
from kgbert.score import Scored

N_ATTENDED = 3
"""Concepts listed from the attention."""


def evidence(scored: Scored, *, window: int, pair: int, row: int, gate: float, text_score: float) -> Evidence:
    """Return the evidence of pair number ``pair`` of a batch's ``window``; ``row`` is its number in the batch."""
    example = scored.examples[window]
    attention = _attention(scored, example, window, pair)
    return Evidence(_paths(scored, example, pair, row), attention, gate if attention else 0.0, text_score)


def _paths(scored: Scored, example: Example, pair: int, row: int):
    weights = scored.output.path_weight
    if weights is None or not example.paths[pair]:
        return ()
    mine = weights[scored.batch["path_pair"] == row].tolist()
    return tuple(sorted(zip(example.paths[pair], mine, strict=True), key=lambda item: (-item[1], item[0])))


def _attention(scored: Scored, example: Example, window: int, pair: int) -> tuple[tuple[str, float], ...]:
    layers, nodes = scored.output.attention, example.subgraph.concepts
    if not layers or not nodes:
        return ()
    tokens = [token for token, argument in example.mentions if argument in example.pairs[pair]]
    shares = torch.stack([layer[window, tokens, : len(nodes)] for layer in layers]).mean((0, 1))
    top = shares.topk(min(N_ATTENDED, len(nodes)))
    return tuple((nodes[i].id, share) for i, share in zip(top.indices.tolist(), top.values.tolist(), strict=True))
