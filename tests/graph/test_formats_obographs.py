"""OBO Graphs JSON gives the ontology that its OBO form gives."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.concept import Concept
from graph.errors import OntologyFormatError
from graph.formats import load
from graph.formats.obo import read_obo
from graph.formats.obo_frame import Frame, frames
from graph.formats.obographs import read_obographs
from graph.formats.reading import Reading
from graph.relation import Relation

PURL = "http://purl.obolibrary.org/obo/"
OIO = "http://www.geneontology.org/formats/oboInOwl#"
SCOPES = {"EXACT": "hasExactSynonym", "BROAD": "hasBroadSynonym", "NARROW": "hasNarrowSynonym"}
PETS = Path(__file__).parent / "data/pets.obo"

KIDNEY: dict[str, Any] = {
    "graphs": [
        {
            "id": PURL + "hp.json",
            "meta": {
                "basicPropertyValues": [
                    {"pred": "http://purl.org/dc/terms/license", "val": "https://hpo.jax.org/app/license"},
                    {"pred": "http://www.w3.org/2002/07/owl#versionInfo", "val": "2025-01-16"},
                ],
                "version": PURL + "hp/releases/2025-01-16/hp.json",
            },
            "nodes": [
                {"id": PURL + "BFO_0000050", "lbl": "part of", "type": "PROPERTY", "propertyType": "OBJECT"},
                {
                    "id": PURL + "HP_0000003",
                    "lbl": "Multicystic kidney dysplasia",
                    "type": "CLASS",
                    "meta": {
                        "definition": {"val": "Many cysts in a kidney.", "xrefs": ["PMID:1"]},
                        "synonyms": [
                            {"pred": "hasExactSynonym", "val": "Multicystic kidneys", "xrefs": []},
                            {
                                "pred": "hasRelatedSynonym",
                                "val": "Cystic kidneys",
                                "synonymType": PURL + "hp#layperson",
                            },
                        ],
                        "xrefs": [{"val": "UMLS:C3714581"}, {"val": "nowhere"}],
                        "basicPropertyValues": [
                            {"pred": OIO + "hasAlternativeId", "val": "HP:0004715"},
                            {"pred": OIO + "hasOBONamespace", "val": "human_phenotype"},
                        ],
                    },
                },
                {
                    "id": PURL + "HP_0004715",
                    "type": "CLASS",
                    "meta": {
                        "basicPropertyValues": [
                            {"pred": PURL + "IAO_0000231", "val": PURL + "IAO_0000227"},
                            {"pred": PURL + "IAO_0100001", "val": PURL + "HP_0000003"},
                        ],
                        "deprecated": True,
                    },
                },
                {
                    "id": PURL + "HP_0000057",
                    "lbl": "obsolete Cyst",
                    "type": "CLASS",
                    "meta": {
                        "basicPropertyValues": [
                            {"pred": OIO + "consider", "val": "HP:0000107"},
                            {"pred": PURL + "IAO_0100001", "val": "HP:0000003"},
                        ],
                        "deprecated": True,
                    },
                },
                {"id": "https://orcid.org/0000-0002-0736-9199", "lbl": "Somebody", "type": "INDIVIDUAL"},
            ],
            "edges": [
                {"sub": PURL + "HP_0000003", "pred": "is_a", "obj": PURL + "HP_0000107"},
                {"sub": PURL + "HP_0000003", "pred": PURL + "BFO_0000050", "obj": PURL + "UBERON_0002113"},
                {"sub": PURL + "BFO_0000050", "pred": "subPropertyOf", "obj": PURL + "RO_0002131"},
            ],
            "logicalDefinitionAxioms": [{"definedClassId": PURL + "HP_0000003", "genusIds": [], "restrictions": []}],
        }
    ]
}


def write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, indent=2))
    return path


def test_node_carries_all_it_says(tmp_path: Path) -> None:
    reading = Reading()
    hp = load(write(tmp_path / "hp", KIDNEY), reading=reading)
    assert (hp.name, hp.version, hp.licence) == ("hp", "hp/releases/2025-01-16", "https://hpo.jax.org/app/license")
    types = ("human_phenotype",)
    assert hp.concepts == (
        Concept(
            "HP:0000003",
            "Multicystic kidney dysplasia",
            ("Multicystic kidneys", "Cystic kidneys"),
            types,
            "Many cysts in a kidney.",
            ("UMLS:C3714581",),
        ),
        Concept("HP:0000057", "obsolete Cyst", obsolete=True, replaced_by="HP:0000003"),
        Concept("HP:0004715", "Multicystic kidney dysplasia", (), types, obsolete=True, replaced_by="HP:0000003"),
    )
    assert hp.relations == (
        Relation("HP:0000003", "is_a", "HP:0000107", "hp"),
        Relation("HP:0000003", "part_of", "UBERON:0002113", "hp"),
    )
    assert {(omission.reason, omission.count) for omission in reading.omissions} == {
        ("node that is no class", 1),
        ("edge of what is no class", 1),
        ("cross-reference that is no CURIE", 1),
    }


def convert(path: Path, *, spelled_out: bool) -> dict[str, Any]:
    """Return the OBO file at ``path`` as the usual route over OWL gives it in OBO Graphs.

    With ``spelled_out`` every alternative id is a merged class of its own, as that route has it, else it is only
    named by its heir, as older releases have it.
    """
    stream = frames(path)
    header = next(stream)
    name, release = header.first("ontology").removesuffix(".obo"), header.first("data-version")
    licences = [text.split()[1] for text in header.values("property_value") if text.startswith("terms:license")]
    nodes: list[dict[str, Any]] = []
    edges: list[dict[str, str]] = []
    merged: dict[str, str] = {}
    for frame in stream:
        if frame.kind == "Typedef":
            nodes.append(
                {"id": iri(frame.first("xref") or frame.first("id")), "type": "PROPERTY", "lbl": frame.first("name")}
            )
        elif frame.kind == "Term":
            nodes.append(node(frame, header.first("default-namespace")))
            edges.extend(edges_of(frame))
            merged.update((id, frame.first("id")) for id in frame.values("alt_id"))
    described = {node["id"] for node in nodes}
    if spelled_out:
        nodes += [merged_node(id, heir) for id, heir in merged.items() if iri(id) not in described]
    meta = {
        "basicPropertyValues": [{"pred": "http://purl.org/dc/terms/license", "val": text} for text in licences],
        "version": f"{PURL}{release}/{name}.json",
    }
    return {"graphs": [{"id": f"{PURL}{name}.json", "meta": meta, "nodes": nodes, "edges": edges}]}


def iri(id: str) -> str:
    return PURL + id.replace(":", "_", 1) if ":" in id else f"{PURL}hp#{id}"


def node(frame: Frame, namespace: str) -> dict[str, Any]:
    values = [{"pred": OIO + "hasAlternativeId", "val": id} for id in frame.values("alt_id")]
    values += [{"pred": OIO + "consider", "val": id} for id in frame.values("consider")]
    values += [{"pred": OIO + "hasOBONamespace", "val": frame.first("namespace") or namespace}]
    values += [{"pred": PURL + "IAO_0100001", "val": id} for id in frame.values("replaced_by")]
    meta: dict[str, Any] = {"basicPropertyValues": values}
    if definition := next(frame.clauses("def"), None):
        meta["definition"] = {"val": definition.quoted()[0], "xrefs": []}
    synonyms = [clause.quoted() for clause in frame.clauses("synonym")]
    if synonyms:
        meta["synonyms"] = [
            {"pred": SCOPES.get(rest.split()[0], "hasRelatedSynonym"), "val": text, "xrefs": []}
            for text, rest in synonyms
        ]
    if xrefs := frame.values("xref"):
        meta["xrefs"] = [{"val": value} for value in xrefs]
    if frame.first("is_obsolete") == "true":
        meta["deprecated"] = True
    return {"id": iri(frame.first("id")), "lbl": frame.first("name"), "type": "CLASS", "meta": meta}


def merged_node(id: str, heir: str) -> dict[str, Any]:
    values = [{"pred": PURL + "IAO_0000231", "val": PURL + "IAO_0000227"}]
    values += [{"pred": PURL + "IAO_0100001", "val": iri(heir)}]
    return {"id": iri(id), "type": "CLASS", "meta": {"basicPropertyValues": values, "deprecated": True}}


def edges_of(frame: Frame) -> Iterator[dict[str, str]]:
    for parent in frame.values("is_a"):
        yield {"sub": iri(frame.first("id")), "pred": "is_a", "obj": iri(parent)}
    for text in frame.values("relationship"):
        predicate, other = text.split()
        yield {"sub": iri(frame.first("id")), "pred": iri(predicate), "obj": iri(other)}


@pytest.mark.parametrize("spelled_out", [False, True])
def test_pets_are_the_same_in_both(tmp_path: Path, spelled_out: bool) -> None:
    ours = read_obographs(write(tmp_path / "pets.json", convert(PETS, spelled_out=spelled_out)))
    assert ours.concepts == read_obo(PETS).concepts
    assert ours.relations == read_obo(PETS).relations


@pytest.mark.parametrize("spelled_out", [False, True])
def test_whole_hpo_is_the_same_in_both(data_dir: Path, tmp_path: Path, spelled_out: bool) -> None:
    obo = data_dir / "ontologies/hpo/hp.obo.gz"
    file = tmp_path / "hp.json.gz"
    file.write_bytes(gzip.compress(json.dumps(convert(obo, spelled_out=spelled_out)).encode(), 1))
    ours, expected = load(file), load(obo)
    assert ours == expected
    assert sum(not concept.obsolete for concept in ours.concepts) == 19_484 - 450
    assert len(ours.relations) == 23_392


def test_default_namespace_and_version_info_will_do(tmp_path: Path) -> None:
    meta = {
        "basicPropertyValues": [
            {"pred": OIO + "default-namespace", "val": "animal"},
            {"pred": "http://www.w3.org/2002/07/owl#versionInfo", "val": "3.1"},
        ]
    }
    graph = {
        "id": "http://example.org/pets.owl",
        "meta": meta,
        "nodes": [{"id": "PET:1", "lbl": "pet", "type": "CLASS"}],
    }
    pets = read_obographs(write(tmp_path / "x", {"graphs": [graph]}))
    assert (pets.name, pets.version) == ("pets", "3.1")
    assert pets.concepts == (Concept("PET:1", "pet", types=("animal",)),)


def broken(change: Any) -> str:
    value = json.loads(json.dumps(KIDNEY))
    change(value["graphs"][0])
    return json.dumps(value, indent=1)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (broken(dict.copy)[:700], 28, "not JSON: Unterminated string"),
        (broken(lambda g: g["nodes"][1].pop("id")), 0, r"graphs\[0\].nodes\[1\]: no id"),
        (broken(lambda g: g["nodes"].append(g["nodes"][1])), 0, "HP:0000003 was defined before"),
        (broken(lambda g: g["nodes"][1].update(lbl=7)), 0, "lbl is a number; expected a string"),
        (broken(lambda g: g.update(edges={})), 0, "edges is an object; expected an array"),
        (broken(lambda g: g["edges"][0].pop("obj")), 0, r"edges\[0\]: no id"),
        (broken(lambda g: g["edges"][0].update(pred="http://x.org/p/12")), 0, "'http://x.org/p/12' has no name"),
        ('{"graphs": [{"nodes": [' + "9" * 5_000 + "]}]}", 0, "not JSON that can be read"),
        ('{"graphs": [{"nodes": [1]}]}', 0, r"graphs\[0\].nodes\[0\] is a number; expected an object"),
    ],
)
def test_broken_file_is_refused_with_its_place(tmp_path: Path, text: str, line: int, problem: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(OntologyFormatError, match=problem) as caught:
        load(file)
    assert (caught.value.path, caught.value.line) == (str(file), line)


def test_damaged_compression_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "hp.json.gz"
    file.write_bytes(gzip.compress(json.dumps(KIDNEY).encode())[:-20])
    with pytest.raises(OntologyFormatError, match="compressed data is damaged"):
        load(file)


@pytest.mark.parametrize(
    "text", ['{"graphs": 3}', '{"graphs": [{"vertices": []}]}', '{"nodes": [], "edges": []}', "[]"]
)
def test_other_json_is_unknown(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(OntologyFormatError, match="unknown format"):
        load(file)
