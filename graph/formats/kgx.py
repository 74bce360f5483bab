"""Knowledge graphs in KGX (Biolink's Knowledge Graph Exchange format), as TSV or as JSON Lines."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from graph import curie
from graph.concept import Concept
from graph.errors import CurieError, OntologyFormatError
from graph.formats.format import Beginning, Format
from graph.formats.json_file import json_lines
from graph.formats.reading import Omissions, Reading
from graph.formats.text import lines
from graph.formats.walk import walk
from graph.formats.xrefs import xrefs
from graph.ontology import Ontology, Rows
from graph.relation import IS_A, Relation

Shape = Literal["tsv", "jsonl"]

SUBCLASS_OF = "biolink:subclass_of"
"""What KGX calls ``is_a``."""

NAMED_THING = "NamedThing"
"""The category of a node of which no type is known."""

_NODE = ("id", "category")
_EDGE = ("subject", "predicate", "object")
_SYNONYMS = ("synonym", "exact_synonym", "narrow_synonym", "broad_synonym", "related_synonym")
_SOURCES = ("primary_knowledge_source", "knowledge_source", "aggregator_knowledge_source", "provided_by")
_HIERARCHY = frozenset({SUBCLASS_OF, "subclass_of", "rdfs:subClassOf"})
_TRUTH = {"": False, "false": False, "0": False, "true": True, "1": True}
_PAIR = re.compile(r"(?:(.*)[._-])?(nodes|edges)\.(tsv|jsonl)(?:\.(?:gz|xz|bz2))?")
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:')
_OTHER_JSON = frozenset({"@context", "@graph", "concept_id", "edges", "graphs", "nodes"})


class _Record(NamedTuple):
    """A node or an edge: where it stands, its elements, and what separates values (nothing in JSON)."""

    path: Path
    line: int
    elements: Mapping[str, Any]
    separator: str

    def one(self, *elements: str) -> str:
        """Return the first value of ``elements``, or nothing; a text is taken whole."""
        for element in elements:
            value = self.elements.get(element)
            value = next(iter(value), None) if isinstance(value, list) else value
            if value is not None and value != "":
                return value if isinstance(value, str) else json.dumps(value)
        return ""

    def all(self, *elements: str) -> tuple[str, ...]:
        """Return the values of ``elements``, each once."""
        found: dict[str, None] = {}
        for element in elements:
            value = self.elements.get(element)
            values = value.split(self.separator) if isinstance(value, str) and self.separator else value
            for text in values if isinstance(values, list) else [values]:
                if text is not None and text != "":
                    found[text if isinstance(text, str) else json.dumps(text)] = None
        return tuple(found)

    def needed(self, element: str, kind: str) -> str:
        if not (text := self.one(element)):
            raise self.error(f"{kind} without {element}; expected {', '.join(_EDGE if kind == 'edge' else _NODE)}")
        return text

    def curie(self, element: str, kind: str) -> str:
        try:
            return curie.check(self.needed(element, kind))
        except CurieError as error:
            raise self.error(f"{element}: {error}") from error

    def error(self, problem: str) -> OntologyFormatError:
        return OntologyFormatError(self.path, self.line, problem)


def read_kgx(path: Path | str, *, shape: Shape, reading: Reading | None = None) -> Ontology:
    """Read the file of nodes, the file of edges, or a folder with one pair of them; walked, not held.

    A node's ``category`` gives its types, without ``biolink:`` and without NamedThing, the root of all categories;
    synonyms of every kind are united; ``deprecated`` retires it, and ``replaced_by`` (an element of ours, the model
    has none) names its heir; an ``xref`` that is no CURIE is left out. An edge's ``predicate`` loses ``biolink:`` too,
    and ``biolink:subclass_of`` is ``is_a``; its source is the primary knowledge source or the next best statement of
    one; its publications are the evidence. Other elements are passed over. The files' common name names the ontology.

    Errors and omissions come when concepts and relations are walked, omissions at the first end of a walk only.

    Raises:
        OntologyFormatError: A node has no id, an edge lacks subject, predicate or object, an id is no CURIE or that of
            an earlier node, a row has not as many cells as the header, a line is not JSON.
    """
    path = Path(path)
    files, name = _files(path, shape)
    return Ontology(
        name,
        concepts=walk(partial(_concepts, files["nodes"], shape), reading or Reading()) if "nodes" in files else (),
        relations=Rows(partial(_relations, files["edges"], shape)) if "edges" in files else (),
    )


def _concepts(path: Path, shape: Shape, reading: Reading) -> Iterator[Concept]:
    seen: set[str] = set()
    for record in _records(path, shape, _NODE):
        concept = _concept(record, reading.omissions)
        if concept.id in seen:
            raise record.error(f"{concept.id} stands in an earlier line already; expected each id once")
        seen.add(concept.id)
        yield concept


def _concept(record: _Record, omissions: Omissions) -> Concept:
    id = record.curie("id", "node")
    name = record.one("name") or id
    types = (text.removeprefix("biolink:") for text in record.all("category"))
    deprecated = _TRUTH.get(record.one("deprecated").lower())
    if deprecated is None:
        raise record.error(f"deprecated is {record.one('deprecated')!r}; expected true or false")
    heir = record.curie("replaced_by", "node") if record.one("replaced_by") else None
    return Concept(
        id,
        name,
        tuple(text for text in record.all(*_SYNONYMS) if text != name),
        tuple(text for text in types if text != NAMED_THING),
        record.one("description"),
        tuple(xrefs(record.all("xref"), omissions, record.path, record.line)),
        deprecated or heir is not None,
        heir,
    )


def _relations(path: Path, shape: Shape) -> Iterator[Relation]:
    for record in _records(path, shape, _EDGE):
        stated = record.needed("predicate", "edge")
        yield Relation(
            record.curie("subject", "edge"),
            IS_A if stated in _HIERARCHY else stated.removeprefix("biolink:"),
            record.curie("object", "edge"),
            record.one(*_SOURCES),
            record.all("publications"),
        )


def _records(path: Path, shape: Shape, needed: tuple[str, ...]) -> Iterator[_Record]:
    return _json_records(path) if shape == "jsonl" else _table_records(path, needed)


def _table_records(path: Path, needed: tuple[str, ...]) -> Iterator[_Record]:
    numbered = lines(path)
    line, header = next(numbered)
    columns = header.split("\t")
    if missing := [column for column in needed if column not in columns]:
        raise OntologyFormatError(path, line, f"no column {', '.join(missing)}; found {', '.join(columns)}")
    for line, text in numbered:
        if text:
            cells = text.split("\t")
            if len(cells) != len(columns):
                raise OntologyFormatError(path, line, f"{len(cells)} cells; expected {len(columns)}, as in the header")
            yield _Record(path, line, dict(zip(columns, cells, strict=True)), "|")


def _json_records(path: Path) -> Iterator[_Record]:
    if path.stat().st_size:
        for line, elements in json_lines(path):
            yield _Record(path, line, elements, "")


def _files(path: Path, shape: Shape) -> tuple[dict[str, Path], str]:
    """Return the files by what they hold, and the name of the ontology."""
    if not path.is_dir():
        named = _PAIR.fullmatch(path.name)
        return {_kind(path, shape): path}, (named and named[1]) or path.name.partition(".")[0]
    pair = _pair([file.name for file in path.iterdir()], shape)
    if pair is None:
        raise OntologyFormatError(path, 0, f"no pair of files; expected one *nodes.{shape} and one *edges.{shape}")
    named = _PAIR.fullmatch(pair["nodes"])
    return {kind: path / name for kind, name in pair.items()}, (named and named[1]) or path.resolve().name


def _kind(path: Path, shape: Shape) -> str:
    first = next((text for _, text in lines(path)), "")
    # Edges first: they too may have an id and a category.
    for kind, elements in (("edges", _EDGE), ("nodes", _NODE)):
        if _fits_file(first, shape, elements):
            return kind
    problem = f"neither nodes with {', '.join(_NODE)} nor edges with {', '.join(_EDGE)}"
    raise OntologyFormatError(path, 1, problem)


def _pair(names: list[str], shape: Shape) -> dict[str, str] | None:
    """Return the names of the one file of nodes and the one of edges; ``None`` unless there is one of each."""
    found = [match for name in names if (match := _PAIR.fullmatch(name)) and match[3] == shape]
    pair = {match[2]: match[0] for match in found}
    return pair if len(found) == len(pair) == 2 else None


def _fits_file(line: str, shape: Shape, needed: tuple[str, ...]) -> bool:
    if shape == "tsv":
        return set(needed) <= set(line.split("\t"))
    keys = set(_KEY.findall(line)) if line.lstrip().startswith("{") else set()
    return set(needed) <= keys and not keys & _OTHER_JSON


def _fits(beginning: Beginning, shape: Shape) -> bool:
    if beginning.names:
        return _pair(list(beginning.names), shape) is not None
    first = next(iter(beginning.lines), "")
    return _fits_file(first, shape, _NODE) or _fits_file(first, shape, _EDGE)


def _format(shape: Shape) -> Format:
    def read(path: Path, reading: Reading) -> Ontology:
        return read_kgx(path, shape=shape, reading=reading)

    return Format(f"KGX {shape.upper()}", partial(_fits, shape=shape), read)


TSV, JSONL = _format("tsv"), _format("jsonl")
