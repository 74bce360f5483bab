"""Ids of annotated documents follow the concepts that took over."""

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from ingest.document import AnnotatedRelation, Document, Entity
from ingest.migrate import Migration

ONTOLOGY = Ontology(
    "o",
    concepts=(
        Concept("M:1", "new name"),
        Concept("M:2", "old", obsolete=True, replaced_by="M:3"),
        Concept("M:3", "older still", obsolete=True, replaced_by="M:1"),
        Concept("M:4", "gone", obsolete=True),
    ),
)


def entity(id, name=""):
    return Entity(0, 4, "text", "Disease", id=id, name=name)


def test_replaced_ids_are_rewritten_and_the_rest_is_reported(tmp_path):
    before = Document(
        "d",
        "text",
        entities=(entity("M:1"), entity("M:2", "old"), entity("M:4"), entity("X:1"), entity(None)),
        relations=(AnnotatedRelation("M:2", "CID", "M:3"), AnnotatedRelation("X:1", "CID", "M:1")),
    )
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", ONTOLOGY) as store:
        migration = Migration(store)
        (after,) = migration([before])
    assert [e.id for e in after.entities] == ["M:1", "M:1", "M:4", "X:1", None]
    assert [e.name for e in after.entities] == ["", "new name", "", "", ""]
    assert [(r.subject, r.object) for r in after.relations] == [("M:1", "M:1"), ("X:1", "M:1")]
    assert (after.id, after.text) == (before.id, before.text)
    assert migration.report.to_dict() == {
        "documents": 1,
        "kept": 2,
        "replaced": [{"old": "M:2", "new": "M:1", "count": 2}, {"old": "M:3", "new": "M:1", "count": 1}],
        "retired": {"M:4": 1},
        "unknown": {"X:1": 2},
    }
