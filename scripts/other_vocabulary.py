"""MONDO, HPO and ChEBI in place of MeSH, with what was stated in MeSH's ids."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from graph.concept import Concept
from graph.formats.schema import Layout
from graph.formats.table import rows
from graph.formats.termlist import read_termlist
from graph.ontology import Ontology
from graph.translate import translate
from vocabulary import by_name, current, key, mesh_of_terms, pubchem_to_mesh

MONDO = "ontologies/mondo/mondo.json.gz"
HPO = "ontologies/hpo/hp_xrefs.json.gz"
CHEBI = "ontologies/chebi/chebi.json.gz"


def mondo_hpo_and_chebi(data: Path, mesh: Ontology, stated: Iterable[Ontology]) -> list[Ontology]:
    """Return MONDO's diseases, HPO's findings and ChEBI's chemicals, and in their ids what is ``stated`` in MeSH's.

    ``mesh`` is there as retired ids alone, each of which leads to the concept that took its place; what none of the
    three has is not in the graph.
    """
    mondo = _typed(read_termlist(data / MONDO), "Disease")
    hpo = _typed(read_termlist(data / HPO), "Disease")
    chebi = _typed(read_termlist(data / CHEBI), "Chemical")
    known = current(mesh)
    heirs = {
        **_same_named(mesh, hpo, "Disease"),
        **_by_xrefs(data / HPO, known, hpo),
        **_same_named(mesh, mondo, "Disease"),
        **_by_xrefs(data / MONDO, known, mondo),
        **_same_named(mesh, chebi, "Chemical"),
        **_by_compounds(data, known, chebi),
        **_by_mappings(data, known, chebi),
    }
    retired = replace(mesh, concepts=tuple(_retired(mesh, known, heirs)), relations=())
    return [mondo, hpo, chebi, retired, *(_translated(ontology, heirs) for ontology in stated)]


def _typed(ontology: Ontology, type: str) -> Ontology:
    return replace(ontology, concepts=tuple(replace(concept, types=(type,)) for concept in ontology.concepts))


def _by_xrefs(path: Path, known: Mapping[str, str], ontology: Ontology) -> dict[str, str]:
    """Return the term of each MeSH concept that the cross-references of a term list name."""
    terms = mesh_of_terms(path, known, prefix=ontology.name.upper())
    return _chosen(((id, next(iter(ids))) for id, ids in terms.items() if len(ids) == 1), ontology)


def _by_mappings(data: Path, known: Mapping[str, str], chebi: Ontology) -> dict[str, str]:
    """Return the ChEBI entity of each MeSH chemical in published mappings."""
    columns = Layout(("prefix", "id", "name", "vocabulary", "object", "object_name"))
    table = rows(data / "ontologies/mappings/mesh_mappings.tsv.gz", columns)
    mapped = ((row.cells["object"], f"MESH:{row.cells['id']}") for row in table if row.cells["vocabulary"] == "CHEBI")
    return _chosen(((chemical, known[id]) for chemical, id in mapped if id in known), chebi)


def _by_compounds(data: Path, known: Mapping[str, str], chebi: Ontology) -> dict[str, str]:
    """Return the ChEBI entity of each MeSH chemical that has the same PubChem compound."""
    compounds = pubchem_to_mesh(data, known)
    columns = Layout(("CHEBI", "PUBCHEM", "IK_MATCH"), header=True)
    table = rows(data / "ontologies/mappings/chebi_to_pubchem.tsv.gz", columns)
    found = ((f"CHEBI:{r.cells['CHEBI']}", compounds.get(f"PUBCHEM.COMPOUND:{r.cells['PUBCHEM']}", ())) for r in table)
    return _chosen(((chemical, id) for chemical, ids in found for id in ids), chebi)


def _chosen(pairs: Iterable[tuple[str, str]], ontology: Ontology) -> dict[str, str]:
    """Return the only concept of ``ontology`` that each MeSH id is paired with."""
    found: dict[str, set[str]] = defaultdict(set)
    live = {concept.id for concept in ontology.concepts if not concept.obsolete}
    for id, mesh in pairs:
        if id in live:
            found[mesh].add(id)
    return {mesh: next(iter(ids)) for mesh, ids in found.items() if len(ids) == 1}


def _same_named(mesh: Ontology, ontology: Ontology, type: str) -> dict[str, str]:
    """Return the concept of ``ontology`` that shares a name with a MeSH concept of ``type``, preferred by either."""
    theirs, ours = by_name(ontology.concepts, type=type), by_name(mesh.concepts, type=type)
    live = (concept for concept in ontology.concepts if not concept.obsolete and key(concept.name) in ours)
    found = _chosen(((concept.id, ours[key(concept.name)]) for concept in live), ontology)
    wanted = (c for c in mesh.concepts if type in c.types and not c.obsolete and key(c.name) in theirs)
    return found | {concept.id: theirs[key(concept.name)] for concept in wanted}


def _retired(mesh: Ontology, known: Mapping[str, str], heirs: Mapping[str, str]) -> Iterator[Concept]:
    for concept in mesh.concepts:
        if (heir := heirs.get(known.get(concept.id, ""))) is not None:
            yield Concept(concept.id, concept.name, types=concept.types, obsolete=True, replaced_by=heir)


def _translated(ontology: Ontology, heirs: Mapping[str, str]) -> Ontology:
    translated, report = translate(ontology, {id: [heir] for id, heir in heirs.items()})
    print(f"{ontology.name}: {report.translated} of {len(ontology.relations)} relations have both ends", flush=True)
    return translated
