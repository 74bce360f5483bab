"""The content hash that names a release of a graph."""

import hashlib
from typing import TYPE_CHECKING, Any

import orjson

from graph.concept import Concept

if TYPE_CHECKING:
    import numpy.typing as npt

    from graph.united import United

    Ints = npt.NDArray[Any]


class Digest:
    """SHA-256 of two SHA-256 digests: that of the concepts, then that of the relations.

    A concept is one line of JSON, in the order of CURIEs. The relations are a line with their predicates and one with
    their sources, sorted; then, in the order of (subject, object, predicate, source), four columns of little-endian
    32-bit integers: the numbers of the subjects and of the objects in the order of CURIEs, and the places of predicate
    and source in their lines; last a line [row, publications] for each relation with evidence.
    """

    def __init__(self, concepts: str = "") -> None:
        """Start with nothing added, or with all concepts of another graph, whose digest (hex) is ``concepts``."""
        self._concepts, self._relations = hashlib.sha256(), hashlib.sha256()
        self._known = bytes.fromhex(concepts)

    def concept(self, concept: Concept) -> None:
        """Add ``concept``, which must not sort before the one added last."""
        self._concepts.update(
            _line(
                concept.id,
                concept.name,
                concept.synonyms,
                concept.types,
                concept.definition,
                concept.xrefs,
                concept.obsolete,
                concept.replaced_by,
            )
        )

    def relations(self, united: "United") -> None:
        """Add the relations that are in the graph, all at once."""
        import numpy as np

        live, add = slice(united.n_live), self._relations.update
        predicate, source = united.predicate[live], united.source[live]
        for names, codes in ((united.predicates, predicate), (united.sources, source)):
            add(_line(*(names[code] for code in np.flatnonzero(_used(codes)).tolist())))
        for column in (united.subject[live], united.object[live]):
            add(np.ascontiguousarray(column, "<i4").data)
        for codes in (predicate, source):
            place = np.cumsum(_used(codes)) - 1
            add(place.astype("<i4")[codes].data)
        for row, publications in united.evidence.items():
            if row < united.n_live:
                add(_line(row, publications))

    def concepts(self) -> str:
        """Return the digest of the concepts, hex."""
        return (self._known or self._concepts.digest()).hex()

    def hex(self) -> str:
        """Return the hash of what was added so far."""
        return hashlib.sha256(bytes.fromhex(self.concepts()) + self._relations.digest()).hexdigest()


def _used(codes: "Ints") -> "Ints":
    """Return which codes there are."""
    import numpy as np

    used: Ints = np.bincount(codes) > 0
    return used


def _line(*values: Any) -> bytes:
    return orjson.dumps(values) + b"\n"
