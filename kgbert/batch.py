"""Tensors for several examples with their subgraphs: the only place that speaks both graph words and tensor words."""

from collections.abc import Sequence
from itertools import accumulate, count
from typing import TypedDict, cast

import torch
from torch import Tensor

from graph.subgraph import MAX_PATH_EDGES, Path, Role
from kgbert.example import Example, relation_types
from kgbert.features import Features

_ROLES = {role: i for i, role in enumerate(Role)}


class Batch(TypedDict, total=False):
    """What a model reads. Windows, arguments, pairs, nodes and paths are each numbered through the whole batch.

    Attributes:
        input_ids: (windows, tokens) word pieces, padded on the right.
        attention_mask: (windows, tokens) 1 for a token, 0 for padding.
        markers: (windows, tokens) 0, or a mention marker's number.
        mention_window: (mentions,) window of each mention.
        mention_token: (mentions,) token of its marker.
        mention_argument: (mentions,) argument that it names.
        argument_window: (arguments,) window of each argument.
        argument_node: (arguments,) its node; -1 where the graph does not hold it.
        pairs: (pairs, 2) subject and object as arguments.
        labels: (pairs,) index of the label; absent where not known.
        pair_features: (pairs, numbers) that come with the pairs; absent where there are none.
        node_features: (nodes, features) vectors of names; absent in a batch without knowledge, as is all below.
        node_window: (nodes,) window of each node, ascending.
        node_role: (nodes,) index of its :class:`~graph.subgraph.Role`.
        node_distance: (nodes,) edges to the nearest seed.
        node_confidence: (nodes,) the linker's confidence in the entity behind a seed; 1 elsewhere.
        predicate_features: (predicates, features) vectors of relation types.
        edge_index: (2, edges) from subject to object.
        edge_predicate: (edges,) index into ``predicate_features``.
        path_pair: (paths,) pair that the path connects.
        path_predicate: (paths, 3) predicate of each step; -1 past the path's end.
        path_forward: (paths, 3) 1 where a step walks from subject to object, else 0.
        path_node: (paths, 2) concepts on the way as nodes; -1 past the path's end or where the budget cut it.
    """

    input_ids: Tensor
    attention_mask: Tensor
    markers: Tensor
    mention_window: Tensor
    mention_token: Tensor
    mention_argument: Tensor
    argument_window: Tensor
    argument_node: Tensor
    pairs: Tensor
    labels: Tensor
    pair_features: Tensor
    node_features: Tensor
    node_window: Tensor
    node_role: Tensor
    node_distance: Tensor
    node_confidence: Tensor
    predicate_features: Tensor
    edge_index: Tensor
    edge_predicate: Tensor
    path_pair: Tensor
    path_predicate: Tensor
    path_forward: Tensor
    path_node: Tensor


class Collator:
    """Makes a :class:`Batch` of examples."""

    def __init__(self, *, pad_token_id: int, names: Features | None = None) -> None:
        """Pad with ``pad_token_id``; without ``names`` the batches carry no knowledge."""
        self.pad_token_id = pad_token_id
        self.names = names

    def __call__(self, examples: Sequence[Example]) -> Batch:
        """Return the batch of ``examples``, in their order."""
        batch = cast(Batch, self._text(examples) | _arguments(examples))
        if all(example.labels is not None for example in examples):
            batch["labels"] = torch.tensor([label for e in examples for label in e.labels or ()])
        if all(example.features for example in examples):
            batch["pair_features"] = torch.tensor([row for e in examples for row in e.features])
        if self.names is not None and any(example.subgraph.concepts for example in examples):
            batch = cast(Batch, {**batch, **_graph(examples, self.names)})
        return batch

    def _text(self, examples: Sequence[Example]) -> dict[str, Tensor]:
        longest = max(len(e.input_ids) for e in examples)

        def padded(rows: list[Sequence[int]], filler: int) -> Tensor:
            return torch.tensor([[*row, *[filler] * (longest - len(row))] for row in rows])

        return {
            "input_ids": padded([e.input_ids for e in examples], self.pad_token_id),
            "attention_mask": padded([[1] * len(e.input_ids) for e in examples], 0),
            "markers": padded([e.markers for e in examples], 0),
        }


def _starts(sizes: Sequence[int]) -> list[int]:
    return [0, *accumulate(sizes)]


def _ints(values: Sequence[object], *shape: int) -> Tensor:
    return torch.tensor(values, dtype=torch.long).reshape(*shape)


def _node_index(examples: Sequence[Example]) -> list[dict[str, int]]:
    """Return, for every example, the number in the batch of each concept's node."""
    nodes = count()
    return [{concept.id: next(nodes) for concept in example.subgraph.concepts} for example in examples]


def _arguments(examples: Sequence[Example]) -> dict[str, Tensor]:
    argument_start = _starts([len(e.arguments) for e in examples])
    index = _node_index(examples)
    mentions, arguments, pairs = [], [], []
    for w, example in enumerate(examples):
        a = argument_start[w]
        mentions += [(w, token, a + argument) for token, argument in example.mentions]
        arguments += [(w, index[w].get(id, -1) if id else -1) for id in example.concepts]
        pairs += [(a + subject, a + object) for subject, object in example.pairs]
    mention = _ints(mentions, -1, 3)
    argument = _ints(arguments, -1, 2)
    return {
        "mention_window": mention[:, 0],
        "mention_token": mention[:, 1],
        "mention_argument": mention[:, 2],
        "argument_window": argument[:, 0],
        "argument_node": argument[:, 1],
        "pairs": _ints(pairs, -1, 2),
    }


def _graph(examples: Sequence[Example], names: Features) -> dict[str, Tensor]:
    index = _node_index(examples)
    predicates = relation_types(examples)
    number = {predicate: i for i, predicate in enumerate(predicates)}
    nodes, confidences, edges = [], [], []
    for w, example in enumerate(examples):
        confidence = dict(zip(example.concepts, example.confidences, strict=True))
        nodes += [(w, _ROLES[c.role], c.distance) for c in example.subgraph.concepts]
        confidences += [confidence.get(c.id, 1.0) for c in example.subgraph.concepts]
        edges += [(index[w][r.subject], index[w][r.object], number[r.predicate]) for r in example.subgraph.relations]
    node, edge = _ints(nodes, -1, 3), _ints(edges, -1, 3)
    return {
        "node_features": names.concepts([c for e in examples for c in e.subgraph.concepts]),
        "node_window": node[:, 0],
        "node_role": node[:, 1],
        "node_distance": node[:, 2],
        "node_confidence": torch.tensor(confidences),
        "predicate_features": names.predicates(predicates),
        "edge_index": edge[:, :2].T.contiguous(),
        "edge_predicate": edge[:, 2],
        **_paths(examples, index, number),
    }


def _paths(examples: Sequence[Example], index: Sequence[dict[str, int]], number: dict[str, int]) -> dict[str, Tensor]:
    pair_start = _starts([len(e.pairs) for e in examples])
    owners, predicates, forwards, nodes = [], [], [], []
    for w, example in enumerate(examples):
        for p, found in enumerate(example.paths):
            for path in found:
                owners.append(pair_start[w] + p)
                predicates.append(_fill([number[step.predicate] for step in path.steps], MAX_PATH_EDGES))
                forwards.append(_fill([int(step.forward) for step in path.steps], MAX_PATH_EDGES))
                nodes.append(_fill([index[w].get(id, -1) for id in between(path)], MAX_PATH_EDGES - 1))
    return {
        "path_pair": _ints(owners, -1),
        "path_predicate": _ints(predicates, -1, MAX_PATH_EDGES),
        "path_forward": _ints(forwards, -1, MAX_PATH_EDGES),
        "path_node": _ints(nodes, -1, MAX_PATH_EDGES - 1),
    }


def between(path: Path) -> list[str]:
    """Return the ids of the concepts that ``path`` passes between its two ends."""
    return [step.to for step in path.steps[:-1]]


def _fill(values: list[int], size: int) -> list[int]:
    return values + [-1] * (size - len(values))
