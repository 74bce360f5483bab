"""Documents from a file, folder or stream in any format that is known here."""

import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from ingest.corpora import (
    bioc_json,
    bioc_xml,
    brat,
    case_reports,
    chemprot,
    conll,
    datasets,
    ddi,
    gsc,
    jsonl,
    lines,
    pubtator,
    text,
)
from ingest.corpora.format import CHUNK, Beginning, Format, Source
from ingest.corpora.placed import Placed, distinct
from ingest.corpora.reading import Reading
from ingest.document import Document
from ingest.errors import CorpusFormatError

FORMATS: tuple[Format, ...] = (
    pubtator.FORMAT,
    bioc_xml.FORMAT,
    ddi.FORMAT,
    case_reports.FORMAT,
    bioc_json.FORMAT,
    jsonl.FORMAT,
    gsc.FORMAT,
    conll.FORMAT,
    brat.FORMAT,
    chemprot.FORMAT,
    datasets.FORMAT,
    datasets.TOKENS,
    text.FORMAT,
)
"""Every format, in the order in which they are tried; plain text takes any file that no other does."""

_TOGETHER = frozenset({".xml", ".json", ".jsonl", ".pubtator", ".conll", ".iob", ".iob2"})
"""Endings of the files that are read from an archive, or from a folder that is of no format as a whole."""

_BLANK = ("", b"", lines.BOM, lines.BOM.encode())
_TELLING = re.compile(
    r"\s*(?:[^<\d\s\[{]|\d+[^\d\r\n]|\d+\s*\n.*\n.*\n|(?:<[?!].*?)?<[A-Za-z]|\{[^\n]*\}\s*$)", re.DOTALL
)
"""What must be seen to tell a format: three lines after a number, the first element of XML, an object, else a word."""

_MARKUP = re.compile(r"\s*<(?:\?xml|!DOCTYPE)\b")


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


def read_annotated(paths: Iterable[Path]) -> list[Document]:
    """Return the documents of annotated files and folders, in order; see :func:`read_placed`.

    Raises:
        CorpusFormatError: One breaks its format or holds no entity, as what was taken for plain text.
        OSError: One cannot be read.
    """
    found: list[Document] = []
    for path in paths:
        documents = [*read_documents(path)]
        if not any(document.entities for document in documents):
            raise CorpusFormatError(path, 0, "no entity; expected annotated documents")
        found += documents
    return found


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
    if not isinstance(source, Path):
        yield from _read(source, name or "stdin", form, reading)
    elif source.is_dir():
        yield from _read_folder(source, form, reading)
    elif tarfile.is_tarfile(source):
        yield from distinct(_read_archive(source, form, reading), source, reading, expected="files of documents")
    else:
        with source.open("rb") as stream:
            yield from _read(stream, name or source, form, reading)


def _read_folder(folder: Path, form: Format | None, reading: Reading) -> Iterator[Placed]:
    """Yield the documents of a folder that is of one format, or else those of the files in it, by name."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    beginning = Beginning(folder, names=tuple(path.relative_to(folder).as_posix() for path in paths))
    whole = next((f for f in FORMATS if f.of_folders and f.fits(beginning)), None) if form is None else form
    if whole is not None and whole.of_folders:
        yield from whole.read(Source(folder), reading)
        return
    wanted = [path for path in paths if form or path.suffix.lower() in _TOGETHER]
    found = (placed for path in wanted for placed in read_placed(path, form=form, reading=reading))
    yield from distinct(
        found, folder, reading, expected="a folder of brat, ChemProt or datasets, or files of documents"
    )


def _read_archive(path: Path, form: Format | None, reading: Reading) -> Iterator[Placed]:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                stream = archive.extractfile(member) if Path(member.name).suffix.lower() in _TOGETHER else None
                if stream is not None:
                    yield from _read(stream, f"{path}!{member.name}", form, reading)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        problem = f"a damaged archive ({type(error).__name__})"
    else:
        return
    raise CorpusFormatError(path, 0, problem)


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
        if suffix in form.suffixes:
            return form
    form = next(form for form in FORMATS if not form.of_folders and form.fits(beginning))
    if form is text.FORMAT and _MARKUP.match(beginning.text):
        raise CorpusFormatError(beginning.where, 1, "XML of no format that is known; expected BioC or DDI")
    return form
