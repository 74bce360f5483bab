"""The graphs of an experiment: the true one, and the controls made of it, drawn anew for each seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graph import atomic
from graph.degrees import PAIR_COUNTS, pair_counts
from graph.embedded_store import EmbeddedGraphStore
from graph.shuffle import rewired, shuffled
from kgbert.errors import ConfigError
from kgbert.example import PairFeatures
from kgbert.experiment.conditions import DEGREES, NO_GRAPH, OTHER, REWIRED, SHUFFLED, UNFILTERED
from kgbert.experiment.config import RunConfig
from kgbert.packaged import graph_in
from kgbert.plausibility import EmbeddingConfig, Plausibility, embedded
from kgbert.run_folder import KEPT

_KEYS = {UNFILTERED: "unfiltered_graph", OTHER: "other_graph"}


def graph_for(config: RunConfig, which: str) -> EmbeddedGraphStore | None:
    """Return the graph called ``which`` (:mod:`kgbert.experiment.conditions`) for a run; ``None`` for none.

    Raises:
        ConfigError: The experiment names no such graph.
        StoreError: It cannot be opened.
    """
    if which == NO_GRAPH:
        return None
    key = _KEYS.get(which, "graph")
    where = getattr(config, key)
    if where is None:
        raise ConfigError(f"{config.condition.name} ({config.condition.about}) needs {key}")
    if which in (SHUFFLED, REWIRED):
        return _control(where, which, config.seed, config.out.parent / KEPT)
    return _opened(where)


@lru_cache(maxsize=8)
def _opened(where: Path | str) -> EmbeddedGraphStore:
    return graph_in(where)


@lru_cache(maxsize=2)
def _control(where: Path | str, which: str, seed: int, controls: Path) -> EmbeddedGraphStore:
    """Return the control graph, made on first use; of several processes that make it, the first one's stands."""
    true = _opened(where)
    out = controls / f"{which}-{true.release[:16]}-{seed}"
    if not out.exists():
        make = shuffled if which == SHUFFLED else rewired
        controls.mkdir(parents=True, exist_ok=True)
        try:
            with atomic.folder(out) as unfinished:
                make(true, unfinished, seed=seed)
        except OSError:
            if not out.exists():
                raise
    return EmbeddedGraphStore.open(out)


def features_for(config: RunConfig, store: EmbeddedGraphStore | None) -> PairFeatures | None:
    """Return what gives the pairs of a run their numbers, learnt from the graph in ``store``; ``None`` for nothing."""
    how = config.condition.features
    if store is None or not how:
        return None
    return Degrees(store) if how == DEGREES else _plausibility(store, how, config.seed, config.out.parent / KEPT)


@lru_cache(maxsize=2)
def _plausibility(store: EmbeddedGraphStore, model: str, seed: int, kept: Path) -> Plausibility:
    return Plausibility(store, embedded(store, EmbeddingConfig(model=model, seed=seed), kept=kept))


@dataclass(frozen=True, slots=True)
class Degrees:
    """Counts of the relations of a pair's concepts, without who they are (:mod:`graph.degrees`)."""

    store: EmbeddedGraphStore

    @property
    def width(self) -> int:
        """How many counts a pair has."""
        return len(PAIR_COUNTS)

    def __call__(self, pairs: Sequence[tuple[str | None, str | None]]) -> list[list[float]]:
        """Return the counts of each pair; those of a concept that the graph does not hold are 0."""
        return pair_counts(self.store, pairs).tolist()
