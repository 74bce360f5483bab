"""Name, release and licence of an ontology in RDF, from its OWL ontologies or SKOS concept schemes."""

import re
from pathlib import Path
from typing import NamedTuple

from graph.formats.ontology_iri import common_name, release, short_name
from graph.formats.rdf_facts import (
    DEFAULT_NAMESPACES,
    IMPORTS,
    LICENCES,
    PREFERRED_PREFIX,
    TITLES,
    VERSION_IRI,
    VERSIONS,
    Facts,
)
from graph.formats.rdf_parse import Literal, Value

_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;)]")
_FEW_WORDS = 200


class Header(NamedTuple):
    """What a source says of itself.

    Attributes:
        name: Short name.
        version: Release; empty if unknown.
        licence: Terms in a few words; empty if unknown.
        namespace: OBO namespace of what states none.
    """

    name: str
    version: str
    licence: str
    namespace: str


def header(facts: Facts, path: Path) -> Header:
    """Return what the ontologies (or, without any, the concept schemes) of the source at ``path`` say.

    Of several ontologies the one speaks that no other imports and that imports most of them, and the name is that
    of the path which their IRIs share. Imports that the source does not contain are noted, not fetched.
    """
    iris = sorted(facts.ontologies or facts.schemes, key=lambda iri: (len(iri), iri))
    imports = {iri: {v for v in facts.values(iri, IMPORTS) if isinstance(v, str)} for iri in iris}
    own = {*iris, *(text(value) for iri in iris for value in facts.values(iri, VERSION_IRI))}
    for iri in iris:
        for _ in range(len(imports[iri] - own)):
            facts.omissions.add("import that is not among the files", path)
    imported = set().union(*(imports[iri] - {iri} for iri in iris))
    roots = [iri for iri in iris if iri not in imported] or iris
    root = max(roots, key=lambda iri: len(imports[iri] & own), default="")
    version = _first(facts, root, (VERSION_IRI,))
    return Header(
        _name(facts, iris, root, path),
        release(version) or _first(facts, root, VERSIONS) or version,
        few_words(_first(facts, root, LICENCES)),
        _first(facts, root, DEFAULT_NAMESPACES),
    )


def few_words(licence: str) -> str:
    """Return a licence's text, or of a long one the address that it gives, or else its first line."""
    if len(licence) <= _FEW_WORDS:
        return licence
    addresses = _URL.findall(licence)
    return addresses[-1] if addresses else licence.strip().splitlines()[0][:_FEW_WORDS]


def text(value: Value) -> str:
    """Return the text of a literal, or the IRI."""
    return value.text.strip() if isinstance(value, Literal) else value


def _name(facts: Facts, iris: list[str], root: str, path: Path) -> str:
    stated = _first(facts, root, (PREFERRED_PREFIX,))
    found = stated or (common_name(iris) if len(iris) > 1 else "") or short_name(root)
    return found or _first(facts, root, TITLES) or path.name.partition(".")[0]


def _first(facts: Facts, subject: str, predicates: tuple[str, ...]) -> str:
    return next((text(value) for value in facts.values(subject, *predicates)), "")
