"""Ontologies in OBO (the OBO 1.4 flat file format, as OBO Foundry ontologies publish it)."""

import re
from collections.abc import Iterator
from pathlib import Path

from graph import curie
from graph.concept import Concept
from graph.errors import CurieError
from graph.formats.alternative import retire
from graph.formats.branches import typed_by_branch
from graph.formats.format import Beginning, Format
from graph.formats.obo_frame import Clause, Frame, frames
from graph.formats.reading import Omissions, Reading
from graph.formats.xrefs import xrefs
from graph.ontology import Ontology
from graph.relation import IS_A, Relation

_FIRST = re.compile(r"(?:!.*|format-version:.*|\[Term\].*|ontology:.*|data-version:.*)")
_CREATED = re.compile(r'(?:dc|dcterms|terms):(?:created|date) "([^"]*)"')
_LOOK_AT = 20
_SCOPES = ("EXACT", "BROAD", "NARROW", "RELATED")
_LICENCES = ("terms:license", "dcterms:license", "dc:license", "terms:rights", "dc:rights")


def read_obo(path: Path | str, *, reading: Reading | None = None) -> Ontology:
    """Read an OBO file, plain or compressed.

    Terms become concepts: their ``namespace`` (or the header's default) is the type unless their branch says it better
    (:data:`graph.formats.branches.BRANCHES`), synonyms of every scope are
    kept, and a term without a name is called by its id. ``is_a`` and ``relationship`` become relations. An
    ``alt_id`` becomes a retired concept that the term replaces. An id without a prefix gets the ontology's name as
    prefix; a cross-reference that is no CURIE is left out and noted. Typedefs, instances and logical axioms are
    passed over. A term that was created after ``reading.until`` (``creation_date``, or its Dublin
    Core) is retired.

    Raises:
        OntologyFormatError: A term has no id or one that was defined before, a value is malformed, a line is not
            ``tag: value`` or not UTF-8, or the file is empty.
    """
    path, reading = Path(path), reading or Reading()
    stream = frames(path)
    header = next(stream)
    name = header.first("ontology").removesuffix(".obo") or path.name.partition(".")[0]
    namespace = header.first("default-namespace")
    concepts: dict[str, Concept] = {}
    relations: dict[Relation, None] = {}
    heirs: dict[str, Concept] = {}
    for frame in stream:
        if frame.kind != "Term":
            continue
        concept = _concept(frame, name, namespace, reading)
        if concept.id in concepts:
            raise frame.error(f"term {concept.id} was defined before; expected each id once")
        concepts[concept.id] = concept
        relations.update((relation, None) for relation in _relations(frame, concept.id, name))
        for clause in frame.clauses("alt_id"):
            heirs.setdefault(_id(clause, clause.bare(), name), concept)
    retire(concepts, heirs)
    typed = typed_by_branch(concepts.values(), relations)
    return Ontology(name, header.first("data-version"), _licence(header), typed, tuple(relations))


def _concept(frame: Frame, prefix: str, namespace: str, reading: Reading) -> Concept:
    clause = next(frame.clauses("id"), None)
    if clause is None:
        raise frame.error("term without id; expected an id: line")
    id = _id(clause, clause.bare(), prefix)
    name = frame.first("name") or id
    synonyms = dict.fromkeys(_synonym(clause) for clause in frame.clauses("synonym"))
    synonyms.pop(name, None)
    definition = next(frame.clauses("def"), None)
    types = frame.first("namespace") or namespace
    obsolete = frame.first("is_obsolete") == "true"
    too_new = not obsolete and not reading.knows(_created(frame))
    if too_new:
        reading.omissions.add(f"created after {reading.until}", frame.path, frame.line)
    heir = next(frame.clauses("replaced_by"), None) if obsolete else None
    return Concept(
        id,
        name,
        tuple(synonyms),
        (types,) if types else (),
        definition.quoted()[0] if definition else "",
        tuple(dict.fromkeys(_xrefs(frame, reading.omissions))),
        obsolete or too_new,
        _id(heir, heir.bare(), prefix) if heir else None,
    )


def _created(frame: Frame) -> str:
    """Return when a term was created (ISO 8601); empty if it does not say."""
    stated = (match for value in frame.values("property_value") if (match := _CREATED.match(value)))
    return frame.first("creation_date") or next((match[1] for match in stated), "")


def _synonym(clause: Clause) -> str:
    text, rest = clause.quoted()
    if rest and not rest.startswith(("[", *_SCOPES)):
        raise clause.error(f"a synonym's quoted text is followed by none of {', '.join(_SCOPES)}")
    return text


def _xrefs(frame: Frame, omissions: Omissions) -> Iterator[str]:
    for clause in frame.clauses("xref"):
        yield from xrefs([clause.bare().partition(" ")[0]], omissions, clause.path, clause.line)


def _relations(frame: Frame, id: str, source: str) -> Iterator[Relation]:
    for clause in frame.clauses("is_a"):
        yield Relation(id, IS_A, _id(clause, clause.bare(), source), source)
    for clause in frame.clauses("relationship"):
        parts = clause.bare().split()
        if len(parts) != 2:
            raise clause.error(f"{len(parts)} words in a relationship; expected two, a relation and a term")
        yield Relation(id, parts[0], _id(clause, parts[1], source), source)


def _id(clause: Clause, text: str, prefix: str) -> str:
    try:
        return curie.expand(text, prefix)
    except CurieError as error:
        raise clause.error(str(error)) from error


def _licence(header: Frame) -> str:
    """Return what the header's property values say of the licence."""
    stated = dict(pair for text in header.values("property_value") if len(pair := text.split(maxsplit=1)) == 2)
    text = next((stated[key] for key in _LICENCES if key in stated), "")
    return text.removesuffix(" xsd:string").removesuffix(" xsd:anyURI").strip('"')


def _fits(beginning: Beginning) -> bool:
    return any(_FIRST.fullmatch(line.strip()) for line in beginning.lines[:_LOOK_AT])


def _read(path: Path, reading: Reading) -> Ontology:
    return read_obo(path, reading=reading)


FORMAT = Format("OBO", _fits, _read)
