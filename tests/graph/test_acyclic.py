"""What closes a cycle can be left out, and the rest of the hierarchy stays."""

import networkx
from hypothesis import given
from hypothesis import strategies as st

from graph.acyclic import without_cycles
from graph.ontology import Ontology
from graph.relation import Relation
from graph.relation_table import RelationTable, TableRows


def ontology(*edges, name="o"):
    return Ontology(name, relations=tuple(Relation(f"C:{a}", "is_a", f"C:{b}", name) for a, b in edges))


def test_the_relation_that_leads_back_is_left_out():
    kept, cut = without_cycles([ontology((1, 2), (2, 3), (3, 1), (4, 1))])
    assert cut == (("C:3", "C:1"),)
    assert kept[0].relations == ontology((1, 2), (2, 3), (4, 1)).relations


def test_a_cycle_across_two_sources_is_found_and_other_predicates_stay():
    other = Ontology("b", relations=(Relation("C:2", "is_a", "C:1", "b"), Relation("C:2", "part_of", "C:1", "b")))
    kept, cut = without_cycles([ontology((1, 2)), other])
    assert cut == (("C:2", "C:1"),)
    assert [r.predicate for r in kept[1].relations] == ["part_of"]


def test_a_concept_below_itself_is_a_cycle():
    assert without_cycles([ontology((1, 1))])[1] == (("C:1", "C:1"),)


pairs = st.tuples(st.integers(0, 7), st.integers(0, 7))


@given(st.lists(pairs, max_size=30), st.randoms())
def test_the_result_is_acyclic_least_in_hindsight_and_independent_of_order(edges, random):
    kept, cut = without_cycles([ontology(*edges)])
    graph = networkx.DiGraph([(r.subject, r.object) for r in kept[0].relations])
    assert networkx.is_directed_acyclic_graph(graph)
    for edge in cut:  # each one that was cut would close a cycle
        graph.add_edge(*edge)
        assert not networkx.is_directed_acyclic_graph(graph)
        graph.remove_edge(*edge)
    shuffled = list(edges)
    random.shuffle(shuffled)
    half = len(shuffled) // 2
    assert without_cycles([ontology(*shuffled[:half]), ontology(*shuffled[half:], name="p")])[1] == cut


def test_a_table_loses_the_same_and_is_read_once():
    edges = [(1, 2), (2, 3), (3, 1), (4, 1)]
    reads = []

    def read():
        reads.append(1)
        cited = [Relation("C:3", "is_a", "C:9", "o", ("P:1",)), Relation("C:3", "part_of", "C:1", "o")]
        return RelationTable.of([*ontology(*edges).relations, *cited])

    kept, cut = without_cycles([Ontology("o", relations=TableRows(read))])
    assert cut == (("C:3", "C:1"),)
    assert [(r.subject, r.predicate, r.object, r.evidence) for r in kept[0].relations] == [
        ("C:1", "is_a", "C:2", ()),
        ("C:2", "is_a", "C:3", ()),
        ("C:4", "is_a", "C:1", ()),
        ("C:3", "is_a", "C:9", ("P:1",)),
        ("C:3", "part_of", "C:1", ()),
    ]
    assert reads == [1]
