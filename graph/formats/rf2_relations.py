"""Relationships of an RF2 release."""

import re
from collections.abc import Iterator
from pathlib import Path

from graph.formats.distinct import Edge, distinct
from graph.formats.reading import Reading
from graph.formats.rf2_file import DESCRIPTION, RELATIONSHIP, Row, find, rows
from graph.formats.rrf_predicates import snake
from graph.relation import IS_A, Relation

_IS_A = "116680003"
_INFERRED = "900000000000011006"
_FULL_NAME = "900000000000003001"
_TAG = re.compile(r"\s*\([^()]+\)$")


def relations(folder: Path, reading: Reading, *, source: str, prefix: str) -> Iterator[Relation]:
    """Yield the active inferred relationships of the release in ``folder``, each once (role groups repeat some).

    Raises:
        OntologyFormatError: A file breaks its format.
    """
    predicates = _predicates(folder)
    edges = _edges(folder, reading, predicates, source)
    yield from distinct(edges, reading.omissions, prefix=prefix)


def _edges(folder: Path, reading: Reading, predicates: dict[str, str], source: str) -> Iterator[Edge]:
    for row in rows(find(folder, RELATIONSHIP), RELATIONSHIP):
        left_out = _left_out(row)
        if left_out:
            reading.omissions.add(left_out, row.path, row.line)
        else:
            subject, object_ = row.number(4), row.number(5)
            yield Edge(row.path, row.line, str(subject), predicates[row.cells[7]], str(object_), source)


def _left_out(row: Row) -> str:
    _, _, active, _, subject, object_, _, _, characteristic, _ = row.cells
    if active != "1":
        return "inactive relationship"
    if characteristic != _INFERRED:
        return "relationship that is not inferred"
    return "relation of a concept to itself" if subject == object_ else ""


def _predicates(folder: Path) -> dict[str, str]:
    """Return the predicate of each attribute in use: its fully specified name, or its id where it has none."""
    used = {row.cells[7] for row in rows(find(folder, RELATIONSHIP), RELATIONSHIP)}
    names: dict[str, str] = {}
    for row in rows(find(folder, DESCRIPTION), DESCRIPTION):
        _, _, active, _, concept, language, type, term, _ = row.cells
        if concept in used and active == "1" and type == _FULL_NAME and (concept not in names or language == "en"):
            names[concept] = snake(_TAG.sub("", term))
    return {id: IS_A if id == _IS_A else names.get(id) or f"attribute_{id}" for id in used}
