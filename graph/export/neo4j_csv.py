"""CSV as ``neo4j-admin database import`` (Neo4j 5) reads it, one line a node or relationship."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graph.errors import StoreError

ARRAY_DELIMITER = "\ufdd0"
"""Stands between the texts of a list: one of the code points that Unicode keeps for such uses and bans from texts."""

Value = str | bool | int | Sequence[str] | None

_QUOTE = '"'


def table(types: Mapping[str, str], rows: Iterable[Mapping[str, Value]]) -> Iterator[str]:
    """Yield the header and a line for each row; ``types`` are the columns, with Neo4j's name for the type of each."""
    yield header(types)
    for row in rows:
        yield line(map(row.get, types))


def header(types: Mapping[str, str]) -> str:
    """Return the first line of a file with these columns."""
    return ",".join(f"{name}:{type}" for name, type in types.items())


def line(values: Iterable[Value]) -> str:
    """Return the cells of a row; what is ``None`` or an empty list is no property.

    Raises:
        StoreError: A list would not come back as it is.
    """
    return ",".join(map(_cell, values))


def quoted(text: str) -> str:
    """Return the cell of a text; an empty one is told from none."""
    return f'"{text.replace(_QUOTE, _QUOTE + _QUOTE)}"'


def _cell(value: Value) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return listed(value or ())


def listed(texts: Sequence[str]) -> str:
    """Return the cell of a list.

    Raises:
        StoreError: It would not come back as it is.
    """
    if not texts:
        return ""
    joined = ARRAY_DELIMITER.join(texts)
    if not joined or joined.count(ARRAY_DELIMITER) >= len(texts):
        name = f"U+{ord(ARRAY_DELIMITER):04X}"
        raise StoreError(f"{list(texts)!a}: neo4j-admin reads no list of one empty text, and here none with {name}")
    return quoted(joined)
