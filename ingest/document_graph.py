"""Documents beside the concepts that they mention, on a Neo4j server."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.batches import batches
from graph.neo4j.connection import Connection, run
from graph.relation import Relation
from graph.subgraph import Subgraph, SubgraphRelation
from ingest.document import Document, Entity

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

_BATCH = 100
_SCHEMA = (
    "CREATE CONSTRAINT kgbert_document IF NOT EXISTS FOR (d:Document) REQUIRE d.id IS UNIQUE",
    "CREATE INDEX kgbert_predicted IF NOT EXISTS FOR ()-[p:PREDICTED]-() ON (p.document)",
)
_KNOWN = "MATCH (d:Document) WHERE d.id IN $ids RETURN d.id AS id, d.content_hash AS hash"
# The documents come first: whoever writes one of them at the same time waits here.
_DOCUMENTS = "UNWIND $rows AS row MERGE (d:Document {id: row.id}) SET d = row"
_FORGET = (
    "MATCH (d:Document)-[m:MENTIONS]->() WHERE d.id IN $ids DELETE m",
    "UNWIND $ids AS id MATCH ()-[p:PREDICTED {document: id}]->() DELETE p",
)
_MENTIONS = """
UNWIND $rows AS row MATCH (d:Document {id: row.document}) MATCH (c:Concept {id: row.concept})
CREATE (d)-[m:MENTIONS]->(c) SET m = row.said RETURN count(m) AS n
"""
_PREDICTED = """
UNWIND $rows AS row MATCH (s:Concept {id: row.subject}) MATCH (o:Concept {id: row.object})
CREATE (s)-[p:PREDICTED]->(o) SET p = row.said RETURN count(p) AS n
"""
_DELETE = "MATCH (d:Document) WHERE d.id IN $ids DETACH DELETE d RETURN count(*) AS n"
_PREDICTIONS = """
UNWIND $ids AS id MATCH (s:Concept {id: id})-[p:PREDICTED]->(o:Concept) WHERE p.score >= $least
RETURN s.id AS subject, p.label AS label, o.id AS object, p.model AS model, collect(DISTINCT p.document) AS documents
ORDER BY subject, label, object, model
"""


class PredictedRelation(NamedTuple):
    """A relation between two concepts that a model read in a document; ``score`` is its probability.

    The assertions are what the document says of the two concepts (:data:`ingest.document.ASSERTIONS`).
    """

    subject: str
    label: str
    object: str
    score: float
    subject_assertion: str = "present"
    object_assertion: str = "present"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the entities of documents were found with.

    Attributes:
        model: Name of the model or linker, with its version.
        release: Release of the ontology graph.
    """

    model: str
    release: str


@dataclass(slots=True)
class WriteReport:
    """What became of the documents given to :meth:`DocumentGraph.write`.

    Attributes:
        written: Documents that are new or had changed.
        unchanged: Documents that stood there with the same content already.
        mentions: Mentions written.
        relations: Predicted relations written.
        unlinked: Mentions linked to no concept; only their number is kept, at the document.
        unknown: Mentions and relations of concepts that the server does not hold; they are not written.
    """

    written: int = 0
    unchanged: int = 0
    mentions: int = 0
    relations: int = 0
    unlinked: int = 0
    unknown: int = 0


class DocumentGraph:
    """``(:Document)-[:MENTIONS]->(:Concept)`` and ``(:Concept)-[:PREDICTED]->(:Concept)`` on a server.

    A mention has start, end, type, score, assertion, and the model and ontology release it was found with. The
    text of a mention and that of a document stay out unless asked for. What a model predicted is no knowledge: it
    carries no ``predicate``, and no graph store takes it for a relation.
    """

    def __init__(
        self,
        connection: Connection,
        provenance: Provenance,
        *,
        keep_surface: bool = False,
        keep_text: bool = False,
    ) -> None:
        """Write by ``connection``, creating the constraint and the index that are needed if they are absent.

        Args:
            connection: To the server that holds the concepts.
            provenance: What the documents were read with.
            keep_surface: Whether each mention keeps its text.
            keep_text: Whether each document keeps its whole text.

        Raises:
            StoreError: The server refuses or cannot be reached.
        """
        self._connection, self._provenance = connection, provenance
        self._keep_surface, self._keep_text = keep_surface, keep_text
        for command in _SCHEMA:
            connection.schema(command)

    def write(
        self, documents: Iterable[tuple[Document, Sequence[PredictedRelation]]], report: WriteReport | None = None
    ) -> WriteReport:
        """Write documents with what was predicted in each, a hundred a transaction; return what became of them.

        A document with the same id, content and provenance is left alone, so that a run that was broken off can be
        repeated; one that differs is replaced.

        Raises:
            StoreError: The server fails; what was written before stays.
        """
        report = WriteReport() if report is None else report
        for pairs in batches(documents, _BATCH):
            batch = {document.id: (document, found) for document, found in pairs}
            rows = {id: self._document(*pair) for id, pair in batch.items()}
            known = {record["id"]: record["hash"] for record in self._connection.read(_KNOWN, ids=list(batch))}
            new = [id for id, row in rows.items() if known.get(id) != row["content_hash"]]
            report.unchanged += len(batch) - len(new)
            if new:
                self._write([rows[id] for id in new], [batch[id] for id in new], report)
        return report

    def delete(self, ids: Sequence[str]) -> int:
        """Remove documents with all that was read in them; return how many there were.

        Raises:
            StoreError: The server fails.
        """

        def work(transaction: "ManagedTransaction") -> int:
            _forget(transaction, list(ids))
            return int(run(transaction, _DELETE, ids=list(ids)).single()["n"])

        return self._connection.write(work)

    def predictions(self, ids: Sequence[str], *, least: float = 0.0) -> list[Relation]:
        """Return what models predicted with the concepts ``ids`` as subject, as relations to look at or to add.

        Their source is ``predicted by MODEL`` and their evidence the documents (``DOCUMENT:id``), sorted.
        """
        records = self._connection.read(_PREDICTIONS, ids=list(ids), least=least)
        return [
            Relation(
                record["subject"],
                record["label"],
                record["object"],
                f"predicted by {record['model']}",
                tuple(sorted(f"DOCUMENT:{document}" for document in record["documents"])),
            )
            for record in records
        ]

    def with_predictions(self, found: Subgraph, *, least: float = 0.0) -> Subgraph:
        """Return ``found`` with what models predicted between its concepts as further relations.

        It is how retrieval is asked for predictions: what is retrieved is still found by what is known alone. The
        source of a relation that was predicted is ``predicted by MODEL``.
        """
        ids = [concept.id for concept in found.concepts]
        predicted = {
            SubgraphRelation(relation.subject, relation.predicate, relation.object, relation.source)
            for relation in self.predictions(ids, least=least)
            if relation.object in ids
        }
        return found._replace(relations=tuple(sorted(predicted.union(found.relations))))

    def _write(self, rows: list[dict[str, Any]], pairs: list[Any], report: WriteReport) -> None:
        ids = [row["id"] for row in rows]
        mentions = [row for document, _ in pairs for row in self._mentions(document)]
        predicted = [row for document, found in pairs for row in self._predicted(document, found)]

        def work(transaction: "ManagedTransaction") -> tuple[int, int]:
            run(transaction, _DOCUMENTS, rows=rows).consume()
            _forget(transaction, ids)
            n_mentions = run(transaction, _MENTIONS, rows=mentions).single()["n"]
            return n_mentions, run(transaction, _PREDICTED, rows=predicted).single()["n"]

        n_mentions, n_predicted = self._connection.write(work)
        report.written += len(rows)
        report.mentions += n_mentions
        report.relations += n_predicted
        report.unlinked += sum(row["unlinked"] for row in rows)
        report.unknown += len(mentions) + len(predicted) - n_mentions - n_predicted

    def _document(self, document: Document, found: Sequence[PredictedRelation]) -> dict[str, Any]:
        row: dict[str, Any] = {
            "id": document.id,
            "model": self._provenance.model,
            "release": self._provenance.release,
            "unlinked": sum(entity.id is None for entity in document.entities),
        }
        if self._keep_text:
            row["text"] = document.text
        said = [row, [*self._mentions(document)], [*self._predicted(document, found)], document.text]
        content = json.dumps(said, sort_keys=True).encode()
        return row | {"content_hash": hashlib.sha256(content).hexdigest()}

    def _mentions(self, document: Document) -> Iterator[dict[str, Any]]:
        for entity in document.entities:
            if entity.id is not None:
                yield {"document": document.id, "concept": entity.id, "said": self._said(entity)}

    def _said(self, entity: Entity) -> dict[str, Any]:
        surface = {"text": entity.text} if self._keep_surface else {}
        return {
            "start": entity.start,
            "end": entity.end,
            "type": entity.type,
            "score": entity.score,
            "assertion": entity.assertion,
            "model": self._provenance.model,
            "release": self._provenance.release,
            **surface,
        }

    def _predicted(self, document: Document, found: Sequence[PredictedRelation]) -> Iterator[dict[str, Any]]:
        for relation in found:
            said = {
                "label": relation.label,
                "score": relation.score,
                "subject_assertion": relation.subject_assertion,
                "object_assertion": relation.object_assertion,
                "model": self._provenance.model,
                "document": document.id,
            }
            yield {"subject": relation.subject, "object": relation.object, "said": said}


def _forget(transaction: "ManagedTransaction", ids: list[str]) -> None:
    for command in _FORGET:
        run(transaction, command, ids=ids).consume()
