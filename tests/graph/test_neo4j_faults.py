"""What happens when something goes wrong between here and a real Neo4j."""

import contextlib
import socket
import threading

import neo4j
import pytest
from neo4j.exceptions import IncompleteCommit

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.neo4j import connection as connections
from graph.neo4j import push as pushes
from graph.neo4j import writer as writers
from graph.neo4j.address import account, is_address, secured
from graph.neo4j.store import Neo4jGraphStore
from graph.ontology import Ontology
from graph.open_graph import clear_graph, open_graph, push_graph
from graph.relation import Relation


def chain(n, word="thing"):
    """Return a chain of concepts, some of them waiting for one that is not there."""
    concepts = tuple(Concept(f"F:{i:03d}", f"{word} {i}") for i in range(n))
    ends = [(f"F:{i:03d}", f"F:{i - 1:03d}") for i in range(1, n)]
    waiting = tuple(Relation(f"F:{i:03d}", "near", "F:nowhere") for i in range(0, n, 5))
    return Ontology("chain", word, "", concepts, (*(Relation(a, "is_a", b, word) for a, b in ends), *waiting))


def everything(store):
    ids = [concept.id for concept in store.iterate()]
    return store.release, store.sources, store.count(), store.concepts(ids), store.relations(ids)


@pytest.fixture
def make_graph(tmp_path):
    """Makes embedded graphs to push."""
    return lambda *ontologies: EmbeddedGraphStore.from_ontologies(
        tmp_path / str(len(list(tmp_path.iterdir()))), *ontologies
    )


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(writers, "BATCH", 7)
    monkeypatch.setattr(pushes, "BATCH", 7)


def dying_at(monkeypatch, batch, die):
    """Let ``die`` happen instead of the batch of this number."""
    store = writers.Writer._store

    def store_or_die(self, statements):
        if self._n_batches + 1 == batch:
            die()
        return store(self, statements)

    monkeypatch.setattr(writers.Writer, "_store", store_or_die)


@pytest.mark.parametrize("batch", range(1, 16, 2))
def test_a_push_that_died_is_read_by_nobody_and_made_good_by_the_next(neo4j_address, make_graph, monkeypatch, batch):
    old, new = make_graph(chain(20, "old")), make_graph(chain(25, "new"))
    clear_graph(neo4j_address)
    push_graph(old, neo4j_address).close()

    def die():
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        dying_at(patch, batch, die)
        with pytest.raises(KeyboardInterrupt):
            push_graph(new, neo4j_address)
    with pytest.raises(StoreError, match=r"half a graph.*push again"):
        open_graph(neo4j_address)
    wanted = (old, new)[batch % 4 == 1]  # forward, or back to what was there
    with push_graph(wanted, neo4j_address) as store:
        assert everything(store) == everything(wanted)


def test_a_server_that_was_killed_during_a_push_gets_the_whole_graph_by_the_next(
    neo4j_process, make_graph, monkeypatch
):
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_process.password)
    monkeypatch.setattr(connections, "RETRY_SECONDS", 1.0)
    graph = make_graph(chain(40))
    clear_graph(neo4j_process.address)
    with monkeypatch.context() as patch:
        dying_at(patch, 4, neo4j_process.kill)
        with pytest.raises(StoreError, match=r"cannot be reached|failed") as caught:
            push_graph(graph, neo4j_process.address)
    assert neo4j_process.address in str(caught.value)
    neo4j_process.start()
    with pytest.raises(StoreError, match="half a graph"):
        open_graph(neo4j_process.address)
    with push_graph(graph, neo4j_process.address) as store:
        assert everything(store) == everything(graph)


def test_batches_are_stored_once_where_the_answer_is_lost(neo4j_address, make_graph, monkeypatch):
    execute, lost = neo4j.Session.execute_write, []

    def execute_and_lose(self, work, *args):
        result = execute(self, work, *args)
        if len(lost) % 2:
            lost.append(False)
            return result
        lost.append(True)
        raise IncompleteCommit

    old, new = make_graph(chain(20, "old")), make_graph(chain(25, "new"))
    clear_graph(neo4j_address)
    monkeypatch.setattr(neo4j.Session, "execute_write", execute_and_lose)
    for graph in (old, new):
        with push_graph(graph, neo4j_address) as store:
            assert everything(store) == everything(graph)
    assert lost.count(True) > 20
    monkeypatch.setattr(neo4j.Session, "execute_write", lambda *_: execute_and_lose_always())

    def execute_and_lose_always():
        raise IncompleteCommit

    with pytest.raises(StoreError, match="cannot be reached"):
        push_graph(old, neo4j_address)


def test_of_two_pushes_at_once_one_stands_whole(neo4j_address, make_graph):
    graphs = [make_graph(chain(30, word)) for word in ("one", "two")]
    clear_graph(neo4j_address)
    pushed, problems = [], []

    def push(graph):
        try:
            push_graph(graph, neo4j_address).close()
            pushed.append(graph.release)
        except StoreError as error:
            problems.append(str(error))

    threads = [threading.Thread(target=push, args=(graph,)) for graph in graphs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pushed
    assert all("another push began" in problem for problem in problems)
    with open_graph(neo4j_address) as store:
        stands = next(graph for graph in graphs if graph.release == store.release)
        assert store.release in pushed
        assert everything(store) == everything(stands)


def test_additions_to_what_was_replaced_meanwhile_are_refused(neo4j_address, make_graph):
    clear_graph(neo4j_address)
    with push_graph(make_graph(chain(3)), neo4j_address) as first, open_graph(neo4j_address) as second:
        first.local().close()
        second.add(chain(4))
        with pytest.raises(StoreError, match="another graph was pushed"):  # its copy is gone, and cannot be pulled
            first.add(chain(5))
        connection = connections.Connection(neo4j_address, timeout=60)
        with contextlib.closing(connection), pytest.raises(StoreError, match="changed meanwhile"):
            pushes.push(make_graph(chain(5)), connection, expected=first.release)
        assert second.count().concepts == 4
        assert everything(second)[0] == open_graph(neo4j_address).release


def test_a_transaction_that_takes_too_long_is_ended(neo4j_address, make_graph):
    clear_graph(neo4j_address)
    push_graph(make_graph(chain(3, "old")), neo4j_address).close()
    auth = ("neo4j", account().password)
    with neo4j.GraphDatabase.driver(neo4j_address, auth=auth) as driver, driver.session() as session:
        holding = session.begin_transaction()
        holding.run("MATCH (release:OntologyRelease) SET release.held = true").consume()
        with pytest.raises(StoreError, match="took longer than 1 s over one transaction"):
            Neo4jGraphStore.push(make_graph(chain(3, "new")), neo4j_address, timeout=1)
        holding.rollback()
    with push_graph(make_graph(chain(3, "new")), neo4j_address) as store:
        assert store.search("new 2")


def test_a_wrong_password_is_not_repeated(neo4j_address, monkeypatch):
    monkeypatch.setenv("NEO4J_PASSWORD", "no such secret")
    with pytest.raises(
        StoreError, match=r"refused the user 'neo4j'; check NEO4J_USERNAME and NEO4J_PASSWORD"
    ) as caught:
        open_graph(neo4j_address)
    assert neo4j_address in str(caught.value)
    assert "secret" not in f"{caught.value} {caught.value.__cause__} {account()!r}"


def test_a_missing_database_is_named(neo4j_address, monkeypatch):
    monkeypatch.setenv("NEO4J_DATABASE", "nowhere")
    with pytest.raises(StoreError, match=r"has no database 'nowhere'; check NEO4J_DATABASE") as caught:
        open_graph(neo4j_address)
    assert neo4j_address in str(caught.value)


@pytest.mark.parametrize("listens", [False, True])
def test_a_server_that_does_not_answer_is_named(monkeypatch, listens):
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(connections, "RETRY_SECONDS", 0.5)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        address = f"bolt://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            open_graph(address)
        assert address in str(caught.value)


HOSTILE = [
    "'; MATCH (n) DETACH DELETE n //",
    '"}) DETACH DELETE n //',
    "a`]->() DETACH DELETE (n) //",
    "\\u0060]->(x) DETACH DELETE x //",
    "\\u0027 OR 1=1",
    "is_a {x: 1}",
    "$id",
    "nul\0nul",
    "🫀 ❤️‍🔥",
    "x" * 10_000,
    "a" * 70,
    "PREDICTED",
    "RELATED",
]


def test_hostile_texts_are_data(neo4j_address, make_graph):
    concepts = [Concept(f"Q:{i}", text, (f"{text}!",), (text,), text, obsolete=False) for i, text in enumerate(HOSTILE)]
    hostile_ids = [Concept(f"Q:{text.replace(' ', '').replace('|', '')}"[:3000], "id") for text in HOSTILE[:-4]]
    relations = [Relation("Q:0", text, f"Q:{i}", text, (f"P:{text}",)) for i, text in enumerate(HOSTILE)]
    relations += [Relation("Q:1", "is_a", concept.id) for concept in hostile_ids]
    graph = make_graph(Ontology(HOSTILE[0], HOSTILE[1], HOSTILE[2], (*concepts, *hostile_ids), tuple(relations)))
    clear_graph(neo4j_address)
    with push_graph(graph, neo4j_address) as store:
        assert everything(store) == everything(graph)
        for text in (
            *HOSTILE,
            *'+-&|!(){}[]^"~*?:\\/',
            "heart AND",
            '"unclosed',
            "/re",
            "a:b:c",
            "a\udcff",
            "TO OR NOT",
        ):
            assert store.search(text) == graph.search(text)
            assert store.concepts([text, f"Q:{text}"]) == graph.concepts(
                [text.replace("\udcff", ""), f"Q:{text}".replace("\udcff", "")]
            )
        with store.local() as again:
            assert everything(again) == everything(graph)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("bolt://127.0.0.1:7687", "bolt://127.0.0.1:7687"),
        ("neo4j://localhost", "neo4j://localhost"),
        ("bolt://[::1]:7687", "bolt://[::1]:7687"),
        ("bolt://example.org:7687", "bolt+s://example.org:7687"),
        ("neo4j://10.0.0.1", "neo4j+s://10.0.0.1"),
        ("neo4j+s://example.org", "neo4j+s://example.org"),
        ("bolt+ssc://10.0.0.1", "bolt+ssc://10.0.0.1"),
    ],
)
def test_plain_schemes_are_for_this_machine(address, expected):
    assert is_address(address)
    assert secured(address, {}) == expected
    assert secured(address, {"KGBERT_NEO4J_PLAINTEXT": "1"}) == address


@pytest.mark.parametrize("address", ["bolt://", "http://localhost", "bolt://host:port", "neo4j://me:secret@localhost"])
def test_what_is_no_address_is_refused_without_repeating_a_password(address):
    with pytest.raises(StoreError, match=address.partition("//")[0]) as caught:
        secured(address, {})
    assert "secret" not in str(caught.value)
    assert not is_address("/a/folder")
    assert not is_address("C:\\folder")
