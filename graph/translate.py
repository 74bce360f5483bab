"""Relations said in one vocabulary, said again in another."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graph.ontology import Ontology
from graph.relation import Relation


class TranslationReport(NamedTuple):
    """What became of the relations of an ontology that was translated.

    Attributes:
        translated: Relations with both ends in the mapping.
        lost: Relations with an end that the mapping does not have.
        loops: Relations whose two ends became the same concept, and were dropped.
        relations: Distinct relations that came out.
    """

    translated: int
    lost: int
    loops: int
    relations: int


def translate(ontology: Ontology, mapping: Mapping[str, Sequence[str]]) -> tuple[Ontology, TranslationReport]:
    """Return ``ontology`` with only its relations, every end replaced by what ``mapping`` has for it.

    An end with several counterparts gives a relation with each. Relations that become equal are merged and
    their evidence united. Its own concepts are left out: the other vocabulary's ontology holds them.
    """
    found: dict[tuple[str, str, str, str], dict[str, None]] = {}
    translated = lost = loops = 0
    for relation in ontology.relations:
        pairs = [(s, o) for s in mapping.get(relation.subject, ()) for o in mapping.get(relation.object, ())]
        kept = [(s, o) for s, o in pairs if s != o]
        lost += not pairs
        loops += bool(pairs) and not kept
        translated += bool(pairs)
        for subject, object in kept:
            evidence = found.setdefault((subject, relation.predicate, object, relation.source), {})
            evidence.update(dict.fromkeys(relation.evidence))
    relations = tuple(Relation(*key, tuple(evidence)) for key, evidence in found.items())
    report = TranslationReport(translated, lost, loops, len(relations))
    return Ontology(ontology.name, ontology.version, ontology.licence, (), relations), report
