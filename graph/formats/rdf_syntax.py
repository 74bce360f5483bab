"""Syntaxes of RDF: how they are told apart, and the prefixes that a file in them declares."""

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any
from xml.parsers import expat

from graph.errors import OntologyFormatError
from graph.formats.json_file import read_json
from graph.formats.text import decompressing, open_bytes


class Syntax(Enum):
    """A syntax of RDF 1.1, by the name that messages have for it."""

    RDF_XML = "RDF/XML"
    TURTLE = "Turtle"
    """Or TriG, which contains Turtle."""
    N_TRIPLES = "N-Triples"
    """Or N-Quads, which contain N-Triples."""
    JSON_LD = "JSON-LD"


_XML = re.compile(
    r"\s*(?:(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)\s*)*<(?:[\w.-]+:)?RDF[\s>]", re.DOTALL
)
_JSON = re.compile(r"\s*[\[{]")
_KEYWORD = re.compile(r'"@(?:context|graph|id|type)"\s*:')
_NODE = r"(?:<[^<>\s]*>|_:[^\s<>]+)"
_N_TRIPLE = re.compile(rf'{_NODE}\s*<[^<>\s]*>\s*(?:{_NODE}|".*"\S*)\s*(?:{_NODE}\s*)?\.\s*(?:#.*)?')
_DIRECTIVE = re.compile(r"(?:@prefix\s|@base\s|prefix\s+[^\s:]*:\s*<|base\s*<)", re.IGNORECASE)
_ABSOLUTE = r"<(?:[^<>\s]*[:#][^<>\s]*)?>"
_TURTLE = re.compile(rf"(?:{_ABSOLUTE}|_:\S+)\s*(?:\{{|a\s|{_ABSOLUTE}|$)|GRAPH\s*<|\[\s*(?:\]\s*)?(?:a\s|<)")
_PREFIX = re.compile(rb"@?prefix\s+([^\s:<]*):\s*<([^<>\s]*)>", re.IGNORECASE)


def syntax_of(text: str) -> Syntax | None:
    """Return the syntax of a file that begins with ``text``, or nothing if it is no RDF."""
    if _XML.match(text):
        return Syntax.RDF_XML
    if _JSON.match(text) and _KEYWORD.search(text):
        return Syntax.JSON_LD
    first = next((line for raw in text.splitlines() if (line := raw.strip()) and not line.startswith("#")), "")
    if _N_TRIPLE.fullmatch(first):
        return Syntax.N_TRIPLES
    return Syntax.TURTLE if _DIRECTIVE.match(first) or _TURTLE.match(first) else None


def prefixes(path: Path, syntax: Syntax) -> Iterator[tuple[str, str]]:
    """Yield the (prefix, namespace) pairs that the file at ``path`` declares.

    Raises:
        OntologyFormatError: It is no well-formed XML or JSON, or it is JSON-LD that leaves its context elsewhere.
    """
    if syntax is Syntax.RDF_XML:
        yield from _of_xml(path)
    elif syntax is Syntax.TURTLE:
        yield from _of_turtle(path)
    elif syntax is Syntax.JSON_LD:
        yield from _of_context(path, read_json(path))


def _of_xml(path: Path) -> Iterator[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartNamespaceDeclHandler = lambda prefix, namespace: found.setdefault((prefix or "", namespace or ""))
    try:
        with decompressing(path), open_bytes(path) as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise OntologyFormatError(
            path, error.lineno, f"not well-formed XML: {expat.ErrorString(error.code)}"
        ) from error
    yield from found


def _of_turtle(path: Path) -> Iterator[tuple[str, str]]:
    with decompressing(path), open_bytes(path) as file:
        for line in file:
            if line.lstrip(b"\xef\xbb\xbf \t")[:7].lower().startswith((b"@prefix", b"prefix ", b"prefix\t")):
                for prefix, namespace in _PREFIX.findall(line):
                    yield prefix.decode("utf-8", "replace"), namespace.decode("utf-8", "replace")


def _of_context(path: Path, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what is a prefix in any context of JSON-LD ``value``: a simple term that ends in a delimiter of IRIs."""
    for node in value if isinstance(value, list) else [value]:
        if not isinstance(node, dict):
            continue
        for key, part in node.items():
            if key != "@context":
                yield from _of_context(path, part)
                continue
            for context in part if isinstance(part, list) else [part]:
                if isinstance(context, str) or (isinstance(context, dict) and "@import" in context):
                    where = context if isinstance(context, str) else context["@import"]
                    problem = f"the context is at {where}; nothing is fetched, expected it in the file itself"
                    raise OntologyFormatError(path, 0, problem)
                for term, iri in (context or {}).items():
                    if isinstance(iri, str) and not term.startswith("@") and iri.endswith(tuple(":/?#[]@_")):
                        yield term, iri
