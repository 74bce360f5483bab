"""Term lists: ontologies as a JSON array of terms with names, cross-references and relations."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from graph import curie
from graph.concept import Concept
from graph.errors import CurieError, OntologyFormatError
from graph.formats.alternative import retire
from graph.formats.format import Beginning, Format
from graph.formats.json_file import Node, as_node, read_json
from graph.formats.predicate import predicate
from graph.formats.reading import Reading
from graph.formats.xrefs import xrefs
from graph.ontology import Ontology
from graph.relation import Relation

_ARRAY = re.compile(r"\s*\[\s*(?=\{)")


def read_termlist(path: Path | str, *, reading: Reading | None = None) -> Ontology:
    """Read a term list, plain or compressed.

    A term has ``id``, ``name`` and ``namespace``, and may have ``synonyms``, ``xrefs`` (objects of ``namespace`` and
    ``id``), ``alt_ids`` and ``relations`` (from predicate to ids). The namespace is the type; that of the first term
    names the ontology, or the prefix of its id where it has one. An id without a prefix gets the term's namespace,
    in upper case, as prefix. An alternative id becomes a retired concept.

    Raises:
        OntologyFormatError: It is no JSON, or a term has no id or name, an id that stood before, or something that is
            not of the kind said above.
    """
    path, reading = Path(path), reading or Reading()
    values = read_json(path)
    if not isinstance(values, list) or not values:
        raise OntologyFormatError(path, 0, "no terms; expected a JSON array of them")
    terms = [as_node(value, path, f"term {number}") for number, value in enumerate(values, start=1)]
    name = _name(terms[0])
    concepts: dict[str, Concept] = {}
    relations: dict[Relation, None] = {}
    heirs: dict[str, Concept] = {}
    for term in terms:
        concept = _concept(term, reading)
        if concept.id in concepts:
            raise term.error(f"{concept.id} stood before; expected each id once")
        concepts[concept.id] = concept
        relations.update((relation, None) for relation in _relations(term, concept.id, name))
        for id in term.texts("alt_ids"):
            heirs.setdefault(_id(term, id), concept)
    retire(concepts, heirs)
    return Ontology(name, "", "", tuple(concepts.values()), tuple(relations))


def _concept(term: Node, reading: Reading) -> Concept:
    id, name, namespace = (term.text(key) for key in ("id", "name", "namespace"))
    if not id or not name:
        raise term.error(f"no {'name' if id else 'id'}; expected one")
    synonyms = dict.fromkeys(term.texts("synonyms"))
    synonyms.pop(name, None)
    types = (namespace,) if namespace else ()
    return Concept(_id(term, id), name, tuple(synonyms), types, "", tuple(dict.fromkeys(_xrefs(term, reading))))


def _xrefs(term: Node, reading: Reading) -> Iterator[str]:
    stated = (f"{xref.text('namespace')}:{xref.text('id')}" for xref in term.nodes("xrefs"))
    return xrefs(stated, reading.omissions, term.path)


def _relations(term: Node, id: str, source: str) -> Iterator[Relation]:
    relations = term.node("relations")
    for stated in relations.says:
        label = predicate(stated)
        if not label:
            raise relations.error(f"{stated!r} has no word that begins with a letter; expected a name of a relation")
        for object in relations.texts(stated):
            yield Relation(id, label, _id(term, object), source)


def _id(term: Node, id: str) -> str:
    try:
        return curie.check(id if ":" in id else f"{term.text('namespace').upper()}:{id}")
    except CurieError as error:
        raise term.error(str(error)) from error


def _name(term: Node) -> str:
    prefix, colon, _ = term.text("id").partition(":")
    return prefix.lower() if colon else term.text("namespace")


def _fits(beginning: Beginning) -> bool:
    text = beginning.text
    if (start := _ARRAY.match(text)) is None:
        return False
    try:
        first, _ = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return False
    return all(isinstance(first.get(key), str) for key in ("id", "name", "namespace"))


def _read(path: Path, reading: Reading) -> Ontology:
    return read_termlist(path, reading=reading)


FORMAT = Format("JSON term list", _fits, _read)
