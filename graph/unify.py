"""One id for concepts that several vocabularies have."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import replace
from typing import NamedTuple

from graph.concept import Concept
from graph.mapping import EXACT, Mapping
from graph.ontology import Ontology, Rows
from graph.relation import Relation

Link = tuple[str, str]


class Unification(NamedTuple):
    """Which concepts of several ontologies are one.

    Attributes:
        stands_for: Id that stands for each concept that was merged into another.
        ambiguous: How many correspondences were passed over because one end has several counterparts in the other
            vocabulary.
        conflicts: Groups of ids that correspond but were left apart, for two of them are of one vocabulary.
    """

    stands_for: Dict[str, str]
    ambiguous: int
    conflicts: tuple[tuple[str, ...], ...]


def unify(
    ontologies: Sequence[Ontology],
    mappings: Iterable[Mapping] = (),
    *,
    predicates: Collection[str] = EXACT,
    through_xrefs: bool = True,
) -> tuple[list[Ontology], Unification]:
    """Return the ontologies with one id for every group of concepts that correspond, and what was decided.

    Two concepts correspond where a mapping says so with one of ``predicates``, or where a cross-reference leads from
    one to the other, or from both to the same third id. Vocabularies are told by their prefix. A correspondence counts
    only if it is the only one between its ends' vocabularies at either end: what has several counterparts is broader
    or narrower than some of them. A group with two concepts of one vocabulary is left apart.

    The id that the earliest of ``ontologies`` uses stands for the group, and its name comes first; the other ids stay
    as cross-references, and as retired ids that lead to it. Their relations are stated of it; one between two merged
    concepts is dropped.
    """
    holder, links = _walked(ontologies, through_xrefs=through_xrefs)
    links |= {_ordered(m.subject, m.object) for m in mappings if m.predicate in predicates}
    links = {link for link in links if _prefix(link[0]) != _prefix(link[1])}
    unique = _unique(links)
    stands_for: dict[str, str] = {}
    conflicts = []
    for group in _groups(unique):
        held = sorted((id for id in group if id in holder), key=lambda id: (holder[id], id))
        if len({_prefix(id) for id in held}) < len(held):
            conflicts.append(tuple(sorted(held)))
        elif len(held) > 1:
            stands_for.update(dict.fromkeys(held[1:], held[0]))
    found = Unification(stands_for, len(links) - len(unique), tuple(sorted(conflicts)))
    return [_renamed(ontology, stands_for) for ontology in ontologies] if stands_for else list(ontologies), found


def _walked(ontologies: Sequence[Ontology], *, through_xrefs: bool) -> tuple[dict[str, int], set[Link]]:
    """Return which of ``ontologies`` is the first with each live concept, and what cross-references link."""
    holder: dict[str, int] = {}
    links: set[Link] = set()
    for i, ontology in enumerate(ontologies):
        for concept in ontology.concepts:
            if not concept.obsolete:
                holder.setdefault(concept.id, i)
                if through_xrefs:
                    links.update(_ordered(concept.id, xref) for xref in concept.xrefs)
    return holder, links


def _prefix(id: str) -> str:
    return id.partition(":")[0]


def _ordered(first: str, second: str) -> Link:
    return (first, second) if first < second else (second, first)


def _unique(links: Collection[Link]) -> list[Link]:
    """Return the links that are the only one from either end into the other end's vocabulary."""
    counterparts: dict[tuple[str, str], int] = defaultdict(int)
    for first, second in links:
        counterparts[first, _prefix(second)] += 1
        counterparts[second, _prefix(first)] += 1
    return [(a, b) for a, b in links if counterparts[a, _prefix(b)] == 1 == counterparts[b, _prefix(a)]]


def _groups(links: Iterable[Link]) -> Iterator[list[str]]:
    """Yield the connected components of ``links``."""
    linked: dict[str, list[str]] = defaultdict(list)
    for first, second in links:
        linked[first].append(second)
        linked[second].append(first)
    seen: set[str] = set()
    for start in linked:
        if start in seen:
            continue
        group = [start]
        seen.add(start)
        for id in group:
            new = [other for other in linked[id] if other not in seen]
            seen.update(new)
            group += new
        yield group


def _renamed(ontology: Ontology, stands_for: Dict[str, str]) -> Ontology:
    """Return ``ontology`` with ids replaced by those that stand for them; what was not held still is not."""

    def concepts() -> Iterator[Concept]:
        for concept in ontology.concepts:
            id = stands_for.get(concept.id)
            if id is None:
                heir = stands_for.get(concept.replaced_by or "")
                yield replace(concept, replaced_by=heir) if heir else concept
            else:
                # Without a name of its own: the name that the id had stays the preferred one.
                names = tuple(filter(None, (concept.name, *concept.synonyms)))
                xrefs = tuple(xref for xref in (concept.id, *concept.xrefs) if xref != id)
                yield replace(concept, id=id, name="", synonyms=names, xrefs=xrefs)
                yield Concept(concept.id, concept.name, types=concept.types, obsolete=True, replaced_by=id)

    def relations() -> Iterator[Relation]:
        for relation in ontology.relations:
            ends = (stands_for.get(relation.subject), stands_for.get(relation.object))
            if ends == (None, None):
                yield relation
            elif (subject := ends[0] or relation.subject) != (object := ends[1] or relation.object):
                yield replace(relation, subject=subject, object=object)

    return replace(
        ontology,
        concepts=Rows(concepts).held_like(ontology.concepts),
        relations=Rows(relations).held_like(ontology.relations),
    )
