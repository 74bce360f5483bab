"""Plain text: one file is one document."""

from collections.abc import Iterator
from pathlib import Path

from ingest.corpora.format import Format, Source
from ingest.corpora.lines import BOM, utf8
from ingest.corpora.placed import Placed, distinct
from ingest.corpora.reading import Reading
from ingest.document import Document
from ingest.errors import CorpusFormatError


def read(path: Path) -> Iterator[Document]:
    """Yield the one document of the file at ``path``, named after it; see :func:`parse`."""
    yield parse(path.read_bytes(), path)


def parse(raw: bytes | str, where: Path | str) -> Document:
    """Return ``raw`` as a document named after ``where``; only a byte order mark is taken off, line ends stay.

    Raises:
        CorpusFormatError: It is not UTF-8, or holds nothing but white space.
    """
    text = (raw if isinstance(raw, str) else utf8(raw, where)).removeprefix(BOM)
    if not text.strip():
        raise CorpusFormatError(where, 0, "no text")
    return Document(Path(where).stem, text)


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    yield from distinct(_whole(source), source.where, reading, expected="text")


def _whole(source: Source) -> Iterator[Placed]:
    parts = [*source.chunks()]
    texts = "".join(part for part in parts if isinstance(part, str))
    document = parse(texts or b"".join(part for part in parts if isinstance(part, bytes)), source.where)
    yield Placed(document, source.where, 1, (), ())


FORMAT = Format("text", lambda beginning: not beginning.names, _read)
"""Any file that is nothing else."""
