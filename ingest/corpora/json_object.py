"""Objects of JSON, with their values checked as they are asked for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import CorpusFormatError


@dataclass(frozen=True, slots=True)
class Object:
    """An object in a JSON file.

    Attributes:
        where: The file.
        line: Where the record that it is part of begins (1-based).
        path: Where it stands in that record, such as ``passages[0].annotations[3]``; empty for the record itself.
        values: Its values by key.
    """

    where: Path | str
    line: int
    path: str
    values: dict[str, Any]

    @classmethod
    def of(cls, where: Path | str, line: int, path: str, value: object) -> "Object":
        """Return ``value`` as an object.

        Raises:
            CorpusFormatError: It is none.
        """
        if not isinstance(value, dict):
            place = f"{path} is " if path else ""
            raise CorpusFormatError(where, line, f"{place}a JSON {type(value).__name__}; expected an object")
        return cls(where, line, path, value)

    def get(self, key: str, *types: type, default: Any = ...) -> Any:
        """Return the value of ``key``, which has one of ``types``, or ``default`` where it is missing or null.

        Raises:
            CorpusFormatError: It has another type, or is half of a surrogate pair.
        """
        value = self.values.get(key)
        if value is None and default is not ...:
            return default
        if not isinstance(value, types) or isinstance(value, bool):
            expected = " or ".join(type.__name__ for type in types)
            raise self.error(f"{key!r} is {type(value).__name__}; expected {expected}")
        return self._unicode(key, value) if isinstance(value, str) else value

    def objects(self, key: str) -> list["Object"]:
        """Return the objects in the array ``key``; none where it is missing.

        Raises:
            CorpusFormatError: It is no array, or holds something else.
        """
        items = self.get(key, list, default=[])
        if not all(isinstance(item, dict) for item in items):
            raise self.error(f"{key!r} holds something else than objects")
        return [Object(self.where, self.line, f"{self._within}{key}[{i}]", item) for i, item in enumerate(items)]

    def error(self, problem: str) -> CorpusFormatError:
        """Return an error that says where this object stands."""
        return CorpusFormatError(self.where, self.line, f"{self.path}: {problem}" if self.path else problem)

    @property
    def _within(self) -> str:
        return f"{self.path}." if self.path else ""

    def _unicode(self, key: str, value: str) -> str:
        if value.isascii():
            return value
        try:
            value.encode()
        except UnicodeEncodeError as error:
            at = error.start
        else:
            return value
        raise self.error(f"character {at} of the {key} is half of a surrogate pair; expected Unicode text")
