"""Documents stand beside the concepts on a real Neo4j, once each, and go without a trace."""

import neo4j
import pytest

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.neo4j.connection import Connection
from graph.ontology import Ontology
from graph.open_graph import clear_graph, open_graph, push_graph
from graph.relation import Relation
from graph.retrieve import subgraph
from ingest.document import Document, Entity
from ingest.document_graph import DocumentGraph, PredictedRelation, Provenance

ONTOLOGY = Ontology(
    "toy",
    concepts=(Concept("T:1", "aspirin"), Concept("T:2", "bleeding"), Concept("T:3", "pain")),
    relations=(Relation("T:1", "treats", "T:3", "toy"),),
)
TEXT = "aspirin caused bleeding"
NOTE = Document(
    "note-1",
    TEXT,
    entities=(
        Entity(0, 7, "aspirin", "Chemical", id="T:1", score=0.9),
        Entity(15, 23, "bleeding", "Disease", id="T:2", assertion="possible"),
        Entity(8, 14, "caused", "Disease"),
        Entity(0, 7, "aspirin", "Chemical", id="X:9"),
    ),
)
FOUND = (
    PredictedRelation("T:1", "CID", "T:2", 0.7, object_assertion="possible"),
    PredictedRelation("T:1", "CID", "X:9", 0.6),
)


@pytest.fixture
def connection(neo4j_address, tmp_path):
    clear_graph(neo4j_address)
    with EmbeddedGraphStore.from_ontologies(tmp_path / "toy", ONTOLOGY) as store:
        push_graph(store, neo4j_address).close()
    connection = Connection(neo4j_address, timeout=30.0)
    yield connection
    _ask(connection, "MATCH (d:Document) DETACH DELETE d")
    connection.close()
    clear_graph(neo4j_address)


def _ask(connection, query):
    return [
        dict(record) for record in connection.write(lambda transaction: list(transaction.run(neo4j.Query(query).text)))
    ]


def _everything(connection):
    mentions = _ask(connection, "MATCH (d:Document)-[m:MENTIONS]->(c) RETURN d.id AS d, properties(m) AS m, c.id AS c")
    predicted = _ask(connection, "MATCH (s)-[p:PREDICTED]->(o) RETURN s.id AS s, properties(p) AS p, o.id AS o")
    return sorted(mentions, key=str), sorted(predicted, key=str)


def test_a_document_is_written_once_and_without_its_text(connection):
    graph = DocumentGraph(connection, Provenance("model 1", "abc"))
    first = graph.write([(NOTE, FOUND)])
    assert (first.written, first.unchanged, first.mentions, first.relations) == (1, 0, 2, 1)
    assert (first.unlinked, first.unknown) == (1, 2)
    mentions, predicted = _everything(connection)
    provenance = {"model": "model 1", "release": "abc"}
    said = {"start": 0, "end": 7, "type": "Chemical", "score": 0.9, "assertion": "present", **provenance}
    assert {"d": "note-1", "m": said, "c": "T:1"} in mentions
    said = {"subject_assertion": "present", "object_assertion": "possible"}
    assert predicted == [
        {"s": "T:1", "p": {"label": "CID", "score": 0.7, "model": "model 1", "document": "note-1", **said}, "o": "T:2"}
    ]
    (document,) = _ask(connection, "MATCH (d:Document) RETURN properties(d) AS d")
    assert "bleeding" not in str((document, mentions))

    again = graph.write([(NOTE, FOUND)])
    assert (again.written, again.unchanged) == (0, 1)
    assert _everything(connection) == (mentions, predicted)


def test_a_changed_document_replaces_what_was_read_in_it(connection):
    DocumentGraph(connection, Provenance("model 1", "abc")).write([(NOTE, FOUND)])
    newer = DocumentGraph(connection, Provenance("model 2", "abc"), keep_surface=True, keep_text=True)
    assert newer.write([(NOTE, ())]).written == 1
    mentions, predicted = _everything(connection)
    assert [m["m"]["model"] for m in mentions] == ["model 2", "model 2"]
    assert {m["m"]["text"] for m in mentions} == {"aspirin", "bleeding"}
    assert predicted == []
    assert _ask(connection, "MATCH (d:Document) RETURN d.text AS text") == [{"text": TEXT}]


def test_a_deleted_document_leaves_nothing(connection):
    graph = DocumentGraph(connection, Provenance("model 1", "abc"))
    graph.write([(NOTE, FOUND), (Document("note-2", TEXT, entities=NOTE.entities[:1]), ())])
    assert graph.delete(["note-1", "never-there"]) == 1
    mentions, predicted = _everything(connection)
    assert [m["d"] for m in mentions] == ["note-2"]
    assert predicted == []


def test_predictions_are_no_knowledge_unless_asked_for(connection, neo4j_address):
    graph = DocumentGraph(connection, Provenance("model 1", "abc"))
    with open_graph(neo4j_address) as store:
        before = subgraph(store, ["T:1"]), store.relations(["T:1", "T:2"]), store.count()
        graph.write([(NOTE, FOUND)])
        assert (subgraph(store, ["T:1"]), store.relations(["T:1", "T:2"]), store.count()) == before
    assert graph.predictions(["T:1"]) == [
        Relation("T:1", "CID", "T:2", "predicted by model 1", ("DOCUMENT:note-1",)),
    ]
    assert graph.predictions(["T:1"], least=0.8) == []


def test_a_subgraph_shows_predictions_to_whoever_asks(connection, neo4j_address):
    graph = DocumentGraph(connection, Provenance("model 1", "abc"))
    graph.write([(NOTE, FOUND), (Document("note-2", TEXT), FOUND)])
    with open_graph(neo4j_address) as store:
        known = subgraph(store, ["T:1", "T:2"])
        shown = graph.with_predictions(known)
        assert shown.concepts == known.concepts
        assert shown.relations == (("T:1", "CID", "T:2", "predicted by model 1"), *known.relations)
        assert graph.with_predictions(known, least=0.8) == known
        apart = subgraph(store, ["T:1"], hops=0)
        assert graph.with_predictions(apart) == apart
