"""What is known of a format: how to tell it, and how to read it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from graph.formats.reading import Reading
from graph.formats.text import decompressing, open_bytes
from graph.ontology import Ontology

_LOOK_AT = 1 << 16


class Beginning(NamedTuple):
    """What a source looks like before it is read.

    Attributes:
        path: The file or folder.
        lines: The first lines of a file, decompressed, at most 64 KiB; the last may be cut off. Empty for a folder.
        names: Paths of the files in a folder, relative to it, sorted; empty for a file.
    """

    path: Path
    lines: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


class Format(NamedTuple):
    """One format of ontologies.

    Attributes:
        name: As users call it, such as ``OBO``.
        fits: Whether a source that begins like this is of this format; looks at content, not at file names (of a
            folder's files the names are content).
        read: Reads such a source.
    """

    name: str
    fits: Callable[[Beginning], bool]
    read: Callable[[Path, Reading], Ontology]


def look(path: Path) -> Beginning:
    """Return the beginning of the file or folder at ``path``.

    Raises:
        OntologyFormatError: Its compression is damaged.
        OSError: It cannot be opened.
    """
    if path.is_dir():
        names = (file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
        return Beginning(path, (), tuple(sorted(names)))
    with decompressing(path), open_bytes(path) as file:
        text = file.read(_LOOK_AT).decode("utf-8-sig", errors="replace")
    return Beginning(path, tuple(text.splitlines()), ())
