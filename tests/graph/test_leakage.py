"""A policy takes out exactly what it forbids, and counts it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import CurieError
from graph.leakage import KnowledgePolicy, Reason, without_leaks
from graph.ontology import Ontology
from graph.relation import Relation

PAPERS = [f"PMID:{n}" for n in range(5)]
SOURCES = ["CTD", "SIDER", "MeSH"]
PREDICATES = ["is_a", "causes", "treats"]

relations = st.lists(
    st.builds(
        Relation,
        st.sampled_from(["X:1", "X:2", "X:3"]),
        st.sampled_from(PREDICATES),
        st.sampled_from(["X:1", "X:2", "X:3"]),
        st.sampled_from(SOURCES),
        st.lists(st.sampled_from(PAPERS), unique=True).map(tuple),
    )
)
policies = st.builds(
    KnowledgePolicy,
    st.frozensets(st.sampled_from(SOURCES)),
    st.frozensets(st.sampled_from(PREDICATES)),
    st.frozensets(st.sampled_from(PAPERS)),
)


def test_worked_example() -> None:
    ontology = Ontology(
        "mixed",
        relations=(
            Relation("X:1", "causes", "X:2", "CTD", ("PMID:1",)),
            Relation("X:1", "causes", "X:2", "SIDER"),
            Relation("X:1", "binds", "X:3", "DrugBank", ("PMID:1",)),
            Relation("X:1", "binds", "X:4", "DrugBank", ("PMID:1", "PMID:9")),
            Relation("X:1", "is_a", "X:5", "MeSH"),
        ),
    )
    policy = KnowledgePolicy(frozenset({"CTD"}), frozenset({"causes"}), frozenset({"PMID:1"}))
    filtered, report = without_leaks(ontology, policy)
    assert filtered.relations == (
        Relation("X:1", "binds", "X:4", "DrugBank", ("PMID:9",)),
        Relation("X:1", "is_a", "X:5", "MeSH"),
    )
    assert report.removed == ((Reason.SOURCE, 1), (Reason.PREDICATE, 1), (Reason.EVIDENCE, 1))
    assert (report.before, report.trimmed) == (5, 1)
    assert "5 relations" in str(report)


@given(relations, policies)
def test_nothing_forbidden_remains(found: list[Relation], policy: KnowledgePolicy) -> None:
    filtered, _ = without_leaks(Ontology("x", relations=tuple(found)), policy)
    for relation in filtered.relations:
        assert relation.source not in policy.forbidden_sources
        assert relation.predicate not in policy.forbidden_predicates
        assert policy.forbidden_evidence.isdisjoint(relation.evidence)


@given(relations, policies)
def test_nothing_else_is_lost(found: list[Relation], policy: KnowledgePolicy) -> None:
    filtered, report = without_leaks(Ontology("x", relations=tuple(found)), policy)
    allowed = [
        (r.subject, r.predicate, r.object, r.source)
        for r in found
        if r.source not in policy.forbidden_sources
        and r.predicate not in policy.forbidden_predicates
        and (not r.evidence or set(r.evidence) - policy.forbidden_evidence)
    ]
    assert [(r.subject, r.predicate, r.object, r.source) for r in filtered.relations] == allowed
    assert report.before - sum(count for _, count in report.removed) == len(allowed)


@given(relations, policies)
def test_twice_is_once(found: list[Relation], policy: KnowledgePolicy) -> None:
    filtered, _ = without_leaks(Ontology("x", relations=tuple(found)), policy)
    again, report = without_leaks(filtered, policy)
    assert again == filtered
    assert report.removed == ()
    assert report.trimmed == 0


@given(relations)
def test_empty_policy_changes_nothing(found: list[Relation]) -> None:
    ontology = Ontology("x", relations=tuple(found))
    assert without_leaks(ontology, KnowledgePolicy())[0] == ontology


def test_evidence_must_be_curies() -> None:
    with pytest.raises(CurieError):
        KnowledgePolicy(forbidden_evidence=frozenset({"12345"}))
