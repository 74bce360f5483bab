"""What the store on a real Neo4j promises beyond the contract: pushing, pulling, and who else uses the database."""

import multiprocessing
import os
import sys

import neo4j
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neo4j_dump import dump

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import CycleError, StoreError
from graph.neo4j import adjacency as adjacencies
from graph.neo4j import push as pushes
from graph.neo4j import store as stores
from graph.neo4j import surroundings as asked_at_once
from graph.neo4j import writer as writers
from graph.neo4j.publication import content
from graph.neo4j.schema import RELATED, relation_type
from graph.neo4j.store import Neo4jGraphStore
from graph.ontology import Ontology
from graph.open_graph import clear_graph, open_graph, pull_graph, push_graph
from graph.relation import Relation

A, B, C = Concept("P:a", "a", ("aa",), ("T",), "text", ("X:1",)), Concept("P:b", "b"), Concept("P:c", "c")
SMALL = Ontology("small", "1", "CC0", (A, B, C), (Relation("P:a", "is_a", "P:b", "s", ("PMID:1",)),))


@pytest.fixture
def server(neo4j_address, monkeypatch):
    """A driver of our own, on a database without a graph, and small batches (too small to clear a large graph in)."""
    clear_graph(neo4j_address)
    monkeypatch.setattr(writers, "BATCH", 3)
    monkeypatch.setattr(pushes, "BATCH", 3)
    with neo4j.GraphDatabase.driver(neo4j_address, auth=("neo4j", password())) as driver:
        yield driver


def password():
    return os.environ["NEO4J_PASSWORD"]


def embedded(folder, *ontologies):
    return EmbeddedGraphStore.from_ontologies(folder, *ontologies)


def test_the_same_push_twice_leaves_the_same_graph(server, neo4j_address, tmp_path):
    with embedded(tmp_path, SMALL) as store:
        push_graph(store, neo4j_address).close()
        before = dump(server)
        assert push_graph(store, neo4j_address).count() == store.count()
        assert dump(server) == before
        server.execute_query("MATCH (r:OntologyRelease) SET r.content = 'another'")  # all is compared, nothing differs
        assert push_graph(store, neo4j_address).release == store.release
        assert dump(server) == before


def test_a_push_over_another_graph_leaves_no_trace_of_it(server, neo4j_address, tmp_path_factory, ontologies_strategy):
    @settings(max_examples=4)
    @given(st.data())
    def holds(data):
        first, second = (
            embedded(tmp_path_factory.mktemp("graph"), *data.draw(ontologies_strategy(n_ids=3, max_relations=12)))
            for _ in range(2)
        )
        with first, second:
            push_graph(first, neo4j_address).close()
            push_graph(second, neo4j_address).close()
            over = dump(server)
            clear_graph(neo4j_address)
            push_graph(second, neo4j_address).close()
            assert dump(server) == over

    holds()


@pytest.mark.usefixtures("server")
def test_pulling_gives_the_same_graph_and_the_same_further_additions(
    neo4j_address, tmp_path_factory, ontologies_strategy
):
    @settings(max_examples=4)
    @given(st.data())
    def holds(data):
        ontologies, further = (
            data.draw(ontologies_strategy(n_ids=3, max_relations=12)),
            data.draw(ontologies_strategy(n_ids=3, max_relations=12)),
        )
        folder = tmp_path_factory.mktemp("graph")
        with embedded(folder / "here", *ontologies) as store:
            push_graph(store, neo4j_address).close()
            with pull_graph(neo4j_address, folder / "pulled") as pulled:
                assert (pulled.release, pulled.sources, pulled.count()) == (store.release, store.sources, store.count())
                assert content(pulled) == content(store)
                pulled.add(*further)
                store.add(*further)
                assert content(pulled) == content(store)

    holds()


QUERIES = {
    writers: ("_CONCEPTS", "_UNLINKING", "_UNLINK", "_UNLINKED", "_REMOVE", "_LINKED"),
    stores: ("_CONCEPTS", "_RELATIONS"),
    adjacencies: ("_STANDING", "_CONCEPTS", "_RELATIONS", "_LEAVING", "_BETWEEN"),
    asked_at_once: ("_SURROUNDINGS",),
}
LISTS, NUMBERS = (
    "ids rows inside predicates sources sets".split(),
    "partial limit wide fan_out budget hub_degree hops".split(),
)
VALUES = {"id": "P:1"} | {name: [] for name in LISTS} | dict.fromkeys(NUMBERS, 1)


def operators(plan):
    yield plan["operatorType"]
    for child in plan.get("children", ()):
        yield from operators(child)


@pytest.mark.parametrize("n", [0, 3, 30])
def test_no_query_by_id_reads_every_concept_however_small_the_graph_was_when_it_was_planned(server, neo4j_address, n):
    concepts = tuple(Concept(f"P:{i}", f"{i}") for i in range(n))
    relations = tuple(Relation(f"P:{i}", "is_a", f"P:{j}") for i in range(n) for j in range(max(0, i - 4), i))
    Neo4jGraphStore.from_ontologies(neo4j_address, Ontology("chain", "", "", concepts, relations)).close()
    for module, names in QUERIES.items():
        for name in names:
            query = getattr(module, name).replace("TYPES", "is_a|RELATED")
            plan = server.execute_query(f"CYPHER replan=force EXPLAIN {query}", VALUES).summary.plan
            assert not [operator for operator in operators(plan) if "Scan" in operator], name


@pytest.mark.usefixtures("server")
def test_what_does_not_fit_leaves_the_server_alone(neo4j_address):
    with Neo4jGraphStore.from_ontologies(neo4j_address, SMALL) as store:
        before = store.release
        with pytest.raises(CycleError):
            store.add(Ontology("loop", relations=(Relation("P:b", "is_a", "P:a"),)))
        with pytest.raises(StoreError, match="cannot hold 'P:broken'"):
            store.add(Ontology("broken", concepts=(Concept("P:broken", "\udcff"),)))
        with pytest.raises(StoreError, match=r"cannot hold the concept P:ää.*16002 bytes"):
            store.add(Ontology("long", concepts=(Concept("P:" + "ä" * 8000, "long"),)))
        assert store.release == before == Neo4jGraphStore.open(neo4j_address).release
        assert store.concepts(["P:a", "\udcff", "P:" + "ä" * 9000]) == [A, None, None]
        with pytest.raises(StoreError, match="there is a graph already"):
            Neo4jGraphStore.create(neo4j_address)


@pytest.mark.usefixtures("server")
def test_the_release_is_checked(neo4j_address, tmp_path):
    with pytest.raises(StoreError, match="there is no graph here"):
        open_graph(neo4j_address)
    with embedded(tmp_path / "g", SMALL) as store:
        push_graph(store, neo4j_address).close()
        for where in (neo4j_address, tmp_path / "g"):
            assert open_graph(where, release=store.release).count() == store.count()
            with pytest.raises(StoreError, match=f"holds release {store.release[:12]}, expected 000"):
                open_graph(where, release="0" * 64)


def test_another_layout_is_refused(server, neo4j_address):
    Neo4jGraphStore.from_ontologies(neo4j_address, SMALL).close()
    server.execute_query("MATCH (r:OntologyRelease) SET r.format = 99")
    with pytest.raises(StoreError, match="format 99, expected 2"):
        open_graph(neo4j_address)


def test_a_graph_that_something_else_changed_is_not_pulled(server, neo4j_address, tmp_path):
    Neo4jGraphStore.from_ontologies(neo4j_address, SMALL).close()
    server.execute_query("MATCH (c:Concept {id: 'P:a'}) SET c.name = 'changed'")
    with pytest.raises(StoreError, match="something else changed it"):
        pull_graph(neo4j_address, tmp_path / "g")


def test_what_else_is_in_the_database_stays_and_is_not_knowledge(server, neo4j_address, tmp_path):
    store = Neo4jGraphStore.from_ontologies(neo4j_address, SMALL)
    before = store.relations(["P:a", "P:b", "P:c"])
    server.execute_query(
        "MATCH (a:Concept {id: 'P:a'}), (c:Concept {id: 'P:c'}) SET a.vector = [0.5]"
        " CREATE (:Document {id: 'D:1'})-[:MENTIONS {start: 3}]->(a)"
        " CREATE (a)-[:PREDICTED {label: 'is_a', score: 0.9}]->(c) CREATE (a)-[:is_a {mine: true}]->(c)"
    )
    assert store.relations(["P:a", "P:b", "P:c"]) == before
    pull_graph(neo4j_address, tmp_path / "g").close()
    store.add(
        Ontology(
            "more", concepts=(Concept("P:d", "d"), Concept("P:a", "ä")), relations=(Relation("P:a", "is_a", "P:d"),)
        )
    )
    assert [relation.object for relation in store.relations(["P:a"])[0]] == ["P:b", "P:d"]
    left = "MATCH (:Document)-[m:MENTIONS]->(a {vector: [0.5]})-[p:PREDICTED]->(c) RETURN a.id, m.start, p.score, c.id"
    assert [record.values() for record in server.execute_query(left).records] == [["P:a", 3, 0.9, "P:c"]]
    clear_graph(neo4j_address)
    assert [record["n"] for record in server.execute_query("MATCH (n) RETURN labels(n) AS n").records] == [["Document"]]
    server.execute_query("MATCH (d:Document) DELETE d")


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        *((same, same) for same in ("is_a", "causes", "Is2_")),
        *(
            (other, RELATED)
            for other in ("a b", "é", "", "1a", "_a", "a`b", "\\u0060", "a" * 65, "MENTIONS", "PREDICTED")
        ),
    ],
)
def test_a_relation_type_is_a_plain_word(predicate, expected):
    assert relation_type(predicate) == expected


@pytest.mark.usefixtures("server")
def test_long_words_and_many_words_are_searched(neo4j_address):
    names = ["x" * 300, "x" * 299 + "y", " ".join(f"w{i}" for i in range(3000))]
    concepts = tuple(Concept(f"S:{i}", name) for i, name in enumerate(names))
    with Neo4jGraphStore.from_ontologies(neo4j_address, Ontology("s", concepts=concepts)) as store:
        assert [c.id for c in store.search("x" * 280)] == ["S:0", "S:1"]
        assert [c.id for c in store.search("x" * 299 + "y")] == ["S:1"]
        assert [c.id for c in store.search(names[2])] == ["S:2"]
        assert store.search(names[2] + " v") == []
        assert [c.id for c in store.search("W2 w1", limit=10**30)] == ["S:2"]


@pytest.mark.usefixtures("server")
def test_a_store_works_after_a_fork_and_not_after_closing(neo4j_address):
    store = Neo4jGraphStore.from_ontologies(neo4j_address, SMALL)
    child = multiprocessing.get_context("fork").Process(target=lambda: sys.exit(store.concepts(["P:b"]) != [B]))
    child.start()
    child.join(timeout=60)
    assert child.exitcode == 0
    assert store.concepts(["P:b"]) == [B]
    store.close()
    with pytest.raises(StoreError, match="the store is closed"):
        store.concepts(["P:b"])


@pytest.mark.usefixtures("server")
def test_a_local_copy_is_kept_by_content(neo4j_address):
    store = Neo4jGraphStore.from_ontologies(neo4j_address, SMALL)
    with store.local() as first, store.local() as second:
        assert first.path == second.path
        assert first.release == store.release
        assert first.relations(["P:a"]) == store.relations(["P:a"])


@pytest.mark.usefixtures("server")
def test_a_cache_that_cannot_be_written_is_named(neo4j_address, tmp_path, monkeypatch):
    (tmp_path / "cache").touch()
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    with (
        Neo4jGraphStore.from_ontologies(neo4j_address, SMALL) as store,
        pytest.raises(StoreError, match=f"{tmp_path / 'cache'}: cannot keep a graph here"),
    ):
        store.local()
