"""The graphs of an experiment: the true one, and the controls made of it, drawn anew for each seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graph.cache import cache_folder
from graph.embedded_store import EmbeddedGraphStore
from kgbert.errors import ConfigError
from kgbert.experiment.conditions import NO_GRAPH, REWIRED, SHUFFLED, UNFILTERED
from kgbert.experiment.config import RunConfig


def graph_for(config: RunConfig, which: str) -> EmbeddedGraphStore | None:
    """Return the graph called ``which`` (:mod:`kgbert.experiment.conditions`) for a run; ``None`` for none.

    Raises:
        ConfigError: The experiment names no such graph.
        StoreError: It cannot be opened.
    """
    if which == NO_GRAPH:
        return None
    key = "unfiltered_graph" if which == UNFILTERED else "graph"
    folder = getattr(config, key)
    if folder is None:
        raise ConfigError(f"{config.condition.name} ({config.condition.about}) needs {key}")
    if which in (SHUFFLED, REWIRED):
        return _control(folder, which, config.seed)
    return _opened(folder)


@lru_cache(maxsize=8)
def _opened(folder: Path) -> EmbeddedGraphStore:
    return EmbeddedGraphStore.open(folder)


@lru_cache(maxsize=2)
def _control(folder: Path, which: str, seed: int) -> EmbeddedGraphStore:
    from graph.shuffle import rewired, shuffled

    true = _opened(folder)
    out = cache_folder() / f"{which}-{true.release[:16]}-{seed}"
    if not out.exists():
        make = shuffled if which == SHUFFLED else rewired
        out.parent.mkdir(parents=True, exist_ok=True)
        make(true, out, seed=seed)
    return EmbeddedGraphStore.open(out)


@dataclass(frozen=True, slots=True)
class Degrees:
    """Counts of the relations of a pair's concepts, without who they are (:mod:`graph.degrees`)."""

    store: EmbeddedGraphStore

    @property
    def width(self) -> int:
        """How many counts a pair has."""
        from graph.degrees import COUNTS

        return len(COUNTS)

    def __call__(self, pairs: Sequence[tuple[str | None, str | None]]) -> Sequence[Sequence[float]]:
        """Return the counts of each pair; those of a concept that the graph does not hold are 0."""
        from graph.degrees import pair_counts

        return pair_counts(self.store, pairs)
