"""Retrieval from a real Neo4j: the embedded store's answers, from one query."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import retrieve
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError, UnknownConceptError
from graph.formats import load
from graph.neo4j import adjacency as adjacencies
from graph.neo4j import surroundings as asked_at_once
from graph.neo4j.connection import Connection
from graph.neo4j.store import Neo4jGraphStore
from graph.ontology import Ontology
from graph.relation import Relation
from graph.retrieve import paths, resolve, subgraph, subgraphs

few = settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def queries(monkeypatch):
    """The queries that were asked, without those that ask for the release."""
    asked = []
    read = Connection.read

    def counted(self, query, **values):
        if "OntologyPush" not in query:
            asked.append(query)
        return read(self, query, **values)

    monkeypatch.setattr(Connection, "read", counted)
    return asked


@pytest.fixture(params=["few", "wide"])
def width(request, monkeypatch):
    """Every concept taken for one of few relations, or every one with more than two for one of very many."""
    if request.param == "wide":
        monkeypatch.setattr(adjacencies, "WIDE", 2)
        monkeypatch.setattr(asked_at_once, "WIDE", 2)


@st.composite
def questions(draw, ids):
    seeds = draw(st.lists(st.lists(st.sampled_from(ids), max_size=3), min_size=1, max_size=4))
    options = {
        "hops": draw(st.sampled_from([2, 2, 2, 0, 1, 3])),
        "budget": draw(st.integers(0, 12)),
        "fan_out": draw(st.integers(0, 5)),
        "hub_degree": draw(st.sampled_from([0, 2, 4, 1000])),
        "predicates": draw(st.sampled_from([None, None, None, frozenset({"is_a", "treats"})])),
        "excluded_sources": draw(st.sampled_from([frozenset(), frozenset(), frozenset({"nobody"}), frozenset({"x"})])),
    }
    return seeds, options


@pytest.mark.usefixtures("width")
def test_random_graphs_are_retrieved_alike(neo4j_address, tmp_path_factory, ontologies_strategy):
    @few
    @given(st.data())
    def holds(data):
        ontologies = data.draw(ontologies_strategy(max_relations=60))
        ids = sorted({concept.id for ontology in ontologies for concept in ontology.concepts}) or [None]
        embedded = EmbeddedGraphStore.from_ontologies(tmp_path_factory.mktemp("graph"), *ontologies)
        with embedded, Neo4jGraphStore.push(embedded, neo4j_address) as store:
            for _ in range(8 if ids != [None] else 0):
                seeds, options = data.draw(questions(ids))
                found = subgraphs(store, seeds, **options)
                assert found == [subgraph(embedded, some, **options) for some in seeds]
                assert found == subgraphs(embedded, seeds, **options)
                some = [id for seed_set in seeds for id in seed_set]
                assert resolve(store, some) == resolve(embedded, some)
                if len(some) > 1:
                    pairs, rest = [(some[0], some[1])], options | {"hops": 1}
                    assert subgraph(store, some, pairs=pairs, **rest) == subgraph(embedded, some, pairs=pairs, **rest)
                    del rest["hops"], rest["budget"]
                    assert paths(store, *pairs[0], **rest) == paths(embedded, *pairs[0], **rest)

    holds()


def star(n, *relations):
    """Return a hub with ``n`` concepts around it, and whatever else."""
    around = tuple(Relation(f"H:{i:04d}", "is_a", "H:hub") for i in range(n))
    concepts = tuple(Concept(f"H:{i:04d}", f"leaf {i}") for i in range(n))
    return Ontology("star", "", "", (*concepts, Concept("H:hub", "hub")), (*around, *relations))


@pytest.mark.usefixtures("width")
@pytest.mark.parametrize("n", [62, 63, 64, 65, 600])
def test_hubs_near_every_limit(neo4j_address, tmp_path, queries, n):
    loops = (Relation("H:hub", "loops", "H:hub"), Relation("H:0003", "near", "H:0004"))
    embedded = EmbeddedGraphStore.from_ontologies(tmp_path, star(n, *loops))
    store = Neo4jGraphStore.push(embedded, neo4j_address)
    seeds = [["H:hub"], ["H:0000"], ["H:0003", "H:0005", "H:hub"], []]
    for options in ({}, {"fan_out": 64}, {"fan_out": 64, "budget": 65}, {"hub_degree": n}, {"budget": 1000}):
        queries.clear()
        found = subgraphs(store, seeds, **options)
        assert len(queries) == 1
        assert found == [subgraph(embedded, some, **options) for some in seeds]


def test_one_query_answers_a_batch(make_neo4j_store, queries):
    retired = Concept("G:old", "old", obsolete=True, replaced_by="G:A")
    ends = [("A", "B"), ("B", "C"), ("C", "D"), ("A", "E")]
    concepts = tuple(Concept(f"G:{id}", id) for id in "ABCDE")
    relations = tuple(Relation(f"G:{a}", "p", f"G:{b}", "s") for a, b in ends)
    store = make_neo4j_store(Ontology("g", "", "", (*concepts, retired), relations))
    queries.clear()
    found = subgraphs(store, [["G:old"], ["G:D", "G:D"], []], excluded_sources=frozenset({"another"}))
    assert len(queries) == 1
    assert [[concept.id for concept in one.concepts] for one in found] == [
        ["G:A", "G:E", "G:B", "G:C"],
        ["G:D", "G:C", "G:B"],
        [],
    ]
    assert [one.cut for one in found] == [False, False, False]
    with pytest.raises(UnknownConceptError, match="G:404"):
        subgraphs(store, [["G:A"], ["G:404"]])
    with pytest.raises(ValueError, match="hops=-1"):
        subgraphs(store, [], hops=-1)


def test_a_store_reads_no_other_release_than_its_own(make_neo4j_store, neo4j_address):
    store = make_neo4j_store(star(3))
    with Neo4jGraphStore.open(neo4j_address) as other:
        other.add(star(4))
        assert len(subgraph(other, ["H:hub"]).concepts) == 5
    for ask in (
        lambda: subgraph(store, ["H:hub"]),
        lambda: paths(store, "H:hub", "H:0000"),
        lambda: store.concepts(["H:hub"]),
        lambda: store.relations(["H:hub"]),
        lambda: store.search("hub"),
        lambda: list(store.iterate()),
        lambda: retrieve.resolve(store, ["H:hub"]),
        lambda: store.add(star(5)),
    ):
        with pytest.raises(StoreError, match=r"another graph was pushed|changed meanwhile"):
            ask()


def test_the_hpo_is_retrieved_alike_from_500_seed_sets(neo4j_address, data_dir, tmp_path):
    embedded = EmbeddedGraphStore.from_ontologies(tmp_path, load(data_dir / "ontologies/hpo/hp.obo.gz"))
    dice = random.Random(4)
    ids = [concept.id for concept in embedded.iterate()]
    seeds = [dice.choices(ids, k=dice.randint(1, 4)) for _ in range(500)]
    with Neo4jGraphStore.push(embedded, neo4j_address) as store:
        for first in range(0, 500, 25):
            some = seeds[first : first + 25]
            assert subgraphs(store, some) == subgraphs(embedded, some)
        for some in seeds[:20]:
            pairs = [(some[0], some[-1])]
            assert subgraph(store, some, pairs=pairs) == subgraph(embedded, some, pairs=pairs)
