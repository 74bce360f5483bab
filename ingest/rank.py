"""Which of the concepts that were proposed a mention names: a linear score over what speaks for each."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.lexicon import Lexicon
from ingest.normalize import key
from ingest.proposals import Proposal

Floats = npt.NDArray[np.float64]

FEATURES = (
    "exact",
    "loose",
    "similar",
    "dense",
    "same_text",
    "seen",
    "concept_seen",
    "preferred",
    "names",
    "part",
    "head",
    "numbers",
    "nearby",
    "absent",
    "named",
    "coherent",
)
"""What speaks for a concept, in this order.

exact, loose, similar, dense: as in :class:`ingest.proposals.Proposal`, the best of its names. same_text: its name is
the mention but for case. seen, concept_seen: logarithm of one plus how often annotators gave the name, the concept.
preferred: its name is the preferred one. names: logarithm of one plus the number of its names. part: it was found by a
part of the mention only. head: the last words are the same. numbers: how many numbers and single letters only one of
mention and name has. nearby, absent: share of its name's words that the mention lacks, and the document has or lacks.
named: logarithm of one plus how many other mentions of the document have a name of the concept. coherent: logarithm of
one plus a thousand times its share of a walk from what the document surely names (:mod:`ingest.coherence`).
"""

_LIKENESS = [FEATURES.index(name) for name in ("exact", "loose", "similar", "dense")]
_PART = FEATURES.index("part")

STAGES: Mapping[str, tuple[str, ...]] = {
    "similar": ("similar",),
    "dense": ("dense",),
    "prior": ("seen", "concept_seen"),
    "context": ("nearby", "absent", "named"),
    "coherence": ("coherent",),
}
"""Features by the stage that they come from."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the rest of the document says.

    Attributes:
        words: Normal forms of its words.
        named: How many distinct other mentions have a name of each concept (by position in the lexicon).
        coherent: Share of a walk that ends at each concept.
    """

    words: frozenset[str] = frozenset()
    named: Mapping[int, int] = field(default_factory=dict)
    coherent: Mapping[int, float] = field(default_factory=dict)


class Option(NamedTuple):
    """A concept with its best name, and what speaks for it: ``(len(FEATURES),)``."""

    proposal: Proposal
    features: Floats


Found = Sequence[tuple[str, Sequence[Proposal]]]
"""Texts that a mention was looked up by, best first, with their proposals."""


def options(lexicon: Lexicon, found: Found, context: Context) -> list[Option]:
    """Return an option for each concept proposed, by position in the lexicon.

    Args:
        lexicon: Where the concepts are.
        found: What was proposed.
        context: What the rest of the document says.
    """
    best: dict[int, Option] = {}
    for number, (text, proposals) in enumerate(found):
        words = key(text).split(" ")
        for proposal in proposals:
            concept = proposal.name.concept
            features = _features(lexicon, text, words, proposal, context, part=number > 0)
            known = best.get(concept)
            if known is None:
                best[concept] = Option(proposal, features)
            else:
                first, second = known, Option(proposal, features)
                if _closeness(second) > _closeness(first):
                    first, second = second, first
                first.features[_LIKENESS] = np.maximum(first.features[_LIKENESS], second.features[_LIKENESS])
                first.features[_PART] = min(first.features[_PART], second.features[_PART])
                best[concept] = first
    return [best[concept] for concept in sorted(best)]


def _closeness(option: Option) -> tuple[float, ...]:
    exact, loose, similar, dense, same_text, seen = option.features[:6].tolist()
    return exact, loose, similar + dense, same_text, seen


def _features(
    lexicon: Lexicon, text: str, words: list[str], proposal: Proposal, context: Context, *, part: bool
) -> Floats:
    name, concept = proposal.name, proposal.name.concept
    own = lexicon.keys[proposal.place].split(" ")
    extra = set(own).difference(words)
    nearby = len(extra & context.words)
    numbers = {w for w in words if _is_number(w)} ^ {w for w in own if _is_number(w)}
    return np.array(
        [
            proposal.exact,
            proposal.loose,
            proposal.similar,
            proposal.dense,
            name.text.lower() == text.lower(),
            math.log1p(name.seen),
            math.log1p(lexicon.n_seen(concept)),
            name.preferred,
            math.log1p(lexicon.n_names(concept)),
            part,
            own[-1] == words[-1],
            len(numbers),
            nearby / len(own),
            (len(extra) - nearby) / len(own),
            math.log1p(context.named.get(concept, 0)),
            math.log1p(1000.0 * context.coherent.get(concept, 0.0)),
        ]
    )


def _is_number(word: str) -> bool:
    return len(word) == 1 or word.isdigit() or not word.strip("ivx")


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights of the features, and what turns the winner's into a probability.

    Attributes:
        weights: ``(len(FEATURES),)``.
        confidence: Of a constant, the winner's lead over the next option, and its features: the logit of being right.
    """

    weights: Floats
    confidence: Floats

    @classmethod
    def read(cls, path: Path | str) -> "Ranker":
        """Read the JSON form: two objects from names to weights; a feature that it does not name weighs nothing."""
        stated = json.loads(Path(path).read_text(encoding="utf-8"))
        weights = [stated["weights"].get(name, 0.0) for name in FEATURES]
        confidence = [stated["confidence"].get(name, 0.0) for name in CONFIDENCE]
        return cls(np.array(weights), np.array(confidence))

    def without(self, *stages: str) -> "Ranker":
        """Return this ranker blind to the features of ``stages``."""
        blind = {name for stage in stages for name in STAGES[stage]}
        seeing = np.array([name not in blind for name in FEATURES])
        return Ranker(self.weights * seeing, self.confidence * np.concatenate([[True, True], seeing]))

    def best(self, options: Sequence[Option]) -> tuple[Option, float]:
        """Return the best of ``options`` (at least one; the first of equals), and the probability that it is right."""
        features = np.stack([option.features for option in options])
        scores = features @ self.weights
        winner = int(scores.argmax())
        return options[winner], self.probability(lead(scores), features[winner])

    def probability(self, lead: float, features: Floats) -> float:
        """Return the probability that an option with ``features`` and this lead is right."""
        logit = float(self.confidence @ np.concatenate([[1.0, lead], features]))
        return 1.0 / (1.0 + math.exp(-min(max(logit, -30.0), 30.0)))


CONFIDENCE = ("constant", "lead", *FEATURES)
MOST_LEAD = 5.0


def lead(scores: Floats) -> float:
    """Return by how much the highest of ``scores`` exceeds the next, at most ``MOST_LEAD``."""
    if len(scores) < 2:
        return MOST_LEAD
    second, first = (float(score) for score in np.partition(scores, -2)[-2:])
    return min(first - second, MOST_LEAD)


@cache
def packaged(name: str) -> Ranker:
    """Return the ranker ``name`` that comes with the package."""
    return Ranker.read(Path(__file__).parent / "data" / f"ranker-{name}.json")
