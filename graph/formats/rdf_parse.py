"""Statements of RDF files, read by pyoxigraph or, where that is not installed, by rdflib."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO, NamedTuple, TypeAlias, cast

from graph.errors import OntologyFormatError
from graph.formats.rdf_syntax import Syntax
from graph.formats.text import decompressing, lines, open_bytes

_PLACE = re.compile(
    r"^(?:Parser error at line \d+ (?:column \d+|between columns? \d+ and (?:column )?\d+): |\w*:\d+:\d+: )"
)


class Literal(NamedTuple):
    """A text, with its language as a BCP 47 tag in lower case, or none."""

    text: str
    language: str = ""


Value: TypeAlias = "str | Literal"
"""An IRI, a blank node (which begins with ``_:``), or a literal."""

Statement: TypeAlias = "tuple[str, str, Value]"
"""Subject (an IRI or a blank node), predicate (an IRI) and object."""


def statements(path: Path, syntax: Syntax, base: str) -> Iterator[Statement]:
    """Yield what the file at ``path`` states, in any order; relative IRIs count from ``base``.

    Named graphs are read as one. Blank nodes of two files never have the same name. Nothing is fetched, provided
    that :func:`~graph.formats.rdf_syntax.prefixes` found no context elsewhere.

    Raises:
        OntologyFormatError: The file breaks its syntax; the line is 0 where the parser knows none.
    """
    with decompressing(path):
        yield from (_oxigraph if find_spec("pyoxigraph") else _rdflib)(path, syntax, base)


def _open(path: Path) -> IO[bytes]:
    """Open ``path`` behind its byte order mark, which neither parser takes for what it is."""
    file = cast("IO[bytes]", open_bytes(path))
    if file.read(len(BOM_UTF8)) != BOM_UTF8:
        file.seek(0)
    return file


def _oxigraph(path: Path, syntax: Syntax, base: str) -> Iterator[Statement]:
    import pyoxigraph as ox

    formats = {
        Syntax.RDF_XML: ox.RdfFormat.RDF_XML,
        Syntax.TURTLE: ox.RdfFormat.TRIG,
        Syntax.N_TRIPLES: ox.RdfFormat.N_QUADS,
        Syntax.JSON_LD: ox.RdfFormat.JSON_LD,
    }

    def value(term: object) -> Value:
        if isinstance(term, ox.NamedNode):
            return term.value
        return Literal(term.value, (term.language or "").lower()) if isinstance(term, ox.Literal) else f"_:{term}"

    base_iri = None if syntax is Syntax.N_TRIPLES else base
    try:
        with _open(path) as file:
            for quad in ox.parse(file, format=formats[syntax], base_iri=base_iri, rename_blank_nodes=True):
                subject = quad.subject
                name = subject.value if isinstance(subject, ox.NamedNode) else f"_:{subject}"
                yield name, quad.predicate.value, value(quad.object)
    except SyntaxError as error:
        raise _error(path, error.lineno or 0, syntax, error.msg) from error


def _rdflib(path: Path, syntax: Syntax, base: str) -> Iterator[Statement]:
    import rdflib
    from rdflib.exceptions import ParserError

    formats = {
        Syntax.RDF_XML: "xml",
        Syntax.TURTLE: "trig",
        Syntax.N_TRIPLES: "nquads",
        Syntax.JSON_LD: "json-ld",
    }

    def value(term: object) -> Value:
        if isinstance(term, rdflib.Literal):
            return Literal(str(term), (term.language or "").lower())
        return str(term) if isinstance(term, rdflib.URIRef) else f"_:{base} {term}"

    dataset = rdflib.Dataset(default_union=True)
    try:
        with _open(path) as file:
            dataset.parse(file, format=formats[syntax], publicID=base)
    except (SyntaxError, ValueError, ParserError) as error:
        line = _broken_line(path) if syntax is Syntax.N_TRIPLES else _line(error)
        problem = getattr(error, "_why", "") or str(error)
        raise _error(path, line, syntax, problem) from error
    for subject, predicate, object_ in dataset.triples((None, None, None)):
        yield str(value(subject)), str(predicate), value(object_)


def _line(error: Exception) -> int:
    """Return the line that an error of rdflib's tells: Turtle's counts from 0, that of XML is only in its text."""
    if isinstance(counted := getattr(error, "lines", None), int):
        return counted + 1
    match = re.match(r"\w*:(\d+):\d+:", str(error))
    return int(match[1]) if match else 0


def _broken_line(path: Path) -> int:
    """Return the first line that rdflib does not take for N-Quads; its parser does not say."""
    import rdflib
    from rdflib.exceptions import ParserError

    for number, text in lines(path):
        try:
            rdflib.Dataset().parse(data=text, format="nquads")
        except (SyntaxError, ValueError, ParserError):
            return number
    return 0


def _error(path: Path, line: int, syntax: Syntax, problem: str) -> OntologyFormatError:
    return OntologyFormatError(path, line, f"not {syntax.value}: {_PLACE.sub('', problem)}")
