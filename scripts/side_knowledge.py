"""SIDER and PharmacotherapyDB in MeSH ids."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from graph.formats.schema import Layout
from graph.formats.schemas import PHARMACOTHERAPYDB, SIDER_INDICATIONS, SIDER_SIDE_EFFECTS
from graph.formats.table import read_relations, rows
from graph.ontology import Ontology
from graph.translate import translate
from vocabulary import by_name, current, key, mesh_of_terms, pubchem_to_mesh

TERM_LISTS = (("doid/doid.json.gz", "DOID"), ("mondo/mondo.json.gz", "MONDO"), ("hpo/hp_xrefs.json.gz", "HP"))


def sider_drugs(data: Path, mesh: Ontology) -> dict[str, set[str]]:
    """Return the MeSH chemicals of each STITCH flat compound: by it, by its stereo compounds, by DrugBank's name."""
    known, names = current(mesh), by_name(mesh.concepts, type="Chemical")
    compounds = pubchem_to_mesh(data, known)
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows(data / "ontologies/sider/meddra_all_se.tsv.gz", SIDER_SIDE_EFFECTS.layout):
        flat = f"PUBCHEM.COMPOUND:{int(row.cells['stitch_flat'][4:])}"
        stereo = f"PUBCHEM.COMPOUND:{int(row.cells['stitch_stereo'][4:])}"
        found[flat] |= compounds.get(stereo, set()) or compounds.get(flat, set())
    columns = Layout(("drugbank_name", "stitch_id_flat"), header=True)
    for row in rows(data / "ontologies/sider/indications.tsv", columns):
        id = names.get(key(row.cells["drugbank_name"]))
        if id is not None:
            found[f"PUBCHEM.COMPOUND:{int(row.cells['stitch_id_flat'][4:])}"].add(id)
    return found


def diseases(data: Path, mesh: Ontology, *named: Ontology) -> dict[str, set[str]]:
    """Return the MeSH diseases of DOID terms, UMLS concepts, and of what ``named`` ontologies call by a MeSH name."""
    known, names = current(mesh), by_name(mesh.concepts, type="Disease")
    found: dict[str, set[str]] = {}
    for ontology in named:
        for concept in ontology.concepts:
            if "Disease" in concept.types and key(concept.name) in names:
                found[concept.id] = {names[key(concept.name)]}
    for path, prefix in TERM_LISTS:
        for id, ids in mesh_of_terms(data / "ontologies" / path, known, prefix=prefix).items():
            if len(ids) == 1:
                found.setdefault(id, ids)
    return found


def drugbank_drugs(mesh: Ontology, ontology: Ontology) -> dict[str, set[str]]:
    """Return the MeSH chemical of each drug of ``ontology`` whose name is one."""
    names = by_name(mesh.concepts, type="Chemical")
    return {c.id: {names[key(c.name)]} for c in ontology.concepts if "Chemical" in c.types and key(c.name) in names}


def in_mesh(ontology: Ontology, mapping: Mapping[str, set[str]]) -> Ontology:
    """Translate ``ontology`` and print what became of it."""
    translated, report = translate(ontology, {id: sorted(ids) for id, ids in mapping.items()})
    print(
        f"{ontology.name}: {report.translated} of {len(ontology.relations)} relations have both ends in MeSH "
        f"({report.relations} distinct, {report.loops} loops dropped)",
        flush=True,
    )
    return translated


def sider(data: Path, mesh: Ontology) -> Ontology:
    """Return the side effects and indications of SIDER."""
    effects = read_relations(data / "ontologies/sider/meddra_all_se.tsv.gz", SIDER_SIDE_EFFECTS)
    indications = read_relations(data / "ontologies/sider/meddra_all_indications.tsv.gz", SIDER_INDICATIONS)
    mapping = diseases(data, mesh, effects, indications) | sider_drugs(data, mesh)
    both = replace(effects, concepts=(), relations=(*effects.relations, *indications.relations))
    return in_mesh(both, mapping)


def pharmacotherapydb(data: Path, mesh: Ontology) -> Ontology:
    """Return the therapies of PharmacotherapyDB."""
    therapies = read_relations(data / "ontologies/pharmacotherapydb/indications.tsv", PHARMACOTHERAPYDB)
    return in_mesh(therapies, diseases(data, mesh, therapies) | drugbank_drugs(mesh, therapies))
