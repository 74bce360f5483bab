"""Concepts, relations and what is derived from them by themselves."""

import dataclasses

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import curie
from graph.concept import Concept
from graph.cycle import find_cycle
from graph.errors import CurieError, CycleError, GraphError, OntologyFormatError, StoreError, UnknownConceptError
from graph.merge import merge
from graph.relation import Relation
from graph.retired import follow
from graph.search import fold
from graph.subgraph import Role, Subgraph, SubgraphConcept, SubgraphRelation


@pytest.mark.parametrize("id", ["MESH:D003000", "HP:0000001", "a.b-c_d:é/1#2", "_:x", "X::"])
def test_curies(id):
    assert curie.check(id) == id == curie.expand(id, "Y")


@pytest.mark.parametrize("id", ["", "D003000", ":x", "X:", "X: y", "X:a|b", "1X:y", "X Y:z", "X:y\n"])
def test_what_is_no_curie(id):
    with pytest.raises(CurieError, match="prefix:local"):
        curie.check(id)
    with pytest.raises(CurieError):
        Concept(id, "name")
    with pytest.raises(CurieError):
        Relation("X:1", "is_a", id)
    with pytest.raises(CurieError):
        Relation(id, "is_a", "X:1")


def test_a_prefix_is_put_before_what_has_none():
    assert curie.expand("D003000", "MESH") == "MESH:D003000"


def test_a_successor_is_for_retired_concepts():
    assert Concept("X:1", "", obsolete=True, replaced_by="X:2").replaced_by == "X:2"
    with pytest.raises(ValueError, match="obsolete"):
        Concept("X:1", "", replaced_by="X:2")
    with pytest.raises(CurieError):
        Concept("X:1", "", obsolete=True, replaced_by="two")


def test_a_relation_has_a_predicate():
    with pytest.raises(ValueError, match="X:1 -> X:2"):
        Relation("X:1", "", "X:2")


def test_values_do_not_change():
    for value, field in ((Concept("X:1", "x"), "name"), (Relation("X:1", "p", "X:2"), "source")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field, "y")
        assert {value: 1}[dataclasses.replace(value)] == 1


def test_the_json_form_of_a_subgraph():
    concept = SubgraphConcept("X:1", "one", ("T",), Role.PATH, 1)
    found = Subgraph((concept,), (SubgraphRelation("X:1", "p", "X:1", "s"),))
    assert found.to_dict() == {
        "concepts": [{"id": "X:1", "name": "one", "role": "path", "distance": 1}],
        "relations": [{"subject": "X:1", "predicate": "p", "object": "X:1"}],
    }


def test_errors_say_what_and_where():
    errors = {
        UnknownConceptError("X:1", "the store"): (KeyError, "unknown concept 'X:1': the store does not hold it"),
        OntologyFormatError("a.obo", 3, "no id"): (ValueError, "a.obo:3: no id"),
        CycleError("a.obo", ["X:1", "X:2", "X:1"]): (ValueError, "a.obo: cycle in the hierarchy: X:1 -> X:2 -> X:1"),
        StoreError("gone"): (RuntimeError, "gone"),
    }
    for error, (builtin, message) in errors.items():
        assert isinstance(error, GraphError)
        assert isinstance(error, builtin)
        assert str(error) == message


texts = st.sampled_from(["", "a", "b", "c", "d"])
claims = st.lists(
    st.tuples(
        st.sampled_from("mn"),
        st.builds(
            lambda name, synonyms, types, text, fate: Concept(
                "X:1", name, tuple(synonyms), tuple(types), text, tuple(types), fate is not None, fate or None
            ),
            texts,
            st.lists(texts, max_size=3),
            st.lists(texts, max_size=2),
            texts,
            st.sampled_from([None, None, "", "X:2", "X:3"]),
        ),
    ),
    min_size=1,
    max_size=5,
)


@given(claims, st.randoms(use_true_random=False))
def test_merging_loses_nothing_and_has_no_order(said, random):
    merged = merge(said)
    names = [name for name in (merged.name, *merged.synonyms) if name]
    concepts = [concept for _, concept in said]
    assert set(names) == {name for c in concepts for name in (c.name, *c.synonyms) if name}
    assert len(names) == len(set(names))
    assert set(merged.types) == {type for c in concepts for type in c.types if type}
    assert merged.obsolete == any(c.obsolete for c in concepts)
    assert (merged.replaced_by is None) == all(c.replaced_by is None for c in concepts)
    assert merge([("any", merged)]) == merged
    random.shuffle(said)
    assert merge(said + said) == merged


def test_following_ends_where_a_chain_ends_or_closes():
    after = {1: 2, 2: 3, 4: 5, 5: 6, 6: 5, 7: 7}
    assert [follow(start, after.get) for start in (0, 1, 3, 4, 5, 6, 7)] == [0, 3, 3, 6, 6, 5, 7]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("Heart  Failure, NOS", "heart failure nos"),
        ("2-(4-x)_y", "2 4 x y"),
        ("Sjögren’s Syndrom", "sjogren s syndrom"),
        ("STRASSE straße ﬁbrosis", "strasse strasse fibrosis"),
        ("ΑΣ β-Blocker", "ας β blocker"),
        ("漢字 🫀", "漢字"),
    ],
)
def test_names_are_folded_for_search(text, words):
    assert fold(text) == fold(words)
    assert fold(text).isupper() is False
    if "ς" not in words:
        assert fold(text) == words


@given(st.integers(1, 7).flatmap(lambda n: st.lists(st.tuples(*[st.integers(0, n - 1)] * 2), max_size=12)))
def test_a_cycle_is_found_exactly_where_there_is_one(edges):
    narrower, broader = (
        np.array(column, dtype=np.int64) for column in (zip(*edges, strict=True) if edges else ((), ()))
    )
    cycle = find_cycle(narrower, broader, 7)
    if nx.is_directed_acyclic_graph(nx.DiGraph(edges)):
        assert cycle is None
    else:
        assert set(zip(cycle, [*cycle[1:], cycle[0]], strict=True)) <= set(edges)
        assert len(cycle) == len(set(cycle))
        assert cycle[0] == min(cycle)
        assert find_cycle(narrower[::-1], broader[::-1], 7) == cycle
