"""Knowledge that a task must not see, and its removal before subgraphs are cut or embeddings trained.

A graph that was curated from the very papers a corpus annotates, or that states the relation a task asks for, turns
the task into looking up the answer: 96 % of the BC5CDR test pairs stand in CTD, most because of the same abstract.
A task therefore declares a :class:`KnowledgePolicy`, and :func:`without_leaks` applies it to each source.
"""

from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum

from graph import curie
from graph.ontology import Ontology
from graph.relation import Relation


class Reason(str, Enum):
    """Why a relation was left out; where several hold, the first in this order is counted."""

    SOURCE = "source"
    PREDICATE = "predicate"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class KnowledgePolicy:
    """What a task must not see.

    Attributes:
        forbidden_sources: Names of resources (``Relation.source``) that hold the answers, such as CTD.
        forbidden_predicates: Relation types that are the answer, whoever states them.
        forbidden_evidence: Publications as CURIEs (``PMID:12345``): those of the train, dev and test sets. A relation
            loses such evidence, and is left out if none remains; one without any evidence is not concerned.
    """

    forbidden_sources: frozenset[str] = frozenset()
    forbidden_predicates: frozenset[str] = frozenset()
    forbidden_evidence: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for publication in self.forbidden_evidence:
            curie.check(publication)

    def reason_against(self, relation: Relation) -> Reason | None:
        """Return why ``relation`` may not be seen, or ``None`` if it may (perhaps without some evidence)."""
        if relation.source in self.forbidden_sources:
            return Reason.SOURCE
        if relation.predicate in self.forbidden_predicates:
            return Reason.PREDICATE
        if relation.evidence and self.forbidden_evidence.issuperset(relation.evidence):
            return Reason.EVIDENCE
        return None


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What a policy took from an ontology, to be printed with every result.

    Attributes:
        ontology: Name of the ontology.
        before: Relations that it had.
        removed: Relations left out, by reason; reasons that never held are absent.
        trimmed: Relations kept with less evidence than they had.
    """

    ontology: str
    before: int
    removed: tuple[tuple[Reason, int], ...] = ()
    trimmed: int = 0

    def __str__(self) -> str:
        counts = ", ".join(f"{count} by {reason.value}" for reason, count in self.removed) or "none"
        return (
            f"{self.ontology}: {self.before} relations, left out {counts}; {self.trimmed} lost part of their evidence"
        )


def without_leaks(ontology: Ontology, policy: KnowledgePolicy) -> tuple[Ontology, LeakReport]:
    """Return ``ontology`` without what ``policy`` forbids, and what that took. Concepts and order stay as they are."""
    removed: Counter[Reason] = Counter()
    kept: list[Relation] = []
    trimmed = 0
    for relation in ontology.relations:
        reason = policy.reason_against(relation)
        if reason is not None:
            removed[reason] += 1
            continue
        evidence = tuple(e for e in relation.evidence if e not in policy.forbidden_evidence)
        trimmed += len(evidence) < len(relation.evidence)
        kept.append(relation if evidence == relation.evidence else replace(relation, evidence=evidence))
    counts = tuple((reason, removed[reason]) for reason in Reason if removed[reason])
    report = LeakReport(ontology.name, len(kept) + removed.total(), counts, trimmed)
    return replace(ontology, relations=tuple(kept)), report
