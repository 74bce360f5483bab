"""The content hash that names a release of a graph."""

import hashlib
import json

from graph.concept import Concept
from graph.relation import Relation

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Digest:
    """SHA-256 over concepts by CURIE, then relations by (subject, predicate, object, source), one JSON line each."""

    def __init__(self) -> None:
        """Start with nothing added."""
        self._hash = hashlib.sha256()

    def concept(self, concept: Concept) -> None:
        """Add ``concept``, which must not sort before the one added last."""
        self._line(
            concept.id,
            concept.name,
            concept.synonyms,
            concept.types,
            concept.definition,
            concept.xrefs,
            concept.obsolete,
            concept.replaced_by,
        )

    def relation(self, relation: Relation) -> None:
        """Add ``relation``, which must not sort before the one added last."""
        self._line(relation.subject, relation.predicate, relation.object, relation.source, relation.evidence)

    def hex(self) -> str:
        """Return the hash of what was added so far."""
        return self._hash.hexdigest()

    def _line(self, *values: object) -> None:
        self._hash.update(_encode(values).encode() + b"\n")
