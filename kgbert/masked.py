"""Windows with masked words: what a masked language model is taught on, whole mentions first of all.

A masked mention can be told from what stands around it and, where there is a graph, from the name of its concept's
node. So knowledge is needed here, other than in most relation-extraction examples, and the gates open.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor

from kgbert.batch import Batch, Collator
from kgbert.example import Example

IGNORED = -100
"""Target of a token that is not masked."""


@dataclass(frozen=True, slots=True)
class Masking:
    """How much is masked.

    Attributes:
        mentions: Part of the mentions that are masked whole.
        words: Part of all other word pieces.
        seed: Of the draw, together with the document and the pass.
    """

    mentions: float = 0.5
    words: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        for name, part in (("mentions", self.mentions), ("words", self.words)):
            if not 0 <= part <= 1:
                raise ValueError(f"masking: {name} is {part}, expected a part between 0 and 1")


def masked(
    example: Example, masking: Masking, *, mask: int, special: frozenset[int], draw: str
) -> tuple[Example, list[int]]:
    """Return ``example`` with masked word pieces, and the target of each token: its word piece, or :data:`IGNORED`.

    Mentions are masked whole or not at all; their markers stay. At least one word piece is masked where any may be.

    Args:
        example: A window.
        masking: How much.
        mask: Word piece that stands for a masked one.
        special: Word pieces that are never masked.
        draw: Decides the draw, with ``masking.seed``.
    """
    dice = random.Random(f"{masking.seed}\n{draw}")
    spans = sorted({(marker + 1, end) for (marker, _), end in zip(example.mentions, example.ends, strict=True)})
    inside = {i for span in spans for i in range(*span)}
    chosen = {i for span in spans if dice.random() < masking.mentions for i in range(*span) if not example.markers[i]}
    free = [i for i, id in enumerate(example.input_ids) if not example.markers[i] and id not in special]
    chosen |= {i for i in free if i not in inside and dice.random() < masking.words}
    if not chosen and free:
        chosen = {dice.choice(free)}
    targets = [id if i in chosen else IGNORED for i, id in enumerate(example.input_ids)]
    ids = tuple(mask if i in chosen else id for i, id in enumerate(example.input_ids))
    return replace(example, input_ids=ids), targets


class MaskingCollator:
    """Makes a batch of windows, masked anew each time they come."""

    def __init__(self, collator: Collator, tokenizer, masking: Masking) -> None:
        """Batch with ``collator``."""
        self._collator, self._masking, self._mask = collator, masking, tokenizer.mask_token_id
        self._special = frozenset(tokenizer.all_special_ids)
        self._seen = 0

    def __call__(self, examples: Sequence[Example]) -> Batch:
        """Return the batch of ``examples`` with ``targets`` (windows, tokens)."""
        rows = []
        for example in examples:
            self._seen += 1
            draw = f"{example.document}\n{self._seen}"
            rows.append(masked(example, self._masking, mask=self._mask, special=self._special, draw=draw))
        batch = self._collator([example for example, _ in rows])
        width = batch["input_ids"].shape[1]
        targets: Tensor = torch.tensor([[*row, *[IGNORED] * (width - len(row))] for _, row in rows])
        return cast(Batch, {**batch, "targets": targets})
