"""What can go wrong in ``graph``.

GraphError
├── CurieError          (ValueError)   an id is not a CURIE
├── UnknownConceptError (KeyError)     an id that the store does not hold
├── OntologyFormatError (ValueError)   a source file is not what it should be; says file and line
├── CycleError          (ValueError)   is_a leads back to where it started; names the cycle
└── StoreError          (RuntimeError) a store cannot be opened, is locked, or was damaged
"""

from collections.abc import Sequence
from pathlib import Path


class GraphError(Exception):
    """Base of every error that ``graph`` raises on purpose."""


class CurieError(GraphError, ValueError):
    """An identifier is not of the form ``prefix:local``."""


class UnknownConceptError(GraphError, KeyError):
    """A concept was asked for that the store does not hold."""

    def __init__(self, id: str, where: str) -> None:
        """Name the missing ``id`` and the store (``where``) that was asked."""
        super().__init__(id, where)
        self.id = id
        self.where = where

    def __str__(self) -> str:
        return f"unknown concept {self.id!r}: {self.where} does not hold it"


class OntologyFormatError(GraphError, ValueError):
    """A source file breaks its format; the message gives file, line, what was found and what was expected."""

    def __init__(self, path: Path | str, line: int, problem: str) -> None:
        """Say that ``path`` has ``problem`` at ``line`` (1-based; 0 for the file as a whole)."""
        super().__init__(f"{path}:{line}: {problem}")
        self.path = str(path)
        self.line = line
        self.problem = problem


class CycleError(GraphError, ValueError):
    """The hierarchy leads from a concept back to itself."""

    def __init__(self, where: str, cycle: Sequence[str]) -> None:
        """Name the source (``where``) and the ids on the ``cycle``, first repeated at the end."""
        super().__init__(f"{where}: cycle in the hierarchy: {' -> '.join(cycle)}")
        self.cycle = tuple(cycle)


class StoreError(GraphError, RuntimeError):
    """A store cannot be opened, written or trusted."""
