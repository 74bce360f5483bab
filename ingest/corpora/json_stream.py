"""Objects of a JSON file, one after another, however its lines are broken."""

import json
from collections.abc import Iterator
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from ingest.corpora.format import CHUNK
from ingest.errors import CorpusFormatError

_BLANK = " \t\r\n"
_UNDECIDED = 32  # an error this near the end of what was read may be a value that goes on


def records(chunks: Iterator[str], where: Path | str, *, lists: frozenset[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line, object) of every record of a file.

    An object that has an array under one of ``lists`` stands for the objects in that array, read one at a time; any
    other is a record itself. There may be one object, an array of them, or one after another.

    Raises:
        CorpusFormatError: The file is not JSON or not of such objects; says the line.
    """
    scanner = _Scanner(chunks, where)
    while scanner.peek():
        yield from _found(scanner, lists)


def _found(scanner: "_Scanner", lists: frozenset[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    if scanner.peek() == "[":
        for _ in scanner.items("[", "]"):
            yield from _object(scanner, lists)
    else:
        yield from _object(scanner, lists)


def _object(scanner: "_Scanner", lists: frozenset[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    line, rest, is_list = scanner.line, {}, False
    for _ in scanner.items("{", "}"):
        key = scanner.key()
        if key in lists and scanner.peek() == "[":
            is_list = True
            for _ in scanner.items("[", "]"):
                at = scanner.line
                yield at, scanner.object()
        else:
            rest[key] = scanner.value()
    if not is_list:
        yield line, rest


class _Scanner:
    """Reads JSON from a text that comes in pieces, and keeps no more of it than the value at hand."""

    def __init__(self, chunks: Iterator[str], where: Path | str) -> None:
        self._chunks = chunks
        self._where = where
        self._text = ""
        self._at = 0
        self._decoder = json.JSONDecoder()
        self._line = 1

    @property
    def line(self) -> int:
        """The line of the next character that is not blank."""
        self.peek()
        return self._line

    def peek(self) -> str:
        """Return the next character that is not blank; nothing at the end."""
        while True:
            end = self._at
            while end < len(self._text) and self._text[end] in _BLANK:
                end += 1
            self._pass(end)
            if end < len(self._text) or not self._more():
                return self._text[end : end + 1]

    def items(self, opening: str, closing: str) -> Iterator[None]:
        """Stand before each item of the array or object that comes next; the caller takes the item."""
        self._expect(opening)
        if self.peek() == closing:
            return self._pass(self._at + 1)
        while True:
            yield
            if self.peek() == closing:
                return self._pass(self._at + 1)
            self._expect(",")

    def key(self) -> str:
        """Take a key and the colon behind it."""
        if self.peek() != '"':
            raise self._error(self._at, 'not JSON; expected a key in "')
        key: str = self.value()
        self._expect(":")
        return key

    def object(self) -> dict[str, Any]:
        """Take the next value, which is an object."""
        if self.peek() != "{":
            raise self._error(self._at, "expected a JSON object")
        found: dict[str, Any] = self.value()
        return found

    def value(self) -> Any:
        """Take the next value."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
            except JSONDecodeError as error:
                message, at = error.msg, error.pos
                undecided = message.startswith("Unterminated") or at + _UNDECIDED > len(self._text)
                if undecided and self._more():
                    continue
            except (ValueError, RecursionError):  # a number of thousands of digits, brackets thousands deep
                message, at = "beyond what can be read", self._at
            else:
                if end == len(self._text) and self._more():
                    continue  # a number may go on
                self._pass(end)
                return found
            raise self._error(at, f"not JSON: {message}")

    def _expect(self, character: str) -> None:
        if self.peek() != character:
            raise self._error(self._at, f"not JSON; expected {character!r}")
        self._pass(self._at + 1)

    def _pass(self, end: int) -> None:
        self._line += self._text.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Read on, as much again as there is, so that a long value is not decoded too often."""
        rest = self._text[self._at :]
        pieces, wanted = [rest], max(len(rest), CHUNK)
        for chunk in self._chunks:
            pieces.append(chunk)
            wanted -= len(chunk)
            if wanted <= 0:
                break
        if len(pieces) == 1:
            return False
        self._text, self._at = "".join(pieces), 0
        return True

    def _error(self, at: int, problem: str) -> CorpusFormatError:
        line = self._line + self._text.count("\n", self._at, at)
        return CorpusFormatError(self._where, line, problem)
