"""Which MeSH concept an id or a name of another vocabulary means, from public cross-references and names."""

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from graph.concept import Concept
from graph.formats.schema import Layout
from graph.formats.table import rows
from graph.ontology import Ontology

_WORD = re.compile(r"[a-z0-9]+")
_BRITISH = (("ae", "e"), ("oe", "e"), ("our", "or"), ("leuko", "leuco"), ("sulph", "sulf"))


def key(name: str) -> str:
    """Return what the spellings of one name share: case, punctuation, word order, plural and British forms aside."""
    text = name.lower()
    for british, american in _BRITISH:
        text = text.replace(british, american)
    return " ".join(sorted(_singular(word) for word in _WORD.findall(text)))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us")) else word


def by_name(concepts: Iterable[Concept], *, type: str) -> dict[str, str]:
    """Return the concept of every name key that exactly one current concept of ``type`` has.

    A preferred name beats synonyms: where one concept prefers a name and others list it, the first is meant.
    """
    preferred: dict[str, set[str]] = defaultdict(set)
    listed: dict[str, set[str]] = defaultdict(set)
    for concept in concepts:
        if type in concept.types and not concept.obsolete:
            preferred[key(concept.name)].add(concept.id)
            for name in (concept.name, *concept.synonyms):
                listed[key(name)].add(concept.id)
    chosen = {**listed, **preferred}
    return {name: next(iter(ids)) for name, ids in chosen.items() if name and len(ids) == 1}


def terms(path: Path) -> Iterator[tuple[str, str, list[str], list[tuple[str, str]]]]:
    """Yield (id, name, synonyms, xrefs as (namespace, id)) of a JSON term list."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for term in json.load(file):
            xrefs = [(x["namespace"], x["id"]) for x in term.get("xrefs", ())]
            yield term["id"], term.get("name", ""), term.get("synonyms", []), xrefs


def mesh_of_terms(path: Path, known: Mapping[str, str], *, prefix: str) -> dict[str, set[str]]:
    """Return the MeSH concepts that each term of a JSON list, and each UMLS concept it names, is the same as.

    ``known`` gives the current MeSH id of every MeSH id that may be used. A term with two MeSH concepts is left out.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for id, _, _, xrefs in terms(path):
        mesh = {known[f"MESH:{x}"] for namespace, x in xrefs if namespace in ("MESH", "MSH") and f"MESH:{x}" in known}
        if len(mesh) == 1:
            found[id if ":" in id else f"{prefix}:{id}"] |= mesh
            for namespace, x in xrefs:
                if namespace in ("UMLS", "UMLS_CUI"):
                    found[f"UMLS:{x}"] |= mesh
    return found


def current(mesh: Ontology) -> dict[str, str]:
    """Return the current id of every MeSH id, retired ones included."""
    return {c.id: c.replaced_by or c.id for c in mesh.concepts if c.replaced_by or not c.obsolete}


def pubchem_to_mesh(data: Path, known: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the MeSH concepts of each PubChem compound."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows(data / "ontologies/mappings/pubchem_mesh_map.tsv.gz", Layout(("cid", "mesh"))):
        if f"MESH:{row.cells['mesh']}" in known:
            found[f"PUBCHEM.COMPOUND:{row.cells['cid']}"].add(known[f"MESH:{row.cells['mesh']}"])
    return found
