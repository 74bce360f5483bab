"""Ontologies in RDF: OWL 2 and SKOS (with SKOS-XL labels), one file or a folder of them."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from graph.concept import Concept
from graph.errors import OntologyFormatError
from graph.formats.alternative import retire
from graph.formats.branches import typed_by_branch
from graph.formats.format import Beginning, Format, look
from graph.formats.iri import Curies
from graph.formats.rdf_concept import Describer
from graph.formats.rdf_facts import (
    BROADER,
    HEIRS,
    NARROWER,
    ON_PROPERTY,
    SOME_VALUES,
    SUBCLASS,
    XREFS,
    Facts,
    is_blank,
    is_built_in,
)
from graph.formats.rdf_header import header
from graph.formats.rdf_parse import Value, statements
from graph.formats.rdf_syntax import Syntax, prefixes, syntax_of
from graph.formats.reading import Reading
from graph.namespaces import OBO_IN_OWL, OWL, RDFS, SKOS
from graph.ontology import Ontology
from graph.relation import IS_A, Relation

_SUFFIXES = (".rdf", ".owl", ".ttl", ".nt", ".nq", ".trig", ".jsonld")
_PACKED = (".gz", ".bz2", ".xz")
_NO_RELATIONS = (RDFS, OWL, OBO_IN_OWL)
_HANDLED = {*HEIRS, *XREFS, SKOS + "broaderTransitive", SKOS + "narrowerTransitive", SKOS + "semanticRelation"}


def read_rdf(path: Path | str, *, reading: Reading | None = None) -> Ontology:
    """Read an RDF file (RDF/XML, Turtle, TriG, N-Triples, N-Quads or JSON-LD), or a folder of them as one ontology.

    Named classes and SKOS concepts become concepts, sorted by CURIE (:class:`~graph.formats.iri.Curies` says which).
    ``rdfs:subClassOf`` and ``skos:broader`` are ``is_a``; a class below "some of C by property p" has the relation p
    to C, as has whatever concept is tied to another by a property. The preferred name is the best one in the first
    wanted language that has any; without any name, the words of the IRI's last part are it. The OBO namespace or the
    concept scheme is the type, else the ontology's name.
    Nothing is fetched: imports that are not in the folder are noted in the reading's omissions, as are anonymous
    classes, other axioms, individuals that are no SKOS concepts, and names in other languages. Neither
    the order of the statements nor the syntax makes a difference, but that N-Triples declare no prefixes.

    Raises:
        OntologyFormatError: A file breaks its syntax, leaves its JSON-LD context elsewhere, or is called as RDF files
            are and is none; or there is no class and no concept in the source.
    """
    path, reading = Path(path), reading or Reading()
    facts = Facts(reading.omissions)
    declared: set[tuple[str, str]] = set()
    for file, syntax, base in _files(path, reading):
        declared.update(prefixes(file, syntax))
        for statement in statements(file, syntax, base):
            facts.add(statement, file)
    head = header(facts, path)
    if not facts.concepts:
        raise OntologyFormatError(path, 0, "neither a class nor a SKOS concept; expected at least one")
    for _ in facts.individuals - facts.concepts:
        reading.omissions.add("individual that is no SKOS concept", path)
    curies = Curies(declared)
    curies.add(facts.concepts)
    describer = Describer(facts, curies, head, reading, path)
    concepts = _concepts(facts, curies, describer)
    relations = {Relation(*triple, head.name) for triple in _relations(facts, curies, describer, path)}
    ordered = sorted(relations, key=lambda r: (r.subject, r.predicate, r.object))
    typed = typed_by_branch(concepts, ordered)
    return Ontology(head.name, head.version, head.licence, typed, tuple(ordered))


def _files(path: Path, reading: Reading) -> Iterator[tuple[Path, Syntax, str]]:
    """Yield each RDF file with its syntax and what its relative IRIs count from: its name, wherever the folder is."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    for file in files:
        if syntax := syntax_of(look(file).text):
            name = file.relative_to(path).as_posix() if path.is_dir() else file.name
            yield file, syntax, f"file:///{quote(name)}"
        elif path.is_dir() and not _is_called_rdf(file.name):
            reading.omissions.add("file that is no RDF", file)
        else:
            expected = ", ".join(syntax.value for syntax in Syntax)
            raise OntologyFormatError(file, 1, f"no syntax of RDF that is known; expected {expected}")


def _concepts(facts: Facts, curies: Curies, describer: Describer) -> list[Concept]:
    """Return the concepts by CURIE; merged classes that have no name of their own are called as what replaced them."""
    concepts: dict[str, Concept] = {}
    heirs: dict[str, str] = {}
    for iri in sorted(facts.concepts, key=curies.__getitem__):
        concept = describer.concept(iri)
        concepts[concept.id] = concept
        for id in describer.alternatives(iri):
            heirs.setdefault(id, concept.id)
    for iri in facts.concepts:
        if (id := curies[iri]) in heirs and concepts[id].obsolete and not describer.is_named(iri):
            del concepts[id]
    retire(concepts, {id: concepts[heir] for id, heir in heirs.items() if heir in concepts})
    return sorted(concepts.values(), key=lambda concept: concept.id)


def _relations(facts: Facts, curies: Curies, describer: Describer, path: Path) -> Iterator[tuple[str, str, str]]:
    for iri in sorted(facts.concepts):
        for property, value in sorted(set(facts.said.get(iri, ())), key=str):
            if property in (SUBCLASS, XREFS[-1]) and is_blank(value):
                tie = _tie(facts, value) if property == SUBCLASS else None
                if tie is None:
                    facts.omissions.add("anonymous class", path)
                else:
                    yield curies[iri], describer.predicate(tie[0]), curies[tie[1]]
            elif isinstance(value, str) and not is_blank(value):
                if property == SUBCLASS and is_built_in(value):
                    facts.omissions.add("statement about a built-in class", path)
                elif property in (SUBCLASS, BROADER):
                    yield curies[iri], IS_A, curies[value]
                elif property == NARROWER:
                    yield curies[value], IS_A, curies[iri]
                elif value in facts.concepts and property not in _HANDLED and not property.startswith(_NO_RELATIONS):
                    yield curies[iri], describer.predicate(property), curies[value]


def _tie(facts: Facts, restriction: Value) -> tuple[str, str] | None:
    """Return property and class of an existential restriction between names; nothing for any other class."""
    ends = [facts.values(str(restriction), predicate) for predicate in (ON_PROPERTY, SOME_VALUES)]
    if any(len(found) != 1 or not isinstance(found[0], str) or is_blank(found[0]) for found in ends):
        return None
    return str(ends[0][0]), str(ends[1][0])


def _is_called_rdf(name: str) -> bool:
    name = name.lower()
    for suffix in _PACKED:
        name = name.removesuffix(suffix)
    return name.endswith(_SUFFIXES)


def _fits(beginning: Beginning) -> bool:
    if beginning.names:
        return any(_is_called_rdf(name) for name in beginning.names)
    return syntax_of(beginning.text) is not None


def _read(path: Path, reading: Reading) -> Ontology:
    return read_rdf(path, reading=reading)


FORMAT = Format("RDF (OWL, SKOS)", _fits, _read)
