"""Knowledge bases of scispaCy's entity linker: JSON Lines, one concept a line."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from graph import curie
from graph.concept import Concept
from graph.errors import CurieError, OntologyFormatError
from graph.formats.format import Beginning, Format
from graph.formats.json_file import json_lines
from graph.formats.reading import Reading
from graph.formats.walk import walk
from graph.ontology import Ontology

_CUI = re.compile(r"C\d{7}")
_FIRST = re.compile(r'\s*\{(?=.*"concept_id"\s*:)(?=.*"canonical_name"\s*:)', re.DOTALL)
_LISTS = ("aliases", "types")


def read_scispacy_kb(path: Path | str, reading: Reading) -> Ontology:
    """Return the knowledge base at ``path``, plain or compressed; it is read at every walk.

    A line is an object with ``concept_id``, ``canonical_name``, ``aliases`` and, if it likes, ``types`` (in scispaCy's
    own files type ids such as ``T047``) and ``definition``; other keys are passed over. An id that looks like a CUI
    becomes ``UMLS:C0000005``, every other one must be a CURIE. Blank lines are passed over. There are no relations.

    Raises:
        OntologyFormatError: (while walking) A line is no such object, an id is no CURIE or comes twice.
    """
    path = Path(path)
    return Ontology(path.name.partition(".")[0], concepts=walk(partial(_concepts, path), reading))


def _concepts(path: Path, reading: Reading) -> Iterator[Concept]:  # noqa: ARG001 (the format has no languages)
    seen: set[str] = set()
    for line, said in json_lines(path):
        concept = _concept(path, line, said)
        if concept.id in seen:
            raise OntologyFormatError(path, line, f"{concept.id} stands in an earlier line; expected each id once")
        seen.add(concept.id)
        yield concept


def _concept(path: Path, line: int, said: dict[str, Any]) -> Concept:
    id, name = (_text(path, line, said, key) for key in ("concept_id", "canonical_name"))
    aliases, types = (_texts(path, line, said, key) for key in _LISTS)
    names = dict.fromkeys((name or id, *aliases))
    names.pop("", None)
    preferred, *synonyms = names
    definition = _text(path, line, said, "definition") if said.get("definition") is not None else ""
    try:
        full = f"UMLS:{id}" if _CUI.fullmatch(id) else curie.check(id)
    except CurieError as error:
        raise OntologyFormatError(path, line, f"{error}, or a CUI such as C0000005") from error
    return Concept(full, preferred, tuple(synonyms), tuple(dict.fromkeys(types)), definition)


def _text(path: Path, line: int, said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str):
        raise OntologyFormatError(path, line, f"{key} is {_kind(value)}; expected a string")
    return value.strip()


def _texts(path: Path, line: int, said: dict[str, Any], key: str) -> list[str]:
    values = said.get(key)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise OntologyFormatError(path, line, f"{key} is {_kind(values)}; expected a list of strings")
    return [value.strip() for value in values]


def _kind(value: object) -> str:
    return "missing" if value is None else f"a {type(value).__name__}"


def _fits(beginning: Beginning) -> bool:
    first = next((line for line in beginning.lines if line.strip()), "")
    return _FIRST.match(first) is not None


FORMAT = Format("scispaCy KB", _fits, read_scispacy_kb)
