"""The sources of each task's graph."""

from collections.abc import Callable, Sequence
from pathlib import Path

from drugbank import atc, categories, drugs, proteins
from genes import chemicals, genes, same_named
from graph.formats.schema import Layout
from graph.formats.table import rows
from graph.mapping import Mapping
from graph.ontology import Ontology
from graph.packaged import packaged_ontologies
from other_vocabulary import mondo_hpo_and_chebi
from side_knowledge import sider
from vocabulary import current, pubchem_to_mesh

Sources = tuple[list[Ontology], list[Mapping]]
"""Ontologies, those first whose ids stay, and which of their concepts are the same."""


def chemical_disease(data: Path) -> Sources:
    """Return the MeSH that ships, its therapies, and SIDER."""
    mesh, therapies = packaged_ontologies()
    return [mesh, therapies, sider(data, mesh)], []


def chemical_disease_elsewhere(data: Path) -> Sources:
    """Return the same in the ids, names and hierarchies of MONDO, HPO and ChEBI."""
    mesh, therapies = packaged_ontologies()
    return mondo_hpo_and_chebi(data, mesh, [therapies, sider(data, mesh)]), []


def chemical_gene(data: Path) -> Sources:
    """Return human genes, the chemicals of MeSH, and DrugBank's drugs with their proteins."""
    human, mesh, drug = genes(data), chemicals(packaged_ontologies()[0]), drugs(data)
    same = [*same_named(human, mesh, type="Gene"), *same_drugs(data, mesh, drug)]
    return [human, mesh, drug, proteins(data, human)], same


def drug_drug(data: Path) -> Sources:
    """Return those of chemicals and genes, and the groups that drugs are filed under; no interactions of drugs."""
    ontologies, same = chemical_gene(data)
    filed = categories(data)
    named = same_named(ontologies[1], filed, type="Chemical")
    return [*ontologies, filed, atc(data)], [*same, *named]


def biomedical(data: Path) -> Sources:
    """Return those of chemicals and diseases, human genes, and DrugBank's drugs with their proteins."""
    human, drug = genes(data), drugs(data)
    (mesh, *side), _ = chemical_disease(data)
    named = same_named(human, chemicals(mesh), type="Gene")
    return [human, mesh, *side, drug, proteins(data, human)], [*named, *same_drugs(data, mesh, drug)]


SOURCES: dict[str, Callable[[Path], Sources]] = {
    "BC5CDR": chemical_disease,
    "BC5CDR-other": chemical_disease_elsewhere,
    "ChemProt": chemical_gene,
    "DDI2013": drug_drug,
    "BioRED": biomedical,
}


def same_drugs(data: Path, mesh: Ontology, drug: Ontology) -> Sequence[Mapping]:
    """Return the MeSH chemical of each drug: that of its name, else that of its PubChem compound."""
    found = {same.subject: same for same in same_named(mesh, drug, type="Chemical")}
    taken = {same.object for same in found.values()}
    compounds = pubchem_to_mesh(data, current(mesh))
    table = data / "ontologies/drugbank/pubchem-mapping.tsv"
    for row in rows(table, Layout(("drugbank_id", "pubchem_cid"), header=True)):
        id, ids = f"DRUGBANK:{row.cells['drugbank_id']}", compounds.get(f"PUBCHEM.COMPOUND:{row.cells['pubchem_cid']}")
        if id not in found and ids and len(ids) == 1 and not ids & taken:
            found[id] = Mapping(id, "skos:exactMatch", min(ids), source="PubChem")
    return list(found.values())
