"""Writing files for ``neo4j-admin database import full`` (Neo4j 5), the fastest way into an empty Neo4j database.

They hold what a push would write (:mod:`graph.neo4j.publication`): the database is opened by
:class:`~graph.neo4j.store.Neo4jGraphStore`, and a push of the same graph to it changes nothing.
"""

import shlex
from collections.abc import Iterator
from pathlib import Path

from graph import atomic
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.export.neo4j_csv import ARRAY_DELIMITER, header, line, listed, quoted, table
from graph.neo4j import publication
from graph.neo4j.publication import Link
from graph.neo4j.release import Release
from graph.neo4j.schema import relation_type
from graph.neo4j.store import Neo4jGraphStore
from graph.store import GraphStore

CONCEPTS, RELATIONS, WAITING, RELEASE, SCRIPT = "concepts.csv relations.csv waiting.csv release.csv import.sh".split()

CONCEPT_TYPES = {
    "id": "ID",
    "name": "string",
    "synonyms": "string[]",
    "types": "string[]",
    "definition": "string",
    "xrefs": "string[]",
    "obsolete": "boolean",
    "replaced_by": "string",
    "sources": "string[]",
    "claims": "string[]",
    "words": "string[]",
    "live": "string",
    "degree": "long",
    "n_near": "long",
    "near": "string[]",
    "row_hash": "long",
    "out_hash": "long",
}
"""Every property of a ``(:Concept)``, with Neo4j's name for its type."""

_LINKS = ":START_ID,:TYPE,:END_ID,predicate:string,source:string,evidence:string[],subject_rank:long,object_rank:long"

WAITING_TYPES = {
    "number": "long",
    "subject": "string",
    "predicate": "string",
    "object": "string",
    "source": "string",
    "evidence": "string[]",
}
"""Every property of a ``(:WaitingRelation)``."""

_TYPE_OF = {str: "string", int: "long", list: "string[]"}
_NO_LINKS: tuple[str, list[Link]] = ("", [])


def arguments(folder: Path, *, database: str = "neo4j") -> list[str]:
    """Return the words that import the files in ``folder`` into ``database``, which must be stopped or new.

    ``--overwrite-destination=true`` is for the user to add where a database of that name is to be lost.
    """
    return [
        *("neo4j-admin", "database", "import", "full", database),
        f"--nodes=Concept={folder / CONCEPTS}",
        f"--nodes=WaitingRelation={folder / WAITING}",
        f"--nodes=OntologyRelease={folder / RELEASE}",
        f"--relationships={folder / RELATIONS}",
        f"--array-delimiter=U+{ord(ARRAY_DELIMITER):04X}",
        *("--multiline-fields=true", "--id-type=string"),
        f"--report-file={folder / 'import.report'}",
    ]


def command(folder: Path, *, database: str = "neo4j") -> str:
    """Return :func:`arguments` as a shell takes them."""
    return shlex.join(arguments(folder, database=database))


def write(store: GraphStore, out: Path) -> None:
    """Write nodes, relationships and the script ``import.sh`` into the new folder ``out``.

    Constraints and indexes cannot be imported; they are made when the graph is opened or pushed to for the first time.

    Raises:
        StoreError: The store is neither in a folder nor on a server, or holds a list that these files cannot.
        OSError: The folder is there already and not empty, or cannot be written.
    """
    compiled = _compiled(store)
    with atomic.folder(out) as folder:
        _write_graph(compiled, folder)
        atomic.write_lines(table(WAITING_TYPES, publication.waiting(compiled)), folder / WAITING)
        atomic.write_lines(_release(compiled), folder / RELEASE)
        atomic.write_lines(_script(), folder / SCRIPT)
        (folder / SCRIPT).chmod(0o755)


def _compiled(store: GraphStore) -> EmbeddedGraphStore:
    """Return the compiled graph, of which a publication is made."""
    if isinstance(store, EmbeddedGraphStore):
        return store
    if isinstance(store, Neo4jGraphStore):
        return store.local()
    raise StoreError(f"{type(store).__name__}: not a graph in a folder or on a server")


def _write_graph(store: EmbeddedGraphStore, folder: Path) -> None:
    """Write concepts and relations side by side: a concept holds the fingerprint of the relations it is subject of."""
    links = publication.links(store)
    subject, rows = next(links, _NO_LINKS)
    with atomic.file(folder / CONCEPTS) as concepts, atomic.file(folder / RELATIONS) as relations:
        concepts.write(f"{header(CONCEPT_TYPES)}\n".encode())
        relations.write(f"{_LINKS}\n".encode())
        for concept in publication.concepts(store):
            if concept["id"] == subject:
                concept["out_hash"] = publication.fingerprint(rows)
                relations.writelines(f"{_link(row)}\n".encode() for row in rows)
                subject, rows = next(links, _NO_LINKS)
            concepts.write(f"{line(map(concept.get, CONCEPT_TYPES))}\n".encode())


def _link(link: Link) -> str:
    ends = f"{quoted(link.subject)},{relation_type(link.predicate)},{quoted(link.object)}"
    said = f"{quoted(link.predicate)},{quoted(link.source)},{listed(link.evidence)}"
    return f"{ends},{said},{link.subject_rank},{link.object_rank}"


def _release(store: EmbeddedGraphStore) -> Iterator[str]:
    """Yield the table of the one node; what is absent has no column."""
    release = Release.of(store, publication.content(store)).properties()
    there = {name: value for name, value in release.items() if value is not None}
    return table({name: _TYPE_OF[type(value)] for name, value in there.items()}, [there])


def _script() -> Iterator[str]:
    yield "#!/bin/sh"
    yield "# Imports this graph into the database neo4j, which must be stopped or new. Arguments are added."
    yield f'cd "$(dirname "$0")" && exec {command(Path())} "$@"'
