"""Documents from a file, folder or stream in any format that is known here."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ingest.corpora import bioc_json, bioc_xml, jsonl, lines, pubtator, text
from ingest.corpora.format import CHUNK, Beginning, Format, Source
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.document import Document
from ingest.errors import CorpusFormatError

FORMATS: tuple[Format, ...] = (pubtator.FORMAT, bioc_xml.FORMAT, bioc_json.FORMAT, jsonl.FORMAT, text.FORMAT)
"""Every format, in the order in which they are tried; plain text takes any file that no other does."""

_BLANK = ("", b"", lines.BOM, lines.BOM.encode())
_TELLING = re.compile(
    r"\s*(?:[^<\d\s]|\d+[^\d\r\n]|<[A-Za-z]|<\?.*?<[A-Za-z]|<!.*?<[A-Za-z]|\d+\s*\n.*\n.*\n)", re.DOTALL
)
"""What a beginning must reach before a format can be told: the first element of XML, three lines after a bare number."""


def format_named(name: str) -> Format:
    """Return the format called ``name``.

    Raises:
        ValueError: There is none; the message lists those there are.
    """
    for form in FORMATS:
        if form.name == name:
            return form
    raise ValueError(f"unknown format {name!r}; known: {', '.join(form.name for form in FORMATS)}")


def read_documents(
    source: Path | IO[bytes] | IO[str], *, name: str = "", form: Format | None = None, reading: Reading | None = None
) -> Iterator[Document]:
    """Yield the documents of ``source`` as they come; see :func:`read_placed`."""
    return (placed.document for placed in read_placed(source, name=name, form=form, reading=reading))


def read_placed(
    source: Path | IO[bytes] | IO[str], *, name: str = "", form: Format | None = None, reading: Reading | None = None
) -> Iterator[Placed]:
    """Yield the documents of ``source`` with their lines; those of most formats are read as a stream.

    The ending of a file's name decides where it is known; otherwise the content says the format, and what fits none
    is plain text, one document.

    Args:
        source: A file or folder, or a stream of bytes or text (open a text stream with ``newline=""`` to keep its
            line ends).
        name: What to call the source in errors, and a plain text itself; the path, or ``stdin``, if not given.
        form: The format, if it is not to be told by ending or content.
        reading: What to take, and where to note what is left out.

    Raises:
        CorpusFormatError: The source breaks its format or holds no document.
        OSError: It cannot be read.
    """
    reading = reading or Reading()
    if isinstance(source, Path) and source.is_dir():
        names = tuple(sorted(path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()))
        form = form or _told(Beginning(source, names=names))
        yield from form.read(Source(source), reading)
    elif isinstance(source, Path):
        with source.open("rb") as stream:
            yield from _read(stream, name or source, form, reading)
    else:
        yield from _read(source, name or "stdin", form, reading)


def _read(stream: IO[bytes] | IO[str], where: Path | str, form: Format | None, reading: Reading) -> Iterator[Placed]:
    head, beginning = _look(stream)
    if beginning.strip() in _BLANK:
        raise CorpusFormatError(where, 0, "no text")
    yield from (form or _told(Beginning(where, beginning))).read(Source(where, head, stream), reading)


def _look(stream: IO[bytes] | IO[str]) -> tuple[tuple[bytes | str, ...], str]:
    """Return the first lines of ``stream``, and as text what of them is needed to tell the format."""
    head: list[bytes | str] = []
    text = ""
    while len(text) < CHUNK and not _TELLING.match(text) and (line := stream.readline(CHUNK)):
        head.append(line)
        text += line if isinstance(line, str) else line.decode(errors="replace")
        text = text.removeprefix(lines.BOM)
    return tuple(head), text


def _told(beginning: Beginning) -> Format:
    suffix = Path(beginning.where).suffix.lower()
    for form in FORMATS:
        if suffix in form.suffixes and not beginning.names:
            return form
    for form in FORMATS:
        if form.fits(beginning):
            return form
    known = ", ".join(form.name for form in FORMATS)
    raise CorpusFormatError(beginning.where, 0, f"a folder of no format that is known; expected one of {known}")
