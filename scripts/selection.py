"""The part of MeSH that ships: the whole tree, every supplementary disease, and chemicals but for gene products."""

import re

from graph.concept import Concept
from graph.ontology import Ontology

_GENE_PRODUCT = re.compile(
    r"(?:.*\b(?:protein|RNA|microRNA|peptide|antigen|enzyme|polypeptide)\b[^,]*, [A-Za-z][\w .'-]+"
    r"|.*, (?:human|mouse|rat|bovine|chicken|zebrafish|Xenopus|Drosophila|C elegans|Arabidopsis|E coli"
    r"|S cerevisiae|S pombe))"
)
"""How MeSH names the product of a gene: what it is, a comma, the species."""


def matters(concept: Concept) -> bool:
    """Return whether ``concept`` ships: a descriptor, a disease, or a chemical that is no gene product."""
    if concept.id.startswith("MESH:D") or "Disease" in concept.types:
        return True
    return "Chemical" in concept.types and _GENE_PRODUCT.fullmatch(concept.name) is None


def select(mesh: Ontology) -> Ontology:
    """Return ``mesh`` with only the concepts that matter, their relations, and the retired ids that lead to them."""
    kept = {concept.id for concept in mesh.concepts if not concept.obsolete and matters(concept)}
    return Ontology(
        mesh.name,
        mesh.version,
        mesh.licence,
        tuple(c for c in mesh.concepts if c.id in kept or c.replaced_by in kept),
        tuple(r for r in mesh.relations if r.subject in kept and r.object in kept),
    )
