"""A statement that two concepts of different vocabularies correspond."""

from dataclasses import dataclass

from graph import curie

EXACT = frozenset({"skos:exactMatch", "owl:equivalentClass", "owl:sameAs"})
"""Predicates that say two concepts are the same."""

CLOSE = EXACT | {"skos:closeMatch", "oboInOwl:hasDbXref"}
"""Those, and predicates that say two concepts are nearly the same."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Subject - predicate -> object, as in SSSOM (Simple Standard for Sharing Ontological Mappings).

    Attributes:
        subject: CURIE.
        predicate: CURIE, such as ``skos:exactMatch``.
        object: CURIE.
        source: Where the statement comes from, such as a file's name.
    """

    subject: str
    predicate: str
    object: str
    source: str = ""

    def __post_init__(self) -> None:
        curie.check(self.subject)
        curie.check(self.object)
