"""What RDF statements say of each subject, as far as an ontology needs it."""

from collections import defaultdict
from pathlib import Path

from graph.formats.rdf_parse import Literal, Statement, Value
from graph.formats.reading import Omissions
from graph.namespaces import COMMONS, DC, DCTERMS, FIBO, OBO, OBO_IN_OWL, OWL, RDF, RDFS, SKOS, SKOS_XL, XSD

NAMES = (SKOS + "prefLabel", SKOS_XL + "prefLabel", RDFS + "label")
"""Properties that give a preferred name, the best first."""

SYNONYMS = (
    SKOS + "altLabel",
    SKOS_XL + "altLabel",
    *(f"{OBO_IN_OWL}has{scope}Synonym" for scope in ("Exact", "Narrow", "Broad", "Related")),
    OBO_IN_OWL + "hasSynonym",
    OBO + "IAO_0000118",
    *(COMMONS + kind for kind in ("synonym", "abbreviation", "acronym")),
    *(FIBO + kind for kind in ("synonym", "abbreviation", "preferredDesignation", "commonDesignation")),
    SKOS + "hiddenLabel",
    SKOS_XL + "hiddenLabel",
)
"""Properties that give another name; what makes a poor preferred name comes last."""

DEFINITIONS = (SKOS + "definition", OBO + "IAO_0000115", RDFS + "comment")
XREFS = (OBO_IN_OWL + "hasDbXref", SKOS + "exactMatch", OWL + "equivalentClass")
HEIRS = (OBO + "IAO_0100001", DCTERMS + "isReplacedBy")
ALTERNATIVE = OBO_IN_OWL + "hasAlternativeId"
DEPRECATED = OWL + "deprecated"
NAMESPACE = OBO_IN_OWL + "hasOBONamespace"
SCHEMES = (SKOS + "inScheme", SKOS + "topConceptOf")
LITERAL_FORM = SKOS_XL + "literalForm"

SUBCLASS = RDFS + "subClassOf"
BROADER = SKOS + "broader"
NARROWER = SKOS + "narrower"
ON_PROPERTY = OWL + "onProperty"
SOME_VALUES = OWL + "someValuesFrom"

IMPORTS = OWL + "imports"
VERSION_IRI = OWL + "versionIRI"
DEFAULT_NAMESPACES = (OBO_IN_OWL + "default-namespace", OBO_IN_OWL + "hasDefaultNamespace")
PREFERRED_PREFIX = "http://purl.org/vocab/vann/preferredNamespacePrefix"
TITLES = (DCTERMS + "title", DC + "title", *NAMES)
VERSIONS = (OWL + "versionInfo", DCTERMS + "hasVersion", DCTERMS + "modified", DCTERMS + "issued", DC + "date")
LICENCES = (DCTERMS + "license", DC + "license", DCTERMS + "rights", DC + "rights")

_OF_CONCEPTS = (*NAMES, *SYNONYMS, *DEFINITIONS, *XREFS, *HEIRS, ALTERNATIVE, DEPRECATED, NAMESPACE, LITERAL_FORM)
_OF_HEADERS = (*TITLES, *VERSIONS, *LICENCES, *DEFAULT_NAMESPACES, PREFERRED_PREFIX)
_TEXTS = frozenset((*_OF_CONCEPTS, *_OF_HEADERS))
_OF_BLANK = frozenset((ON_PROPERTY, SOME_VALUES, LITERAL_FORM))
_TO_BLANK = frozenset((SUBCLASS, OWL + "equivalentClass", *NAMES, *SYNONYMS, ON_PROPERTY, SOME_VALUES))
_TYPE = RDF + "type"
_CONCEPTS = frozenset((OWL + "Class", RDFS + "Class", SKOS + "Concept", OWL + "DeprecatedClass"))
_AXIOMS = frozenset(OWL + kind for kind in ("AllDisjointClasses", "AllDifferent", "NegativePropertyAssertion"))
_LOGICAL = frozenset(OWL + kind for kind in ("disjointWith", "complementOf", "disjointUnionOf", "hasKey"))


class Facts:
    """The statements that matter, by subject.

    Attributes:
        concepts: IRIs of named classes and of SKOS concepts.
        individuals: IRIs of named individuals, SKOS concepts among them.
        ontologies: IRIs of OWL ontologies.
        schemes: IRIs of SKOS concept schemes.
        said: Properties and values of every subject, without texts that no concept or header has a place for.
    """

    def __init__(self, omissions: Omissions) -> None:
        """Know nothing yet; what is left out is noted in ``omissions``."""
        self.omissions = omissions
        self.concepts: set[str] = set()
        self.individuals: set[str] = set()
        self.ontologies: set[str] = set()
        self.schemes: set[str] = set()
        self.said: defaultdict[str, list[tuple[str, Value]]] = defaultdict(list)

    def add(self, statement: Statement, path: Path) -> None:
        """Take in a statement of the file at ``path``."""
        subject, predicate, value = statement
        if predicate == _TYPE:
            self._kind(subject, value, path)
        elif isinstance(value, Literal):
            if predicate in _TEXTS:
                self.said[subject].append((predicate, value))
        elif predicate in _LOGICAL:
            self.omissions.add("logical axiom", path)
        elif is_blank(subject) and predicate not in _OF_BLANK:
            if predicate == SUBCLASS:
                self.omissions.add("anonymous class", path)
        elif not is_blank(value) or predicate in _TO_BLANK:
            self.said[subject].append((predicate, value))

    def values(self, subject: str, *predicates: str) -> list[Value]:
        """Return what ``subject`` has for ``predicates``, in their order, then sorted, each once."""
        said = self.said.get(subject, ())
        return [v for wanted in predicates for v in sorted({v for found, v in said if found == wanted}, key=_order)]

    def _kind(self, subject: str, value: Value, path: Path) -> None:
        if value == OWL + "Axiom":
            self.omissions.add("annotation of an axiom", path)
        elif value in _AXIOMS:
            self.omissions.add("logical axiom", path)
        elif is_blank(subject):
            return
        elif value in _CONCEPTS and is_built_in(subject):
            self.omissions.add("statement about a built-in class", path)
        elif value in _CONCEPTS:
            self.concepts.add(subject)
            if value == OWL + "DeprecatedClass":
                self.said[subject].append((DEPRECATED, Literal("true")))
        elif value == OWL + "NamedIndividual":
            self.individuals.add(subject)
        elif value == OWL + "Ontology":
            self.ontologies.add(subject)
        elif value == SKOS + "ConceptScheme":
            self.schemes.add(subject)


def is_blank(value: Value) -> bool:
    """Return whether ``value`` is a blank node."""
    return isinstance(value, str) and value.startswith("_:")


def is_built_in(iri: str) -> bool:
    """Return whether ``iri`` belongs to the languages of ontologies, as ``owl:Thing`` and ``skos:Concept`` do."""
    return iri.startswith((OWL, RDF, RDFS, XSD, SKOS, SKOS_XL))


def _order(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else ("", *value)
