"""What changed between two releases is listed."""

from graph.concept import Concept
from graph.diff import diff
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from graph.relation import Relation

OLD = Ontology(
    "o",
    concepts=(
        Concept("C:1", "root"),
        Concept("C:2", "heart"),
        Concept("C:3", "lung"),
        Concept("C:4", "gone"),
        Concept("C:5", "other root"),
        Concept("C:6", "retired without heir"),
        Concept("C:8", "was retired", obsolete=True),
    ),
    relations=(Relation("C:2", "is_a", "C:1", "o"), Relation("C:3", "is_a", "C:1", "o")),
)
NEW = Ontology(
    "o",
    concepts=(
        Concept("C:1", "root"),
        Concept("C:2", "Heart (organ)"),
        Concept("C:3", "lung", obsolete=True, replaced_by="C:7"),
        Concept("C:5", "other root"),
        Concept("C:6", "retired without heir", obsolete=True),
        Concept("C:7", "lungs"),
        Concept("C:8", "was retired"),
    ),
    relations=(Relation("C:2", "is_a", "C:5", "o"), Relation("C:2", "part_of", "C:1", "o")),
)


def test_a_worked_example(tmp_path):
    old = EmbeddedGraphStore.from_ontologies(tmp_path / "old", OLD)
    new = EmbeddedGraphStore.from_ontologies(tmp_path / "new", NEW)
    found = diff(old, new)
    assert found.to_dict() == {
        "added": [{"id": "C:7"}, {"id": "C:8"}],
        "removed": [{"id": "C:4"}],
        "retired": [{"id": "C:3", "replaced_by": "C:7"}, {"id": "C:6", "replaced_by": None}],
        "renamed": [{"id": "C:2", "old": "heart", "new": "Heart (organ)"}],
        "reparented": [{"id": "C:2", "lost": ("C:1",), "gained": ("C:5",)}],
    }
    assert found


def test_a_graph_does_not_differ_from_itself(tmp_path):
    store = EmbeddedGraphStore.from_ontologies(tmp_path / "graph", OLD)
    assert not diff(store, store)
