"""What is known of a format of documents: how to tell it, to read it and to write it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeAlias

from graph.formats.reading import Omissions
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.document import Document

CHUNK = 1 << 16
"""Bytes or characters that are looked at to tell a format, and read at a time where lines do not matter."""


class Beginning(NamedTuple):
    """What a source looks like before it is read.

    Attributes:
        where: Its path, or what it is called.
        text: The first lines of a file or stream, as far as they are needed to tell its format; empty for a folder.
        names: Paths of the files in a folder, relative to it, sorted; empty for a file or stream.
    """

    where: Path | str
    text: str = ""
    names: tuple[str, ...] = ()


class Source(NamedTuple):
    """Where documents are read from; it can be read once.

    Attributes:
        where: A path, or what to call a stream in errors.
        head: What was taken from the stream to tell its format; pieces may end within a line.
        stream: What follows, as bytes or text; ``None`` for a folder.
    """

    where: Path | str
    head: tuple[bytes | str, ...] = ()
    stream: IO[bytes] | IO[str] | None = None

    def lines(self) -> Iterator[bytes | str]:
        """Yield every line with its end."""
        if self.stream is None:
            return
        line: Any = None  # pieces of a line are of one kind, bytes or text
        for piece in self.head:
            line = piece if line is None else line + piece
            if piece[-1:] in ("\n", b"\n"):
                yield line
                line = None
        if line is not None:
            yield line + self.stream.readline()
        yield from self.stream

    def chunks(self) -> Iterator[bytes | str]:
        """Yield everything in pieces of bounded size, wherever lines end."""
        yield from self.head
        while self.stream is not None and (chunk := self.stream.read(CHUNK)):
            yield chunk


Read: TypeAlias = Callable[[Source, Reading], Iterator[Placed]]
Write: TypeAlias = Callable[[Iterable[Document], Path, Omissions], None]


class Format(NamedTuple):
    """One format of documents.

    Attributes:
        name: As users call it, such as ``pubtator``.
        fits: Whether a source that begins like this is of this format; looks at content, not at the names of files
            (of a folder's files the names are content).
        read: Yields the documents of a source as they come; problems and omissions go to the reading.
        write: Writes documents to a path, all or nothing, and notes what of them the format cannot hold; ``None``
            for a format that is only read.
        suffixes: Endings of files that are taken for this format without a look.
        of_folders: Whether it is files together in a folder that make it up.
    """

    name: str
    fits: Callable[[Beginning], bool]
    read: Read
    write: Write | None = None
    suffixes: tuple[str, ...] = ()
    of_folders: bool = False
