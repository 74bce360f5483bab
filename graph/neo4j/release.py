"""The node that says which graph stands in a database, and that it is whole."""

import json
from typing import Any, NamedTuple

from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.neo4j.connection import Connection
from graph.neo4j.schema import FORMAT, any_type
from graph.store import Counts, Source

_FIND = """
OPTIONAL MATCH (release:OntologyRelease {key: 'graph'})
OPTIONAL MATCH (push:OntologyPush {key: 'graph'})
RETURN properties(release) AS release, push IS NOT NULL AS pushing
"""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_WHILE_STANDING = "MATCH (:OntologyRelease {{key: 'graph', release: $release}}) CALL () {{ {} }} RETURN rows"


class Release(NamedTuple):
    """What stands in a database.

    Attributes:
        release: Content hash of the graph (:attr:`graph.store.GraphStore.release`).
        content: Hash of all that the sources said (:func:`graph.neo4j.publication.content`).
        ontologies: What was added, by name.
        counts: How much the graph holds.
        waiting: Relations that wait for a live end.
        predicates: Of the relations, waiting ones too, sorted.
        sources: Of the relations, waiting ones too, sorted.
    """

    release: str
    content: str
    ontologies: tuple[Source, ...]
    counts: Counts
    waiting: int
    predicates: tuple[str, ...]
    sources: tuple[str, ...]

    @classmethod
    def of(cls, store: EmbeddedGraphStore, content: str) -> "Release":
        """Return what the publication of ``store`` is."""
        snapshot = store.snapshot
        waiting = store.dropped_relations
        return cls(store.release, content, store.sources, store.count(), waiting, snapshot.predicates, snapshot.sources)

    def properties(self) -> dict[str, Any]:
        """Return the properties of the node; what is empty is ``None``."""
        return {
            "key": "graph",
            "release": self.release,
            "content": self.content,
            "format": FORMAT,
            "ontologies": [_encode(ontology._asdict()) for ontology in self.ontologies] or None,
            **self.counts._asdict(),
            "waiting": self.waiting,
            "predicates": list(self.predicates) or None,
            "sources": list(self.sources) if any(self.sources) else None,
        }


def find(connection: Connection) -> Release | None:
    """Return what stands in the database; ``None`` if nothing does.

    Raises:
        StoreError: A push did not finish, or the layout is of another format.
    """
    row = connection.read(_FIND)[0]
    if row["release"] is not None:
        return _from_properties(row["release"], connection.address)
    if row["pushing"]:
        raise StoreError(f"{connection.address}: holds half a graph, a push is under way or was cut off; push again")
    return None


def read_rows(connection: Connection, release: Release, query: str, **values: object) -> list[Any]:
    """Return the list ``rows`` in the one record that ``query`` gives, while ``release`` stands.

    ``TYPES`` in ``query`` is every type that a relation of the release can have.

    Raises:
        StoreError: It stands no more, or the server failed.
    """
    query = _WHILE_STANDING.format(query.replace("TYPES", any_type(release.predicates)))
    records = connection.read(query, release=release.release, **values)
    if not records:
        find(connection)
        raise StoreError(f"{connection.address}: another graph was pushed since this one was opened; open it again")
    rows: list[Any] = records[0]["rows"]
    return rows


def _from_properties(fields: dict[str, Any], address: str) -> Release:
    if fields.get("format") != FORMAT:
        raise StoreError(f"{address}: graph format {fields.get('format')!r}, expected {FORMAT}; push the graph again")
    try:  # What is absent was empty; no sources, or only the nameless one, comes to the same.
        return Release(
            fields["release"],
            fields["content"],
            tuple(Source(**json.loads(text)) for text in fields.get("ontologies", ())),
            Counts(*(fields[name] for name in Counts._fields)),
            fields["waiting"],
            tuple(fields.get("predicates", ())),
            tuple(fields.get("sources", ("",))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{address}: the node OntologyRelease is damaged; push the graph again") from error
