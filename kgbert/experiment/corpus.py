"""The units of a run: what it learns from, what it is tested on, and which concepts their mentions name."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.corpora.read import read_annotated
from ingest.document import Document
from kgbert.errors import ConfigError
from kgbert.experiment import draw
from kgbert.experiment.config import RunConfig
from kgbert.task import Task
from kgbert.units import units


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """What the runs of one task share.

    Attributes:
        task: What is asked.
        training: Units that may be learnt from.
        evaluation: Units to test on.
    """

    task: Task
    training: tuple[Document, ...]
    evaluation: tuple[Document, ...]

    @property
    def checksum(self) -> str:
        """SHA-256 of the units to test on, with their entities and relations."""
        return checksum(self.evaluation)


def checksum(documents: Sequence[Document]) -> str:
    """Return the SHA-256 (hex) of ``documents``, with their entities and relations."""
    return hashlib.sha256(repr([(d.id, d.text, d.entities, d.relations) for d in documents]).encode()).hexdigest()


def corpus(config: RunConfig) -> Corpus:
    """Return the corpus of a run, read once a process.

    Raises:
        ConfigError: Nothing is left to learn from or to test on.
        CorpusFormatError: A file breaks its format.
    """
    return _corpus(config.task, config.data, config.evaluate_on, config.evaluate_sample, config.evaluate_skip)


@lru_cache(maxsize=8)
def _corpus(
    task: Task, data: tuple[Path, ...], evaluate_on: tuple[Path, ...] | float, sample: int, skip: int
) -> Corpus:
    training = units(read_annotated(data), task)
    if isinstance(evaluate_on, tuple):
        evaluated = units(read_annotated(evaluate_on), task)
    else:
        training, evaluated = draw.held_out(training, evaluate_on, task=task)
    evaluated = draw.evaluation(evaluated, sample, skip=skip)
    if not training or not evaluated:
        raise ConfigError(f"{task.name}: {len(training)} units to learn from, {len(evaluated)} to test on")
    return Corpus(task, tuple(training), tuple(evaluated))
