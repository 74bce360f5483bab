"""Types by branch: what is a phenotype in the Human Phenotype Ontology, and what only qualifies one."""

from pathlib import Path

from graph.formats.obo import read_obo

HPO = """\
format-version: 1.2
default-namespace: human_phenotype
ontology: hp

[Term]
id: HP:0000001
name: All

[Term]
id: HP:0000118
name: Phenotypic abnormality
is_a: HP:0000001 ! All

[Term]
id: HP:0012823
name: Clinical modifier
is_a: HP:0000001 ! All

[Term]
id: HP:0001250
name: Seizure
alt_id: HP:0002279
is_a: HP:0000118 ! Phenotypic abnormality

[Term]
id: HP:0011097
name: Epileptic spasm
is_a: HP:0001250 ! Seizure

[Term]
id: HP:0012828
name: Severe
is_a: HP:0012823 ! Clinical modifier

[Term]
id: HP:9999999
name: Severe seizure
is_a: HP:0001250 ! Seizure
is_a: HP:0012828 ! Severe
"""


def test_a_concept_is_what_its_branches_are(tmp_path: Path) -> None:
    path = tmp_path / "hp.obo"
    path.write_text(HPO, encoding="utf-8")
    assert {concept.id: concept.types for concept in read_obo(path).concepts} == {
        "HP:0000001": ("human_phenotype",),
        "HP:0000118": ("Phenotype",),
        "HP:0012823": ("Clinical modifier",),
        "HP:0001250": ("Phenotype",),
        "HP:0002279": ("human_phenotype",),
        "HP:0011097": ("Phenotype",),
        "HP:0012828": ("Clinical modifier",),
        "HP:9999999": ("Clinical modifier", "Phenotype"),
    }


def test_other_ontologies_keep_their_namespaces(tmp_path: Path) -> None:
    path = tmp_path / "pets.obo"
    path.write_text(HPO.replace("HP:", "PET:"), encoding="utf-8")
    assert {concept.types for concept in read_obo(path).concepts} == {("human_phenotype",)}
