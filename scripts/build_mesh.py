"""Make the tables of the graph that ships, from MeSH and PharmacotherapyDB.

    python scripts/build_mesh.py --data DIR [--out graph/data]

DIR holds ``ontologies/`` with the sources. The same sources give the same bytes. What is left out: definitions, and
everything that may not be passed on freely (SIDER, DrugBank, CTD).
"""

import argparse
import lzma
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from graph.concept import Concept
from graph.formats.mesh import read_mesh
from graph.ontology import Ontology
from graph.packaged import MESH_FILE, THERAPIES_FILE
from selection import select
from side_knowledge import pharmacotherapydb


def mesh_lines(mesh: Ontology) -> Iterator[str]:
    """Yield one line a concept, by id."""
    ends: dict[tuple[str, str], list[str]] = defaultdict(list)
    for relation in mesh.relations:
        ends[relation.subject, relation.predicate].append(relation.object)
    for concept in sorted(mesh.concepts, key=lambda concept: concept.id):
        yield "\t".join(
            (
                _local((concept.id,)),
                "|".join(_names(concept)),
                "|".join(concept.types),
                _local(ends[concept.id, "is_a"]),
                _local(ends[concept.id, "mapped_to"]),
                _local(filter(None, (concept.replaced_by,))),
            )
        )


def _names(concept: Concept) -> list[str]:
    """Return the names, cleaned of white space that would break the table; none has a bar, MeSH's own separator."""
    return [" ".join(name.split()) for name in (concept.name, *concept.synonyms)]


def _local(ids: Iterable[str]) -> str:
    return "|".join(id.removeprefix("MESH:") for id in sorted(ids))


def therapy_lines(therapies: Ontology) -> Iterator[str]:
    """Yield the header and one line a relation, sorted."""
    yield "subject\tpredicate\tobject"
    for relation in sorted(therapies.relations, key=lambda r: (r.subject, r.object)):
        yield f"{_local((relation.subject,))}\t{relation.predicate}\t{_local((relation.object,))}"


def write(path: Path, lines: Iterable[str]) -> None:
    """Write ``lines`` to ``path`` in one step, compressed if it ends in ``.xz``."""
    data = "".join(f"{line}\n" for line in lines).encode()
    data = lzma.compress(data, preset=9 | lzma.PRESET_EXTREME) if path.suffix == ".xz" else data
    scratch = path.with_name(f"{path.name}.new")
    scratch.write_bytes(data)
    os.replace(scratch, path)
    print(f"{path}: {len(data):,} bytes")


def main() -> None:
    """Read the sources and write the tables."""
    here = Path(__file__).parent.parent / "graph/data"
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds ontologies/")
    parser.add_argument("--out", type=Path, default=here, help="folder to write to")
    arguments = parser.parse_args()
    source = arguments.data / "ontologies/mesh"
    mesh = select(
        read_mesh(
            source / "mesh_descriptors.tsv.gz",
            source / "mesh_supplementary.tsv.gz",
            retired=here / "mesh_retired.tsv",
        )
    )
    print(f"{len(mesh.concepts):,} concepts, {len(mesh.relations):,} relations")
    write(arguments.out / THERAPIES_FILE, therapy_lines(pharmacotherapydb(arguments.data, mesh)))
    write(arguments.out / MESH_FILE, mesh_lines(mesh))


if __name__ == "__main__":
    main()
