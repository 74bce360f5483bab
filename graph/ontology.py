"""What a loader returns."""

from dataclasses import dataclass

from graph.concept import Concept
from graph.relation import Relation


@dataclass(frozen=True, slots=True)
class Ontology:
    """Concepts and relations of one source, in the source's order.

    Attributes:
        name: Short name of the source, such as ``MeSH``.
        version: The source's release, as it writes it; empty if unknown.
        licence: Terms of the source in a few words; empty if unknown.
        concepts: Every concept once.
        relations: Relations; both ends need not be among ``concepts`` (another source may hold them).
    """

    name: str
    version: str = ""
    licence: str = ""
    concepts: tuple[Concept, ...] = ()
    relations: tuple[Relation, ...] = ()
