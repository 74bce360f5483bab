"""OBO files become ontologies; broken ones are refused with file and line."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import OntologyFormatError
from graph.formats.obo import read_obo
from graph.formats.reading import Omission, Reading
from graph.ontology import Ontology
from graph.relation import Relation

PETS = Path(__file__).parent / "data/pets.obo"
HEADER = "format-version: 1.4\n"


@pytest.fixture(scope="module")
def pets() -> Ontology:
    return read_obo(PETS)


def test_header_names_the_ontology(pets: Ontology) -> None:
    assert (pets.name, pets.version) == ("pets", "pets/releases/2024-02-29")
    assert pets.licence == "https://creativecommons.org/publicdomain/zero/1.0/"


def test_term_carries_all_it_says(pets: Ontology) -> None:
    cat = {concept.id: concept for concept in pets.concepts}["PET:2"]
    assert cat.name == "cat"
    assert cat.synonyms == ("house cat", "puss \\ tom", "feline", "mouser")
    assert cat.types == ("felid",)
    assert cat.xrefs == ("NCBITaxon:9685",)
    assert not cat.obsolete


def test_cross_references_that_are_no_curie_are_noted() -> None:
    reading = Reading()
    read_obo(PETS, reading=reading)
    assert list(reading.omissions) == [Omission("cross-reference that is no CURIE", 1, (f"{PETS}:24",))]


def test_escapes_and_default_namespace(pets: Ontology) -> None:
    pet = pets.concepts[0]
    assert pet.definition == 'An animal kept for "company", not work.'
    assert pet.types == ("animal",)


def test_retired_ids_know_their_heirs(pets: Ontology) -> None:
    heirs = {concept.id: concept.replaced_by for concept in pets.concepts if concept.obsolete}
    assert heirs == {"PET:4": "PET:2", "PET:5": None, "PET:20": "PET:2"}


def test_terms_created_later_are_retired(tmp_path: Path) -> None:
    path = tmp_path / "p.obo"
    dated = {
        "P:1": "",
        "P:2": "creation_date: 2014-12-31T23:59:59Z\n",
        "P:3": "creation_date: 2015-01-01T00:00:00Z\nis_a: P:1\n",
        "P:4": 'property_value: dc:date "2019-01-01T12:00:00Z" xsd:dateTime\n',
        "P:5": 'property_value: terms:creator "2019-01-01" xsd:string\n',
    }
    path.write_text(HEADER + "".join(f"\n[Term]\nid: {id}\nname: {id}\n{date}" for id, date in dated.items()))
    reading = Reading(until="2014-12-31")
    ontology = read_obo(path, reading=reading)
    assert [concept.id for concept in ontology.concepts if concept.obsolete] == ["P:3", "P:4"]
    assert len(ontology.relations) == 1
    assert list(reading.omissions) == [Omission("created after 2014-12-31", 2, (f"{path}:12", f"{path}:18"))]
    assert not any(concept.obsolete for concept in read_obo(path).concepts)


def test_relations_without_their_trimmings(pets: Ontology) -> None:
    assert set(pets.relations) == {
        Relation("PET:2", "is_a", "PET:1", "pets"),
        Relation("PET:2", "hunts", "PET:3", "pets"),
        Relation("PET:3", "is_a", "PET:1", "pets"),
    }


def test_typedefs_are_no_concepts(pets: Ontology) -> None:
    assert len(pets.concepts) == 6


def test_compressed_is_the_same(pets: Ontology, tmp_path: Path) -> None:
    packed = tmp_path / "anything"
    packed.write_bytes(gzip.compress(PETS.read_bytes()))
    assert read_obo(packed) == pets


def test_id_without_prefix_gets_the_ontology_name(tmp_path: Path) -> None:
    file = tmp_path / "x.obo"
    file.write_text(HEADER + "ontology: sty\n[Term]\nid: ACTI\n")
    (concept,) = read_obo(file).concepts
    assert (concept.id, concept.name) == ("sty:ACTI", "sty:ACTI")


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 0, "empty"),
        (HEADER + "[Term]\nname: nameless\n", 2, "without id"),
        (HEADER + "[Term]\nid: P:1\n\n[Term]\nid: P:1\n", 5, "defined before"),
        (HEADER + "[Term]\nid: P:1\nsynonym: bare EXACT []\n", 4, "double quotes"),
        (HEADER + '[Term]\nid: P:1\nsynonym: "open EXACT []\n', 4, "not closed"),
        (HEADER + '[Term]\nid: P:1\nsynonym: "x" NEARLY []\n', 4, "EXACT"),
        (HEADER + "[Term]\nid: P:1\nis_a: P: 2\n", 4, "CURIE"),
        (HEADER + "[Term]\nid: P:1\nrelationship: part_of\n", 4, "two"),
        (HEADER + "[Term]\nid: P:1\nwhat is this\n", 4, "tag: value"),
    ],
)
def test_broken_file_is_refused_where_it_breaks(tmp_path: Path, text: str, line: int, problem: str) -> None:
    file = tmp_path / "broken.obo"
    file.write_text(text)
    with pytest.raises(OntologyFormatError, match=problem) as caught:
        read_obo(file)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{file}:{line}: ")


def test_invalid_utf8_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.obo"
    file.write_bytes(b"format-version: 1.4\n[Term]\nid: P:1\nname: caf\xe9\n")
    with pytest.raises(OntologyFormatError, match="UTF-8") as caught:
        read_obo(file)
    assert caught.value.line == 4


def test_truncated_gzip_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cut.obo.gz"
    file.write_bytes(gzip.compress(PETS.read_bytes())[:-30])
    with pytest.raises(OntologyFormatError, match="damaged"):
        read_obo(file)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1))
def test_quoted_text_survives_escaping(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    text = " ".join(text.split()) or "x"
    file = tmp_path_factory.mktemp("obo") / "x.obo"
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    file.write_text(f'{HEADER}[Term]\nid: P:1\nname: n\ndef: "{quoted}" []\n', encoding="utf-8")
    assert read_obo(file).concepts[0].definition == text


def test_real_hpo(data_dir: Path) -> None:
    hpo = read_obo(data_dir / "ontologies/hpo/hp.obo.gz")
    ids = [concept.id for concept in hpo.concepts]
    assert len(ids) == len(set(ids)) == 19_484 + 3_445  # terms, and alternative ids that are no terms
    assert sum(concept.obsolete for concept in hpo.concepts) == 450 + 3_445
    assert hpo.version == "hp/releases/2025-01-16"
    assert len(hpo.relations) == 23_392
