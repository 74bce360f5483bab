"""What is exported says what the store says, to readers that are not ours where there are some."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

import networkx as nx
import pytest
import rdflib
from hostile import HOSTILE, SYNONYMS
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import DCTERMS, OWL, RDF, SKOS

from graph import atomic, iri, walk
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.export import FORMATS, neo4j_admin
from graph.formats import load
from graph.neo4j import publication
from graph.ontology import Ontology
from graph.relation import Relation

OBO_IN_OWL = rdflib.Namespace("http://www.geneontology.org/formats/oboInOwl#")


@pytest.fixture(scope="module")
def hostile(memory_store):
    return memory_store(HOSTILE)


def content(store) -> tuple[list[Concept], list[Relation]]:
    return list(store.iterate()), list(walk.relations(store))


def test_walk_gives_every_relation_once_and_sorted(make_store) -> None:
    found = list(walk.relations(make_store(HOSTILE)))
    assert found == sorted(HOSTILE.relations, key=lambda r: (r.subject, r.predicate, r.object, r.source))


@settings(max_examples=50)
@given(st.data())
def test_kgx_there_and_back(ontologies_strategy, memory_store, data) -> None:
    store = memory_store(*data.draw(ontologies_strategy()))
    shape = data.draw(st.sampled_from(["kgx-tsv", "kgx-jsonl"]))
    with tempfile.TemporaryDirectory() as folder:
        FORMATS[shape](store, Path(folder) / "kgx")
        again = load(Path(folder) / "kgx")
        assert list(again.concepts) == [Concept(**fields(c, name=c.name or c.id)) for c in store.iterate()]
        assert list(again.relations) == list(walk.relations(store))


def fields(concept: Concept, **changed: object) -> dict[str, object]:
    return {name: getattr(concept, name) for name in Concept.__dataclass_fields__} | changed


def test_kgx_json_lines_lose_nothing(hostile, tmp_path) -> None:
    FORMATS["kgx-jsonl"](hostile, tmp_path / "out")
    again = load(tmp_path / "out")
    assert (list(again.concepts), list(again.relations)) == content(hostile)


def test_kgx_tsv_replaces_what_it_cannot_hold(hostile, tmp_path) -> None:
    FORMATS["kgx-tsv"](hostile, tmp_path / "out")
    first, *rest = load(tmp_path / "out").concepts
    assert first.definition == "One line and tab."
    assert first.synonyms == tuple("e¦f" if text == "e|f" else text for text in SYNONYMS)
    assert rest == content(hostile)[0][1:]
    assert list(load(tmp_path / "out").relations) == content(hostile)[1]


def test_kgx_is_spelt_as_biolink_spells(hostile, tmp_path) -> None:
    FORMATS["kgx-tsv"](hostile, tmp_path / "out")
    assert (tmp_path / "out/nodes.tsv").read_text().splitlines()[1].split("\t")[1] == "Health Care|biolink:Disease"
    lines = (tmp_path / "out/edges.tsv").read_text().splitlines()
    assert "HP:0000002\tbiolink:subclass_of\tHP:0000001\tHPO\tPMID:1|PMID:2\tnot_provided\tnot_provided" in lines
    assert any("\tRO:0002200\t" in line for line in lines)


def test_turtle_as_rdflib_reads_it(hostile, tmp_path) -> None:
    FORMATS["skos"](hostile, tmp_path / "out.ttl")
    graph = rdflib.Graph().parse(tmp_path / "out.ttl")
    concepts, relations = content(hostile)
    nodes = {str(graph.value(node, OBO_IN_OWL.id)): node for node in graph.subjects(RDF.type, SKOS.Concept)}
    assert nodes.keys() == {concept.id for concept in concepts}

    def texts(id: str, property: rdflib.URIRef) -> set[str]:
        return {str(text) for text in graph.objects(nodes[id], property)}

    for concept in concepts:
        assert texts(concept.id, SKOS.prefLabel) == {concept.name}
        assert texts(concept.id, SKOS.altLabel) == set(concept.synonyms)
        assert texts(concept.id, SKOS.definition) == {concept.definition} - {""}
        assert texts(concept.id, OBO_IN_OWL.hasOBONamespace) == set(concept.types)
        assert texts(concept.id, OBO_IN_OWL.hasDbXref) == set(concept.xrefs)
        assert (graph.value(nodes[concept.id], OWL.deprecated) is not None) == concept.obsolete
        heir = graph.value(nodes[concept.id], DCTERMS.isReplacedBy)
        assert heir == (nodes[concept.replaced_by] if concept.replaced_by else None)
    assert {(s, o) for s, o in graph.subject_objects(SKOS.broader)} == {(nodes["HP:0000002"], nodes["HP:0000001"])}
    assert dict(graph.namespaces())["odd"] == rdflib.URIRef("https://identifiers.org/odd:")
    scheme = graph.value(None, DCTERMS.title, rdflib.Literal("hostile"))
    assert graph.value(scheme, OWL.versionInfo) == rdflib.Literal("1\n2")
    others = {(r.subject, r.predicate, r.object) for r in relations if r.predicate != "is_a"}
    links = {(s, p, o) for s, p, o in graph if o in nodes.values() and p not in (SKOS.broader, DCTERMS.isReplacedBy)}
    assert len(links) == len(others) == 3
    assert (nodes["HP:0000001"], rdflib.URIRef("urn:kgbert:predicate#near"), nodes["HP:0000001"]) in links


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("HP:0000001", "http://purl.obolibrary.org/obo/HP_0000001"),
        ("MESH:D000001", "http://id.nlm.nih.gov/mesh/D000001"),
        ("MEDDRA:1", "https://identifiers.org/MEDDRA:1"),
        ("HP:1/2", "https://identifiers.org/HP:1/2"),
        ('x:<"%\\>', "https://identifiers.org/x:%3C%22%25%5C%3E"),
        ("https://example.org/a%20b#c", "https://example.org/a%20b#c"),
        ("x:é", "https://identifiers.org/x:é"),
    ],
)
def test_iri_of_a_curie(id: str, expected: str) -> None:
    assert iri.from_curie(id) == expected


def test_graphml_as_networkx_reads_it(hostile, tmp_path) -> None:
    FORMATS["graphml"](hostile, tmp_path / "out.graphml")
    graph = nx.read_graphml(tmp_path / "out.graphml")
    concepts, relations = content(hostile)
    assert graph.is_directed()
    for concept in concepts:
        found = graph.nodes[concept.id]
        assert (found["label"], found["name"]) == (concept.name, concept.name)
        assert found.get("synonyms", "") == "|".join(text.replace("|", "¦") for text in concept.synonyms)
        assert found.get("definition", "") == concept.definition
        assert found.get("obsolete", False) is concept.obsolete
        assert found.get("replaced_by") == concept.replaced_by
    edges = [(s, d["predicate"], o, d.get("source", ""), d.get("evidence", "")) for s, o, d in graph.edges(data=True)]
    expected = [(r.subject, r.predicate, r.object, r.source, "|".join(r.evidence)) for r in relations]
    assert sorted(edges) == sorted(expected)


def test_graphml_without_what_xml_forbids(memory_store, tmp_path) -> None:
    store = memory_store(Ontology("o", concepts=(Concept("A:\x01", "a\x00b\ufffe c\x0b"),)))
    FORMATS["graphml"](store, tmp_path / "out.graphml")
    graph = nx.read_graphml(tmp_path / "out.graphml")
    assert dict(graph.nodes(data="name")) == {"A:�": "a�b� c�"}


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_is_whole_or_not_there(format, tmp_path, monkeypatch) -> None:
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", HOSTILE) as store:
        monkeypatch.setattr(store, "relations", lambda _: 1 / 0)
        monkeypatch.setattr(publication, "waiting", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            FORMATS[format](store, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["graph"]


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_store_is_exported(format, tmp_path) -> None:
    with EmbeddedGraphStore.create(tmp_path / "graph") as store:
        FORMATS[format](store, tmp_path / "out")
    assert (tmp_path / "out").exists()


def test_a_folder_that_is_in_use_is_refused(tmp_path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(FileExistsError), atomic.folder(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_script_runs_the_command(tmp_path, monkeypatch) -> None:
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", HOSTILE) as store:
        FORMATS["neo4j-admin"](store, tmp_path / "out")
    admin = tmp_path / "neo4j-admin"
    admin.write_text('#!/bin/sh\npwd; printf "%s\\n" "$@"\n')
    admin.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    done = subprocess.run([tmp_path / "out/import.sh", "--verbose"], capture_output=True, text=True, check=True)
    where, *arguments = done.stdout.splitlines()
    assert Path(where).samefile(tmp_path / "out")
    assert arguments == [*neo4j_admin.arguments(Path())[1:], "--verbose"]
    files = [a.rpartition("=")[2] for a in arguments if a.startswith(("--nodes", "--relationships"))]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*files, "import.sh"}
    assert shlex.split(neo4j_admin.command(tmp_path / "a b")) == neo4j_admin.arguments(tmp_path / "a b")


@pytest.mark.parametrize(
    "ontology",
    [
        Ontology("o", concepts=(Concept("A:1", "a", ("b\ufdd0c",)),)),
        Ontology("o", concepts=(Concept("A:1", "a"),), relations=(Relation("A:1", "p", "A:1", "s", ("",)),)),
    ],
)
def test_a_list_that_neo4j_admin_would_not_give_back_is_refused(ontology, tmp_path) -> None:
    with (
        EmbeddedGraphStore.from_ontologies(tmp_path / "graph", ontology) as store,
        pytest.raises(StoreError, match=r"neo4j-admin reads no list.*U\+FDD0"),
    ):
        FORMATS["neo4j-admin"](store, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_neo4j_admin_needs_a_compiled_graph(hostile, tmp_path) -> None:
    with pytest.raises(StoreError, match="MemoryGraphStore: not a graph in a folder or on a server"):
        FORMATS["neo4j-admin"](hostile, tmp_path / "out")


def test_hpo_there_and_back(data_dir, tmp_path) -> None:
    hpo = load(data_dir / "ontologies/hpo/hp.obo.gz")
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", hpo) as store:
        FORMATS["kgx-jsonl"](store, tmp_path / "kgx")
        with EmbeddedGraphStore.from_ontologies(tmp_path / "again", load(tmp_path / "kgx")) as again:
            assert again.count() == store.count()
            assert again.release == store.release


def test_skos_is_read_back(memory_store, tmp_path) -> None:
    ontology = Ontology(
        "toy",
        "2026-11",
        "CC0",
        concepts=(
            Concept("HP:0000001", "Fever", ("Pyrexia",), ("phenotype",), "A raised temperature.", ("UMLS:C0015967",)),
            Concept("HP:0000002", "High fever", types=("phenotype",)),
            Concept("HP:0000003", "Old fever", types=("phenotype",), obsolete=True, replaced_by="HP:0000001"),
            Concept("MINE:x1", "Ibuprofen", ("Brufen",), ("drug",)),
        ),
        relations=(
            Relation("HP:0000002", "is_a", "HP:0000001", "toy"),
            Relation("MINE:x1", "treats", "HP:0000001", "toy"),
        ),
    )
    out = tmp_path / "toy.ttl"
    FORMATS["skos"](memory_store(ontology), out)
    found = load(out)
    assert (found.name, found.version, found.licence) == ("toy", "2026-11", "CC0")
    assert tuple(found.concepts) == ontology.concepts
    assert {(r.subject, r.predicate, r.object) for r in found.relations} == {
        (r.subject, r.predicate, r.object) for r in ontology.relations
    }
