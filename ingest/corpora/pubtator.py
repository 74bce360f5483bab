"""PubTator, the format of BC5CDR, NCBI disease and BioRED.

A document is a title line ``id|t|...``, an abstract line ``id|a|...``, mention lines ``id start end text type ids``
and relation lines ``id label subject object`` (columns stand between tabs); a blank line or a new title ends it.
Offsets count the code points of the document's text: title, one space, abstract. Where the abstract is empty the
space is left out too. Further columns (parts of a composite mention, novelty of a relation) are not kept, but counted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from graph.formats.reading import Omissions
from ingest.corpora import ids, lines, writing
from ingest.corpora.check import finished
from ingest.corpora.draft import Annotation, Claim, Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.document import Document, Entity
from ingest.errors import CorpusFormatError

TITLE = re.compile(r"([^|\s]+)\|t\|(.*)", re.DOTALL)
"""The first line of every document."""

_ABSTRACT = re.compile(r"([^|\s]+)\|a\|(.*)", re.DOTALL)
_LABEL = re.compile(r"[A-Za-z][^\t\r\n]*")
_OFFSET = re.compile(r"[0-9]{1,9}")
_FIELD = re.compile(r"[^\t\r\n]*")
_LINE = re.compile(r"[^\r\n]*")
_NAME = re.compile(r"[^|\s]+")
_ID = re.compile(r"[^|+,\s]+")
_BREAKS = re.compile(r"[\t\r\n]")
_TITLE_END = re.compile(r"(?<=[.?!]) (?=.)")


def read(path: Path, *, id_prefix: str = "MESH") -> Iterator[Document]:
    """Yield the documents of the file at ``path``; see :func:`parse`."""
    return parse(lines.read(path), path, id_prefix=id_prefix)


def parse(raw: Iterable[str], where: Path | str, *, id_prefix: str = "MESH") -> Iterator[Document]:
    """Yield the documents of ``raw`` (lines without their ends), one at a time.

    Annotations become ``entities`` and ``relations``; ``mentions`` stays empty. A mention of several ids becomes
    several entities with one span, one without an id is NIL, and an id without a prefix gets one
    (:func:`ingest.corpora.ids.to_curie`). Blanks around the text of a mention do not count (NCBI disease has such), and
    an exact repetition of a document is dropped (as well).

    Args:
        raw: Lines.
        where: What to call their source in errors.
        id_prefix: Prefix for ids that come without one and do not show where they belong.

    Raises:
        CorpusFormatError: A line breaks the format, a mention does not match its text, two documents share an id, or
            there is no document.
    """
    return (placed.document for placed in _placed(raw, where, Reading(id_prefix)))


def write(documents: Iterable[Document], path: Path) -> None:
    """Write the entities and relations of ``documents`` to ``path``, all or nothing; reading gives them back.

    What PubTator has no place for (mentions without a link, names, scores, assertions) is left out. The title is the
    text up to its first sentence end.

    Raises:
        CorpusFormatError: A document holds what PubTator cannot: a line break in its text, a tab in a mention.
    """
    lines.write((line for document in documents for line in _format(document, document.entities, path)), path)


def _fits(beginning: Beginning) -> bool:
    return TITLE.match(beginning.text.lstrip()) is not None


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    return _placed(lines.decode(source.lines(), source.where), source.where, reading)


def _write(documents: Iterable[Document], path: Path, omissions: Omissions) -> None:
    """Write as :func:`write`, but tabs and line breaks as spaces, and mentions as entities without an id."""

    def whole() -> Iterator[str]:
        for document in documents:
            writing.note_lost(document, omissions, "name", "score", "assertion")
            flat = writing.replaced(document, _BREAKS, " ", "line break or tab, written as a space", omissions)
            yield from _format(flat, writing.annotations(flat, omissions), path)

    lines.write(whole(), path)


FORMAT = Format("pubtator", _fits, _read, _write, (".pubtator",))
"""PubTator."""


def _placed(raw: Iterable[str], where: Path | str, reading: Reading) -> Iterator[Placed]:
    drafts = (page.draft() for page in _pages(raw, where, reading))
    return finished(drafts, where, reading, expected="PubTator")


@dataclass(slots=True)
class _Page:
    """A document while its lines are being read."""

    where: Path | str
    reading: Reading
    line: int
    id: str
    title: str
    abstract: str | None = None
    annotations: list[Annotation] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def draft(self) -> Draft:
        text = f"{self.title} {self.abstract}" if self.abstract else self.title
        return Draft(self.where, self.line, self.id, text, annotations=self.annotations, claims=self.claims)

    def error(self, line: int, problem: str) -> CorpusFormatError:
        return CorpusFormatError(self.where, line, f"document {self.id!r}: {problem}")

    def add(self, line: str, number: int) -> None:
        abstract = _ABSTRACT.fullmatch(line)
        if self.abstract is None:
            self.abstract = ""  # what follows can still be read
            if abstract is None or abstract[1] != self.id:
                raise self.error(number, f"expected its abstract line, {self.id}|a|abstract")
            self.abstract = abstract[2]
            return
        if abstract:
            raise self.error(number, "a second abstract line")
        columns = line.split("\t")
        if columns[0] != self.id:
            raise self.error(number, "line of another document before a title or blank line")
        if len(columns) > 1 and _OFFSET.fullmatch(columns[1]):
            self._expect(number, columns, 5, "a mention (id, start, end, text, type, ids)")
            self.annotations.append(self._annotation(number, columns))
        else:
            self._expect(number, columns, 4, "a relation (id, label, subject, object)")
            self.claims.append(self._claim(number, columns))

    def _expect(self, number: int, columns: list[str], n: int, what: str) -> None:
        if len(columns) < n:
            raise self.error(number, f"{len(columns)} columns; {what} has at least {n}")

    def _annotation(self, number: int, columns: list[str]) -> Annotation:
        _, start, end, surface, type, *rest = columns
        if not _OFFSET.fullmatch(end):
            raise self.error(number, "expected an end offset in the third column")
        self._further(number, rest[1:])
        concepts = tuple(ids.split(rest[0] if rest else ""))
        return Annotation(number, ((int(start), int(end)),), surface, type, concepts)

    def _claim(self, number: int, columns: list[str]) -> Claim:
        _, label, subject, object, *rest = columns
        if not _LABEL.fullmatch(label):
            raise self.error(number, "expected a start offset or a relation label in the second column")
        self._further(number, rest)
        return Claim(number, label, tuple(ids.split(subject)), tuple(ids.split(object)))

    def _further(self, number: int, columns: list[str]) -> None:
        if any(columns):
            self.reading.omissions.add("further columns of PubTator", self.where, number)


def _pages(raw: Iterable[str], where: Path | str, reading: Reading) -> Iterator[_Page]:
    page: _Page | None = None
    for number, line in enumerate(raw, start=1):
        title = TITLE.fullmatch(line)
        if page is not None and (title or not line.strip()):
            yield _whole(page)
            page = None
        with reading.guarded():
            if title:
                page = _Page(where, reading, number, title[1], title[2])
            elif page is not None:
                page.add(line, number)
            elif line.strip():
                raise CorpusFormatError(where, number, "expected a title line, id|t|title")
    if page is not None:
        yield _whole(page)


def _whole(page: _Page) -> _Page:
    if page.abstract is None:
        page.reading.problem(page.error(page.line, f"no abstract line, {page.id}|a|abstract"))
    return page


def _format(document: Document, entities: Sequence[Entity], path: Path) -> Iterator[str]:
    def check(pattern: re.Pattern[str], value: str, what: str) -> str:
        if not pattern.fullmatch(value):
            raise CorpusFormatError(path, 0, f"document {document.id!r}: PubTator cannot hold {what}")
        return value

    id = check(_NAME, document.id, "its id")
    text = check(_LINE, document.text, "the line breaks of its text")
    end = _TITLE_END.search(text)
    title, abstract = (text[: end.start()], text[end.end() :]) if end else (text, "")
    yield f"{id}|t|{title}"
    yield f"{id}|a|{abstract}"
    for (start, stop, surface, type), group in groupby(entities, lambda e: (e.start, e.end, e.text, e.type)):
        where = f"the entity at [{start}, {stop})"
        linked = "|".join(check(_ID, e.id or "-1", where) for e in group)
        yield f"{id}\t{start}\t{stop}\t{check(_FIELD, surface, where)}\t{check(_FIELD, type, where)}\t{linked}"
    for r in document.relations:
        label = check(_LABEL, r.label, "the label of a relation")
        yield "\t".join([id, label, *(check(_ID, end, "the ids of a relation") for end in (r.subject, r.object))])
    yield ""
