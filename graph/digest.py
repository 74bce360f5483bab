"""The content hash that names a release of a graph."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from graph.concept import Concept

if TYPE_CHECKING:
    from graph.united import United


class Digest:
    """SHA-256 over concepts, then relations.

    A concept is one line of JSON, in the order of CURIEs. Relations follow as: a line with their predicates and one
    with their sources, sorted; then, in the order of (subject, object, predicate, source), four columns of
    little-endian 32-bit integers: the numbers of the subjects and of the objects in the order of CURIEs, and the
    places of predicate and source in their lines; last a line [row, publications] for each relation with evidence.
    """

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

    def relations(self, united: "United") -> None:
        """Add the relations that are in the graph, after all concepts."""
        import numpy as np

        live = slice(united.n_live)
        predicates, predicate = np.unique(united.predicate[live], return_inverse=True)
        sources, source = np.unique(united.source[live], return_inverse=True)
        self._line(*(united.predicates[code] for code in predicates.tolist()))
        self._line(*(united.sources[code] for code in sources.tolist()))
        for column in (united.subject[live], united.object[live], predicate, source):
            self._hash.update(np.ascontiguousarray(column, "<i4").data)
        self._evidence(united.evidence, united.n_live)

    def hex(self) -> str:
        """Return the hash of what was added so far."""
        return self._hash.hexdigest()

    def _evidence(self, evidence: Mapping[int, tuple[str, ...]], n_live: int) -> None:
        for row, publications in evidence.items():
            if row < n_live:
                self._line(row, publications)

    def _line(self, *values: Any) -> None:
        self._hash.update(orjson.dumps(values) + b"\n")
