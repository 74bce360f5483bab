"""The part of MeSH that ships: what chemical and disease texts are about, and the whole of the tree."""

from graph.ontology import Ontology

TYPES = frozenset({"Chemical", "Disease"})
"""Supplementary concepts of these types are kept; the others are mostly names of viruses and peoples."""


def select(mesh: Ontology) -> Ontology:
    """Return ``mesh`` with every descriptor, the supplementary concepts of :data:`TYPES`, and what leads to them."""
    kept = {c.id for c in mesh.concepts if c.id.startswith("MESH:D") or TYPES.intersection(c.types)}
    return Ontology(
        mesh.name,
        mesh.version,
        mesh.licence,
        tuple(c for c in mesh.concepts if c.id in kept or (c.obsolete and c.replaced_by in kept)),
        tuple(r for r in mesh.relations if r.subject in kept and r.object in kept),
    )
