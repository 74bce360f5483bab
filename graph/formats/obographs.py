"""Ontologies in OBO Graphs JSON (the geneontology/obographs schema, as OBO Foundry ontologies publish it)."""

import re
from collections.abc import Iterator
from pathlib import Path

from graph import curie
from graph.concept import Concept
from graph.errors import CurieError, OntologyFormatError
from graph.formats.alternative import retire
from graph.formats.branches import typed_by_branch
from graph.formats.format import Beginning, Format
from graph.formats.iri import Curies, local_name
from graph.formats.json_file import Node, as_node, read_json
from graph.formats.ontology_iri import release, short_name
from graph.formats.predicate import predicate
from graph.formats.reading import Reading
from graph.formats.xrefs import xrefs
from graph.namespaces import DC, DCTERMS, OBO, OBO_IN_OWL, OWL
from graph.ontology import Ontology
from graph.relation import IS_A, Relation

_FIRST = re.compile(
    r'\s*\{\s*(?:"meta"\s*:\s*\{[^{}]*\}\s*,\s*)?"graphs"\s*:\s*\[\s*\{\s*'
    r'"(?:id|lbl|meta|nodes|edges|equivalentNodesSets|\w+Axioms)"'
)
_ALTERNATIVE = OBO_IN_OWL + "hasAlternativeId"
_HEIR = OBO + "IAO_0100001"
_NAMESPACE = OBO_IN_OWL + "hasOBONamespace"
_DEFAULTS = (OBO_IN_OWL + "default-namespace", OBO_IN_OWL + "hasDefaultNamespace")
_LICENCES = (DCTERMS + "license", DC + "license", DCTERMS + "rights", DC + "rights")


def read_obographs(path: Path | str, *, reading: Reading | None = None) -> Ontology:
    """Read an OBO Graphs file, plain or compressed; the ontology is the one that its OBO form gives.

    Nodes of type CLASS become concepts with CURIEs for IRIs, edges between them relations, named by what the file
    calls the property. An alternative id becomes a retired concept, and a merged class without a label is called as
    the one that replaces it. Several graphs in one file are read as one ontology, which the first names. Individuals
    and logical axioms are passed over.

    Raises:
        OntologyFormatError: It is no JSON, something in it is not of the kind that the schema says, or a node has no id
            or one that was defined before.
    """
    path, reading = Path(path), reading or Reading()
    graphs = list(as_node(read_json(path), path, "").nodes("graphs"))
    if not graphs:
        raise OntologyFormatError(path, 0, "no graph; expected one in graphs")
    reader = _Reader(reading, short_name(graphs[0].text("id")) or path.name.partition(".")[0])
    for graph in graphs:
        reader.nodes(graph)
    for graph in graphs:
        reader.edges(graph)
    retire(reader.concepts, {id: reader.concepts[heir] for id, heir in reader.heirs.items()})
    licence = next(iter(_properties(graphs[0], *_LICENCES)), "")
    typed = typed_by_branch(reader.concepts.values(), reader.relations)
    return Ontology(reader.name, _version(graphs[0]), licence, typed, tuple(reader.relations))


class _Reader:
    """What was read so far."""

    def __init__(self, reading: Reading, name: str) -> None:
        self.reading = reading
        self.name = name
        self.curies = Curies()
        self.concepts: dict[str, Concept] = {}
        self.relations: dict[Relation, None] = {}
        self.heirs: dict[str, str] = {}
        self.labels: dict[str, str] = {}

    def nodes(self, graph: Node) -> None:
        default = next(iter(_properties(graph, *_DEFAULTS)), "")
        unnamed = []
        for node in graph.nodes("nodes"):
            kind = node.text("type")
            if kind == "PROPERTY":
                self.labels[node.text("id")] = node.text("lbl")
            elif kind == "CLASS":
                concept = self.concept(node, default)
                if concept.id in self.concepts:
                    raise node.error(f"{concept.id} was defined before; expected each id once")
                self.concepts[concept.id] = concept
                for text in _properties(node, _ALTERNATIVE):
                    self.heirs.setdefault(self.id(node, text), concept.id)
                if not node.text("lbl"):
                    unnamed.append(concept.id)
            elif kind:
                self.reading.omissions.add("node that is no class", node.path)
        for id in unnamed:
            if id in self.heirs and self.concepts[id].obsolete:
                del self.concepts[id]

    def concept(self, node: Node, default: str) -> Concept:
        id = self.id(node, node.text("id"))
        name, meta = node.text("lbl") or id, node.node("meta")
        obsolete = meta.flag("deprecated")
        heirs = _properties(node, _HEIR) if obsolete else []
        types = _properties(node, _NAMESPACE)[:1] or [default]
        synonyms = dict.fromkeys(synonym.text("val") for synonym in meta.nodes("synonyms"))
        return Concept(
            id,
            name,
            tuple(text for text in synonyms if text and text != name),
            tuple(filter(None, types)),
            meta.node("definition").text("val"),
            tuple(dict.fromkeys(self.xrefs(meta))),
            obsolete,
            self.id(node, heirs[0]) if heirs else None,
        )

    def xrefs(self, meta: Node) -> Iterator[str]:
        stated = (xref.text("val").partition(" ")[0] for xref in meta.nodes("xrefs"))
        return xrefs(stated, self.reading.omissions, meta.path)

    def edges(self, graph: Node) -> None:
        for edge in graph.nodes("edges"):
            ends = [self.id(edge, edge.text(key)) for key in ("sub", "obj")]
            if ends[0] not in self.concepts:
                self.reading.omissions.add("edge of what is no class", edge.path)
                continue
            stated = edge.text("pred")
            label = stated if stated == IS_A else predicate(self.labels.get(stated) or local_name(stated))
            if not label:
                raise edge.error(f"pred {stated!r} has no name that begins with a letter; expected is_a or a property")
            self.relations[Relation(ends[0], label, ends[1], self.name)] = None

    def id(self, node: Node, text: str) -> str:
        if not text:
            raise node.error("no id; expected an IRI or a CURIE")
        try:
            return self.curies[text] if "://" in text else curie.expand(text, self.name)
        except CurieError as error:
            raise node.error(str(error)) from error


def _properties(node: Node, *names: str) -> list[str]:
    """Return the values that the node's meta has for the properties ``names``, by name."""
    values = [(value.text("pred"), value.text("val")) for value in node.node("meta").nodes("basicPropertyValues")]
    return [text for name in names for pred, text in values if pred == name and text]


def _version(graph: Node) -> str:
    iri = graph.node("meta").text("version")
    return release(iri) or next(iter(_properties(graph, OWL + "versionInfo")), "") or iri


def _fits(beginning: Beginning) -> bool:
    return _FIRST.match(beginning.text) is not None


def _read(path: Path, reading: Reading) -> Ontology:
    return read_obographs(path, reading=reading)


FORMAT = Format("OBO Graphs", _fits, _read)
