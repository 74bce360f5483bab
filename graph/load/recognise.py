"""Which format a file has, told by what it begins with."""

import itertools
import re
from collections.abc import Iterable
from pathlib import Path

from graph.errors import OntologyFormatError
from graph.load.mesh import inherit_types
from graph.load.obo import read_obo
from graph.load.schema import RelationSchema, TableSchema
from graph.load.schemas import SCHEMAS
from graph.load.table import read_table
from graph.load.text import lines
from graph.ontology import Ontology

_OBO = re.compile(r"(?:!.*|format-version:.*|\[Term\].*|ontology:.*|data-version:.*)")
_LOOK_AT = 20


def load(path: Path | str, *, schema: TableSchema | RelationSchema | None = None) -> Ontology:
    """Read one file: a table if ``schema`` is given, else whatever its content says it is; names do not matter.

    Raises:
        OntologyFormatError: The file breaks its format, or is none that is known.
        OSError: The file cannot be opened.
    """
    path = Path(path)
    if schema is None:
        beginning = [text for _, text in itertools.islice(lines(path), _LOOK_AT)]
        if any(_OBO.fullmatch(text.strip()) for text in beginning):
            return read_obo(path)
        schema = next((schema for schema in SCHEMAS if _fits(beginning[0], schema)), None)
    if schema is None:
        known = ", ".join(dict.fromkeys(schema.name for schema in SCHEMAS))
        raise OntologyFormatError(path, 1, f"unknown format; expected OBO, a table of {known}, or a schema beside it")
    return read_table(path, schema)


def load_all(paths: Iterable[Path | str]) -> list[Ontology]:
    """Read several files, and let concepts without a type inherit one across them (MeSH's two tables need that).

    Raises:
        OntologyFormatError: As :func:`load`.
        OSError: As :func:`load`.
    """
    return inherit_types(load(path) for path in paths)


def _fits(first_line: str, schema: TableSchema | RelationSchema) -> bool:
    if schema.layout.header:
        return set(schema.layout.columns) <= set(first_line.split(schema.layout.delimiter))
    return bool(schema.first_line) and re.match(schema.first_line, first_line) is not None
