"""How good what a peer found is; the same for all of them, and strict."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from environments import PeerError
from peer import Link
from work import Work

from ingest.document import Document, Entity
from ingest.evaluate import score_entities


def read_found(path: Path) -> tuple[dict[str, object], dict[str, list[Link]]]:
    """Return a peer's report, and its links by document."""
    with path.open(encoding="utf-8") as file:
        report = json.loads(next(file))
        links: dict[str, list[Link]] = {}
        for document, *link in map(json.loads, file):
            links.setdefault(document, []).append(Link(*link))
    return report, links


def score(work: Work, mode: str, links: Mapping[str, list[Link]]) -> dict[str, object]:
    """Return the figures of one mode: of raw text precision, recall and F1, of gold spans the accuracy."""
    if mode.startswith("gold"):
        return accuracy(work.documents, links, work.vocabulary.same)
    types = {name.id: name.type for name in work.vocabulary.names}
    predicted = [linked(document, links.get(document.id, ()), types) for document in work.documents]
    return score_entities(work.documents, predicted, types=set(types.values()), same=work.vocabulary.same).to_dict()


def linked(document: Document, links: Iterable[Link], types: Mapping[str, str]) -> Document:
    """Return `document` with a peer's links as its entities; the type of each is that of its concept.

    Raises:
        PeerError: A link is outside the text, or to no concept of the names.
    """
    entities = []
    for link in links:
        if not 0 <= link.start < link.end <= len(document.text) or link.id not in types:
            raise PeerError(
                f"found [{link.start}, {link.end}) {link.id} in document {document.id}: no such place or id"
            )
        text = document.text[link.start : link.end]
        entities.append(Entity(link.start, link.end, text, types[link.id], id=link.id))
    return replace(document, entities=tuple(entities))


def accuracy(
    documents: Iterable[Document], links: Mapping[str, list[Link]], same: Callable[[str], str]
) -> dict[str, object]:
    """Return how many of the marked spans that have an id got one of theirs (accuracy@1)."""
    mentions = correct = answered = 0
    for document in documents:
        wanted: dict[tuple[int, int, str], set[str]] = {}
        for entity in document.entities:
            if entity.id is not None:
                wanted.setdefault((entity.start, entity.end, entity.type), set()).add(same(entity.id))
        first: dict[tuple[int, int, str], str] = {}
        for link in links.get(document.id, ()):
            first.setdefault((link.start, link.end, link.type), same(link.id))
        mentions += len(wanted)
        answered += len(wanted.keys() & first.keys())
        correct += sum(first.get(place) in ids for place, ids in wanted.items())
    return {
        "mentions": mentions,
        "answered": answered,
        "correct": correct,
        "accuracy_at_1": correct / mentions if mentions else 0.0,
    }
