"""Writers that turn a store into files, one format a file."""

from collections.abc import Callable, Mapping
from pathlib import Path

from graph.export import graphml, kgx, neo4j_admin, skos
from graph.store import GraphStore

__all__ = ["FORMATS"]

FORMATS: Mapping[str, Callable[[GraphStore, Path], None]] = {
    "graphml": graphml.write,
    "kgx-jsonl": kgx.write_jsonl,
    "kgx-tsv": kgx.write_tsv,
    "neo4j-admin": neo4j_admin.write,
    "skos": skos.write,
}
"""What writes a store, by name: a file (graphml, skos) or a new folder (the others), whole or not at all."""
