"""Subgraphs and paths: worked examples, then properties on random graphs."""

import tempfile
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import UnknownConceptError
from graph.ontology import Ontology
from graph.relation import Relation
from graph.retrieve import paths, resolve, subgraph
from graph.subgraph import Role, Step, Subgraph

SEED, PATH, NEIGHBOUR = Role.SEED, Role.PATH, Role.NEIGHBOUR

several = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ontology(*triples, retired=()):
    """Return an ontology of "A predicate B [source]" lines over ids of the prefix G."""
    rows = [triple.split() for triple in triples]
    relations = tuple(Relation(f"G:{s}", p, f"G:{o}", *source) for s, p, o, *source in rows)
    ids = sorted({end for r in relations for end in (r.subject, r.object)})
    gone = tuple(Concept(f"G:{old}", "", obsolete=True, replaced_by=new and f"G:{new}") for old, new in retired)
    return Ontology("test", "", "", (*(Concept(id, id[2:].lower(), types=("T",)) for id in ids), *gone), relations)


def ids(found):
    return " ".join(concept.id[2:] for concept in found.concepts)


def roles(found):
    return {concept.id[2:]: (concept.role, concept.distance) for concept in found.concepts}


def written(path):
    """Return a path as "A -p> B <q- C"."""
    steps = (f" -{s.predicate}> {s.to[2:]}" if s.forward else f" <{s.predicate}- {s.to[2:]}" for s in path.steps)
    return path.start[2:] + "".join(steps)


class Plain:
    """A store without its compiled arrays: what retrieval sees of it is the contract alone."""

    def __init__(self, store):
        self.concepts, self.relations = store.concepts, store.relations


STAR = ontology("S p A", "S p B", "S p C", "A p A1", "A p A2", "B p B1", "C p C1", "C1 p C2")


def test_the_whole_neighbourhood_by_distance(make_store):
    found = subgraph(make_store(STAR), ["G:S"])
    assert ids(found) == "S B C A B1 C1 A1 A2"  # B and C have two relations, A has three
    assert roles(found)["S"] == (SEED, 0)
    assert roles(found)["A"] == (NEIGHBOUR, 1)
    assert roles(found)["C1"] == (NEIGHBOUR, 2)
    assert found.concepts[1][:3] == ("G:B", "b", ("T",))
    assert [f"{r.subject[2:]} {r.object[2:]}" for r in found.relations] == [
        "A A1", "A A2", "B B1", "C C1", "S A", "S B", "S C",
    ]  # fmt: skip


def test_cut_says_whether_something_within_reach_is_missing(make_store):
    store = make_store(STAR)
    assert not subgraph(store, ["G:S"], hops=3).cut
    assert not subgraph(store, ["G:S"], hops=2).cut  # C2 is three edges away
    assert not subgraph(store, ["G:S"], hops=3, budget=9).cut
    assert subgraph(store, ["G:S"], hops=3, budget=8).cut
    assert subgraph(store, ["G:S"], hops=1, fan_out=2).cut
    assert subgraph(store, ["G:S"], hops=2, hub_degree=2).cut  # A is a hub, what is behind it is missing
    assert not subgraph(store, ["G:S"], hops=0).cut


def test_fan_out_takes_the_first_in_neighbour_order(make_store):
    assert ids(subgraph(make_store(STAR), ["G:S"], fan_out=1)) == "S B B1"
    assert ids(subgraph(make_store(STAR), ["G:S"], fan_out=0)) == "S"


def test_a_hub_is_reached_but_leads_nowhere_unless_it_is_a_seed(make_store):
    store = make_store(STAR)
    assert ids(subgraph(store, ["G:B1"], hops=3, hub_degree=2)) == "B1 B S"
    assert ids(subgraph(store, ["G:S"], hops=1, hub_degree=0)) == "S B C A"


def test_seeds_take_turns(make_store):
    many = [f"M p M{i}" for i in range(6)]
    store = make_store(ontology(*many, "F p F1", "F1 p F2", "F2 p F3"))
    found = subgraph(store, ["G:M", "G:F"], budget=6)
    assert ids(found) == "M F M0 F1 M1 M2"  # F has given all of its first hop
    assert ids(subgraph(store, ["G:F", "G:M"], budget=4)) == "F M F1 M0"
    assert found.cut


def test_seeds_stay_in_order_even_beyond_the_budget(make_store):
    found = subgraph(make_store(STAR), ["G:C2", "G:A1", "G:C2", "G:B1"], budget=2)
    assert ids(found) == "C2 A1 B1"
    assert found.cut


def test_concepts_between_a_pair_come_before_neighbours(make_store):
    store = make_store(ontology("X p L1", "X p L2", "X p M", "M p N", "N p Y", "Y p R1", "Y p R2", "M p Z"))
    found = subgraph(store, ["G:X"], budget=6, pairs=[("G:X", "G:Y")])
    assert roles(found) == {
        "X": (SEED, 0), "Y": (SEED, 0), "M": (PATH, 1), "N": (PATH, 1), "L1": (NEIGHBOUR, 1), "R1": (NEIGHBOUR, 1)
    }  # fmt: skip
    assert ids(found) == "X Y M N L1 R1"
    assert found.cut
    assert PATH not in {role for role, _ in roles(subgraph(store, ["G:X", "G:Y"])).values()}
    assert subgraph(store, ["G:X"], hops=0, budget=3, pairs=[("G:X", "G:Y")]).cut  # the path does not fit
    assert "Z" in ids(subgraph(store, ["G:X"], pairs=[("G:X", "G:Y")]))  # what is on a path leads on as well


def test_pairs_take_turns_path_by_path(make_store):
    between = [f"{end} p {pair}{i}" for pair in "UV" for i in range(3) for end in (f"{pair}a", f"{pair}b")]
    found = subgraph(make_store(ontology(*between)), [], hops=0, budget=7, pairs=[("G:Ua", "G:Ub"), ("G:Va", "G:Vb")])
    assert ids(found) == "Ua Ub Va Vb U0 V0 U1"
    assert found.cut


def test_filters_hide_relations_everywhere(make_store):
    store = make_store(ontology("A p B good", "A p B bad", "B q C good", "C p D bad", "A p D good"))
    assert ids(subgraph(store, ["G:A"], predicates=frozenset({"p"}))) == "A D B C"
    hidden = subgraph(store, ["G:A"], excluded_sources=frozenset({"bad"}), hops=3)
    assert ids(hidden) == "A D B C"
    assert {relation.source for relation in hidden.relations} == {"good"}
    assert len(hidden.relations) == 3
    nothing = subgraph(store, ["G:A"], predicates=frozenset())
    assert (ids(nothing), nothing.relations, nothing.cut) == ("A", (), False)
    assert ids(subgraph(store, ["G:A"], predicates=frozenset({"no such"}), pairs=[("G:A", "G:B")])) == "A B"
    assert paths(store, "G:C", "G:D", predicates=frozenset({"p"}), max_edges=1)
    assert not paths(store, "G:C", "G:D", excluded_sources=frozenset({"bad"}), max_edges=1)


def test_relations_of_all_sources_are_returned_sorted(make_store):
    found = subgraph(make_store(ontology("A p B y", "A p B x", "B a A", "A p A x")), ["G:A"])
    assert [tuple(r) for r in found.relations] == [
        ("G:A", "p", "G:A", "x"), ("G:A", "p", "G:B", "x"), ("G:A", "p", "G:B", "y"), ("G:B", "a", "G:A", "")
    ]  # fmt: skip


def test_retired_ids_are_followed(make_store):
    retired = [("old", "A"), ("older", "old"), ("gone", None), ("lost", "nowhere"), ("tick", "tock"), ("tock", "tick")]
    store = make_store(ontology("A p B", retired=retired))
    asked = ["older", "A", "gone", "lost", "tick"]
    assert resolve(store, [f"G:{id}" for id in asked]) == ["G:A", "G:A", "G:gone", "G:lost", "G:tock"]
    found = subgraph(store, ["G:older", "G:A", "G:gone"])
    assert ids(found) == "A gone B"
    assert written(paths(store, "G:old", "G:B")[0]) == "A -p> B"
    assert paths(store, "G:old", "G:A") == ()


def test_unknown_ids_are_named(make_store):
    store = make_store(STAR)
    for ask in (
        lambda: subgraph(store, ["G:S", "G:404"]),
        lambda: subgraph(store, ["G:S"], pairs=[("G:S", "G:404")]),
        lambda: paths(store, "G:404", "G:S"),
        lambda: resolve(store, ["G:404"]),
    ):
        with pytest.raises(UnknownConceptError, match="G:404") as caught:
            ask()
        assert caught.value.id == "G:404"


def test_no_seeds_no_subgraph(make_store):
    assert subgraph(make_store(STAR), []) == Subgraph() == subgraph(make_store(), [])
    assert resolve(make_store(), []) == []


@pytest.mark.parametrize("bound", ["hops", "budget", "fan_out", "hub_degree"])
def test_negative_bounds_are_refused(make_store, bound):
    with pytest.raises(ValueError, match=f"{bound}=-1"):
        subgraph(make_store(STAR), ["G:S"], **{bound: -1})


@pytest.mark.parametrize("bounds", [{"max_edges": 0}, {"max_edges": 4}, {"limit": -1}, {"fan_out": -1}])
def test_path_bounds_are_checked(make_store, bounds):
    with pytest.raises(ValueError, match=next(iter(bounds))):
        paths(make_store(STAR), "G:S", "G:A", **bounds)


def test_paths_come_shortest_first_then_by_predicates_then_by_ids(make_store):
    lines = ["X r Y", "Y a X", "X b M", "M b Y", "X a N", "Y c N", "X a P", "P z Q", "Q a Y", "K b Y", "K b X"]
    store = make_store(ontology(*lines))
    expected = [
        "X <a- Y",
        "X -r> Y",
        "X -a> N <c- Y",
        "X <b- K -b> Y",
        "X -b> M -b> Y",
        "X -a> P -z> Q -a> Y",
    ]
    assert [written(path) for path in paths(store, "G:X", "G:Y")] == expected
    assert [written(path) for path in paths(store, "G:X", "G:Y", limit=3)] == expected[:3]
    assert [written(path) for path in paths(store, "G:X", "G:Y", max_edges=2)] == expected[:5]
    assert paths(store, "G:X", "G:Y")[0].steps == (Step("a", False, "G:Y"),)
    assert paths(store, "G:X", "G:Y", limit=0) == ()


def test_no_path_passes_through_a_hub_but_it_may_end_at_one(make_store):
    store = make_store(ontology("X p H", "Y p H", *(f"H p L{i}" for i in range(5)), "X p M", "M p N", "N p Y"))
    assert [written(p) for p in paths(store, "G:X", "G:Y", hub_degree=7)] == ["X -p> H <p- Y", "X -p> M -p> N -p> Y"]
    assert [written(p) for p in paths(store, "G:X", "G:Y", hub_degree=6)] == ["X -p> M -p> N -p> Y"]
    assert len(paths(store, "G:X", "G:H", hub_degree=6)) == 1
    assert paths(store, "G:X", "G:Y", hub_degree=1) == ()


def test_where_much_lies_between_the_most_specific_is_taken(make_store):
    store = make_store(ontology(*(f"{e} p M{i}" for i in range(4) for e in "XY"), "M0 q Z", "M1 q Z"))
    assert [written(p) for p in paths(store, "G:X", "G:Y", max_edges=2, fan_out=2)] == [
        "X -p> M2 <p- Y",
        "X -p> M3 <p- Y",
    ]


def retrievals(store, draw_seeds, options):
    """Return everything that retrieval says about a drawn question, or the error."""
    try:
        found = subgraph(store, draw_seeds, **options, pairs=list(pairwise(draw_seeds))[:2])
        return found, resolve(store, draw_seeds)
    except UnknownConceptError as error:
        return error.id


@st.composite
def questions(draw, ontologies):
    """Draw seeds and every option."""
    held = sorted({c.id for o in ontologies for c in o.concepts}) or ["A:0"]
    seeds = draw(st.lists(st.sampled_from([*held, *held, "A:0"]), max_size=3))
    options = {
        "hops": draw(st.integers(0, 3)),
        "budget": draw(st.integers(0, 12)),
        "fan_out": draw(st.integers(0, 5)),
        "hub_degree": draw(st.sampled_from([0, 2, 4, 1000])),
        "predicates": draw(st.sampled_from([None, frozenset({"is_a", "treats"}), frozenset({"causes"})])),
        "excluded_sources": draw(st.sampled_from([frozenset(), frozenset({"x"}), frozenset({"", "y"})])),
    }
    return seeds, options


@several
@given(st.data())
def test_compiled_plain_and_reference_stores_retrieve_the_same(memory_store, ontologies_strategy, data):
    ontologies = data.draw(ontologies_strategy())
    with tempfile.TemporaryDirectory() as folder:
        store = EmbeddedGraphStore.from_ontologies(Path(folder), *data.draw(st.permutations(ontologies)))
        reference = memory_store(*ontologies)
        for _ in range(3):
            seeds, options = data.draw(questions(ontologies))
            found = retrievals(store, seeds, options)
            assert found == retrievals(Plain(store), seeds, options) == retrievals(reference, seeds, options)
            if isinstance(found, str) or len(seeds) < 2:
                continue
            bounds = {name: options[name] for name in ("fan_out", "hub_degree", "predicates", "excluded_sources")}
            walked = [paths(s, *seeds[:2], **bounds) for s in (store, Plain(store), reference)]
            assert walked[0] == walked[1] == walked[2]


@several
@given(st.data())
def test_a_subgraph_is_closed_bounded_and_measured(memory_store, ontologies_strategy, data):
    ontologies = data.draw(ontologies_strategy())
    store = memory_store(*ontologies)
    seeds, options = data.draw(questions(ontologies))
    seeds = [seed for seed in seeds if store.concepts([seed])[0]]
    found = subgraph(store, seeds, **options)
    inside = [concept.id for concept in found.concepts]
    assert len(inside) == len(set(inside)) <= max(options["budget"], len(seeds))
    assert inside[: len(set(resolve(store, seeds)))] == list(dict.fromkeys(resolve(store, seeds)))

    def seen(relation):
        allowed = options["predicates"]
        return (allowed is None or relation.predicate in allowed) and relation.source not in options["excluded_sources"]

    everything = {r for rs in store.relations([c.id for c in store.iterate()]) for r in rs if seen(r)}
    closed = [r for r in everything if {r.subject, r.object} <= set(inside)]
    assert [tuple(relation) for relation in found.relations] == sorted(
        (r.subject, r.predicate, r.object, r.source) for r in closed
    )

    network = nx.Graph((r.subject, r.object) for r in everything)
    network.add_nodes_from(inside)
    starts = {c.id for c in found.concepts if c.role is SEED}
    nearest = nx.multi_source_dijkstra_path_length(network.subgraph(inside), starts) if starts else {}
    assert {c.id: c.distance for c in found.concepts} == nearest
    assert [c.distance for c in found.concepts] == sorted(c.distance for c in found.concepts)
    within = nx.multi_source_dijkstra_path_length(network, starts, cutoff=options["hops"]) if starts else {}
    assert found.cut == (not set(within) <= set(inside))


@several
@given(st.data())
def test_paths_are_all_simple_paths_in_order(memory_store, ontologies_strategy, data):
    ontologies = data.draw(ontologies_strategy())
    store = memory_store(*ontologies)
    held = [concept.id for concept in store.iterate() if not concept.obsolete]
    if len(held) < 2:
        return
    start, end = data.draw(st.permutations(held))[:2]
    hub_degree = data.draw(st.sampled_from([3, 5, 1000]))
    everything = {r for rs in store.relations(held) for r in rs}
    network = nx.MultiGraph()
    network.add_nodes_from(held)
    for relation in everything:
        network.add_edge(relation.subject, relation.object, key=(relation.predicate, relation.subject))
    degree = {id: len(relations) for id, relations in zip(held, store.relations(held), strict=True)}
    walks = set()
    for walk in nx.all_simple_edge_paths(network, start, end, cutoff=3):
        nodes = [b for _, b, _ in walk]
        if all(degree[node] <= hub_degree for node in nodes[:-1]):
            labels = [(predicate, subject != a) for a, _, (predicate, subject) in walk]
            walks.add((len(walk), tuple(p for p, _ in labels), tuple(nodes), tuple(back for _, back in labels)))
    expected = [tuple(Step(p, not back, to) for p, to, back in zip(*walk, strict=True)) for _, *walk in sorted(walks)]
    found = paths(store, start, end, limit=1000, fan_out=1000, hub_degree=hub_degree)
    assert [path.steps for path in found] == expected
    assert {path.start for path in found} <= {start}
    few = paths(store, start, end, limit=4, fan_out=2, hub_degree=hub_degree)
    assert set(few) <= set(found)
    assert list(few) == sorted(few, key=found.index)


def test_few_and_many_relations_are_searched_alike(make_store):
    """Beyond some number of relations the compiled store searches instead of reading."""
    lines = [f"S p O{i:03d} s" for i in range(200)] + [f"S q O{i:03d} t" for i in range(0, 200, 3)]
    store = make_store(ontology(*lines, "O003 p S", "S p S"))
    found = subgraph(store, ["G:S", "G:O003", "G:O004"], hops=0)
    assert [" ".join(r).replace("G:", "") for r in found.relations] == [
        "O003 p S ", "S p O003 s", "S p O004 s", "S p S ", "S q O003 t"
    ]  # fmt: skip
