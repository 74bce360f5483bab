"""Which format a source has, told by what it begins with."""

import re
from collections.abc import Iterable
from pathlib import Path

from graph.errors import OntologyFormatError
from graph.formats import kgx, obo, obographs, rdf, rf2, rrf, rxnorm, scispacy_kb, termlist
from graph.formats.format import Beginning, Format, look
from graph.formats.mesh import inherit_types
from graph.formats.reading import Reading
from graph.formats.schema import RelationSchema, TableSchema
from graph.formats.schema_file import read_schema
from graph.formats.schemas import MESH_DESCRIPTORS, SCHEMAS
from graph.formats.table import read_table
from graph.ontology import Ontology

FORMATS: tuple[Format, ...] = (
    rrf.FORMAT,
    rxnorm.FORMAT,
    rf2.FORMAT,
    scispacy_kb.FORMAT,
    kgx.TSV,
    kgx.JSONL,
    obographs.FORMAT,
    termlist.FORMAT,
    rdf.FORMAT,
    obo.FORMAT,
)
"""Every format but tables, in the order in which they are tried."""


def load(
    path: Path | str, *, schema: TableSchema | RelationSchema | None = None, reading: Reading | None = None
) -> Ontology:
    """Read one source.

    It is a table if ``schema`` is given, or if there is one beside it (``diseases.csv.yaml`` beside ``diseases.csv``,
    as :func:`graph.formats.schema_file.schema_from_dict` takes it); else it is whatever its content says.

    Raises:
        OntologyFormatError: The source breaks its format, or is none that is known.
        OSError: It cannot be opened.
    """
    path = Path(path)
    beside = path.with_name(f"{path.name}.yaml")
    if schema is None and beside.is_file():
        schema = read_schema(beside)
    if schema is not None:
        return read_table(path, schema)
    beginning = look(path)
    for format in FORMATS:
        if format.fits(beginning):
            return format.read(path, reading or Reading())
    schema = next((schema for schema in SCHEMAS if beginning.lines and _fits(beginning.lines[0], schema)), None)
    if schema is None:
        raise _unknown(beginning)
    return read_table(path, schema)


def load_all(paths: Iterable[Path | str], *, reading: Reading | None = None) -> list[Ontology]:
    """Read several sources, and let supplementary concepts of MeSH inherit the type that their headings have.

    Raises:
        OntologyFormatError: As :func:`load`.
        OSError: As :func:`load`.
    """
    ontologies = [load(path, reading=reading) for path in paths]
    mesh = iter(inherit_types(o for o in ontologies if o.name == MESH_DESCRIPTORS.name))
    return [next(mesh) if o.name == MESH_DESCRIPTORS.name else o for o in ontologies]


def _unknown(beginning: Beginning) -> OntologyFormatError:
    if not beginning.lines and not beginning.names:
        return OntologyFormatError(beginning.path, 0, "empty; expected an ontology")
    formats = ", ".join(format.name for format in FORMATS)
    tables = ", ".join(dict.fromkeys(schema.name for schema in SCHEMAS))
    problem = f"unknown format; expected {formats}, a table of {tables}, or a schema beside it"
    return OntologyFormatError(beginning.path, 1 if beginning.lines else 0, problem)


def _fits(first_line: str, schema: TableSchema | RelationSchema) -> bool:
    if schema.layout.header:
        return set(schema.layout.columns) <= set(first_line.split(schema.layout.delimiter))
    return bool(schema.first_line) and re.match(schema.first_line, first_line) is not None
