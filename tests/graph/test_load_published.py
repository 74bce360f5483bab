"""Published files are recognised by content and read as their makers count them."""

from pathlib import Path

import pytest

from graph.concept import Concept
from graph.errors import OntologyFormatError
from graph.formats import load, load_all
from graph.formats.mesh import inherit_types
from graph.ontology import Ontology
from graph.relation import Relation

MESH_ROW = "D000001\tCalm\tPeace|Quiet\tD02.1\t\n"
SUPPLEMENTARY_ROW = "C000002\tcalmium\tcalm salt\t*D000001,D000003\n"


def test_mesh_tables_are_told_apart_and_share_types(tmp_path: Path) -> None:
    descriptors, supplementary = tmp_path / "a", tmp_path / "b"
    descriptors.write_text(MESH_ROW + "D000003\tCalm Loss\t\tC23.1\t\nD000004\tTea\t\tJ02.1|D02\t4442\n")
    supplementary.write_text(SUPPLEMENTARY_ROW)
    first, second = load_all([descriptors, supplementary])
    assert first.concepts[2] == Concept(
        "MESH:D000004", "Tea", types=("Technology", "Chemical"), xrefs=("NCBITaxon:4442",)
    )
    assert first.relations == (Relation("MESH:D000001", "is_a", "MESH:D000004", "MeSH"),)
    assert second.concepts == (Concept("MESH:C000002", "calmium", ("calm salt",), ("Disease",)),)
    assert {(r.predicate, r.object) for r in second.relations} == {
        ("mapped_to", "MESH:D000001"),
        ("mapped_to", "MESH:D000003"),
    }


def ontology(**headings: tuple[str, ...]) -> Ontology:
    types = {
        "X:c1": ("Chemical",),
        "X:c2": ("Chemical",),
        "X:d": ("Disease",),
        "X:a1": ("Anatomy",),
        "X:a2": ("Anatomy",),
    }
    concepts = [Concept(id, id, types=given) for id, given in types.items()]
    concepts += [Concept(f"X:{id}", id) for id in headings]
    relations = [Relation(f"X:{id}", "mapped_to", f"X:{other}") for id, others in headings.items() for other in others]
    return Ontology("x", concepts=tuple(concepts), relations=tuple(relations))


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("c1",), ("Chemical",)),
        (("d", "c1"), ("Disease",)),
        (("d", "c1", "c2"), ("Chemical",)),
        (("d", "a1", "a2"), ("Disease",)),
        (("a1",), ("Anatomy",)),
        ((), ()),
    ],
)
def test_inherited_type(headings: tuple[str, ...], expected: tuple[str, ...]) -> None:
    (typed,) = inherit_types([ontology(new=headings)])
    assert typed.concepts[-1].types == expected


def test_medic(tmp_path: Path) -> None:
    file = tmp_path / "medic.txt"
    file.write_text("C1||Diseases\n".replace("C1", "C") + "D000002|613097||Fever|Pyrexia\n600001|C500001||Ache\n")
    medic = load(file)
    assert medic.concepts == (
        Concept("MESH:C", "Diseases", types=("Disease",)),
        Concept("MESH:D000002", "Fever", ("Pyrexia",), ("Disease",), xrefs=("OMIM:613097",)),
        Concept("OMIM:600001", "Ache", (), ("Disease",), xrefs=("MESH:C500001",)),
    )


def test_sider(tmp_path: Path) -> None:
    effects, uses = tmp_path / "se", tmp_path / "use"
    effects.write_text("CID100000085\tCID000010917\tC0000729\tPT\tC0000737\tAbdominal pain\n")
    uses.write_text(
        "CID100000085\tC0015544\ttext_mention\tx\tPT\tC0015544\tFailure to thrive\n"
        "CID100000085\tC0020615\tNLP_precondition\tx\tPT\tC0020615\tHypoglycaemia\n"
    )
    (effect,), (use,) = (load(file).relations for file in (effects, uses))
    assert effect == Relation("PUBCHEM.COMPOUND:85", "has_side_effect", "UMLS:C0000737", "SIDER")
    assert use == Relation("PUBCHEM.COMPOUND:85", "indicated_for", "UMLS:C0015544", "SIDER")


@pytest.mark.parametrize("text", ["{}\n", "a\tb\tc\n1\t2\t3\n", "\n"])
def test_unknown_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "what.tsv"
    file.write_text(text)
    with pytest.raises(OntologyFormatError, match="unknown format"):
        load(file)


@pytest.mark.parametrize(
    ("path", "name", "n_concepts", "n_relations"),
    [
        ("mesh/mesh_descriptors.tsv.gz", "MeSH", 30_764, 42_020),
        ("medic/medic_06Jul2012.txt", "MEDIC", 11_915, 0),
        ("drugbank/drugbank.tsv", "DrugBank", 7_759, 0),
        ("drugbank/proteins.tsv", "DrugBank", 3_254, 18_151),
        ("pharmacotherapydb/indications.tsv", "PharmacotherapyDB", 464, 755),
    ],
)
def test_real_file(data_dir: Path, path: str, name: str, n_concepts: int, n_relations: int) -> None:
    found = load(data_dir / "ontologies" / path)
    assert (found.name, len(found.concepts), len(found.relations)) == (name, n_concepts, n_relations)
