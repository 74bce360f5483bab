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
    relations = store.united()
    for said in (relations.absent, relations.predicates, relations.sources, relations.n_live, relations.evidence):
        digest.update(_encode(said).encode() + b"\n")
    for column in (relations.subject, relations.object, relations.predicate, relations.source):
        digest.update(column.data)
    return digest.hexdigest()


def concepts(store: EmbeddedGraphStore) -> Iterator[dict[str, Any]]:
    """Yield the properties of every concept, by CURIE; what is empty is ``None``."""
    with contextlib.closing(record.connect(store.record_file)) as connection:
        for number, (id, rows) in enumerate(groupby(record.claims(connection), key=itemgetter(0))):
            row = _said(list(rows)) | _around(store.snapshot, number, id)
            yield row | {"row_hash": fingerprint(row)}


def links(store: EmbeddedGraphStore) -> Iterator[tuple[str, list[Link]]]:
    """Yield every subject with its relations, by (object, predicate, source)."""
    return ((subject, list(group)) for subject, group in groupby(_links(store), key=attrgetter("subject")))


def waiting(store: EmbeddedGraphStore) -> Iterator[dict[str, Any]]:
    """Yield the properties of every relation that waits for a live end, sorted; what is empty is ``None``."""
    relations = store.united()
    ids = [*store.snapshot.ids(), *relations.absent]
    for number, row in enumerate(range(relations.n_live, len(relations.subject))):
        yield {
            "number": number,
            "subject": ids[relations.subject[row]],
            "predicate": relations.predicates[relations.predicate[row]],
            "object": ids[relations.object[row]],
            "source": relations.sources[relations.source[row]],
            "evidence": list(relations.evidence.get(row, ())) or None,
        }


def fingerprint(values: object) -> int:
    """Return 64 bits of a hash of ``values``, as the signed integer that the server can hold."""
    return int.from_bytes(hashlib.blake2b(_encode(values).encode(), digest_size=8).digest(), "big", signed=True)


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


def _links(store: EmbeddedGraphStore) -> Iterator[Link]:
    """Yield the relations that are in the graph, by (subject, object, predicate, source)."""
    snapshot, relations = store.snapshot, store.united()
    ids, predicates, sources = snapshot.ids(), relations.predicates, relations.sources
    columns = relations.subject, relations.predicate, relations.object, relations.source, *_ranks(snapshot)
    for first_row in range(0, relations.n_live, _CHUNK):
        rows = slice(first_row, min(first_row + _CHUNK, relations.n_live))
        here = zip(*(column[rows].tolist() for column in columns), strict=True)
        for row, (s, p, o, source, *ranks) in enumerate(here, start=first_row):
            yield Link(ids[s], predicates[p], ids[o], sources[source], relations.evidence.get(row, ()), *ranks)


def _ranks(snapshot: Snapshot) -> tuple["Ints", "Ints"]:
    """Return the place of each relation in the neighbour order of its subject, and in that of its object."""
    import numpy as np

    starts, columns = snapshot.relations()
    start = np.asarray(starts)
    node = np.repeat(np.arange(snapshot.n_concepts), np.diff(start))
    rank = np.arange(len(node)) - start[node]
    other, predicate, forward, source, _ = map(np.asarray, columns)
    out = np.flatnonzero(forward)
    out = out[np.lexsort((source[out], predicate[out], other[out], node[out]))]
    back = np.flatnonzero(forward == 0)
    back = back[np.lexsort((source[back], predicate[back], node[back], other[back]))]
    # Both orders are that of the relations; one from a concept to itself is listed once, as forward.
    object_rank = rank[out].copy()
    object_rank[node[out] != other[out]] = rank[back]
    return rank[out], object_rank
