"""What ``kgbert_linker`` adds to spaCy's documents and entities; see :mod:`kgbert.spacy_component`.

All of it lies in ``doc.user_data`` as plain data, so that it survives other processes, ``to_bytes`` and DocBin.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ingest.assertion import assertion
from ingest.corpora import jsonl
from ingest.document import Document, Entity

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

FLAGS: Mapping[str, str] = {
    "is_negated": "absent",
    "is_uncertain": "possible",
    "is_hypothetical": "hypothetical",
    "is_historical": "historical",
    "is_family": "family",
}
"""medspaCy's attributes, and what must be said of an entity for each to be true."""

_DATA = "kgbert"


def register() -> None:
    """Declare the attributes; those that another component has declared already stay as they are."""
    from spacy.tokens import Doc, Span

    for name in FLAGS:
        if not Span.has_extension(name):
            Span.set_extension(name, default=False)
    if not Span.has_extension("kb_ents"):
        Span.set_extension("kb_ents", getter=_kb_ents, setter=_set_kb_ents)
    Span.set_extension("assertion", default="present", force=True)
    Doc.set_extension("kgbert_document", getter=_document, force=True)
    Doc.set_extension("kgbert_unplaced", getter=_unplaced, force=True)


def say(ent: "Span", said: frozenset[str]) -> None:
    """Set the assertion of ``ent`` and medspaCy's attributes, of which several may be true."""
    ent._.set("assertion", assertion(said))
    for name, status in FLAGS.items():
        ent._.set(name, status in said)


def keep(doc: "Doc", document: Document, unplaced: Sequence[int]) -> None:
    """Keep in ``doc`` all entities of ``document``, and the numbers of those that are no ent of it."""
    doc.user_data[_DATA] = json.dumps({"entities": jsonl.record(document)["entities"], "unplaced": list(unplaced)})


def _held(doc: "Doc") -> tuple[tuple[Entity, ...], list[int]]:
    held: dict[str, Any] = json.loads(doc.user_data.get(_DATA, '{"entities": [], "unplaced": []}'))
    return tuple(Entity(**record) for record in held["entities"]), held["unplaced"]


def _document(doc: "Doc") -> Document:
    return Document("", doc.text, entities=_held(doc)[0])


def _unplaced(doc: "Doc") -> tuple[Entity, ...]:
    entities, numbers = _held(doc)
    return tuple(entities[i] for i in numbers)


def _kb_ents(ent: "Span") -> list[tuple[str, float]]:
    """Return pairs: what spaCy serialises comes back as lists."""
    return [(id, score) for id, score in ent.doc.user_data.get(_key(ent), ())]


def _set_kb_ents(ent: "Span", value: Sequence[tuple[str, float]]) -> None:
    ent.doc.user_data[_key(ent)] = [list(pair) for pair in value]


def _key(ent: "Span") -> str:
    return f"kgbert_kb_ents {ent.start_char} {ent.end_char}"
