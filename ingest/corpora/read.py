"""Documents from a file or stream in any format that is read here."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from ingest.corpora import jsonl, lines, pubtator, text
from ingest.document import Document
from ingest.errors import CorpusFormatError

SUFFIXES = {".jsonl": "jsonl", ".pubtator": "pubtator"}
"""Endings that say the format; with any other, the first line that is not blank does."""

_BLANK = ("", b"", lines.BOM, lines.BOM.encode())


def read_documents(source: Path | IO[bytes] | IO[str], *, name: str = "") -> Iterator[Document]:
    """Yield the documents of ``source``: PubTator, JSONL, or else plain text, which is one document.

    PubTator and JSONL are read as a stream. A file's ending decides where it is known; otherwise a first line
    ``id|t|...`` means PubTator and one that starts ``{"`` JSONL.

    Args:
        source: A file, or a stream of bytes or text (open a text stream with ``newline=""`` to keep its line ends).
        name: What to call the source in errors, and a plain text itself; the path, or ``stdin``, if not given.

    Raises:
        CorpusFormatError: The source breaks its format or holds no document.
        OSError: It cannot be read.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield from _read(stream, name or source)
    else:
        yield from _read(source, name or "stdin")


def _read(stream: IO[bytes] | IO[str], where: Path | str) -> Iterator[Document]:
    head: list[bytes | str] = []
    for line in stream:
        head.append(line)
        if line.strip() not in _BLANK:
            break
    else:
        raise CorpusFormatError(where, 0, "no text")
    form = SUFFIXES.get(Path(where).suffix.lower()) or _format(line, where, len(head))
    rest: Iterator[bytes | str] = chain(head, stream)
    if form == "pubtator":
        yield from pubtator.parse(lines.decode(rest, where), where)
    elif form == "jsonl":
        yield from jsonl.parse(lines.decode(rest, where), where)
    else:
        yield text.parse(_join([*rest]), where)


def _format(line: bytes | str, where: Path | str, number: int) -> str:
    start = (line if isinstance(line, str) else lines.utf8(line, where, line=number)).removeprefix(lines.BOM)
    if pubtator.TITLE.match(start):
        return "pubtator"
    return "jsonl" if start.lstrip().startswith('{"') else "text"


def _join(parts: list[bytes | str]) -> bytes | str:
    texts = [part for part in parts if isinstance(part, str)]
    return "".join(texts) or b"".join(part for part in parts if isinstance(part, bytes))
