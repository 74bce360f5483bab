"""JSON files (RFC 8259), decompressed and decoded, and the objects in them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from graph.errors import OntologyFormatError
from graph.formats.text import decompressing, lines, open_bytes

_KINDS: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def read_json(path: Path) -> Any:
    """Return what the JSON file at ``path`` says, compressed or not.

    Raises:
        OntologyFormatError: It is cut off or malformed, is not UTF-8, or its compression is damaged.
        OSError: It cannot be opened.
    """
    with decompressing(path), open_bytes(path) as file:
        data = file.read()
    try:
        return json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise OntologyFormatError(path, error.lineno, f"not JSON: {error.msg} (column {error.colno})") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise OntologyFormatError(path, line, "not UTF-8; expected UTF-8 text") from None
    except RecursionError:
        raise OntologyFormatError(path, 0, "nested too deeply to be an ontology") from None
    except ValueError as error:
        raise OntologyFormatError(path, 0, f"not JSON that can be read: {error}") from error


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) of a file of JSON Lines, compressed or not; blank lines are passed over.

    Raises:
        OntologyFormatError: A line is no JSON object, or as :func:`graph.formats.text.lines`.
        OSError: The file cannot be opened.
    """
    for line, text in lines(path):
        if text.strip():
            try:
                says = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise OntologyFormatError(path, line, f"not JSON ({error}); expected one object a line") from error
            if not isinstance(says, dict):
                raise OntologyFormatError(path, line, f"a JSON {type(says).__name__}; expected an object")
            yield line, says


class Node(NamedTuple):
    """An object in a JSON file. What it does not say is empty; what is of another kind than asked for is an error.

    Attributes:
        path: The file.
        where: Its place in the file, such as ``graphs[0].nodes[7]``.
        says: Its values by key.
    """

    path: Path
    where: str
    says: dict[str, Any]

    def text(self, key: str) -> str:
        """Return the string ``key`` without white space around it."""
        value: str = self._value(key, str, "")
        return value.strip()

    def flag(self, key: str) -> bool:
        """Return the boolean ``key``."""
        return bool(self._value(key, bool, False))

    def texts(self, key: str) -> list[str]:
        """Return the strings in the array ``key``."""
        values: list[str] = self._value(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.error(f"{key} has something else than strings in it; expected only strings")
        return values

    def node(self, key: str) -> "Node":
        """Return the object ``key``."""
        return Node(self.path, f"{self.where}.{key}", self._value(key, dict, {}))

    def nodes(self, key: str) -> Iterator["Node"]:
        """Yield the objects in the array ``key``."""
        for i, value in enumerate(self._value(key, list, [])):
            yield as_node(value, self.path, f"{self.where}.{key}[{i}]".removeprefix("."))

    def error(self, problem: str) -> OntologyFormatError:
        """Return an error that names this object; JSON that is read has lost its lines."""
        return OntologyFormatError(self.path, 0, f"{self.where}: {problem}" if self.where else problem)

    def _value(self, key: str, kind: type, empty: Any) -> Any:
        value = self.says.get(key)
        if value is None:
            return empty
        if not isinstance(value, kind):
            raise self.error(f"{key} is {_KINDS[type(value)]}; expected {_KINDS[kind]}")
        return value


def as_node(value: Any, path: Path, where: str) -> Node:
    """Return ``value`` as a node.

    Raises:
        OntologyFormatError: It is no object.
    """
    if not isinstance(value, dict):
        raise OntologyFormatError(path, 0, f"{where or 'the file'} is {_KINDS[type(value)]}; expected an object")
    return Node(path, where, value)
