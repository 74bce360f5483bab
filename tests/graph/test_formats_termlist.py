"""JSON term lists become ontologies."""

import gzip
import json
from pathlib import Path

import pytest

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import CycleError, OntologyFormatError
from graph.formats import load
from graph.formats.obo import read_obo
from graph.formats.reading import Reading
from graph.relation import Relation

TERMS = [
    {"id": "0000001", "name": "disease", "namespace": "mondo", "synonyms": ["disease", "illness"]},
    {
        "id": "0000004",
        "name": "ague",
        "namespace": "mondo",
        "alt_ids": ["0000009"],
        "relations": {"is_a": ["0000001"], "seeAlso": ["HP:0000001"]},
        "xrefs": [{"id": "10493", "namespace": "DOID"}, {"id": "a b", "namespace": "ICD9"}],
    },
]


def write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, indent=1))
    return path


def test_terms_become_concepts(tmp_path: Path) -> None:
    reading = Reading()
    mondo = load(write(tmp_path / "x", TERMS), reading=reading)
    assert (mondo.name, mondo.version, mondo.licence) == ("mondo", "", "")
    assert mondo.concepts == (
        Concept("MONDO:0000001", "disease", ("illness",), ("mondo",)),
        Concept("MONDO:0000004", "ague", (), ("mondo",), "", ("DOID:10493",)),
        Concept("MONDO:0000009", "ague", (), ("mondo",), obsolete=True, replaced_by="MONDO:0000004"),
    )
    assert mondo.relations == (
        Relation("MONDO:0000004", "is_a", "MONDO:0000001", "mondo"),
        Relation("MONDO:0000004", "see_also", "HP:0000001", "mondo"),
    )
    assert [(o.reason, o.count) for o in reading.omissions] == [("cross-reference that is no CURIE", 1)]


def test_cycle_passes_the_loader_and_not_the_store(tmp_path: Path) -> None:
    terms = [
        {"id": f"X:{i}", "name": str(i), "namespace": "x", "relations": {"is_a": [f"X:{(i + 1) % 3}"]}}
        for i in range(3)
    ]
    ontology = load(write(tmp_path / "x", terms))
    assert len(ontology.relations) == 3
    with pytest.raises(CycleError):
        EmbeddedGraphStore.from_ontologies(tmp_path / "graph", ontology)


@pytest.mark.parametrize(
    ("name", "n_terms", "n_retired", "n_relations", "prefix"),
    [
        ("mondo/mondo", 23_964, 73, 41_414, "MONDO"),
        ("doid/doid", 11_454, 1_446, 15_938, "DOID"),
        ("go/go", 42_442, 3_427, 85_352, "GO"),
        ("chebi/chebi", 197_618, 18_567, 366_348, "CHEBI"),
    ],
)
def test_published_list(data_dir: Path, name: str, n_terms: int, n_retired: int, n_relations: int, prefix: str) -> None:
    found = load(data_dir / f"ontologies/{name}.json.gz")
    assert found.name == prefix.lower()
    assert sum(not concept.obsolete for concept in found.concepts) == n_terms
    assert sum(concept.replaced_by is not None for concept in found.concepts) == n_retired
    assert len(found.relations) == n_relations
    assert {concept.id.partition(":")[0] for concept in found.concepts} == {prefix}


def test_hpo_agrees_with_its_obo(data_dir: Path) -> None:
    """The list is of an earlier release: 251 terms have been renamed since, the others keep their names."""
    listed = {concept.id: concept for concept in load(data_dir / "ontologies/hpo/hp_xrefs.json.gz").concepts}
    obo = {concept.id: concept for concept in read_obo(data_dir / "ontologies/hpo/hp.obo.gz").concepts}
    assert listed.keys() <= obo.keys()
    live = [id for id in listed if not listed[id].obsolete and not obo[id].obsolete]
    assert (len(live), sum(listed[id].name == obo[id].name for id in live)) == (17_812, 17_561)
    assert listed["HP:0000003"].xrefs[0] == "MSH:D021782"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": ""}, "term 2: no id; expected one"),
        ({"name": None}, "term 2: no name; expected one"),
        ({"id": "0000001"}, "term 2: MONDO:0000001 stood before"),
        ({"id": "two words"}, "term 2: not a CURIE"),
        ({"synonyms": [1]}, "term 2: synonyms has something else than strings"),
        ({"synonyms": "ague"}, "term 2: synonyms is a string; expected an array"),
        ({"xrefs": ["DOID:4"]}, r"term 2.xrefs\[0\] is a string; expected an object"),
        ({"relations": {"is_a": "0000001"}}, "term 2.relations: is_a is a string; expected an array"),
        ({"relations": {"1": []}}, "term 2.relations: '1' has no word"),
    ],
)
def test_broken_term_is_refused(tmp_path: Path, change: dict[str, object], problem: str) -> None:
    file = write(tmp_path / "x.json", [TERMS[0], TERMS[1] | change])
    with pytest.raises(OntologyFormatError, match=problem) as caught:
        load(file)
    assert caught.value.path == str(file)


def test_cut_off_list_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(TERMS, indent=1)[:-2])
    with pytest.raises(OntologyFormatError, match="not JSON") as caught:
        load(file)
    assert caught.value.line == len(file.read_text().splitlines())


@pytest.mark.parametrize("text", ['[{"id":' + "[" * 50_000, '[{"id":' + "9" * 5_000 + "}]"])
def test_json_beyond_reading_is_no_term_list(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(OntologyFormatError):
        load(file)


def test_damaged_compression_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.json.gz"
    packed = gzip.compress(json.dumps(TERMS * 2000).encode())
    for data in (packed[: len(packed) // 2], packed[:40] + b"\0\0\0\0" + packed[44:], b"\x1f\x8bno gzip at all"):
        file.write_bytes(data)
        with pytest.raises(OntologyFormatError, match="compressed data is damaged"):
            load(file)


@pytest.mark.parametrize("value", [[], [1], [{"name": "x"}], [{"id": "X:1", "label": "x"}], {"id": "X:1", "name": "x"}])
def test_other_json_is_unknown(tmp_path: Path, value: object) -> None:
    with pytest.raises(OntologyFormatError, match="unknown format") as caught:
        load(write(tmp_path / "x.json", value))
    assert caught.value.line == 1
