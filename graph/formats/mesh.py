"""MeSH as a whole: descriptors and supplementary concepts, which say only together what a supplementary concept is."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from graph.formats.schemas import MESH_DESCRIPTORS, MESH_RETIRED, MESH_SUPPLEMENTARY
from graph.formats.table import read_concepts
from graph.ontology import Ontology

_FIRST = ("Disease", "Chemical")


def read_mesh(descriptors: Path | str, supplementary: Path | str, *, retired: Path | str | None = None) -> Ontology:
    """Read the tables of MeSH into one ontology.

    Args:
        descriptors: Main headings, as :data:`~graph.formats.schemas.MESH_DESCRIPTORS` says.
        supplementary: Supplementary concepts, as :data:`~graph.formats.schemas.MESH_SUPPLEMENTARY` says.
        retired: Ids that are no longer current, as :data:`~graph.formats.schemas.MESH_RETIRED` says.

    Raises:
        OntologyFormatError: A table is not as its schema says.
    """
    parts = [read_concepts(descriptors, MESH_DESCRIPTORS), read_concepts(supplementary, MESH_SUPPLEMENTARY)]
    if retired is not None:
        parts.append(read_concepts(retired, MESH_RETIRED))
    parts = inherit_types(parts)
    return Ontology(
        MESH_DESCRIPTORS.name,
        MESH_DESCRIPTORS.version,
        MESH_DESCRIPTORS.licence,
        tuple(concept for part in parts for concept in part.concepts),
        tuple(relation for part in parts for relation in part.relations),
    )


def inherit_types(ontologies: Iterable[Ontology]) -> list[Ontology]:
    """Give each concept without a type the type that most of the concepts have to which it is ``mapped_to``.

    Disease and Chemical come before every other type however few headings have them (a syndrome is also mapped
    to the organs that it affects), and Disease before Chemical where as many headings say one as the other.
    """
    ontologies = list(ontologies)
    types = {concept.id: concept.types for ontology in ontologies for concept in ontology.concepts if concept.types}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for ontology in ontologies:
        for relation in ontology.relations:
            if relation.predicate == "mapped_to":
                votes[relation.subject].update(types.get(relation.object, ()))
    inherited = {id: (_elected(votes[id]),) for id in votes if id not in types and votes[id]}
    return [
        replace(o, concepts=tuple(replace(c, types=inherited[c.id]) if c.id in inherited else c for c in o.concepts))
        for o in ontologies
    ]


def _elected(votes: Counter[str]) -> str:
    return min(votes, key=lambda type: (type not in _FIRST, -votes[type], type != "Disease", type))
