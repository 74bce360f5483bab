"""Lines of a corpus file: read with their errors placed, written whole or not at all."""

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from graph import atomic
from ingest.errors import CorpusFormatError

BOM = "\ufeff"


def decode(raw: Iterable[bytes | str], where: Path | str) -> Iterator[str]:
    r"""Yield the lines of ``raw`` as text, without their ``\n`` or ``\r\n``; a byte order mark is dropped.

    Only ``\n`` ends a line: other line separators of Unicode stay in the text that they stand in.

    Raises:
        CorpusFormatError: A line is not UTF-8; says line and byte.
    """
    for number, line in enumerate(raw, start=1):
        text = line if isinstance(line, str) else utf8(line, where, line=number)
        if number == 1:
            text = text.removeprefix(BOM)
        yield text.removesuffix("\n").removesuffix("\r")


def decode_chunks(chunks: Iterable[bytes | str], where: Path | str) -> Iterator[str]:
    """Yield ``chunks``, which may be cut anywhere, as text; a byte order mark is dropped.

    Raises:
        CorpusFormatError: They are not UTF-8; says line and byte.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, column, is_first = 1, 0, True
    for chunk in chain(chunks, [b""]):
        if isinstance(chunk, str):
            text = chunk
        else:
            held = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                raise _not_utf8(error, where, line, column - held) from None
            column = len(chunk) - chunk.rfind(b"\n") - 1 + (column if b"\n" not in chunk else 0)
            line += chunk.count(b"\n")
        yield text.removeprefix(BOM) if is_first else text
        is_first = is_first and not text


def utf8(raw: bytes, where: Path | str, *, line: int = 1) -> str:
    """Return ``raw``, which starts at ``line`` of ``where``, as text.

    Raises:
        CorpusFormatError: It is not UTF-8; says the line and the byte within the line (0-based).
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(error, where, line, 0) from None


def _not_utf8(error: UnicodeDecodeError, where: Path | str, line: int, column: int) -> CorpusFormatError:
    """Return what to raise for ``error`` in bytes that begin at byte ``column`` of ``line``."""
    raw, at = error.object, error.start
    begin = raw.rfind(b"\n", 0, at) + 1
    line += raw.count(b"\n", 0, at)
    byte = at - begin + (0 if begin else column)
    return CorpusFormatError(where, line, f"byte {byte} of the line (0x{raw[at]:02x}) is not UTF-8")


def read(path: Path) -> Iterator[str]:
    """Yield the lines of the file at ``path``; see :func:`decode`."""
    with path.open("rb") as file:
        yield from decode(file, path)


def write(lines: Iterable[str], path: Path) -> None:
    r"""Write ``lines``, each ended with ``\n``, to ``path``: all of them or, on any error, none.

    Raises:
        CorpusFormatError: A line holds half of a surrogate pair, which UTF-8 has no bytes for.
        OSError: The file cannot be written.
    """
    with atomic.file(path) as file:
        for number, line in enumerate(lines, start=1):
            file.write(encode(f"{line}\n", path, line=number))


def encode(text: str, where: Path | str, *, line: int = 0) -> bytes:
    """Return ``text``, which is to stand at ``line`` of ``where``, in UTF-8.

    Raises:
        CorpusFormatError: It holds half of a surrogate pair, which UTF-8 has no bytes for.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        at = error.start
    what = "line" if line else "text"
    raise CorpusFormatError(
        where, line, f"character {at} of the {what} is half of a surrogate pair; expected Unicode text"
    )
