"""What of a compiled graph is published on a server: the rows of its concepts and relations, in order."""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from graph import record
from graph.adjacency import first
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.merge import merge
from graph.neo4j.schema import FORMAT, NEAR
from graph.relation import Relation
from graph.search import fold
from graph.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[Any]

CLAIMED = ("name", "synonyms", "types", "definition", "xrefs", "obsolete", "replaced_by")
"""What a claim says of a concept."""

_CHUNK = 100_000
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Link(NamedTuple):
    """A relation that is in the graph, with its place in the neighbour order of both ends."""

    subject: str
    predicate: str
    object: str
    source: str
    evidence: tuple[str, ...]
    subject_rank: int
    object_rank: int


def content(store: EmbeddedGraphStore) -> str:
    """Return a hash (hex) of all that the sources of ``store`` said, and of the layout that it is published in.

    Where it is equal, so are the release and whatever further additions will make of the graph.
    """
    digest = hashlib.sha256(f"{FORMAT}\n".encode())
    with contextlib.closing(record.connect(store.record_file)) as connection:
        for row in record.everything_said(connection):
            digest.update(_encode(row).encode() + b"\n")
    return digest.hexdigest()


def concepts(store: EmbeddedGraphStore) -> Iterator[dict[str, Any]]:
    """Yield the properties of every concept, by CURIE; what is empty is ``None``."""
    with contextlib.closing(record.connect(store.record_file)) as connection:
        for number, (id, rows) in enumerate(groupby(record.claims(connection), key=itemgetter(0))):
            row = _said(list(rows)) | _around(store.snapshot, number, id)
            yield row | {"row_hash": fingerprint(row)}


def links(store: EmbeddedGraphStore) -> Iterator[tuple[str, list[Link]]]:
    """Yield every subject with its relations, sorted."""
    found = (link for link in _relations(store) if isinstance(link, Link))
    return ((subject, list(group)) for subject, group in groupby(found, key=attrgetter("subject")))


def waiting(store: EmbeddedGraphStore) -> Iterator[dict[str, Any]]:
    """Yield the properties of every relation that waits for a live end, sorted; what is empty is ``None``."""
    found = (row for row in _relations(store) if isinstance(row, Relation))
    for number, row in enumerate(found):
        yield {
            "number": number,
            "subject": row.subject,
            "predicate": row.predicate,
            "object": row.object,
            "source": row.source,
            "evidence": list(row.evidence) or None,
        }


def fingerprint(values: object) -> int:
    """Return 64 bits of a hash of ``values``, as the signed integer that the server can hold."""
    return int.from_bytes(hashlib.blake2b(_encode(values).encode(), digest_size=8).digest(), "big", signed=True)


NO_LINKS = fingerprint([])
"""Fingerprint of having no relations as their subject."""


def _said(claims: list[record.Row]) -> dict[str, Any]:
    """Return what the sources say: the merged concept, and each claim where the concept does not tell it."""
    said = [(claim[1], record.concept(claim)) for claim in claims]
    concept, sources = merge(said), list(dict.fromkeys(source for source, _ in said))
    plain = len(claims) == 1 and record.claim(concept, sources[0]) == claims[0]
    names = dict.fromkeys(map(fold, () if concept.obsolete else (concept.name, *concept.synonyms)))
    return {
        "id": concept.id,
        "name": concept.name,
        "synonyms": list(concept.synonyms) or None,
        "types": list(concept.types) or None,
        "definition": concept.definition or None,
        "xrefs": list(concept.xrefs) or None,
        "obsolete": concept.obsolete,
        "replaced_by": concept.replaced_by,
        "sources": sources if any(sources) else None,
        "claims": None if plain else [_claim(*claim) for claim in said],
        "words": [words for words in names if words] or None,
    }


def _claim(source: str, concept: Concept) -> str:
    """Return a claim as JSON; what is empty is left out."""
    fields = {name: getattr(concept, name) for name in CLAIMED}
    return _encode({"source": source} | {name: value for name, value in fields.items() if value})


def _around(snapshot: Snapshot, number: int, id: str) -> dict[str, Any]:
    """Return what retrieval needs to know of a concept."""
    others = snapshot.others(number)
    live = snapshot.id(snapshot.live(number))
    return {
        "live": None if live == id else live,
        "degree": len(others),
        "n_near": len(set(others)),
        "near": [snapshot.id(other) for other in first(others, NEAR)] or None,
    }


def _relations(store: EmbeddedGraphStore) -> Iterator[Link | Relation]:
    """Yield every relation of the record, sorted; those that are in the compiled graph too as links."""
    snapshot = store.snapshot
    ranked = _ranked(snapshot)
    at = next(ranked, None)
    with contextlib.closing(record.connect(store.record_file)) as connection:
        for relation in record.all_relations(connection):
            key = (relation.subject, relation.predicate, relation.object, relation.source)
            if at is not None and at[0] == key:
                yield Link(*key, relation.evidence, *at[1])
                at = next(ranked, None)
            else:
                yield relation


def _ranked(snapshot: Snapshot) -> Iterator[tuple[tuple[str, str, str, str], tuple[int, int]]]:
    """Yield (subject, predicate, object, source) of the relations in the compiled graph, sorted, and both ranks."""
    import numpy as np

    starts, columns = snapshot.relations()
    start = np.asarray(starts)
    node = np.repeat(np.arange(snapshot.n_concepts), np.diff(start))
    rank = np.arange(len(node)) - start[node]
    other, predicate, forward, source, _ = map(np.asarray, columns)
    out = np.flatnonzero(forward)
    out = out[np.lexsort((source[out], other[out], predicate[out], node[out]))]
    back = np.flatnonzero(forward == 0)
    back = back[np.lexsort((source[back], node[back], predicate[back], other[back]))]
    # Both orders are that of the relations; one from a concept to itself is listed once, as forward.
    object_rank = rank[out].copy()
    object_rank[node[out] != other[out]] = rank[back]
    for first_row in range(0, len(out), _CHUNK):
        rows = out[first_row : first_row + _CHUNK]
        columns_here = (node[rows], predicate[rows], other[rows], source[rows], rank[rows])
        chunk = (*(column.tolist() for column in columns_here), object_rank[first_row : first_row + _CHUNK].tolist())
        for s, p, o, src, subject_rank, rank_there in zip(*chunk, strict=True):
            key = snapshot.id(s), snapshot.predicates[p], snapshot.id(o), snapshot.sources[src]
            yield key, (subject_rank, rank_there)
