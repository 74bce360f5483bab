"""How far a graph alone answers a task: what looking the pairs up in it scores, without any text."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from graph.embedded_store import EmbeddedGraphStore
from graph.snapshot import Snapshot

Pair = tuple[str | None, str | None]
"""CURIEs of a subject and an object; ``None`` where a mention was linked to none."""


class Coverage(NamedTuple):
    """How many pairs a predicate links.

    Attributes:
        predicate: Relation type.
        positives: Related pairs that it links.
        negatives: Other pairs that it links.
    """

    predicate: str
    positives: int
    negatives: int


class LookupScore(NamedTuple):
    """What looking up scores, where a pair that the graph links is taken for related.

    Attributes:
        pairs: Candidate pairs.
        positives: Pairs that are related.
        found: Pairs that the graph links.
        right: Pairs of both kinds.
        by_predicate: What each predicate links, sorted; a pair may count for several.
    """

    pairs: int
    positives: int
    found: int
    right: int
    by_predicate: tuple[Coverage, ...]

    @property
    def precision(self) -> float:
        """Share of the linked pairs that are related; 0 where none is linked."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the related pairs that are linked; 0 where none is related."""
        return self.right / self.positives if self.positives else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where nothing is linked or related."""
        either = self.found + self.positives
        return 2 * self.right / either if either else 0.0


def look_up(
    store: EmbeddedGraphStore,
    pairs: Sequence[Pair],
    related: Sequence[bool],
    *,
    predicates: frozenset[str] | None = None,
) -> LookupScore:
    """Return what the relations of ``store`` alone say of ``pairs``.

    A pair is linked by a relation between its ends, in either direction. Retired ids are followed; an end that is
    ``None`` or that the store does not hold is not linked, nor is a concept with itself.

    Args:
        store: Where to look.
        pairs: Candidates, each as often as it is to count.
        related: Whether each pair is truly related.
        predicates: Relations to look at; ``None`` for all.

    Raises:
        ValueError: There are not as many truths as pairs.
    """
    if len(pairs) != len(related):
        raise ValueError(f"{len(related)} truths for {len(pairs)} pairs; expected one each")
    snapshot = store.snapshot
    numbers = {id: _number(snapshot, id) for pair in pairs for id in pair}
    linked = {pair: _predicates(snapshot, numbers[pair[0]], numbers[pair[1]]) for pair in set(pairs)}
    counts: Counter[tuple[str, bool]] = Counter()
    found = right = 0
    for pair, truth in zip(pairs, related, strict=True):
        links = linked[pair] if predicates is None else linked[pair] & predicates
        counts.update((predicate, truth) for predicate in links)
        found += bool(links)
        right += bool(links) and truth
    names = sorted({predicate for predicate, _ in counts})
    rows = tuple(Coverage(name, counts[name, True], counts[name, False]) for name in names)
    return LookupScore(len(pairs), sum(map(bool, related)), found, right, rows)


def _number(snapshot: Snapshot, id: str | None) -> int | None:
    number = snapshot.index(id) if id is not None else None
    return None if number is None else snapshot.live(number)


def _predicates(snapshot: Snapshot, subject: int | None, object: int | None) -> frozenset[str]:
    """Return the predicates of the relations between two concepts."""
    if subject is None or object is None:
        return frozenset()
    between = snapshot.among((subject, object))
    return frozenset(snapshot.predicates[predicate] for s, predicate, o, _ in between if s != o)
