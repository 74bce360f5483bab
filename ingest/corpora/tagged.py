"""Documents as tagged tokens, in the schemes IOB2 (B, I, O) and BILOU or IOBES (with L or E, U or S).

Written is IOB2. Tokens are runs of letters, digits and underscores, and every other character that is not white space
by itself; they are cut where an entity begins or ends, so that no span is lost. Of entities that overlap, the one
that begins first is written, the longest of those. What these tokens cannot say is counted: the others, relations,
names, scores, assertions, and white space that is no space.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from graph.formats.reading import Omissions
from ingest.corpora import writing
from ingest.corpora.draft import Annotation, Draft
from ingest.corpora.reading import Reading
from ingest.document import Document, Entity
from ingest.sentences import sentences

MAX_GAP = 1_000_000
"""Characters that may lie between two tokens."""

_TOKEN = re.compile(r"\w+|[^\w\s]")
_TAG = re.compile(r"(O)|([BILUES])(?:-(.*))?", re.DOTALL)


class Token(NamedTuple):
    """A token.

    Attributes:
        text: Its characters.
        start: Where it stands in the document; ``None`` where the source does not say.
        tag: Such as ``B-Disease``.
        ids: The concepts of the entity that begins here.
        line: Where it was read.
    """

    text: str
    start: int | None
    tag: str
    ids: tuple[str | None, ...] = (None,)
    line: int = 0


def tagged(document: Document, omissions: Omissions) -> Iterator[list[Token]]:
    """Yield the sentences of ``document`` as tokens; one that would break off an entity goes on with the next."""
    writing.note_lost(document, omissions, "name", "score", "assertion")
    for _ in document.relations:
        writing.note("relation, left out", document, omissions)
    if re.search(r"[^\S ]|\s$", document.text):
        writing.note("text with white space that is no space or stands at its end", document, omissions)
    starts = {start for start, _ in sentences(document.text)}
    sentence: list[Token] = []
    for token in _tokens(document, _flat(document, omissions)):
        if token.start in starts and not token.tag.startswith("I") and sentence:
            yield sentence
            sentence = []
        sentence.append(token)
    if sentence:
        yield sentence


def _flat(document: Document, omissions: Omissions) -> list[list[Entity]]:
    """Return entities that do not overlap, those of one span and type together."""
    trimmed = [e for found in writing.annotations(document, omissions) for e in _trimmed(found, document, omissions)]
    trimmed.sort(key=lambda e: (e.start, -e.end))
    flat: list[list[Entity]] = []
    for _, same in groupby(trimmed, key=lambda e: (e.start, e.end, e.type)):
        group = list(same)
        if not flat or group[0].start >= flat[-1][0].end:
            flat.append(group)
        else:
            for _ in group:
                writing.note("entity that overlaps another, left out", document, omissions)
    return flat


def _trimmed(entity: Entity, document: Document, omissions: Omissions) -> list[Entity]:
    """Return ``entity`` without the white space at its ends; nothing if it is nothing else."""
    text = entity.text.strip()
    if text == entity.text:
        return [entity]
    writing.note("white space at an end of an entity, left out", document, omissions)
    start = entity.start + len(entity.text) - len(entity.text.lstrip())
    return [replace(entity, start=start, end=start + len(text), text=text)] if text else []


def _tokens(document: Document, groups: Iterable[list[Entity]]) -> Iterator[Token]:
    end = 0
    for group in groups:
        first = group[0]
        yield from (Token(m[0], m.start(), "O") for m in _TOKEN.finditer(document.text, end, first.start))
        ids = tuple(entity.id for entity in group)
        for number, m in enumerate(_TOKEN.finditer(document.text, first.start, first.end)):
            tag = f"I-{first.type}" if number else f"B-{first.type}"
            yield Token(m[0], m.start(), tag, (None,) if number else ids)
        end = first.end
    yield from (Token(m[0], m.start(), "O") for m in _TOKEN.finditer(document.text, end))


@dataclass(slots=True)
class TaggedText:
    """Makes a draft of tokens as they come.

    Tokens that say where they stand are put there, with spaces between; others are joined by one space, sentences by a
    line break. A tag that goes on with an entity that is not there begins one, and is counted.
    """

    draft: Draft
    reading: Reading
    _pieces: list[str] = field(default_factory=list)
    _end: int = 0
    _open: Token | None = None
    _from: int = 0
    _ends_sentence: bool = False
    _is_placed: bool = False

    def add(self, token: Token) -> None:
        """Take the next token.

        Raises:
            CorpusFormatError: Its tag is none, or it stands before the end of the one before.
        """
        match = _TAG.fullmatch(token.tag)
        if match is None:
            raise self.draft.error(token.line, "the last column is no tag; expected O, or B-Disease and so on")
        before = self._end
        start = self._place(token)
        kind, type = match[2] or "O", match[3] or ""
        goes_on = kind in "ILE" and self._open is not None and self._type == type
        if not goes_on:
            self._close(before)
        if kind != "O" and not goes_on:
            if kind in "ILE":
                reason = "tag that goes on with an entity that is not there, read as its beginning"
                self.reading.omissions.add(reason, self.draft.where, token.line)
            self._open, self._from = token, start
        if kind in "LEUS":
            self._close(self._end)

    def end_sentence(self) -> None:
        """Say that the next token begins a sentence; only entities of tokens that say where they stand go on there."""
        self._ends_sentence = True
        if not self._is_placed:
            self._close(self._end)

    def finish(self) -> Draft:
        """Return the draft with its text and annotations."""
        self._close(self._end)
        self.draft.text = "".join(self._pieces)
        return self.draft

    def _place(self, token: Token) -> int:
        """Put ``token`` behind what there is, and return where it begins."""
        self._is_placed = token.start is not None
        gap = ("\n" if self._ends_sentence else " ") if self._pieces else ""
        if token.start is not None:
            size = token.start - self._end
            if not 0 <= size <= MAX_GAP:
                problem = f"token at {token.start}, the one before it ends at {self._end}"
                raise self.draft.error(token.line, f"{problem}; expected it there or a little later")
            gap = " " * size
        start = self._end + len(gap)
        self._pieces += [gap, token.text]
        self._end, self._ends_sentence = start + len(token.text), False
        return start

    @property
    def _type(self) -> str:
        return self._open.tag[2:] if self._open else ""

    def _close(self, end: int) -> None:
        if self._open is None:
            return
        self.draft.annotations.append(
            Annotation(self._open.line, ((self._from, end),), None, self._type, self._open.ids)
        )
        self._open = None
