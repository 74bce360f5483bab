"""How plausible each relation type is between two concepts, by an embedding of the graph that both are in.

DistMult (Yang et al. 2015, arXiv:1412.6575) or RotatE (Sun et al. 2019, arXiv:1902.10197), as PyG has them, learnt from
the graph's relations against ones whose subject or object is drawn at random. An embedding is a table of ids, so what
it says holds for its graph alone: nothing that must be swapped under a trained model may rest on it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor
from torch_geometric.nn import DistMult, RotatE
from torch_geometric.nn.kge import KGEModel

from graph import atomic
from graph.embedded_store import EmbeddedGraphStore

MODELS: Mapping[str, Callable[..., KGEModel]] = {"DistMult": DistMult, "RotatE": RotatE}
"""By name."""

_MARGIN = {"DistMult": 1.0, "RotatE": 9.0}


@dataclass(frozen=True, slots=True)
class EmbeddingConfig:
    """How a graph is embedded.

    Attributes:
        model: One of :data:`MODELS`.
        width: Numbers for a concept; RotatE has twice as many.
        epochs: Passes over the relations.
        batch_size: Relations a step.
        rate: Learning rate (Adam on the rows that a step touches).
        seed: Of weights, order and what is drawn.
    """

    model: str = "DistMult"
    width: int = 64
    epochs: int = 40
    batch_size: int = 4096
    rate: float = 2e-3
    seed: int = 0

    def __post_init__(self) -> None:
        if self.model not in MODELS:
            raise ValueError(f"graph embedding {self.model!r}; expected one of {', '.join(MODELS)}")


class Plausibility:
    """Numbers for pairs (:class:`~kgbert.example.PairFeatures`).

    For each relation type the score of subject to object, then of object to subject, less the mean of the graph's own
    relations and in their standard deviations. A pair with a concept that the graph does not hold has zeros.
    """

    def __init__(self, store: EmbeddedGraphStore, embedding: KGEModel) -> None:
        self._snapshot, self._embedding = store.snapshot, embedding.eval()
        self._n_types = len(store.snapshot.predicates)
        subject, predicate, object = triples(store)
        with torch.inference_mode():
            own = embedding(subject, predicate, object)
        self._mean, self._deviation = float(own.mean()), float(own.std(correction=0)) or 1.0

    @property
    def width(self) -> int:
        """How many numbers a pair has."""
        return 2 * self._n_types

    @torch.inference_mode()
    def __call__(self, pairs: Sequence[tuple[str | None, str | None]]) -> list[list[float]]:
        """Return the numbers of each pair."""
        numbers = [[self._number(id) for id in pair] for pair in pairs]
        ends = torch.tensor(numbers, dtype=torch.long).reshape(-1, 2)
        held = (ends >= 0).all(1)
        ends = ends.clamp(min=0).repeat_interleave(self._n_types, 0)
        types = torch.arange(self._n_types).repeat(len(pairs))
        both = (self._embedding(ends[:, a].contiguous(), types, ends[:, 1 - a].contiguous()) for a in (0, 1))
        scores = torch.cat([score.reshape(len(pairs), self._n_types) for score in both], dim=1)
        found: list[list[float]] = (((scores - self._mean) / self._deviation) * held[:, None]).tolist()
        return found

    def _number(self, id: str | None) -> int:
        number = self._snapshot.index(id) if id is not None else None
        return -1 if number is None else self._snapshot.live(number)


def triples(store: EmbeddedGraphStore) -> tuple[Tensor, Tensor, Tensor]:
    """Return subject, relation type and object of each relation of ``store``, as numbers: (relations,) each."""
    united = store.snapshot.united({})
    columns = (united.subject, united.predicate, united.object)
    subject, predicate, object = (torch.as_tensor(column[: united.n_live].astype("int64")) for column in columns)
    return subject, predicate, object


def embedded(store: EmbeddedGraphStore, config: EmbeddingConfig, *, kept: Path | None = None) -> KGEModel:
    """Return the embedding of the graph in ``store``, read from the folder ``kept`` where it was learnt before.

    Either way torch's own random numbers go on as if nothing had been drawn.
    """
    name = f"embedding-{config.model}-{config.width}-{config.epochs}-{config.seed}-{store.release[:16]}.safetensors"
    with torch.random.fork_rng():
        torch.manual_seed(config.seed)
        embedding = MODELS[config.model](
            len(store.snapshot.ids()),
            len(store.snapshot.predicates),
            config.width,
            margin=_MARGIN[config.model],
            sparse=True,
        )
        if kept is not None and (kept / name).is_file():
            embedding.load_state_dict(load_file(kept / name))
            return embedding
        _learn(embedding, triples(store), config)
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        with atomic.file(kept / name) as file:
            file.write(save(embedding.state_dict()))
    return embedding


def _learn(embedding: KGEModel, relations: tuple[Tensor, Tensor, Tensor], config: EmbeddingConfig) -> None:
    optimizer = torch.optim.SparseAdam(list(embedding.parameters()), lr=config.rate)
    embedding.train()
    for _ in range(config.epochs):
        for chosen in torch.randperm(len(relations[0])).split(config.batch_size):
            optimizer.zero_grad()
            embedding.loss(*(column[chosen] for column in relations)).backward()
            optimizer.step()
