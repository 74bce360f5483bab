"""Writing KGX (Biolink's Knowledge Graph Exchange format), as TSV or as JSON Lines; see :mod:`graph.formats.kgx`."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from graph import atomic, walk
from graph.concept import Concept
from graph.export.cells import joined, one_line
from graph.formats.kgx import NAMED_THING, SUBCLASS_OF
from graph.relation import IS_A, Relation
from graph.store import GraphStore

Element = str | bool | tuple[str, ...] | None

_CATEGORY = re.compile(r"[A-Z][A-Za-z]*")
_PREDICATE = re.compile(r"[a-z]+(?:_[a-z]+)*")
_NODE = "id category name synonym xref description deprecated replaced_by".split()
_EDGE = "subject predicate object primary_knowledge_source publications knowledge_level agent_type".split()
_NOT_SAID = "not_provided"
_encode = json.JSONEncoder(ensure_ascii=False).encode


def write_tsv(store: GraphStore, out: Path) -> None:
    """Write ``nodes.tsv`` and ``edges.tsv`` into the new folder ``out``.

    KGX TSV has no escapes: tabs and line ends become blanks, and ``|`` within a synonym or another value of a list
    becomes ``¦``. JSON Lines loses nothing.

    Raises:
        OSError: The folder is there already and not empty, or cannot be written.
    """
    with atomic.folder(out) as folder:
        atomic.write_lines(_table(_NODE, map(_node, store.iterate())), folder / "nodes.tsv")
        atomic.write_lines(_table(_EDGE, map(_edge, walk.relations(store))), folder / "edges.tsv")


def write_jsonl(store: GraphStore, out: Path) -> None:
    """Write ``nodes.jsonl`` and ``edges.jsonl`` into the new folder ``out``.

    Raises:
        OSError: The folder is there already and not empty, or cannot be written.
    """
    with atomic.folder(out) as folder:
        atomic.write_lines(_objects(_NODE, map(_node, store.iterate())), folder / "nodes.jsonl")
        atomic.write_lines(_objects(_EDGE, map(_edge, walk.relations(store))), folder / "edges.jsonl")


def _node(concept: Concept) -> tuple[Element, ...]:
    """Return the elements of ``_NODE``; a type that is spelt as Biolink spells categories gets its prefix."""
    types = concept.types or (NAMED_THING,)
    return (
        concept.id,
        tuple(f"biolink:{type}" if _CATEGORY.fullmatch(type) else type for type in types),
        concept.name,
        concept.synonyms,
        concept.xrefs,
        concept.definition,
        concept.obsolete or None,
        concept.replaced_by,
    )


def _edge(relation: Relation) -> tuple[Element, ...]:
    """Return the elements of ``_EDGE``; a predicate that is spelt as Biolink spells them gets its prefix."""
    predicate = SUBCLASS_OF if relation.predicate == IS_A else relation.predicate
    if _PREDICATE.fullmatch(predicate):
        predicate = f"biolink:{predicate}"
    evidence = relation.evidence
    return relation.subject, predicate, relation.object, relation.source, evidence, _NOT_SAID, _NOT_SAID


def _table(columns: Iterable[str], rows: Iterable[tuple[Element, ...]]) -> Iterator[str]:
    yield "\t".join(columns)
    for row in rows:
        yield "\t".join(one_line(_cell(element)) for element in row)


def _cell(element: Element) -> str:
    if isinstance(element, tuple):
        return joined(element)
    return element if isinstance(element, str) else "true" if element else ""


def _objects(names: list[str], rows: Iterable[tuple[Element, ...]]) -> Iterator[str]:
    for row in rows:
        yield _encode({name: element for name, element in zip(names, row, strict=True) if element})
