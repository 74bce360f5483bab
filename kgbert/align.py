"""A name encoder aligned on an ontology's own synonyms, so that names of one concept lie close together.

The recipe is SapBERT's (Liu et al., "Self-alignment pretraining for biomedical entity representations", NAACL 2021):
pairs of synonyms, the multi-similarity loss (Wang et al., CVPR 2019) over the hard triplets of a batch, one epoch. But
a name's vector is the mean of its states rather than that of the first piece, and the encoder may be any.
"""

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import AutoTokenizer

from graph.store import GraphStore
from kgbert import low_rank
from kgbert.features import mean_vectors

STATE = "training.safetensors"

_ENCODED = 32


@dataclass(frozen=True, slots=True)
class AlignConfig:
    """How an encoder is aligned.

    Attributes:
        pairs_per_concept: Most pairs of synonyms that one concept gives.
        most_pairs: Most pairs at all, drawn evenly; 0 for all of them.
        batch_size: Pairs a step.
        rate: Peak learning rate (AdamW), after a warm-up of a twentieth of the steps; it falls to zero linearly.
        margin: A triplet is hard if the anchor is closer to another concept's name than to its synonym plus this, in
            cosine.
        positive, negative, offset: Of the multi-similarity loss (alpha, beta and lambda).
        max_pieces: Longest name, in word pieces.
        confusable: How many pairs of names that share a word stand together in a batch, so that a batch has names that
            look alike and mean different things: without them few triplets are hard. 1 for none.
        seed: Of the draw and the order of pairs.
    """

    pairs_per_concept: int = 30
    most_pairs: int = 0
    batch_size: int = 128
    rate: float = 5e-5
    margin: float = 0.2
    positive: float = 1.0
    negative: float = 60.0
    offset: float = 0.5
    max_pieces: int = 25
    confusable: int = 8
    seed: int = 0


class Pair(NamedTuple):
    """Two names of one concept (by number)."""

    concept: int
    first: str
    second: str


def synonym_pairs(store: GraphStore, config: AlignConfig, *, types: frozenset[str] = frozenset()) -> list[Pair]:
    """Return pairs of names of the live concepts of ``types`` (empty for all), shuffled."""
    dice = random.Random(config.seed)
    pairs: list[Pair] = []
    for number, concept in enumerate(store.iterate()):
        if concept.obsolete or (types and types.isdisjoint(concept.types)):
            continue
        names = list(dict.fromkeys(name.lower() for name in (concept.name, *concept.synonyms) if name))
        both = list(combinations(names, 2))
        few = dice.sample(both, config.pairs_per_concept) if len(both) > config.pairs_per_concept else both
        pairs += (Pair(number, *pair) for pair in few)
    dice.shuffle(pairs)
    drawn = pairs[: config.most_pairs] if config.most_pairs else pairs
    return confusable_together(drawn, config.confusable, dice)


def confusable_together(pairs: list[Pair], size: int, dice: random.Random) -> list[Pair]:
    """Return ``pairs`` in groups of ``size`` whose first names share a word, drawn for each pair; groups shuffled."""
    if size == 1:
        return pairs
    by_word = sorted(pairs, key=lambda pair: dice.choice(pair.first.split()))
    groups = [by_word[start : start + size] for start in range(0, len(by_word), size)]
    dice.shuffle(groups)
    return [pair for group in groups for pair in group]


def multi_similarity(vectors: Tensor, concepts: Tensor, config: AlignConfig) -> Tensor:
    """Return the loss of a batch: mean over anchors of what their hard positives and negatives give.

    Args:
        vectors: Unit vectors of names, (names, width).
        concepts: Whose name each is, (names,).
        config: The loss's parameters.
    """
    similar = vectors @ vectors.T
    same = concepts[:, None] == concepts[None]
    itself = torch.eye(len(concepts), dtype=torch.bool)
    positive, negative = same & ~itself, ~same
    # A triplet is hard if its negative is closer than its positive plus the margin: so the farthest positive and the
    # closest negative of an anchor tell which of its pairs are in one.
    farthest = similar.masked_fill(~positive, math.inf).amin(1, keepdim=True)
    closest = similar.masked_fill(~negative, -math.inf).amax(1, keepdim=True)
    hard_positive = positive & (similar - config.margin < closest)
    hard_negative = negative & (similar + config.margin > farthest)
    pull = (-config.positive * (similar - config.offset)).masked_fill(~hard_positive, -math.inf)
    push = (config.negative * (similar - config.offset)).masked_fill(~hard_negative, -math.inf)
    zero = similar.new_zeros(len(concepts), 1)
    pulled = torch.logsumexp(torch.cat([zero, pull], 1), 1) / config.positive
    pushed = torch.logsumexp(torch.cat([zero, push], 1), 1) / config.negative
    return (pulled + pushed).mean()


class Aligner:
    """Trains an encoder on pairs of synonyms; may be stopped at any time and goes on where it last saved.

    Args:
        encoder: Folder of the encoder to begin with, whole or kept as low-rank changes.
        out: Folder of the aligned encoder, a Hugging Face folder when training has ended.
        config: How it is trained.
    """

    def __init__(self, encoder: Path, out: Path, config: AlignConfig) -> None:
        torch.manual_seed(config.seed)
        self.config, self._out = config, out
        self.encoder, tokenizer = low_rank.read(
            encoder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="sdpa"
        )
        self.tokenizer = AutoTokenizer.from_pretrained(tokenizer)
        self._optimizer = torch.optim.AdamW(self.encoder.parameters(), lr=config.rate, weight_decay=0.01)

    def train(self, pairs: Sequence[Pair], *, save_every: int = 200) -> Iterator[tuple[int, int, float]]:
        """Train one epoch over ``pairs``; yield (step, steps, loss) after each step, save the encoder at the end."""
        batch = self.config.batch_size
        n_steps = len(pairs) // batch
        first = self._resume()
        self.encoder.train()
        for step in range(first, n_steps):
            loss = self._step(pairs[step * batch : (step + 1) * batch], self._rate(step, n_steps))
            yield step + 1, n_steps, loss
            if (step + 1) % save_every == 0:
                self._save(step + 1)
        self.encoder.eval().save_pretrained(self._out)
        self.tokenizer.save_pretrained(self._out)
        (self._out / STATE).unlink(missing_ok=True)

    def vectors(self, names: Sequence[str]) -> Tensor:
        """Return unit vectors of ``names``, (names, width)."""
        # Encoded by length: padding to the longest name of a batch would double the work.
        order = sorted(range(len(names)), key=lambda i: len(names[i]))
        parts = [self._encode([names[i] for i in order[k : k + _ENCODED]]) for k in range(0, len(order), _ENCODED)]
        return torch.cat(parts)[torch.tensor(order).argsort()]

    def _encode(self, names: list[str]) -> Tensor:
        return mean_vectors(self.encoder, self.tokenizer, names, max_pieces=self.config.max_pieces)

    def _step(self, pairs: Sequence[Pair], rate: float) -> float:
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        names = [pair.first for pair in pairs] + [pair.second for pair in pairs]
        concepts = torch.tensor([pair.concept for pair in pairs] * 2)
        loss = multi_similarity(self.vectors(names), concepts, self.config)
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.encoder.parameters(), 1.0)
        self._optimizer.step()
        return loss.item()

    def _rate(self, step: int, n_steps: int) -> float:
        warm = max(n_steps // 20, 1)
        return self.config.rate * min((step + 1) / warm, (n_steps - step) / max(n_steps - warm, 1))

    def _save(self, step: int) -> None:
        """Save what is needed to go on, in one step."""
        self._out.mkdir(parents=True, exist_ok=True)
        state = {f"model.{name}": value for name, value in self.encoder.state_dict().items()}
        for number, moments in self._optimizer.state_dict()["state"].items():
            state |= {f"optimizer.{number}.{name}": value for name, value in moments.items()}
        draft = self._out / f"{STATE}.new"
        save_file(state, draft, metadata={"progress": json.dumps({"step": step, "config": asdict(self.config)})})
        draft.replace(self._out / STATE)

    def _resume(self) -> int:
        """Load what was saved, if it is of this configuration, and return the steps that were taken."""
        from safetensors import safe_open

        path = self._out / STATE
        if not path.exists():
            return 0
        with safe_open(path, "pt") as file:
            progress = json.loads(file.metadata()["progress"])
        if progress["config"] != asdict(self.config):
            return 0
        state = load_file(path)
        self.encoder.load_state_dict({n.removeprefix("model."): v for n, v in state.items() if n.startswith("model.")})
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in state.items():
            if name.startswith("optimizer."):
                _, number, moment = name.split(".")
                moments.setdefault(int(number), {})[moment] = value
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": moments, "param_groups": groups})
        return int(progress["step"])
