"""What a build took in, what it left out, and what deserves a look."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from graph.acyclic import Edge
from graph.embedded_store import EmbeddedGraphStore
from graph.formats.reading import Omission
from graph.semantic_group import groups_of
from graph.store import Counts, Source
from graph.unify import Unification

EXAMPLES = 20
"""Most examples that a report lists of one thing."""


class SharedName(NamedTuple):
    """A name (without case and accents) that several live concepts have."""

    name: str
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """A report on one graph.

    Attributes:
        release: The graph's content hash.
        counts: How much it holds.
        sources: The ontologies in it.
        concepts_by_prefix: Live concepts by the prefix of their id.
        concepts_by_type: Live concepts by semantic type; one with two types counts twice, one without under ``""``.
        concepts_by_group: The same by UMLS semantic group (:mod:`graph.semantic_group`).
        relations_by_predicate: Relations by predicate.
        relations_by_source: Relations by source.
        replaced: Retired ids with a successor in the graph.
        waiting_relations: Relations that are out of the graph because an end is missing or retired.
        unlinked: Live concepts without any relation.
        shared_names: How many names several live concepts share.
        shared_name_examples: The names that most concepts share.
        merged: Ids that were merged into others.
        ambiguous: Correspondences passed over because they are not one to one.
        conflicts: Groups of corresponding ids that were left apart.
        cut_cycles: ``is_a`` relations left out because they close a cycle.
        omissions: What the loaders left out, and where.
    """

    release: str
    counts: Counts
    sources: tuple[Source, ...]
    concepts_by_prefix: dict[str, int]
    concepts_by_type: dict[str, int]
    concepts_by_group: dict[str, int]
    relations_by_predicate: dict[str, int]
    relations_by_source: dict[str, int]
    replaced: int
    waiting_relations: int
    unlinked: int
    shared_names: int
    shared_name_examples: tuple[SharedName, ...]
    merged: int = 0
    ambiguous: int = 0
    conflicts: tuple[tuple[str, ...], ...] = ()
    cut_cycles: tuple[Edge, ...] = ()
    omissions: tuple[Omission, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        named = {
            "counts": self.counts._asdict(),
            "sources": [source._asdict() for source in self.sources],
            "shared_name_examples": [name._asdict() for name in self.shared_name_examples],
        }
        return {**asdict(self), **named}


def report(
    store: EmbeddedGraphStore,
    *,
    unification: Unification | None = None,
    cut_cycles: Sequence[Edge] = (),
    omissions: Iterable[Omission] = (),
) -> BuildReport:
    """Look through ``store``; the rest is what happened before it was built."""
    import numpy as np

    snapshot = store.snapshot
    live, typeset = np.asarray(snapshot.column("retired")) == 0, np.asarray(snapshot.column("typeset"))
    types, groups = Counter[str](), Counter[str]()
    codes, sizes = np.unique(typeset[live], return_counts=True)
    for code, n in zip(codes.tolist(), sizes.tolist(), strict=True):
        types.update(dict.fromkeys(snapshot.typesets[code] or ("",), n))
        groups.update(dict.fromkeys(groups_of(snapshot.typesets[code]), n))
    prefixes = Counter(snapshot.id(number).partition(":")[0] for number in np.flatnonzero(live).tolist())
    replaced = np.count_nonzero(np.asarray(snapshot.column("live")) != np.arange(snapshot.n_concepts))
    n_shared, examples = store.shared_names(EXAMPLES)
    return BuildReport(
        release=store.release,
        counts=store.count(),
        sources=store.sources,
        concepts_by_prefix=_ranked(prefixes),
        concepts_by_type=_ranked(types),
        concepts_by_group=_ranked(groups),
        relations_by_predicate=_ranked(snapshot.count_predicates()),
        relations_by_source=_ranked(snapshot.count_sources()),
        replaced=int(replaced),
        waiting_relations=store.dropped_relations,
        unlinked=snapshot.n_unlinked() - store.count().obsolete,
        shared_names=n_shared,
        shared_name_examples=tuple(SharedName(*row) for row in examples),
        merged=len(unification.stands_for) if unification else 0,
        ambiguous=unification.ambiguous if unification else 0,
        conflicts=unification.conflicts if unification else (),
        cut_cycles=tuple(cut_cycles),
        omissions=tuple(omissions),
    )


def _ranked(counter: "Counter[str]") -> dict[str, int]:
    """Return the counts, highest first, equal ones by name."""
    return dict(sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])))
