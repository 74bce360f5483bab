"""What goes into the graphs of the experiments, on tables made up in the published formats."""

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

import drugbank
import genes
import other_vocabulary
import policies
from graph.concept import Concept
from graph.leakage import without_leaks
from graph.mapping import Mapping
from graph.ontology import Ontology
from graph.relation import IS_A, Relation

HGNC = """\
HGNC ID\tApproved symbol\tApproved name\tStatus\tAlias symbols\tNCBI Gene ID(supplied by NCBI)\t\
UniProt ID(supplied by UniProt)\tPrevious symbols
HGNC:9605\tPTGS2\tprostaglandin-endoperoxide synthase 2\tApproved\tCOX2, PHS-2\t5743\tP35354\t
HGNC:99\tNOID\tgene, without NCBI id\tApproved\t\t\t\tOLD1
HGNC:7\tGONE\tsymbol withdrawn, see [HGNC:9605](/x)\tSymbol Withdrawn\t\t\t\t
"""
PROTEINS = """\
drugbank_id\tcategory\tuniprot_id\tentrez_gene_id\torganism\tknown_action\tactions\tpubmed_ids
DB1\ttarget\tP35354\t5743\tHuman\tyes\tinhibitor\t1|2
DB2\tenzyme\tQ00000\t5743\tHuman\tyes\tsubstrate|Inducer |substrate\t2
DB2\ttarget\tP99999\t\tE coli\tunknown\tbinder\t3
DB3\ttarget\tP35354\t5743\tHuman\tyes\tligand\t
"""
DRUGS = """\
drugbank_id\tname\ttype\tgroups\tatc_codes\tcategories\tinchikey\tinchi\tdescription
DB1\tCelecoxib\tsmall molecule\tapproved\tL01XX33|M01AH01\tAnalgesics|NSAIDs\t\t\tInhibits COX-2.
DB2\tParacetamol\tsmall molecule\tapproved\t\tAnalgesics\t\t\t
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("hgnc", "drugbank"):
        (tmp_path / "ontologies" / name).mkdir(parents=True)
    with gzip.open(tmp_path / "ontologies/hgnc/hgnc_entries.tsv.gz", "wt") as file:
        file.write(HGNC)
    folder = tmp_path / "ontologies/drugbank"
    (folder / "proteins.tsv").write_text(PROTEINS)
    (folder / "drugbank.tsv").write_text(DRUGS)
    (folder / "aliases.json").write_text(json.dumps({"DB1": ["Celecoxib", "Celebrex"]}))
    return tmp_path


def test_genes_are_those_approved_by_their_ncbi_ids(data: Path) -> None:
    cox, other = genes.genes(data).concepts
    assert cox == Concept(
        "NCBIGene:5743",
        "prostaglandin-endoperoxide synthase 2",
        ("PTGS2", "COX2", "PHS-2"),
        ("Gene",),
        xrefs=("HGNC:9605", "UNIPROT:P35354"),
    )
    assert (other.id, other.name, other.synonyms) == ("HGNC:99", "gene, without NCBI id", ("NOID", "OLD1"))


def test_proteins_become_relations_to_genes_by_category_and_by_action(data: Path) -> None:
    found = drugbank.proteins(data, genes.genes(data))
    assert set(found.relations) == {
        Relation("DRUGBANK:DB1", "has_target", "NCBIGene:5743", "DrugBank", ("PMID:1", "PMID:2")),
        Relation("DRUGBANK:DB1", "inhibitor_of", "NCBIGene:5743", "DrugBank", ("PMID:1", "PMID:2")),
        Relation("DRUGBANK:DB2", "has_enzyme", "NCBIGene:5743", "DrugBank", ("PMID:2",)),
        Relation("DRUGBANK:DB2", "substrate_of", "NCBIGene:5743", "DrugBank", ("PMID:2",)),
        Relation("DRUGBANK:DB2", "inducer_of", "NCBIGene:5743", "DrugBank", ("PMID:2",)),
        Relation("DRUGBANK:DB3", "has_target", "NCBIGene:5743", "DrugBank", ()),
    }


def test_what_says_a_label_or_rests_on_the_corpus_is_left_out(data: Path) -> None:
    folder = data / "corpora/chemprot/chemprot_training"
    folder.mkdir(parents=True)
    (folder / "chemprot_training_abstracts.tsv").write_text("2\tTitle\tAbstract\n")
    for kind in ("entities", "relations"):
        (folder / f"chemprot_training_{kind}.tsv").write_text("")
    kept, report = without_leaks(drugbank.proteins(data, genes.genes(data)), policies.policy(data, "ChemProt"))
    assert [(r.subject, r.predicate, r.evidence) for r in kept.relations] == [
        ("DRUGBANK:DB1", "has_target", ("PMID:1",)),
        ("DRUGBANK:DB3", "has_target", ()),
    ]
    assert {reason.value: n for reason, n in report.removed} == {"predicate": 3, "evidence": 1}


def test_papers_of_the_ddi_corpus_are_named_by_its_files(data: Path) -> None:
    (data / "corpora/ddi2013").mkdir(parents=True)
    with tarfile.open(data / "corpora/ddi2013/train.tar.gz", "w:gz") as files:
        for name in ("MedLine/123.xml", "DrugBank/Aspirin_ddi.xml"):
            files.addfile(tarfile.TarInfo(name), io.BytesIO())
    assert list(policies.corpus_publications(data, "DDI2013")) == ["PMID:123"]


def test_drugs_have_all_their_names_and_no_description(data: Path) -> None:
    first, second = drugbank.drugs(data).concepts
    assert first == Concept("DRUGBANK:DB1", "Celecoxib", ("Celebrex",), ("Chemical",))
    assert second.synonyms == ()


def test_groups_of_drugs_are_concepts(data: Path) -> None:
    filed, atc = drugbank.categories(data), drugbank.atc(data)
    assert [c.name for c in filed.concepts] == ["Analgesics", "NSAIDs"]
    assert {(r.subject, r.object) for r in filed.relations} == {
        ("DRUGBANK:DB1", "DRUGBANK.CATEGORY:analgesics"),
        ("DRUGBANK:DB1", "DRUGBANK.CATEGORY:nsaids"),
        ("DRUGBANK:DB2", "DRUGBANK.CATEGORY:analgesics"),
    }
    above = {(r.subject, r.object) for r in atc.relations if r.predicate == IS_A}
    assert {("ATC:M01AH", "ATC:M01A"), ("ATC:M01A", "ATC:M01"), ("ATC:M01", "ATC:M")} < above
    assert {r.object for r in atc.relations if r.predicate != IS_A} == {"ATC:M01AH", "ATC:L01XX"}
    assert {c.id: c.name for c in atc.concepts}["ATC:M"] == "Musculo-skeletal system"


def test_a_concept_is_another_where_it_alone_has_its_name() -> None:
    def named(*names: tuple[str, ...]) -> Ontology:
        return Ontology("x", concepts=tuple(Concept(f"{n[0]}:{n[1]}", n[2], n[3:], ("Gene",)) for n in names))

    first = named(("A", "1", "Cyclin D2", "CCND2"), ("A", "2", "Cyclin D3"), ("A", "3", "other", "cyclin d3"))
    second = named(("B", "1", "cyclins D2"), ("B", "2", "cyclin D3"), ("B", "3", "nothing", "other"))
    assert set(genes.same_named(first, second, type="Gene")) == {
        Mapping("B:1", "skos:exactMatch", "A:1", "name"),
        Mapping("B:2", "skos:exactMatch", "A:2", "name"),
    }


def test_products_of_genes_are_chemicals_and_genes() -> None:
    def chemical(id: str, *types: str) -> Concept:
        return Concept(id, id, types=types)

    ids = ("MESH:D011506", "MESH:D1", "MESH:D2")
    mesh = Ontology(
        "MeSH",
        concepts=(*(chemical(id, "Chemical") for id in ids), chemical("MESH:D3", "Disease")),
        relations=(
            Relation("MESH:D1", IS_A, "MESH:D011506"),
            Relation("MESH:D2", "mapped_to", "MESH:D1"),
            Relation("MESH:D3", "mapped_to", "MESH:D1"),
        ),
    )
    found = genes.chemicals(mesh)
    assert {c.id: c.types for c in found.concepts} == {
        "MESH:D011506": ("Chemical", "Gene"),
        "MESH:D1": ("Chemical", "Gene"),
        "MESH:D2": ("Chemical",),
    }
    assert len(list(found.relations)) == 2


def zipped(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt") as file:
        file.write(text)


def test_other_vocabularies_take_the_place_of_mesh_by_cross_references_mappings_compounds_and_names(
    tmp_path: Path,
) -> None:
    ill = [
        {"id": "1", "name": "disease", "namespace": "mondo"},
        {
            "id": "2",
            "name": "cephalgia",
            "namespace": "mondo",
            "xrefs": [{"namespace": "MESH", "id": "D1"}],
            "relations": {"is_a": ["1"]},
        },
    ]
    found = [{"id": "HP:1", "name": "Fits", "namespace": "hp"}, {"id": "HP:2", "name": "Head ache", "namespace": "hp"}]
    drugs = [{"id": f"CHEBI:{i}", "name": f"chemical {i}", "namespace": "chebi"} for i in (1, 2, 3)]
    for path, terms in ((other_vocabulary.MONDO, ill), (other_vocabulary.HPO, found), (other_vocabulary.CHEBI, drugs)):
        zipped(tmp_path / path, json.dumps(terms))
    mappings = tmp_path / "ontologies/mappings"
    zipped(mappings / "mesh_mappings.tsv.gz", "MESH\tC1\taspirin\tCHEBI\tCHEBI:1\taspirin\nMESH\tC1\tx\tGO\tGO:1\tx\n")
    zipped(mappings / "chebi_to_pubchem.tsv.gz", "CHEBI\tPUBCHEM\tIK_MATCH\n2\t77\t\n")
    zipped(mappings / "pubchem_mesh_map.tsv.gz", "77\tC2\n")
    mesh = Ontology(
        "MeSH",
        "1",
        "",
        (
            Concept("MESH:D1", "Head ache", types=("Disease",)),
            Concept("MESH:D2", "fit", types=("Disease",)),
            Concept("MESH:D3", "known to none", types=("Disease",)),
            Concept("MESH:C1", "aspirin", types=("Chemical",)),
            Concept("MESH:C2", "other", types=("Chemical",)),
            Concept("MESH:C3", "third", ("Chemical, 3",), types=("Chemical",)),
            Concept("MESH:C9", "old aspirin", types=("Chemical",), obsolete=True, replaced_by="MESH:C1"),
        ),
    )
    said = [Relation("MESH:C1", "treats", id, "Toy") for id in ("MESH:D1", "MESH:D3")]
    made = other_vocabulary.mondo_hpo_and_chebi(tmp_path, mesh, [Ontology("Toy", "1", "", (), tuple(said))])
    *vocabularies, retired, stated = made
    assert {concept.types for ontology in vocabularies for concept in ontology.concepts} == {
        ("Disease",),
        ("Chemical",),
    }
    assert {concept.id: concept.replaced_by for concept in retired.concepts} == {
        "MESH:D1": "MONDO:2",  # by its cross-reference, though HPO has the name
        "MESH:D2": "HP:1",
        "MESH:C1": "CHEBI:1",
        "MESH:C2": "CHEBI:2",
        "MESH:C3": "CHEBI:3",  # by a synonym
        "MESH:C9": "CHEBI:1",
    }
    assert all(concept.obsolete for concept in retired.concepts)
    assert retired.relations == ()
    assert stated.relations == (Relation("CHEBI:1", "treats", "MONDO:2", "Toy"),)
