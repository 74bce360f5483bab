"""How well mentions are found: strict, by type."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ingest.document import Document
from ingest.evaluate import Scores

ALL = "all"


def span_scores(gold: Iterable[Document], predicted: Iterable[Document]) -> dict[str, Scores]:
    """Return the scores of the mentions of ``predicted`` by type, and those of ``ALL`` types together (micro).

    A mention is right if an entity of ``gold`` has its document, start, end and type: what CoNLL's script and seqeval
    count, had every character a tag. Entities with one span and type count once. Only types that are in ``gold`` count.
    """
    true = {(d.id, e.start, e.end, e.type) for d in gold for e in d.entities}
    types = sorted({type for *_, type in true})
    found = {(d.id, m.start, m.end, m.type) for d in predicted for m in d.mentions if m.type in types}
    scores = {ALL: Scores(len(true & found), len(found), len(true))}
    for type in types:
        g, p = ({span for span in spans if span[3] == type} for spans in (true, found))
        scores[type] = Scores(len(g & p), len(p), len(g))
    return scores


def retyped(document: Document, names: Mapping[str, str]) -> Document:
    """Return ``document`` with only those entities whose type is in ``names``, under the type that this gives it."""
    kept = (replace(e, type=names[e.type]) for e in document.entities if e.type in names)
    return replace(document, entities=tuple(kept))
