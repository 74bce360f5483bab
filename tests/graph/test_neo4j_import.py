"""A database that neo4j-admin made of the exported files is the one that a push makes."""

import os
import random
import shlex
from itertools import chain

import neo4j
import pytest
from hostile import HOSTILE
from neo4j_dump import dump

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.export import neo4j_admin
from graph.neo4j.store import Neo4jGraphStore
from graph.neo4j.writer import Writer
from graph.ontology import Ontology
from graph.open_graph import clear_graph, open_graph, pull_graph, push_graph
from graph.relation import Relation
from graph.retrieve import resolve, subgraph, subgraphs

N = 1500


def hubs() -> Ontology:
    """Return a random graph in which some concepts have few neighbours and one has most."""
    dice = random.Random(7)
    concepts = tuple(Concept(f"N:{n:04d}", f"thing {n}", (f"object {n}",), (f"T{n % 7}",)) for n in range(N))
    pairs = ((n, int(dice.random() ** 4 * N)) for _ in range(4) for n in range(N))
    relations = (Relation(f"N:{a:04d}", f"p{(a + b) % 5}", f"N:{b:04d}", "made") for a, b in pairs)
    return Ontology("hubs", "1", "", concepts, tuple(relations))


ONTOLOGIES = (
    HOSTILE,
    hubs(),
    Ontology(
        "",
        concepts=(Concept("X:1", "", ("nul\0nul", "unit\x1fseparator")), Concept("X:2", "\\u0060", definition="\r")),
        relations=(
            Relation("X:1", "PREDICTED", "X:2"),
            Relation("X:1", "waits", "X:nowhere", "s", ("PMID:1",)),
            Relation("X:1", "waits", "HP:0000003"),
        ),
    ),
    Ontology("other", "", "CC0", concepts=(Concept("X:1", "name", types=("T",)),)),
)


@pytest.fixture
def graph(tmp_path):
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", *ONTOLOGIES) as store:
        yield store


@pytest.fixture
def imported(graph, neo4j_offline, tmp_path, monkeypatch):
    """The address of a server that starts with the imported graph."""
    neo4j_admin.write(graph, tmp_path / "the export")
    program, *words = shlex.split(neo4j_admin.command(tmp_path / "the export"))
    assert program == "neo4j-admin"
    neo4j_offline.admin(*words)
    neo4j_offline.start()
    monkeypatch.setenv("NEO4J_USERNAME", "neo4j")
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_offline.password)
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    return neo4j_offline.address


def test_an_imported_graph_is_the_pushed_one(graph, imported, tmp_path, monkeypatch):
    with neo4j.GraphDatabase.driver(imported, auth=("neo4j", os.environ["NEO4J_PASSWORD"])) as driver:
        there = dump(driver)
        with open_graph(imported, release=graph.release) as store:
            answers_alike(store, graph)
        with pull_graph(imported, tmp_path / "pulled") as pulled:
            assert pulled.release == graph.release

        driver.execute_query("MATCH (r:OntologyRelease) SET r.content = 'another'")  # all is compared, nothing differs
        with monkeypatch.context() as patch:
            patch.setattr(Writer, "write_concepts", lambda _, rows: none(rows))
            patch.setattr(Writer, "write_links", lambda _, links: none(links))
            push_graph(graph, imported).close()
        assert dump(driver) == there

        clear_graph(imported)
        assert dump(driver) == []
        push_graph(graph, imported).close()
        assert dump(driver) == there


def none(rows):
    assert list(rows) == []


def answers_alike(store: Neo4jGraphStore, graph: EmbeddedGraphStore) -> None:
    concepts = list(graph.iterate())
    ids = [concept.id for concept in concepts]
    assert list(store.iterate()) == concepts
    assert (store.sources, store.count()) == (graph.sources, graph.count())
    assert (store.dropped_relations, store.relations(ids)) == (graph.dropped_relations, graph.relations(ids))
    for text in ("thing 12", "object", "heart attack", "nul nul"):
        assert store.search(text) == graph.search(text)
    dice = random.Random(5)
    live = resolve(graph, ids)
    sets = [dice.choices(ids, k=dice.randint(1, 3)) for _ in range(300)]
    found = chain.from_iterable(subgraphs(store, sets[first : first + 20]) for first in range(0, 300, 20))
    assert list(found) == subgraphs(graph, sets)
    assert resolve(store, ids) == live
    for some in sets[:10]:
        pairs, predicates = [(some[0], some[-1])], frozenset({"p1", "is_a"})
        for options in ({"pairs": pairs}, {"predicates": predicates}, {"hops": 3}):
            assert subgraph(store, some, **options) == subgraph(graph, some, **options)
