"""Sources become one graph, with a report of what was taken and what was not."""

import sqlite3

import pytest

from graph.build import BuildPlan, build
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import CycleError, StoreError
from graph.report import SharedName

DISEASES = """format-version: 1.2
data-version: 2026-01
ontology: dis
default-namespace: Disease

[Term]
id: DIS:1
name: disease

[Term]
id: DIS:2
name: asthma
xref: PHE:2
is_a: DIS:1

[Term]
id: DIS:3
name: Fever
namespace: Finding
relationship: part_of DIS:9

[Term]
id: DIS:4
name: old asthma
is_obsolete: true
replaced_by: DIS:2
"""
PHENOTYPES = """format-version: 1.2
ontology: phe
default-namespace: Finding

[Term]
id: PHE:1
name: fever

[Term]
id: PHE:2
name: wheezing disorder
is_a: PHE:1
"""


@pytest.fixture
def sources(tmp_path):
    paths = tmp_path / "dis.obo", tmp_path / "phe.obo"
    for path, text in zip(paths, (DISEASES, PHENOTYPES), strict=True):
        path.write_text(text)
    return paths


def test_the_report_counts_what_is_there(sources, tmp_path):
    report = build(BuildPlan(sources), tmp_path / "graph")
    assert report.counts == (6, 2, 7, 2)
    assert report.concepts_by_prefix == {"DIS": 3, "PHE": 1}
    assert report.concepts_by_type == {"Disease": 2, "Finding": 3}  # the merged concept has both
    assert report.concepts_by_group == {"Disorders": 4}
    assert report.relations_by_predicate == {"is_a": 2}
    assert report.relations_by_source == {"dis": 1, "phe": 1}
    assert (report.replaced, report.waiting_relations, report.merged, report.unlinked) == (2, 1, 1, 1)
    assert report.shared_names == 1
    assert report.shared_name_examples == (SharedName("fever", ("DIS:3", "PHE:1")),)
    with EmbeddedGraphStore.open(tmp_path / "graph") as store:
        assert report.release == store.release


def test_vocabularies_can_stay_apart(sources, tmp_path):
    report = build(BuildPlan(sources, merge=False), tmp_path / "graph")
    assert report.merged == 0
    assert report.concepts_by_prefix == {"DIS": 3, "PHE": 2}


def test_types_and_groups_select(sources, tmp_path):
    plan = BuildPlan(sources, merge=False, types=frozenset({"Disease"}))
    report = build(plan, tmp_path / "graph")
    assert report.concepts_by_prefix == {"DIS": 2}
    (omission,) = report.omissions
    assert (omission.reason, omission.count) == ("type not asked for", 3)
    everything = build(BuildPlan(sources, merge=False, types=frozenset({"Disorders"})), tmp_path / "other")
    assert everything.omissions == ()


def test_a_cycle_is_refused_or_cut_on_demand(sources, tmp_path):
    sources[0].write_text(DISEASES.replace("name: disease\n", "name: disease\nis_a: DIS:2\n"))
    with pytest.raises(CycleError, match="DIS:1 -> DIS:2 -> DIS:1"):
        build(BuildPlan(sources), tmp_path / "graph")
    assert not (tmp_path / "graph" / "current.json").exists()
    report = build(BuildPlan(sources, cut_cycles=True), tmp_path / "graph")
    assert report.cut_cycles == (("DIS:2", "DIS:1"),)


def test_a_mapping_merges_what_has_no_reference(sources, tmp_path):
    table = tmp_path / "map.tsv"
    table.write_text("subject_id\tpredicate_id\tobject_id\nDIS:3\tskos:exactMatch\tPHE:1\n")
    report = build(BuildPlan(sources, mappings=(table,)), tmp_path / "graph")
    assert report.merged == 2
    assert report.shared_names == 0


def test_verify_accepts_what_was_built_and_refuses_what_was_changed(sources, tmp_path):
    build(BuildPlan(sources), tmp_path / "graph")
    with EmbeddedGraphStore.open(tmp_path / "graph") as store:
        store.verify()
    (record,) = (tmp_path / "graph").rglob("*.sqlite")
    record.chmod(0o644)
    with sqlite3.connect(record) as connection:
        connection.execute("UPDATE claim SET definition = 'tampered with' WHERE concept = 'DIS:1'")
    with EmbeddedGraphStore.open(tmp_path / "graph") as store, pytest.raises(StoreError, match="not that of release"):
        store.verify()
