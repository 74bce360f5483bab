"""Human genes by their NCBI ids, and the names that MeSH has for their products."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from graph.concept import Concept
from graph.formats.schemas import HGNC
from graph.formats.table import read_concepts
from graph.mapping import Mapping
from graph.ontology import Ontology
from graph.relation import IS_A
from vocabulary import by_name, key

_PRODUCTS = ("MESH:D011506", "MESH:D045762")
"""MeSH's proteins, and its enzymes and coenzymes."""


def genes(data: Path) -> Ontology:
    """Return the approved genes; one that NCBI knows has its id there, and HGNC's as a cross-reference."""
    whole = read_concepts(data / "ontologies/hgnc/hgnc_entries.tsv.gz", HGNC)
    approved = (concept for concept in whole.concepts if "withdrawn" not in concept.name)
    return replace(whole, concepts=tuple(map(_by_ncbi, approved)), relations=())


def _by_ncbi(concept: Concept) -> Concept:
    ids = [xref for xref in concept.xrefs if xref.startswith("NCBIGene:")]
    if len(ids) != 1:
        return concept
    others = (concept.id, *(xref for xref in concept.xrefs if xref != ids[0]))
    return replace(concept, id=ids[0], xrefs=others)


def by_xref(concepts: Iterable[Concept], *, prefix: str) -> dict[str, set[str]]:
    """Return the concepts of each id with ``prefix`` that they are, or refer to."""
    found: dict[str, set[str]] = defaultdict(set)
    for concept in concepts:
        for id in (concept.id, *concept.xrefs):
            if id.startswith(f"{prefix}:"):
                found[id].add(concept.id)
    return found


def chemicals(mesh: Ontology) -> Ontology:
    """Return the chemicals of ``mesh``, its proteins and enzymes as genes too, and the relations between them."""
    products = _below(mesh, _PRODUCTS)
    kept = {c.id for c in mesh.concepts if "Chemical" in c.types or c.replaced_by}
    return replace(
        mesh,
        concepts=tuple(
            replace(c, types=(*c.types, "Gene")) if c.id in products else c for c in mesh.concepts if c.id in kept
        ),
        relations=tuple(r for r in mesh.relations if r.subject in kept and r.object in kept),
    )


def _below(mesh: Ontology, roots: Iterable[str]) -> set[str]:
    """Return ``roots`` and everything below them."""
    narrower: dict[str, list[str]] = defaultdict(list)
    for relation in mesh.relations:
        if relation.predicate == IS_A:
            narrower[relation.object].append(relation.subject)
    found, ahead = set(roots), list(roots)
    while ahead:
        new = set(narrower[ahead.pop()]) - found
        found |= new
        ahead += new
    return found


def same_named(first: Ontology, second: Ontology, *, type: str) -> Iterator[Mapping]:
    """Yield that a concept of ``second`` is the one of ``first`` that alone has its preferred name."""
    names, others = by_name(first.concepts, type=type), by_name(second.concepts, type=type)
    held = set(others.values())
    preferred = {c.id: c.name for c in second.concepts if c.id in held}
    for name, id in others.items():
        if name in names and key(preferred[id]) == name:
            yield Mapping(id, "skos:exactMatch", names[name], source="name")
