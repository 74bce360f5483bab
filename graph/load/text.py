"""Lines of a source file, decompressed and decoded, each with its number."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from graph.errors import OntologyFormatError

_COMPRESSED: tuple[tuple[bytes, Callable[[Path], IO[bytes]]], ...] = (
    (b"\x1f\x8b", lambda path: gzip.open(path, "rb")),
    (b"\xfd7zXZ\x00", lambda path: lzma.open(path, "rb")),
    (b"BZh", lambda path: bz2.open(path, "rb")),
)
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


def open_bytes(path: Path) -> IO[bytes]:
    """Open ``path`` for reading; gzip, xz and bzip2 are told by their first bytes and undone."""
    with open(path, "rb") as file:
        start = file.read(6)
    for magic, opened in _COMPRESSED:
        if start.startswith(magic):
            return opened(path)
    return open(path, "rb")


def lines(path: Path | str) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without its end) of a UTF-8 file, compressed or not.

    Raises:
        OntologyFormatError: The file is empty, its compression is damaged, or a line is not UTF-8.
        OSError: The file cannot be opened.
    """
    path = Path(path)
    number = 0
    with open_bytes(path) as file:
        try:
            for number, raw in enumerate(file, start=1):
                text = raw.decode("utf-8")
                yield number, (text.lstrip(_BOM) if number == 1 else text).rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise OntologyFormatError(
                path, number, f"byte {error.start + 1} of the line is not UTF-8; expected UTF-8 text"
            ) from None
        except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
            raise OntologyFormatError(path, number + 1, f"compressed data is damaged ({error})") from error
    if number == 0:
        raise OntologyFormatError(path, 0, "the file is empty; expected at least one line")
