"""Lines of a source file, decompressed and decoded, each with its number."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

from graph.errors import OntologyFormatError

_DAMAGE = (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error)
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


def open_bytes(path: Path) -> BufferedIOBase:
    """Open ``path`` for reading; gzip, xz and bzip2 are told by their first bytes and undone."""
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(b"\x1f\x8b"):
        return gzip.open(path, "rb")
    if start.startswith(b"\xfd7zXZ\x00"):
        return lzma.open(path, "rb")
    if start.startswith(b"BZh"):
        return bz2.open(path, "rb")
    return path.open("rb")


@contextmanager
def decompressing(path: Path, line: int = 0) -> Iterator[None]:
    """Turn what goes wrong while ``path`` is decompressed into an error that says so; ``line`` is where, if known."""
    try:
        yield
    except _DAMAGE as error:
        raise OntologyFormatError(path, line, f"compressed data is damaged ({error})") from error


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
        except _DAMAGE as error:
            raise OntologyFormatError(path, number + 1, f"compressed data is damaged ({error})") from error
    if number == 0:
        raise OntologyFormatError(path, 0, "the file is empty; expected at least one line")
