"""Concepts and relations as Cypher returns them: one list each, which costs less on the way than a map."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from graph.concept import Concept
from graph.merge import Claim
from graph.relation import Relation

CONCEPT = "[c.id, c.name, c.synonyms, c.types, c.definition, c.xrefs, c.obsolete, c.replaced_by]"
RELATION = "[startNode(r).id, r.predicate, endNode(r).id, r.source, r.evidence, r.subject_rank, r.object_rank]"
SAID = "c.sources, c.claims"


def concept(row: Sequence[Any]) -> Concept:
    """Return the concept that a ``CONCEPT`` holds."""
    id, name, synonyms, types, definition, xrefs, obsolete, replaced_by = row[:8]
    return Concept(
        id, name, tuple(synonyms or ()), tuple(types or ()), definition or "", tuple(xrefs or ()), obsolete, replaced_by
    )


def claims(row: Sequence[Any]) -> Iterator[Claim]:
    """Yield who says what about the concept that a ``CONCEPT``, followed by ``SAID``, holds."""
    sources, texts = row[8:]
    if texts is None:
        yield sources[0] if sources else "", concept(row)
    for text in texts or ():
        fields = json.loads(text)
        yield (
            fields["source"],
            Concept(
                id=row[0],
                name=fields.get("name", ""),
                synonyms=tuple(fields.get("synonyms", ())),
                types=tuple(fields.get("types", ())),
                definition=fields.get("definition", ""),
                xrefs=tuple(fields.get("xrefs", ())),
                obsolete=fields.get("obsolete", False),
                replaced_by=fields.get("replaced_by"),
            ),
        )


def relation(row: Sequence[Any]) -> Relation:
    """Return the relation that a ``RELATION`` holds."""
    subject, predicate, object_, source, evidence = row[:5]
    return Relation(subject, predicate, object_, source, tuple(evidence or ()))


def is_text(text: str) -> bool:
    """Return whether ``text`` has no lone surrogate: neither a file nor a server can hold one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
