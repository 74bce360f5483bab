"""CoNLL: a token a line with its tag in the last column, an empty line between sentences.

Columns stand between tabs or, where a line has none, between blanks. Read are IOB2, BILOU and IOBES
(:mod:`ingest.corpora.tagged`). A line ``-DOCSTART- (ID)``, as in AIDA, or ``# newdoc id = ID``, as in CoNLL-U, begins
a document; a file without one is one document. Tokens without offsets are joined by a space.

We write five columns: token, start, end, concepts (CURIEs with ``|`` between them, ``-`` for NIL, ``_`` where no
entity begins) and tag; so the text comes back with every offset as it was.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from graph.formats.reading import Omissions
from ingest.corpora import lines
from ingest.corpora.check import finished
from ingest.corpora.draft import Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.corpora.tagged import TaggedText, Token, tagged
from ingest.document import Document
from ingest.errors import CorpusFormatError

_FIRST = re.compile(r"\s*(?:-DOCSTART-|# newdoc id = |[^\t\n]+\t(?:[^\t\n]*\t)*(?:O|[BILUES]-[^\s\t]+)\r?\n)")
_START = re.compile(r"-DOCSTART-(?: \((.*)\)|\s.*)?|# newdoc id = (.*)", re.DOTALL)
_COMMENT = re.compile(r"# ?[\w ]+=[^\t]*")
_OFFSET = re.compile(r"[0-9]{1,9}")
_BREAK = re.compile(r"[%\r\n]")
_COLUMNS = 5


def _fits(beginning: Beginning) -> bool:
    return _FIRST.match(beginning.text) is not None


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    drafts = _drafts(lines.decode(source.lines(), source.where), source.where, reading)
    return finished(drafts, source.where, reading, expected="tokens with tags")


def _drafts(raw: Iterable[str], where: Path | str, reading: Reading) -> Iterator[Draft]:
    stem, n_documents = Path(where).stem, 0
    text: TaggedText | None = None
    for number, line in enumerate(raw, start=1):
        start = _START.fullmatch(line)
        if text is not None and start:
            yield text.finish()
        if start or (text is None and line.strip()):
            n_documents += 1
            id = (_id(start) if start else "") or f"{stem}:{n_documents}"
            text = TaggedText(Draft(where, number, id, ""), reading)
        if text is None or start:
            continue
        if not line.strip():
            text.end_sentence()
        elif _COMMENT.fullmatch(line):
            reading.omissions.add("comment of CoNLL", where, number)
        else:
            with reading.guarded():
                text.add(_token(line, number, where))
    if text is not None:
        yield text.finish()


def _token(line: str, number: int, where: Path | str) -> Token:
    cells = line.split("\t") if "\t" in line else line.split()
    if len(cells) < 2:
        raise CorpusFormatError(where, number, "one column; expected a token and its tag at least")
    if len(cells) == _COLUMNS and all(map(_OFFSET.fullmatch, cells[1:3])):
        start, end = int(cells[1]), int(cells[2])
        if end - start != len(cells[0]):
            problem = f"token at [{start}, {end}) has {len(cells[0])} characters; offsets count code points"
            raise CorpusFormatError(where, number, problem)
        concepts = () if cells[3] == "_" else cells[3].split("|")
        return Token(cells[0], start, cells[4], tuple(None if id == "-" else id for id in concepts) or (None,), number)
    return Token(cells[0], None, cells[-1], line=number)


def _write(documents: Iterable[Document], path: Path, omissions: Omissions) -> None:
    """Write ``documents`` in IOB2, each under a line ``-DOCSTART- (ID)``."""
    lines.write((line for document in documents for line in _formatted(document, omissions, path)), path)


def _formatted(document: Document, omissions: Omissions, path: Path) -> Iterator[str]:
    yield f"-DOCSTART- ({_BREAK.sub(lambda m: f'%{ord(m[0]):02X}', document.id)})"
    yield ""
    for sentence in tagged(document, omissions):
        for token in sentence:
            if re.search(r"[\t\r\n]", token.tag):
                raise CorpusFormatError(
                    path, 0, f"document {document.id!r}: CoNLL cannot hold a type with a tab or break"
                )
            concepts = "|".join(id or "-" for id in token.ids) if token.tag.startswith("B") else "_"
            start = token.start or 0
            yield f"{token.text}\t{start}\t{start + len(token.text)}\t{concepts}\t{token.tag}"
        yield ""


def _id(start: re.Match[str]) -> str:
    if start[1] is None:
        return start[2] or ""
    return re.sub(r"%(0A|0D|25)", lambda m: chr(int(m[1], 16)), start[1])


FORMAT = Format("conll", _fits, _read, _write, (".conll", ".iob", ".iob2", ".bio", ".bilou"))
"""CoNLL, written as IOB2."""
