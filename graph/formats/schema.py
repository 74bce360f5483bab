"""How the columns of a table become concepts or relations."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_compiled = lru_cache(maxsize=None)(re.compile)


@dataclass(frozen=True, slots=True)
class IdRule:
    """Which cells a prefix belongs to.

    Attributes:
        prefix: CURIE prefix put before the local id; empty where the cell holds CURIEs already.
        pattern: Regular expression that the whole cell must match; its first group, if it has one, is the local id.
    """

    prefix: str
    pattern: str = r".+"


def to_curie(cell: str, rules: Sequence[IdRule]) -> str | None:
    """Return the CURIE that ``cell`` stands for by the first rule that matches it, ``None`` if none does."""
    for rule in rules:
        match = _compiled(rule.pattern).fullmatch(cell)
        if match:
            local = match[1] if match.re.groups else match[0]
            return f"{rule.prefix}:{local}" if rule.prefix else local
    return None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is cut into cells.

    Attributes:
        columns: Names of the columns. Without a header: all of them, in order. With one: those that are needed.
        header: Whether the first line names the columns.
        delimiter: What stands between two columns.
        separator: What stands between two values of one cell.
        separators: Columns that use another separator than that.
        quote: Character that encloses a cell holding the delimiter, as in CSV; empty for none.
    """

    columns: tuple[str, ...]
    header: bool = False
    delimiter: str = "\t"
    separator: str = "|"
    separators: tuple[tuple[str, str], ...] = ()
    quote: str = ""

    def __post_init__(self) -> None:
        if not self.columns or len(set(self.columns)) < len(self.columns):
            raise ValueError(f"columns must be named, each once: {self.columns}")
        if not self.delimiter or not self.separator:
            raise ValueError("delimiter and separator must not be empty")
        if self.quote and len(self.delimiter) > 1:
            raise ValueError(f"quoting needs a delimiter of one character, not {self.delimiter!r}")

    def check(self, *names: str) -> None:
        """Raise ``ValueError`` if one of ``names`` (empty ones aside) is no column."""
        unknown = [name for name in names if name and name not in self.columns]
        if unknown:
            raise ValueError(f"no such column: {', '.join(unknown)}; the layout has {', '.join(self.columns)}")


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table with one concept a row.

    Attributes:
        name: Name of the ontology that the table is.
        layout: How the file is cut.
        id: Columns whose values, taken in order, are the id and then alternative ids.
        ids: Prefixes of those values. An alternative id of the same prefix becomes a retired concept that the
            row's concept replaces; one of another prefix becomes a cross-reference.
        names: Columns whose values, taken in order, are the preferred name and then the synonyms.
        types: Semantic types of every row.
        types_column: Column of further types.
        tree_numbers: Column of dotted tree numbers, each the child of the number without its last part (MeSH).
        tree_types: Type of a concept by the beginning of its tree numbers; the longest beginning wins.
        relations: Columns that hold ids of other concepts, each with the predicate that leads there.
        xrefs: Columns of cross-references, each with the prefix of its values.
        definition: Column of the definition.
        replaced_by: Column of the id that took over; a row that has one is a retired concept.
        first_line: Regular expression that the first line of such a file begins with, for recognition.
        version: Release.
        licence: Terms in a few words.
    """

    name: str
    layout: Layout
    id: tuple[str, ...] = ("id",)
    ids: tuple[IdRule, ...] = (IdRule(""),)
    names: tuple[str, ...] = ("name",)
    types: tuple[str, ...] = ()
    types_column: str = ""
    tree_numbers: str = ""
    tree_types: tuple[tuple[str, str], ...] = ()
    relations: tuple[tuple[str, str], ...] = ()
    xrefs: tuple[tuple[str, str], ...] = ()
    definition: str = ""
    replaced_by: str = ""
    first_line: str = ""
    version: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        if not self.id or not self.names:
            raise ValueError(f"schema {self.name}: a concept needs a column for its id and one for its name")
        linked = (column for column, _ in (*self.relations, *self.xrefs))
        self.layout.check(
            *self.id, *self.names, *linked, self.types_column, self.tree_numbers, self.definition, self.replaced_by
        )


@dataclass(frozen=True, slots=True)
class End:
    """One end of a relation.

    Attributes:
        column: Column of the id; a row where it is empty states nothing.
        ids: Prefixes of its values.
        name: Column of the concept's name; if given, the ends are returned as concepts too.
        types: Semantic types of those concepts.
    """

    column: str
    ids: tuple[IdRule, ...] = (IdRule(""),)
    name: str = ""
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationSchema:
    """A table with one relation a row.

    Attributes:
        name: Name of the resource; it is the source of every relation.
        layout: How the file is cut.
        subject: The first end.
        object: The second end.
        predicate: Predicate of every row; or use the next one.
        predicate_column: Column that says which predicate a row has; a row where it is empty is passed over.
        predicates: Value of that column and the predicate it stands for; rows with another value are passed over. Empty
            where the column holds the predicates themselves.
        evidence: Column of publications.
        evidence_prefix: CURIE prefix of its values.
        first_line: Regular expression that the first line of such a file begins with, for recognition.
        version: Release.
        licence: Terms in a few words.
    """

    name: str
    layout: Layout
    subject: End
    object: End
    predicate: str = ""
    predicate_column: str = ""
    predicates: tuple[tuple[str, str], ...] = ()
    evidence: str = ""
    evidence_prefix: str = "PMID"
    first_line: str = ""
    version: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        if bool(self.predicate) == bool(self.predicate_column):
            raise ValueError(f"schema {self.name}: give either predicate or predicate_column")
        ends = (self.subject, self.object)
        self.layout.check(*(end.column for end in ends), *(end.name for end in ends))
        self.layout.check(self.predicate_column, self.evidence)

    def predicate_of(self, value: str) -> str | None:
        """Return the predicate of a row whose predicate column holds ``value``; ``None`` to pass it over."""
        if self.predicate or not self.predicates:
            return self.predicate or value.strip() or None
        return next((predicate for said, predicate in self.predicates if said == value), None)
