"""Elements of an XML file with their lines, one after another.

The parser is expat, which fetches nothing. A file that declares an entity is refused, so none can grow (no "billion
laughs") or name a file; a reference to an entity that is not built into XML is refused too, because leaving it out
would move every offset after it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from ingest.errors import CorpusFormatError

ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
_IN_ATTRIBUTE = str.maketrans({"\n": "&#10;", "\t": "&#9;"})


@dataclass(slots=True)
class Element:
    """One element.

    Attributes:
        name: Its tag.
        line: Where it begins (1-based).
        attributes: By name.
        children: The elements in it.
        text: The characters directly in it, without those of its children.
    """

    name: str
    line: int
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The characters directly in it, without those of its children."""
        return "".join(self.pieces)

    def all(self, name: str) -> list["Element"]:
        """Return the children called ``name``."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> str | None:
        """Return the text of the first child called ``name``, if there is one."""
        return next((child.text for child in self.children if child.name == name), None)


def elements(chunks: Iterable[bytes | str], where: Path | str, *, root: str, each: str) -> Iterator[Element]:
    """Yield every ``each`` element of a document whose outermost element is ``root``, or is ``each`` itself.

    Only one of them is held at a time.

    Raises:
        CorpusFormatError: It is not well-formed (the line says where), declares or uses entities, or has another root.
    """
    build = _Build(where, root, each)
    parser = build.parser
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield from build.take()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        problem, line = expat.ErrorString(error.code), error.lineno
    else:
        yield from build.take()
        return
    yield from build.take()
    raise CorpusFormatError(where, line, f"not XML: {problem}")


def escaped(text: str, where: Path | str, *, attribute: bool = False) -> str:
    """Return ``text`` as it stands in XML.

    Raises:
        CorpusFormatError: It has a character that XML cannot hold; its place is given, not the text.
    """
    if (found := ILLEGAL.search(text)) and not "\ud800" <= found[0] <= "\udfff":
        problem = f"character {found.start()} of a value is U+{ord(found[0]):04X}, which XML cannot hold"
        raise CorpusFormatError(where, 0, problem)
    text = text.translate(_ESCAPES)
    return text.translate(_IN_ATTRIBUTE) if attribute else text


class _Build:
    """Builds the elements that are asked for out of what expat reports."""

    def __init__(self, where: Path | str, root: str, each: str) -> None:
        self._where = where
        self._root = root
        self._each = each
        self._open: list[Element] = []
        self._done: list[Element] = []
        self._depth = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._declared
        self.parser.SkippedEntityHandler = self._skipped

    def take(self) -> list[Element]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name not in (self._root, self._each):
            raise self._error(f"the outermost element is <{name[:30]}>; expected <{self._root}>")
        if self._open or name == self._each:
            self._open.append(Element(name, self.parser.CurrentLineNumber, attributes))

    def _end(self, _: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        element = self._open.pop()
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._done.append(element)

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1].pieces.append(text)

    def _declared(self, name: str, *_: object) -> None:
        raise self._error(f"declares the entity {name[:30]!r}; expected none")

    def _skipped(self, name: str, *_: object) -> None:
        raise self._error(f"uses the entity {name[:30]!r}, which is not declared here; expected the character itself")

    def _error(self, problem: str) -> CorpusFormatError:
        return CorpusFormatError(self._where, self.parser.CurrentLineNumber, problem)
