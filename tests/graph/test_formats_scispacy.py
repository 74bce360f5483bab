"""Knowledge bases of scispaCy become ontologies; broken lines are refused with their number."""

import gzip
import json
from pathlib import Path

import pytest

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import OntologyFormatError
from graph.formats import load

HEART = {
    "concept_id": "C0000001",
    "canonical_name": "Heart",
    "aliases": ["Hearts", "Heart", "", "cor"],
    "types": ["T023", "T023"],
    "definition": "It beats.",
}
TERM = {"concept_id": "HP:0001658", "canonical_name": "Sore heart", "aliases": [], "tree": 3}


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines))
    return path


def test_lines_become_concepts(tmp_path: Path) -> None:
    found = load(write(tmp_path / "umls_2099.jsonl", HEART, "\n", TERM))
    expected = [
        Concept("UMLS:C0000001", "Heart", ("Hearts", "cor"), ("T023",), "It beats."),
        Concept("HP:0001658", "Sore heart"),
    ]
    assert (found.name, list(found.concepts), list(found.relations)) == ("umls_2099", expected, [])
    assert list(found.concepts) == expected
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", found) as store:
        assert store.count() == (2, 0, 4, 0)


def test_name_of_the_file_does_not_matter_nor_its_compression(tmp_path: Path) -> None:
    file = tmp_path / "kb"
    file.write_bytes(gzip.compress(write(tmp_path / "x", TERM | {"definition": None}).read_bytes()))
    assert [concept.id for concept in load(file).concepts] == ["HP:0001658"]


def test_what_scispacy_writes_is_read(tmp_path: Path) -> None:
    utils = pytest.importorskip("scispacy.linking_utils", reason="scispaCy is not installed")
    base = utils.KnowledgeBase(str(write(tmp_path / "kb.jsonl", HEART)))
    entity = base.cui_to_entity["C0000001"]
    (concept,) = load(write(tmp_path / "again.jsonl", entity._asdict())).concepts
    assert (concept.name, concept.definition) == (entity.canonical_name, entity.definition)
    assert {concept.name, *concept.synonyms} == {name for name in (entity.canonical_name, *entity.aliases) if name}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (TERM | {"concept_id": "D003000"}, "not a CURIE: 'D003000'; expected prefix:local, .* or a CUI such as"),
        (TERM | {"concept_id": "C00000012"}, "not a CURIE: 'C00000012'"),
        (TERM | {"concept_id": 7}, "concept_id is a int; expected a string"),
        ({"concept_id": "A:1"}, "canonical_name is missing; expected a string"),
        (TERM | {"aliases": "x"}, "aliases is a str; expected a list of strings"),
        (TERM | {"types": [1]}, "types is a list; expected a list of strings"),
        (HEART, "UMLS:C0000001 stands in an earlier line"),
        ("[]\n", "a JSON list; expected an object"),
        ('{"concept_id": "A:1", "canonical\n', "not JSON"),
        ("[" * 100_000 + "\n", "not JSON"),
        ('{"concept_id": ' + "9" * 5_000 + "}\n", "not JSON"),
    ],
)
def test_broken_line_is_an_error_with_its_place(tmp_path: Path, line: object, problem: str) -> None:
    file = write(tmp_path / "kb.jsonl", HEART, line, TERM)
    with pytest.raises(OntologyFormatError, match=problem) as caught:
        list(load(file).concepts)
    assert (caught.value.path, caught.value.line) == (str(file), 2)
