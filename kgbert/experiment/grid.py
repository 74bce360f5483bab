"""All runs of an experiment, several at a time."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import NamedTuple

from kgbert.errors import RunError
from kgbert.experiment.config import RunConfig


class Done(NamedTuple):
    """A run that is over.

    Attributes:
        name: Of its folder.
        said: Its figures in short, or why it was left alone.
    """

    name: str
    said: str


def run_all(configs: Sequence[RunConfig], *, processes: int = 1) -> Iterator[Done]:
    """Do the runs that are not finished, ``processes`` at a time, and yield each as it ends.

    Finished ones are not done again, and one that another process is at is left to it. Where a run fails, so does this;
    nothing of the others is lost.
    """
    if processes == 1:
        yield from map(_one, configs)
        return
    # Spawned, not forked: torch's threads do not survive a fork.
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(_one, config) for config in configs]
        try:
            for future in as_completed(waiting):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _one(config: RunConfig) -> Done:
    from kgbert.experiment.run import run

    try:
        figures = run(config)
    except RunError as error:
        return Done(config.out.name, str(error))
    return Done(config.out.name, f"AP {figures['average_precision']:.3f}, F1 {figures['f1']:.3f}")
