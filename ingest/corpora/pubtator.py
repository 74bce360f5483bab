"""PubTator, the format of BC5CDR, NCBI disease and BioRED.

A document is a title line ``id|t|...``, an abstract line ``id|a|...``, mention lines ``id start end text type ids``
and relation lines ``id label subject object`` (columns stand between tabs); a blank line or a new title ends it.
Offsets count the code points of the document's text: title, one space, abstract. Where the abstract is empty the
space is left out too. Further columns (parts of a composite mention, novelty of a relation) are not kept.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, product
from pathlib import Path

from graph.errors import CurieError
from ingest.corpora import ids, lines
from ingest.document import AnnotatedRelation, Document, Entity
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
    seen: dict[str, int] = {}
    for draft in _drafts(raw, where):
        document = draft.finish(id_prefix)
        content = hash(document)
        if document.id not in seen:
            seen[document.id] = content
            yield document
        elif seen[document.id] != content:
            raise draft.error(draft.line, "is here a second time, and differs")
    if not seen:
        raise CorpusFormatError(where, 0, "no document; expected PubTator")


def write(documents: Iterable[Document], path: Path) -> None:
    """Write the entities and relations of ``documents`` to ``path``, all or nothing; reading gives them back.

    What PubTator has no place for (mentions without a link, names, scores, assertions) is left out. The title is the
    text up to its first sentence end.

    Raises:
        CorpusFormatError: A document holds what PubTator cannot: a line break in its text, a tab in a mention.
    """
    lines.write((line for document in documents for line in _format(document, path)), path)


@dataclass(slots=True)
class _Draft:
    """A document while its lines are being read; annotation lines are kept with their numbers."""

    where: Path | str
    line: int
    id: str
    title: str
    abstract: str | None = None
    mentions: list[tuple[int, list[str]]] = field(default_factory=list)
    relations: list[tuple[int, list[str]]] = field(default_factory=list)
    curies: dict[str, str] = field(default_factory=dict)

    def error(self, line: int, problem: str) -> CorpusFormatError:
        return CorpusFormatError(self.where, line, f"document {self.id!r}: {problem}")

    def add(self, line: str, number: int) -> None:
        abstract = _ABSTRACT.fullmatch(line)
        if self.abstract is None:
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
            self.mentions.append((number, columns))
        else:
            self._expect(number, columns, 4, "a relation (id, label, subject, object)")
            self.relations.append((number, columns))

    def _expect(self, number: int, columns: list[str], n: int, what: str) -> None:
        if len(columns) < n:
            raise self.error(number, f"{len(columns)} columns; {what} has at least {n}")

    def finish(self, id_prefix: str) -> Document:
        if self.abstract is None:
            raise self.error(self.line, f"no abstract line, {self.id}|a|abstract")
        text = f"{self.title} {self.abstract}" if self.abstract else self.title
        entities = [e for number, columns in self.mentions for e in self._entities(number, columns, text, id_prefix)]
        entities.sort(key=lambda e: (e.start, e.end))
        relations = [r for number, columns in self.relations for r in self._relations(number, columns, id_prefix)]
        return Document(self.id, text, entities=tuple(entities), relations=tuple(relations))

    def _entities(self, number: int, columns: list[str], text: str, id_prefix: str) -> Iterator[Entity]:
        _, first, last, surface, type, *rest = columns
        if not _OFFSET.fullmatch(last):
            raise self.error(number, "expected an end offset in the third column")
        start, end = int(first), int(last)
        if not start < end <= len(text):
            raise self.error(number, f"span [{start}, {end}) is not inside its text of {len(text)} characters")
        if text[start:end].strip() != surface.strip():
            raise self.error(number, f"span [{start}, {end}) does not match the text")
        for raw in ids.split(rest[0] if rest else ""):
            id = self._curie(number, raw, type, id_prefix)
            if id is not None:
                self.curies[raw] = id  # relation lines give no type, so they are read through the mentions
            yield Entity(start, end, text[start:end], type, id)

    def _relations(self, number: int, columns: list[str], id_prefix: str) -> Iterator[AnnotatedRelation]:
        _, label, *arguments = columns[:4]
        if not _LABEL.fullmatch(label):
            raise self.error(number, "expected a start offset or a relation label in the second column")
        for ends in product(*map(ids.split, arguments)):
            subject, object = (self.curies.get(raw) or self._curie(number, raw, "", id_prefix) for raw in ends)
            if subject is None or object is None:
                raise self.error(number, "a relation needs a concept at both ends")
            yield AnnotatedRelation(subject, label, object)

    def _curie(self, number: int, raw: str, type: str, id_prefix: str) -> str | None:
        try:
            return ids.to_curie(raw, type=type, prefix=id_prefix)
        except CurieError:
            raise self.error(number, "an id is no CURIE and becomes none; expected D003000 or MESH:D003000") from None


def _drafts(raw: Iterable[str], where: Path | str) -> Iterator[_Draft]:
    draft: _Draft | None = None
    for number, line in enumerate(raw, start=1):
        title = TITLE.fullmatch(line)
        if draft is not None and (title or not line.strip()):
            yield draft
            draft = None
        if title:
            draft = _Draft(where, number, title[1], title[2])
        elif draft is not None:
            draft.add(line, number)
        elif line.strip():
            raise CorpusFormatError(where, number, "expected a title line, id|t|title")
    if draft is not None:
        yield draft


def _format(document: Document, path: Path) -> Iterator[str]:
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
    for (start, stop, surface, type), group in groupby(document.entities, lambda e: (e.start, e.end, e.text, e.type)):
        where = f"the entity at [{start}, {stop})"
        linked = "|".join(check(_ID, e.id or "-1", where) for e in group)
        yield f"{id}\t{start}\t{stop}\t{check(_FIELD, surface, where)}\t{check(_FIELD, type, where)}\t{linked}"
    for r in document.relations:
        label = check(_LABEL, r.label, "the label of a relation")
        yield "\t".join([id, label, *(check(_ID, end, "the ids of a relation") for end in (r.subject, r.object))])
    yield ""
