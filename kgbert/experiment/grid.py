"""All runs of an experiment, several at a time."""

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

from kgbert.errors import RunError
from kgbert.experiment.config import RunConfig
from kgbert.run_folder import METRICS


class Done(NamedTuple):
    """A run that is over.

    Attributes:
        name: Of its folder.
        figures: What it left in its metrics; ``None`` if it was left alone.
        why: Why it was.
    """

    name: str
    figures: Mapping[str, Any] | None
    why: str = ""


def unfinished(configs: Sequence[RunConfig]) -> list[RunConfig]:
    """Return the runs that are still to be done."""
    return [config for config in configs if not (config.out / METRICS).exists()]


def run_all(configs: Sequence[RunConfig], *, processes: int = 1) -> Iterator[Done]:
    """Do the runs that are not finished, ``processes`` at a time, and yield each as it ends.

    One that another process is at is left to it. Where a run fails, so does this; nothing of the others is lost.
    """
    chains = _chains(unfinished(configs))
    if processes == 1:
        yield from (done for chain in chains for done in map(_one, chain))
        return
    # Spawned, not forked: torch's threads do not survive a fork.
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(_all, chain) for chain in chains]
        try:
            for future in as_completed(waiting):
                yield from future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _chains(configs: Sequence[RunConfig]) -> list[list[RunConfig]]:
    """Return the runs in chains of which one process does one after the other: what tests a model is behind it."""
    chains: dict[Path, list[RunConfig]] = {}
    for config in configs:
        chains.setdefault(config.trained_in, []).append(config)
    return [sorted(chain, key=lambda config: config.out != config.trained_in) for chain in chains.values()]


def _all(chain: Sequence[RunConfig]) -> list[Done]:
    return list(map(_one, chain))


def _one(config: RunConfig) -> Done:
    from kgbert.experiment.run import run

    try:
        return Done(config.out.name, run(config))
    except RunError as error:
        return Done(config.out.name, None, str(error))
