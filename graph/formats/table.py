"""Tables (TSV, CSV and relatives) read by a declared schema."""

import csv
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from graph.concept import Concept
from graph.errors import CurieError, OntologyFormatError
from graph.formats.schema import End, IdRule, Layout, RelationSchema, TableSchema, to_curie
from graph.formats.text import lines
from graph.ontology import Ontology
from graph.relation import IS_A, Relation


class Row(NamedTuple):
    """A line of a table: where it stands, and its cells by column name."""

    path: Path
    line: int
    cells: dict[str, str]
    separators: dict[str, str]

    def values(self, *columns: str) -> list[str]:
        """Return the non-empty values of ``columns``, stripped, in order."""
        return [
            value
            for column in columns
            if (cell := self.cells[column])
            for part in cell.split(self.separators[column])
            if (value := part.strip())
        ]

    def error(self, problem: str) -> OntologyFormatError:
        """Return an error that points at this row."""
        return OntologyFormatError(self.path, self.line, problem)

    def curie(self, cell: str, rules: Sequence[IdRule]) -> str:
        """Return the CURIE of ``cell``; raise if no rule fits."""
        id = to_curie(cell, rules)
        if id is None:
            expected = ", ".join(f"{rule.prefix or 'CURIE'} {rule.pattern}" for rule in rules)
            raise self.error(f"{cell!r} is no id of this table; expected {expected}")
        return id


def rows(path: Path | str, layout: Layout) -> Iterator[Row]:
    """Yield the rows of ``path``; blank lines are passed over.

    Raises:
        OntologyFormatError: A needed column is missing from the header, or a row has not as many cells as it should.
    """
    path = Path(path)
    split = _cells(path, layout)
    names, where = layout.columns, list(range(len(layout.columns)))
    width = len(names)
    separators = dict.fromkeys(names, layout.separator) | dict(layout.separators)
    if layout.header:
        line, found = next(split)
        missing = [name for name in names if name not in found]
        if missing:
            raise OntologyFormatError(
                path, line, f"no column {', '.join(missing)}; found {', '.join(found)}; expected {', '.join(names)}"
            )
        where, width = [found.index(name) for name in names], len(found)
    for line, cells in split:
        if len(cells) != width:
            problem = f"{len(cells)} columns; expected {width}, among them {', '.join(names)}"
            raise OntologyFormatError(path, line, problem)
        yield Row(path, line, {name: cells[i] for name, i in zip(names, where, strict=True)}, separators)


def _cells(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    if not layout.quote:
        for number, text in lines(path):
            if text.strip():
                yield number, text.split(layout.delimiter)
        return
    reader = csv.reader(
        (text + "\n" for _, text in lines(path)), delimiter=layout.delimiter, quotechar=layout.quote, strict=True
    )
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise OntologyFormatError(path, reader.line_num, f"bad quoting: {error}") from error


def read_concepts(path: Path | str, schema: TableSchema) -> Ontology:
    """Read a table of concepts.

    Names that differ only in case are all kept; a name that repeats exactly is kept once.

    Raises:
        OntologyFormatError: The table is not as ``schema`` says; the message gives file and line.
    """
    concepts: dict[str, Concept] = {}
    relations: dict[Relation, None] = {}
    places: dict[str, str] = {}
    for row in rows(path, schema.layout):
        for concept in _concepts(row, schema):
            if concept.id in concepts and not concept.obsolete:
                raise row.error(f"{concept.id} stands in an earlier row already; expected each id once")
            concepts.setdefault(concept.id, concept)
            if not concept.obsolete:
                relations.update((r, None) for r in _stated(row, schema, concept.id))
                for number in row.values(schema.tree_numbers) if schema.tree_numbers else ():
                    if places.setdefault(number, concept.id) != concept.id:
                        raise row.error(f"tree number {number} belongs to {places[number]} and to {concept.id}")
    relations.update((r, None) for r in _tree(places, schema.name))
    return Ontology(schema.name, schema.version, schema.licence, tuple(concepts.values()), tuple(relations))


def _concepts(row: Row, schema: TableSchema) -> Iterator[Concept]:
    ids = [row.curie(cell, schema.ids) for cell in row.values(*schema.id)]
    names = list(dict.fromkeys(row.values(*schema.names)))
    for what, values, columns in (("id", ids, schema.id), ("name", names, schema.names)):
        if not values:
            raise row.error(f"no {what}; expected one in {', '.join(columns)}")
    id, others = ids[0], list(dict.fromkeys(ids[1:]))
    prefix = id.partition(":")[0] + ":"
    xrefs = [other for other in others if not other.startswith(prefix)]
    xrefs += [f"{prefix_}:{value}" for column, prefix_ in schema.xrefs for value in row.values(column)]
    heir = next(iter(row.values(schema.replaced_by)), None) if schema.replaced_by else None
    try:
        yield Concept(
            id,
            names[0],
            tuple(names[1:]),
            _types(row, schema),
            row.cells[schema.definition].strip() if schema.definition else "",
            tuple(dict.fromkeys(xrefs)),
            obsolete=heir is not None,
            replaced_by=row.curie(heir, schema.ids) if heir else None,
        )
        for other in others:
            if other.startswith(prefix) and other != id:
                yield Concept(other, names[0], obsolete=True, replaced_by=id)
    except CurieError as error:
        raise row.error(str(error)) from error


def _types(row: Row, schema: TableSchema) -> tuple[str, ...]:
    types = list(schema.types)
    if schema.types_column:
        types += row.values(schema.types_column)
    if schema.tree_types:
        types += (_tree_type(number, schema.tree_types) for number in row.values(schema.tree_numbers))
    return tuple(dict.fromkeys(filter(None, types)))


@lru_cache(maxsize=1 << 17)
def _tree_type(number: str, tree_types: tuple[tuple[str, str], ...]) -> str:
    fitting = [pair for pair in tree_types if number.startswith(pair[0])]
    return max(fitting, key=lambda pair: len(pair[0]))[1] if fitting else ""


def _stated(row: Row, schema: TableSchema, id: str) -> Iterator[Relation]:
    for column, predicate in schema.relations:
        for cell in row.values(column):
            yield Relation(id, predicate, row.curie(cell, schema.ids), schema.name)


def _tree(places: dict[str, str], source: str) -> Iterator[Relation]:
    """Yield the hierarchy of the tree numbers; a place of a concept below itself (MeSH has one) states nothing."""
    for number, id in places.items():
        above = [places[n] for n in _above(number) if n in places]
        if id not in above and (parent := places.get(number.rpartition(".")[0])):
            yield Relation(id, IS_A, parent, source)


def _above(number: str) -> Iterator[str]:
    while number := number.rpartition(".")[0]:
        yield number


def read_relations(path: Path | str, schema: RelationSchema) -> Ontology:
    """Read a table of relations; rows that state the same one are merged and their evidence united.

    Raises:
        OntologyFormatError: The table is not as ``schema`` says; the message gives file and line.
    """
    concepts: dict[str, Concept] = {}
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for row in rows(path, schema.layout):
        predicate = schema.predicate_of(row.cells[schema.predicate_column] if schema.predicate_column else "")
        if predicate is None:
            continue
        for subject in _end(row, schema.subject, concepts):
            for object in _end(row, schema.object, concepts):
                evidence = found.setdefault((subject, predicate, object), {})
                for cell in row.values(schema.evidence) if schema.evidence else ():
                    evidence[f"{schema.evidence_prefix}:{cell}"] = None
    relations = tuple(Relation(*triple, schema.name, tuple(evidence)) for triple, evidence in found.items())
    return Ontology(schema.name, schema.version, schema.licence, tuple(concepts.values()), relations)


def _end(row: Row, end: End, concepts: dict[str, Concept]) -> list[str]:
    ids = [row.curie(cell, end.ids) for cell in row.values(end.column)]
    if end.name:
        for id in ids:
            concepts.setdefault(id, Concept(id, row.cells[end.name].strip(), types=end.types))
    return ids


def read_table(path: Path | str, schema: TableSchema | RelationSchema) -> Ontology:
    """Read a table of concepts or of relations, whichever ``schema`` describes."""
    return read_concepts(path, schema) if isinstance(schema, TableSchema) else read_relations(path, schema)
