"""Concepts of several vocabularies become one where they correspond one to one."""

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.formats.reading import Omissions
from graph.formats.sssom import read_mappings
from graph.mapping import CLOSE, Mapping
from graph.ontology import Ontology, Rows
from graph.relation import Relation
from graph.retrieve import resolve
from graph.unify import unify

MONDO = Ontology(
    "mondo",
    concepts=(
        Concept("MONDO:1", "asthma", xrefs=("DOID:1", "UMLS:C1")),
        Concept("MONDO:2", "childhood asthma", xrefs=("DOID:2", "DOID:3")),
        Concept("MONDO:3", "fever"),
    ),
    relations=(Relation("MONDO:2", "is_a", "MONDO:1", "mondo"),),
)
DOID = Ontology(
    "doid",
    concepts=(
        Concept("DOID:1", "bronchial asthma", ("Asthma",), ("Disease",)),
        Concept("DOID:2", "asthma of children"),
        Concept("DOID:3", "early-onset asthma"),
        Concept("DOID:9", "old asthma", obsolete=True, replaced_by="DOID:1"),
    ),
    relations=(Relation("DOID:2", "is_a", "DOID:1", "doid"), Relation("DOID:1", "related_to", "MONDO:1", "doid")),
)
MESH = Ontology("mesh", concepts=(Concept("MESH:D1", "Asthma, Bronchial", xrefs=("UMLS:C1",)),))


def built(tmp_path, *ontologies, mappings=(), **how):
    unified, found = unify(ontologies, mappings, **how)
    return EmbeddedGraphStore.from_ontologies(tmp_path / "graph", *unified), found


def test_a_one_to_one_reference_merges_and_a_one_to_many_does_not(tmp_path):
    store, found = built(tmp_path, MONDO, DOID, MESH)
    assert found.stands_for == {"DOID:1": "MONDO:1", "MESH:D1": "MONDO:1"}
    assert found.ambiguous == 2  # MONDO:2 refers to two of DOID
    asthma = store.concepts(["MONDO:1"])[0]
    assert asthma.name == "asthma"
    assert asthma.synonyms == ("bronchial asthma", "Asthma", "Asthma, Bronchial")
    assert {"DOID:1", "MESH:D1", "UMLS:C1"} <= set(asthma.xrefs)
    assert asthma.types == ("Disease",)


def test_every_source_id_still_leads_to_the_concept(tmp_path):
    store, _ = built(tmp_path, MONDO, DOID, MESH)
    assert resolve(store, ["DOID:1", "MESH:D1", "DOID:9", "MONDO:1"]) == ["MONDO:1"] * 4


def test_relations_move_to_the_concept_that_stands_for_their_end(tmp_path):
    store, _ = built(tmp_path, MONDO, DOID, MESH)
    stated = {(r.subject, r.predicate, r.object, r.source) for r in store.relations(["MONDO:1"])[0]}
    assert stated == {("MONDO:2", "is_a", "MONDO:1", "mondo"), ("DOID:2", "is_a", "MONDO:1", "doid")}


def test_the_first_source_names_the_concept(tmp_path):
    store, found = built(tmp_path, DOID, MESH, MONDO)
    assert found.stands_for == {"MONDO:1": "DOID:1", "MESH:D1": "DOID:1"}
    assert store.concepts(["DOID:1"])[0].name == "bronchial asthma"


def test_only_exact_mappings_count_unless_asked():
    mappings = [Mapping("MONDO:3", "skos:closeMatch", "MESH:D1"), Mapping("MONDO:1", "skos:broadMatch", "MESH:D1")]
    assert unify([MONDO, MESH], mappings, through_xrefs=False)[1].stands_for == {}
    close = unify([MONDO, MESH], mappings, predicates=CLOSE, through_xrefs=False)[1]
    assert close.stands_for == {"MESH:D1": "MONDO:3"}


def test_a_group_with_two_concepts_of_one_vocabulary_is_left_apart():
    first = Ontology("a", concepts=(Concept("A:1", "x", xrefs=("B:1",)), Concept("A:2", "y", xrefs=("C:1",))))
    second = Ontology("b", concepts=(Concept("B:1", "x", xrefs=("C:1",)),))
    _, found = unify([first, second])
    assert found.stands_for == {}
    assert found.conflicts == (("A:1", "A:2", "B:1"),)


def test_lazy_ontologies_stay_lazy_and_say_the_same():
    lazy = [
        Ontology(o.name, concepts=Rows(lambda o=o: iter(o.concepts)), relations=Rows(lambda o=o: iter(o.relations)))
        for o in (MONDO, DOID)
    ]
    unified, _ = unify(lazy)
    assert all(isinstance(o.concepts, Rows) for o in unified)
    assert [tuple(o.concepts) for o in unified] == [o.concepts for o in unify([MONDO, DOID])[0]]


def test_a_source_is_walked_once_to_decide():
    walks = []

    def concepts():
        walks.append(1)
        return iter(MONDO.concepts)

    unify([Ontology("mondo", concepts=Rows(concepts)), DOID])
    assert len(walks) == 1


def test_sssom_tables_are_read(tmp_path):
    path = tmp_path / "m.sssom.tsv"
    path.write_text(
        "#curie_map:\n#  MONDO: http://purl.obolibrary.org/obo/MONDO_\n"
        "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\n"
        "MONDO:3\tskos:exactMatch\t\tMESH:D1\tsemapv:ManualMappingCuration\n"
        "MONDO:1\tskos:exactMatch\tNot\tMESH:D1\tsemapv:ManualMappingCuration\n"
        "MONDO:2\tskos:exactMatch\t\tsssom:NoTermFound\tsemapv:ManualMappingCuration\n"
    )
    omissions = Omissions()
    assert read_mappings(path, omissions=omissions) == (Mapping("MONDO:3", "skos:exactMatch", "MESH:D1", path.name),)
    assert [(o.reason, o.count, o.places) for o in omissions] == [
        ("mapping to no term", 1, (f"{path}:6",)),
        ("negated mapping", 1, (f"{path}:5",)),
    ]
