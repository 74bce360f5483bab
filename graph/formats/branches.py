"""What a concept is, where an ontology says so by the branch that it stands in and not by a namespace."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from graph.concept import Concept
from graph.relation import IS_A, Relation

BRANCHES: Mapping[str, str] = MappingProxyType(
    {
        "HP:0000118": "Phenotype",
        "HP:0000005": "Mode of inheritance",
        "HP:0012823": "Clinical modifier",
        "HP:0032223": "Blood group",
        "HP:0032443": "Past medical history",
        "HP:0040279": "Frequency",
    }
)
"""The type of a concept and of all below it. The Human Phenotype Ontology has one namespace for phenotypes and for the
words that qualify them ("severe", "bilateral", "autosomal dominant"), which are no findings."""


def typed_by_branch(concepts: Iterable[Concept], relations: Iterable[Relation]) -> tuple[Concept, ...]:
    """Return ``concepts``; those of :data:`BRANCHES` have the branch for their type in place of the namespace."""
    held = tuple(concepts)
    heads = [concept.id for concept in held if concept.id in BRANCHES]
    if not heads:
        return held
    below: dict[str, list[str]] = {}
    for relation in relations:
        if relation.predicate == IS_A:
            below.setdefault(relation.object, []).append(relation.subject)
    types: dict[str, set[str]] = {}
    for head in heads:
        for id in _subtree(head, below):
            types.setdefault(id, set()).add(BRANCHES[head])
    return tuple(replace(c, types=tuple(sorted(types[c.id]))) if c.id in types else c for c in held)


def _subtree(head: str, below: Mapping[str, list[str]]) -> set[str]:
    seen, waiting = {head}, [head]
    while waiting:
        new = [id for id in below.get(waiting.pop(), ()) if id not in seen]
        seen.update(new)
        waiting += new
    return seen
