"""DrugBank's drugs, their groups, and the proteins that they act on or that handle them; never their interactions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from genes import by_xref
from graph.concept import Concept
from graph.formats.predicate import predicate
from graph.formats.schema import Layout
from graph.formats.schemas import DRUGBANK_DRUGS, DRUGBANK_TARGETS
from graph.formats.table import read_concepts, rows
from graph.ontology import Ontology
from graph.relation import IS_A, Relation
from graph.translate import translate

ATC_LENGTHS = (1, 3, 4, 5)
"""Letters of a code at each level of the Anatomical Therapeutic Chemical classification, the single drug aside."""

ATC_GROUPS = {
    "A": "Alimentary tract and metabolism",
    "B": "Blood and blood forming organs",
    "C": "Cardiovascular system",
    "D": "Dermatologicals",
    "G": "Genito-urinary system and sex hormones",
    "H": "Systemic hormonal preparations",
    "J": "Antiinfectives for systemic use",
    "L": "Antineoplastic and immunomodulating agents",
    "M": "Musculo-skeletal system",
    "N": "Nervous system",
    "P": "Antiparasitic products, insecticides and repellents",
    "R": "Respiratory system",
    "S": "Sensory organs",
    "V": "Various",
}

ACTIONS = {
    "CPR:3": (
        "activator",
        "inducer",
        "positive allosteric modulator",
        "positive modulator",
        "potentiator",
        "stimulator",
    ),
    "CPR:4": (
        "allosteric antagonist",
        "blocker",
        "channel blocker",
        "conversion inhibitor",
        "inactivator",
        "inhibitor",
        "inhibitor, competitive",
        "inhibitory allosteric modulator",
        "negative modulator",
        "suppressor",
    ),
    "CPR:5": ("agonist", "inverse agonist", "partial agonist"),
    "CPR:6": ("antagonist", "partial antagonist"),
    "CPR:9": ("product of", "substrate"),
}
"""DrugBank's actions that say what a label of ChemProt says."""

_DRUGS = Layout(("drugbank_id", "atc_codes", "categories"), header=True, quote='"')
_PROTEINS = Layout(("drugbank_id", "category", "uniprot_id", "entrez_gene_id", "actions", "pubmed_ids"), header=True)


def action_predicate(action: str) -> str:
    """Return the predicate from a drug to a protein that it is the ``action`` of."""
    return predicate(action if action.endswith(" of") else f"{action} of")


ACTION_PREDICATES = frozenset(action_predicate(action) for actions in ACTIONS.values() for action in actions)


def drugs(data: Path) -> Ontology:
    """Return the drugs with all their names, and without the descriptions, which say in words what drugs act on."""
    folder = data / "ontologies/drugbank"
    names: dict[str, list[str]] = json.loads((folder / "aliases.json").read_text(encoding="utf-8"))
    table = read_concepts(folder / "drugbank.tsv", DRUGBANK_DRUGS)
    return replace(table, concepts=tuple(_named(c, names.get(c.id.partition(":")[2], [])) for c in table.concepts))


def _named(drug: Concept, names: list[str]) -> Concept:
    others = dict.fromkeys(filter(None, map(str.strip, (*drug.synonyms, *names))))
    others.pop(drug.name, None)
    return replace(drug, synonyms=tuple(others), definition="", xrefs=())


def categories(data: Path) -> Ontology:
    """Return the categories that drugs are filed under, as chemicals, for texts name groups of drugs so."""
    concepts: dict[str, Concept] = {}
    relations = []
    for row in rows(data / "ontologies/drugbank/drugbank.tsv", _DRUGS):
        for name in row.values("categories"):
            id = f"DRUGBANK.CATEGORY:{'_'.join(name.lower().split())}"
            concepts.setdefault(id, Concept(id, name, types=("Chemical",)))
            relations.append(Relation(f"DRUGBANK:{row.cells['drugbank_id']}", "has_category", id, "DrugBank"))
    return Ontology("DrugBank categories", "", DRUGBANK_DRUGS.licence, tuple(concepts.values()), tuple(relations))


def atc(data: Path) -> Ontology:
    """Return the ATC groups that the drugs' codes spell out, by code; only the anatomical ones have names here."""
    groups: dict[str, Concept] = {}
    relations: dict[Relation, None] = {}
    for row in rows(data / "ontologies/drugbank/drugbank.tsv", _DRUGS):
        for code in row.values("atc_codes"):
            chain = [code[:length] for length in ATC_LENGTHS]
            for group in chain:
                groups.setdefault(group, _group(group))
            relations[Relation(f"DRUGBANK:{row.cells['drugbank_id']}", "has_atc_group", f"ATC:{chain[-1]}", "ATC")] = (
                None
            )
            for broad, narrow in pairwise(chain):
                relations[Relation(f"ATC:{narrow}", IS_A, f"ATC:{broad}", "ATC")] = None
    return Ontology("ATC", "", DRUGBANK_DRUGS.licence, tuple(groups.values()), tuple(relations))


def _group(code: str) -> Concept:
    name = ATC_GROUPS[code[0]]
    return Concept(f"ATC:{code}", name if len(code) == 1 else f"{name} ({code})", types=("Drug group",))


def proteins(data: Path, genes: Ontology) -> Ontology:
    """Return what DrugBank says of drugs and proteins, as relations to ``genes``.

    A row is one relation by its category (``has_target``, ...), and one by each of its actions that says what a label
    of ChemProt says (``inhibitor_of``, ...), all with the row's publications.
    """
    path = data / "ontologies/drugbank/proteins.tsv"
    stated = tuple(relation for row in rows(path, _PROTEINS) for relation in _relations(row.cells))
    ontology = Ontology("DrugBank proteins", "", DRUGBANK_TARGETS.licence, (), stated)
    drugs = {relation.subject: [relation.subject] for relation in stated}
    found, report = translate(ontology, drugs | _genes(path, genes))
    print(
        f"DrugBank proteins: {report.translated} of {len(stated)} statements are of a human gene "
        f"({report.relations} distinct)",
        flush=True,
    )
    return found


def _relations(cells: Mapping[str, str]) -> Iterator[Relation]:
    drug, protein = f"DRUGBANK:{cells['drugbank_id']}", f"UNIPROT:{cells['uniprot_id']}"
    evidence = tuple(f"PMID:{id}" for id in dict.fromkeys(cells["pubmed_ids"].split("|")) if id)
    actions = (action.strip().lower() for action in cells["actions"].split("|"))
    told = [action_predicate(action) for action in actions if action_predicate(action) in ACTION_PREDICATES]
    for name in (DRUGBANK_TARGETS.predicate_of(cells["category"]), *dict.fromkeys(told)):
        if name is not None:
            yield Relation(drug, name, protein, "DrugBank", evidence)


def _genes(path: Path, genes: Ontology) -> dict[str, list[str]]:
    """Return the gene of each protein: by NCBI's id in the row where ``genes`` has it, else by accession."""
    held = {concept.id for concept in genes.concepts}
    found = {accession: sorted(ids) for accession, ids in by_xref(genes.concepts, prefix="UNIPROT").items()}
    for row in rows(path, _PROTEINS):
        id = f"NCBIGene:{row.cells['entrez_gene_id']}"
        if id in held:
            found.setdefault(f"UNIPROT:{row.cells['uniprot_id']}", [id])
    return found
