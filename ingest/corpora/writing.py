"""What formats that hold less than a document share: changes that keep every offset, all of them counted."""

import re
from dataclasses import replace
from typing import TypeVar

from graph.formats.reading import Omissions
from ingest.document import Document, Entity, Mention

M = TypeVar("M", bound=Mention)


def annotations(document: Document, omissions: Omissions) -> list[Entity]:
    """Return the entities of ``document`` by (start, end), and its mentions as entities without an id.

    A mention whose span and type an entity has says nothing more than that entity, and is left out. Both are counted.
    """
    known = {(e.start, e.end, e.type) for e in document.entities}
    found = [*document.entities]
    for mention in document.mentions:
        if (mention.start, mention.end, mention.type) in known:
            note("mention beside its entity, left out", document, omissions)
        else:
            note("mention, written as an entity without an id", document, omissions)
            found.append(Entity(mention.start, mention.end, mention.text, mention.type))
    return sorted(found, key=lambda e: (e.start, e.end))


def note_lost(document: Document, omissions: Omissions, *fields: str) -> None:
    """Count the entities whose ``fields`` (name, score, assertion) say something that is not written."""
    plain = Entity(0, 1, " ")
    for field in fields:
        for entity in document.entities:
            if getattr(entity, field) != getattr(plain, field):
                note(f"{field} of an entity, left out", document, omissions)


def note(reason: str, document: Document, omissions: Omissions) -> None:
    """Count one thing of ``document`` that is left out or written as something else."""
    omissions.add(reason, f"document {document.id}")


def replaced(document: Document, pattern: re.Pattern[str], by: str, reason: str, omissions: Omissions) -> Document:
    """Return ``document`` with each character that ``pattern`` matches as ``by``, one character; counted each."""
    text, n = pattern.subn(by, document.text)
    for _ in range(n):
        note(reason, document, omissions)
    if not n:
        return document
    mentions = tuple(_moved(m, text) for m in document.mentions)
    return replace(document, text=text, mentions=mentions, entities=tuple(_moved(e, text) for e in document.entities))


def renamed(document: Document, pattern: re.Pattern[str], by: str, reason: str, omissions: Omissions) -> Document:
    """Return ``document`` with each character that ``pattern`` matches in a name as ``by``; each name is counted."""
    entities = tuple(replace(e, name=pattern.sub(by, e.name)) if e.name else e for e in document.entities)
    for before, after in zip(document.entities, entities, strict=True):
        if before.name != after.name:
            note(reason, document, omissions)
    return replace(document, entities=entities)


def _moved(mention: M, text: str) -> M:
    return replace(mention, text=text[mention.start : mention.end])
