"""The graph that ships: MeSH for chemicals and diseases, and the therapies of PharmacotherapyDB.

The package holds it as two compact tables (``graph/data``; ``scripts/build_mesh.py`` makes them). The first use
compiles them into the user's cache; later uses only find the folder.
"""

import hashlib
import sys
from pathlib import Path

from graph.cache import cache_folder, made
from graph.formats.schema import End, IdRule, Layout, RelationSchema, TableSchema
from graph.formats.schemas import MESH_DESCRIPTORS
from graph.formats.table import read_concepts, read_relations
from graph.manifest import FORMAT
from graph.ontology import Ontology

DATA = Path(__file__).parent / "data"
MESH_FILE = "mesh.tsv.xz"
THERAPIES_FILE = "pharmacotherapydb.tsv"

MESH = TableSchema(
    name="MeSH",
    layout=Layout(("id", "names", "types", "is_a", "mapped_to", "replaced_by")),
    ids=(IdRule("MESH"),),
    names=("names",),
    types_column="types",
    relations=(("is_a", "is_a"), ("mapped_to", "mapped_to")),
    replaced_by="replaced_by",
    licence=MESH_DESCRIPTORS.licence,
)
"""The packaged MeSH: preferred name first among the names; ids without their prefix."""

THERAPIES = RelationSchema(
    name="PharmacotherapyDB",
    layout=Layout(("subject", "predicate", "object"), header=True),
    subject=End("subject", (IdRule("MESH"),)),
    object=End("object", (IdRule("MESH"),)),
    predicate_column="predicate",
    predicates=(("treats", "treats"),),
    version="1.0",
    licence="CC0 1.0",
)
"""The packaged therapies, in MeSH ids."""


def packaged_ontologies() -> tuple[Ontology, Ontology]:
    """Return MeSH and the therapies as the package holds them."""
    return read_concepts(DATA / MESH_FILE, MESH), read_relations(DATA / THERAPIES_FILE, THERAPIES)


def packaged_graph() -> Path:
    """Return the folder of the packaged graph, compiled on first use.

    The folder is named by the content of the tables and the format of the store, so another release of either is
    another folder.

    Raises:
        OSError: The cache cannot be written.
    """
    return made(cache_folder() / f"mesh-{_key()}", _compile)


def _compile(folder: Path) -> None:
    from graph.embedded_store import EmbeddedGraphStore

    EmbeddedGraphStore.from_ontologies(folder, *packaged_ontologies()).close()


def _key() -> str:
    """Return a short name for what a compiled graph depends on."""
    digest = hashlib.sha256(f"{FORMAT}\n{sys.byteorder}\n".encode())
    for name in (MESH_FILE, THERAPIES_FILE):
        digest.update(hashlib.sha256((DATA / name).read_bytes()).digest())
    return digest.hexdigest()[:16]
