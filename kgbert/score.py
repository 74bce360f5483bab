"""Probabilities for the pairs of examples."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

import torch
from torch import Tensor

from kgbert.batch import Collator
from kgbert.example import Example
from kgbert.model import KGBertForRelationExtraction, RelationOutput

PairKey = tuple[str, str, str]
"""Document, subject and object."""


class Scored(NamedTuple):
    """A batch of examples and what the model says of it."""

    examples: Sequence[Example]
    batch: dict[str, Tensor]
    output: RelationOutput

    @property
    def probability(self) -> Tensor:
        """(pairs, labels), "none" first; rows sum to 1."""
        return self.output["logits"].softmax(-1)

    @property
    def text_probability(self) -> Tensor:
        """The same by the text's part of the model alone."""
        return self.output["text_logits"].softmax(-1)


def run(
    model: KGBertForRelationExtraction, collator: Collator, examples: Sequence[Example], *, batch_size: int = 16
) -> Iterator[Scored]:
    """Run ``model`` over ``examples``, windows of like length together."""
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].input_ids))
    model.eval()
    for start in range(0, len(order), batch_size):
        chosen = [examples[i] for i in order[start : start + batch_size]]
        tensors = cast(dict[str, Tensor], collator(chosen))
        batch = {name: tensor.to(model.device) for name, tensor in tensors.items()}
        inputs = {name: tensor for name, tensor in batch.items() if name != "labels"}
        with torch.inference_mode():
            yield Scored(chosen, batch, model(**inputs))


def probabilities(
    model: KGBertForRelationExtraction, collator: Collator, examples: Sequence[Example], *, batch_size: int = 16
) -> dict[PairKey, tuple[float, ...]]:
    """Return each pair's probabilities, one a label ("none" first); of several windows, the most certain one counts.

    The most certain window is the one with the smallest probability of "none".
    """
    found: dict[PairKey, tuple[float, ...]] = {}
    for scored in run(model, collator, examples, batch_size=batch_size):
        rows = iter(scored.probability.tolist())
        for example in scored.examples:
            for subject, object in example.pairs:
                key = (example.document, example.arguments[subject], example.arguments[object])
                row = tuple(next(rows))
                if key not in found or row[0] < found[key][0]:
                    found[key] = row
    return found
