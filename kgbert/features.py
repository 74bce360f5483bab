"""Vectors of concepts and relation types, made from their names: so an ontology can be swapped without training.

A concept is read as ``name (type, type)``; its vector is the mean of the frozen encoder's last states, of length 1.
There is no table of ids anywhere.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor
from transformers import AutoTokenizer, PreTrainedModel

from graph.subgraph import SubgraphConcept
from kgbert import low_rank
from kgbert.device import default_device

_MAX_PIECES = 32


def mean_vectors(encoder: PreTrainedModel, tokenizer, texts: list[str], *, max_pieces: int) -> Tensor:
    """Return the means of the encoder's last states over each text's pieces, of length 1: (texts, width)."""
    tokens = tokenizer(texts, padding=True, truncation=True, max_length=max_pieces, return_tensors="pt")
    tokens = tokens.to(encoder.device)
    states = encoder(**tokens).last_hidden_state
    mask = tokens["attention_mask"].unsqueeze(-1)
    return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)


class Features(Protocol):
    """Gives vectors of concepts and of relation types."""

    def concepts(self, concepts: Sequence[SubgraphConcept]) -> Tensor:
        """Return the vectors of ``concepts``: float32, (concepts, width)."""

    def predicates(self, predicates: Sequence[str]) -> Tensor:
        """Return the vectors of relation types given in snake case: float32, (predicates, width)."""


class RandomFeatures:
    """A vector of length 1 for each concept, drawn by its id: the graph's shape without what its names mean.

    Relation types keep the vectors of their names.
    """

    def __init__(self, names: Features, *, width: int, seed: int) -> None:
        """Draw vectors of ``width``, others for another ``seed``."""
        self._names, self._width, self._seed = names, width, seed

    def concepts(self, concepts: Sequence[SubgraphConcept]) -> Tensor:
        """Return the drawn vectors of ``concepts``: float32, (concepts, width)."""
        rows = [self._drawn(concept.id) for concept in concepts]
        return torch.stack(rows) if rows else torch.zeros(0, self._width)

    def predicates(self, predicates: Sequence[str]) -> Tensor:
        """Return the vectors of the names of relation types: float32, (predicates, width)."""
        return self._names.predicates(predicates)

    def _drawn(self, id: str) -> Tensor:
        digest = hashlib.blake2b(f"{self._seed}\n{id}".encode(), digest_size=8).digest()
        dice = torch.Generator().manual_seed(int.from_bytes(digest, "big") >> 1)
        return torch.nn.functional.normalize(torch.randn(self._width, generator=dice), dim=-1)


class NameEncoder:
    """Turns names into vectors, which lie in main memory, and remembers the latest ``capacity`` of them."""

    def __init__(
        self,
        folder: Path,
        *,
        capacity: int = 100_000,
        batch_size: int = 128,
        device: str | torch.device | None = None,
    ) -> None:
        """Read the encoder in ``folder``, which computes on ``device``; nothing of it is ever trained."""
        encoder, tokenizer = low_rank.read(folder)
        self.tokenizer = AutoTokenizer.from_pretrained(tokenizer)
        self.encoder = encoder.eval().requires_grad_(False).to(device or default_device())
        self.width: int = self.encoder.config.hidden_size
        self._capacity = capacity
        self._batch_size = batch_size
        self._vectors: OrderedDict[str, Tensor] = OrderedDict()

    def concepts(self, concepts: Sequence[SubgraphConcept]) -> Tensor:
        """Return the vectors of ``concepts``: float32, (concepts, width)."""
        return self([f"{c.name} ({', '.join(c.types)})" if c.types else c.name for c in concepts])

    def predicates(self, predicates: Sequence[str]) -> Tensor:
        """Return the vectors of relation types given in snake case: float32, (predicates, width)."""
        return self([predicate.replace("_", " ") for predicate in predicates])

    def __call__(self, names: Sequence[str]) -> Tensor:
        """Return the vectors of ``names``: float32, (names, width)."""
        found = {name: self._vectors[name] for name in names if name in self._vectors}
        missing = sorted({name for name in names if name not in found}, key=lambda name: (len(name), name))
        for start in range(0, len(missing), self._batch_size):
            batch = missing[start : start + self._batch_size]
            found.update(zip(batch, self._encode(batch), strict=True))
        self._remember(found)
        return torch.stack([found[name] for name in names]) if names else torch.zeros(0, self.width)

    @torch.no_grad()
    def _encode(self, names: list[str]) -> Tensor:
        return mean_vectors(self.encoder, self.tokenizer, names, max_pieces=_MAX_PIECES).cpu()

    def _remember(self, vectors: dict[str, Tensor]) -> None:
        for name, vector in vectors.items():
            self._vectors[name] = vector
            self._vectors.move_to_end(name)
        while len(self._vectors) > self._capacity:
            self._vectors.popitem(last=False)
