"""The frames and clauses that an OBO file is made of (OBO flat file format 1.4, sections 2 and 3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from graph.errors import OntologyFormatError
from graph.formats.text import lines

_KIND = re.compile(r"\[([^\[\]\s]+)\]\s*(?:!.*)?")
_CLAUSE = re.compile(r"([^:\s\"\[][^:\s]*)\s*:\s*(.*)")
_COMMENT = re.compile(r"\s+!.*$|^!.*$")
_MODIFIER = re.compile(r"\s*\{[^{}]*=[^{}]*\}\s*$")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(.*)')
_ESCAPE = re.compile(r"\\(.)")
_WHITE = {"n": "\n", "t": "\t", "W": " "}


class Clause(NamedTuple):
    """One ``tag: value`` line."""

    path: Path
    line: int
    tag: str
    value: str

    def bare(self) -> str:
        """Return the value with trailing comment and modifiers cut off and escapes undone."""
        return _unescaped(_MODIFIER.sub("", _COMMENT.sub("", self.value))).strip()

    def quoted(self) -> tuple[str, str]:
        """Return the quoted text that the value begins with, escapes undone, and what follows it.

        Raises:
            OntologyFormatError: The value does not begin with a quote, or the quote is not closed.
        """
        match = _QUOTED.fullmatch(self.value)
        if match is None:
            raise self.error(f"{self.tag} has no text in double quotes, or the quote is not closed")
        return _unescaped(match[1]).strip(), match[2]

    def error(self, problem: str) -> OntologyFormatError:
        """Return an error that points at this line."""
        return OntologyFormatError(self.path, self.line, problem)


@dataclass(slots=True)
class Frame:
    """The header (its kind is empty), or one paragraph such as ``[Term]``.

    Attributes:
        path: The file.
        line: Line of the ``[Kind]``.
        kind: Term, Typedef, Instance; empty for the header.
        lines: Its clauses in order.
    """

    path: Path
    line: int
    kind: str
    lines: list[Clause] = field(default_factory=list)

    def clauses(self, tag: str) -> Iterator[Clause]:
        """Yield the clauses of ``tag``."""
        return (clause for clause in self.lines if clause.tag == tag)

    def values(self, tag: str) -> list[str]:
        """Return the bare values of ``tag``."""
        return [clause.bare() for clause in self.clauses(tag)]

    def first(self, tag: str) -> str:
        """Return the first bare value of ``tag``, or nothing."""
        return next(iter(self.values(tag)), "")

    def error(self, problem: str) -> OntologyFormatError:
        """Return an error that points at the frame."""
        return OntologyFormatError(self.path, self.line, problem)


def frames(path: Path) -> Iterator[Frame]:
    """Yield the header, even if it is empty, then every frame; only one is held at a time.

    Raises:
        OntologyFormatError: A line is neither ``[Kind]`` nor ``tag: value``, or is not UTF-8; the file is empty.
    """
    frame = Frame(path, 1, "")
    for number, text in lines(path):
        text = text.strip()
        if not text or text.startswith("!"):
            continue
        if kind := _KIND.fullmatch(text):
            yield frame
            frame = Frame(path, number, kind[1])
        elif clause := _CLAUSE.fullmatch(text):
            frame.lines.append(Clause(path, number, clause[1], clause[2]))
        else:
            raise OntologyFormatError(path, number, "neither a [Frame] nor a 'tag: value' line")
    yield frame


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _WHITE.get(match[1], match[1]), text) if "\\" in text else text
