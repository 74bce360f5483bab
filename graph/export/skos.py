"""Writing SKOS (W3C Simple Knowledge Organization System) as RDF 1.1 Turtle."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from graph import atomic, iri, walk
from graph.concept import Concept
from graph.curie import check
from graph.errors import CurieError
from graph.relation import IS_A
from graph.store import GraphStore, Source

_PREFIXES = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "dcterms": "http://purl.org/dc/terms/",
    "oboInOwl": "http://www.geneontology.org/formats/oboInOwl#",
}
_PREDICATES = "urn:kgbert:predicate#"
"""Namespace of the predicates that are no CURIEs."""

_SOURCES = "urn:kgbert:source#"
_PREFIX = re.compile(r"[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
"""A prefix as Turtle allows it (PN_PREFIX); CURIEs allow a little more."""

_ESCAPED = re.compile(r'[\x00-\x1f\x7f"\\]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def write(store: GraphStore, out: Path) -> None:
    """Write the graph to the Turtle file ``out``.

    A concept is a ``skos:Concept`` with its labels and definition; ``oboInOwl:id`` keeps the CURIE beside the IRI,
    ``oboInOwl:hasOBONamespace`` its semantic types (as reading OBO takes it), and cross-references are
    ``oboInOwl:hasDbXref`` (a source that names the same thing elsewhere seldom promises that it is exactly the same, as
    ``skos:exactMatch`` would). Retired concepts are ``owl:deprecated``, with ``dcterms:isReplacedBy``. ``is_a`` is
    ``skos:broader``; other predicates are properties of their own. Each source is a ``skos:ConceptScheme`` with its
    version and licence. A triple has no place for the source and evidence of a relation: KGX keeps them.

    Raises:
        OSError: The file cannot be written.
    """
    atomic.write_lines(_lines(store), out)


def _lines(store: GraphStore) -> Iterator[str]:
    prefixes = {concept.id.partition(":")[0] for concept in store.iterate()} - _PREFIXES.keys()
    own = {prefix: iri.namespace(prefix) for prefix in sorted(prefixes) if _declarable(prefix)}
    for prefix, namespace in (_PREFIXES | own).items():
        yield f"@prefix {prefix}: <{namespace}> ."
    for source in store.sources:
        yield f"\n<{_SOURCES}{iri.encoded(source.name)}> " + " ;\n    ".join(_header(source)) + " ."
    for concept in store.iterate():
        yield f"\n{_iri(concept.id)} " + " ;\n    ".join(_statements(concept)) + " ."
    yield ""
    triples = ((r.subject, r.predicate, r.object) for r in walk.relations(store))
    for (subject, predicate, object_), _ in groupby(triples):
        yield f"{_iri(subject)} {_property(predicate)} {_iri(object_)} ."


def _declarable(prefix: str) -> bool:
    return iri.needs_declaration(prefix) and _PREFIX.fullmatch(prefix) is not None


def _header(source: Source) -> Iterator[str]:
    yield "a skos:ConceptScheme"
    yield from _literals("dcterms:title", (source.name,))
    yield from _literals("owl:versionInfo", (source.version,))
    yield from _literals("dcterms:license", (source.licence,))


def _statements(concept: Concept) -> Iterator[str]:
    yield "a skos:Concept"
    yield f"oboInOwl:id {_literal(concept.id)}"
    yield from _literals("skos:prefLabel", (concept.name,))
    yield from _literals("skos:altLabel", concept.synonyms)
    yield from _literals("skos:definition", (concept.definition,))
    yield from _literals("oboInOwl:hasOBONamespace", concept.types)
    yield from _literals("oboInOwl:hasDbXref", concept.xrefs)
    if concept.obsolete:
        yield "owl:deprecated true"
    if concept.replaced_by:
        yield f"dcterms:isReplacedBy {_iri(concept.replaced_by)}"


def _literals(property: str, texts: Iterable[str]) -> Iterator[str]:
    return (f"{property} {_literal(text)}" for text in texts if text)


def _literal(text: str) -> str:
    return '"' + _ESCAPED.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}", text) + '"'


def _iri(curie: str) -> str:
    return f"<{iri.from_curie(curie)}>"


def _property(predicate: str) -> str:
    """Return the property of a predicate, which may be a CURIE (``RO:0002200``) or a word."""
    if predicate == IS_A:
        return "skos:broader"
    try:
        return _iri(check(predicate))
    except CurieError:
        return f"<{_PREDICATES}{iri.encoded(predicate)}>"
