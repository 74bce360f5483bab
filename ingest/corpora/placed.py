"""Documents with the places in a file that they were read from."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ingest.corpora.reading import Reading
from ingest.document import Document
from ingest.errors import CorpusFormatError


class Placed(NamedTuple):
    """A document and where its parts stand.

    Attributes:
        document: The document.
        where: Its file.
        line: Its first line there (1-based; 0 where the format has no lines).
        entities: The line of each entity.
        relations: The line of each relation.
    """

    document: Document
    where: Path | str
    line: int
    entities: tuple[int, ...]
    relations: tuple[int, ...]


def distinct(found: Iterable[Placed], where: Path | str, reading: Reading, *, expected: str) -> Iterator[Placed]:
    """Yield every document of ``found`` once.

    An exact repetition is left out and counted (NCBI disease has such).

    Raises:
        CorpusFormatError: Two documents share an id and differ, or there is none; ``expected`` says what was.
    """
    seen: dict[str, int] = {}
    for placed in found:
        document = placed.document
        content = hash(document)
        if document.id not in seen:
            seen[document.id] = content
            yield placed
        elif seen[document.id] == content:
            reading.omissions.add("document that is repeated word for word", placed.where, placed.line)
        else:
            problem = f"document {document.id!r} is here a second time, and differs"
            reading.problem(CorpusFormatError(placed.where, placed.line, problem))
    if not seen:
        reading.problem(CorpusFormatError(where, 0, f"no document; expected {expected}"))
