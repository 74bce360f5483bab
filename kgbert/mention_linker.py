"""Which concept each mention of a text names, where its corpus does not say, or gives no mentions."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from graph.batches import batches
from graph.store import GraphStore
from ingest.annotate import lexicon_over
from ingest.detect import detect_all
from ingest.document import Document, Entity, Mention
from ingest.link import MENTION_TYPES, Linker
from kgbert.task import Task

LEAST = 0.5
"""Least probability of a link."""

_UNLINKED = "mention:"
_TINY = 1e-3
_BATCH = 256


class MentionLinker:
    """Links the mentions of units to the concepts of a graph, by their names, which are compiled when first needed."""

    def __init__(self, store: GraphStore, task: Task) -> None:
        """Link what ``task`` is about to the concepts in ``store``."""
        self._store, self._task = store, task

    @cached_property
    def _linker(self) -> Linker:
        types = {**MENTION_TYPES, **self._task.concept_types}
        return Linker(lexicon_over(self._store), types=types, threshold=LEAST)

    def links(self, units: Iterable[Document]) -> dict[str, str]:
        """Return the concept of every argument of ``units`` that is called after a mention; those without are left out.

        Of an argument with several mentions the likeliest link counts.
        """
        best: dict[str, tuple[float, str]] = {}
        nameless = [unit for unit in map(_nameless, units) if unit.entities]
        for unit, linked in self._linked(nameless) if nameless else ():
            for entity, found in zip(unit.entities, linked.entities, strict=True):
                if entity.id and found.id:
                    best[entity.id] = max(best.get(entity.id, (0.0, "")), (found.score, found.id))
        return {argument: id for argument, (_, id) in best.items()}

    def _linked(self, units: list[Document]) -> Iterator[tuple[Document, Document]]:
        bare = (replace(unit, entities=(), mentions=tuple(map(_mention, unit.entities))) for unit in units)
        return zip(units, self._linker.link_all(bare), strict=True)

    def found(self, units: Iterable[Document]) -> Iterator[Document]:
        """Yield each unit with the entities that the names of the graph find in its text, in place of those given.

        Where the corpus calls arguments after mentions, an entity at the span of one of its type is called after it,
        and another after its place.
        """
        types = self._concept_types()
        for batch in batches(units, _BATCH):
            found = detect_all((unit.text for unit in batch), self._linker.lexicon, types)
            bare = (replace(unit, entities=(), mentions=self._typed(m)) for unit, m in zip(batch, found, strict=True))
            for unit, linked in zip(batch, self._linker.link_all(bare), strict=True):
                by_mention = any(e.id and e.id.startswith(_UNLINKED) for e in unit.entities)
                yield _called_after_mentions(linked, unit) if by_mention else _without_nil(linked)

    def _typed(self, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
        """Return ``mentions`` with the task's types in place of those of concepts."""
        return tuple(replace(mention, type=self._mention_type(mention.type)) for mention in mentions)

    def _concept_types(self) -> frozenset[str]:
        return frozenset().union(*(self._linker.concept_types(type) for type in self._task.mention_types))

    def _mention_type(self, concept_type: str) -> str:
        of = (type for type in self._task.mention_types if concept_type in self._linker.concept_types(type))
        return next(of, concept_type)


def _nameless(unit: Document) -> Document:
    return replace(unit, entities=tuple(e for e in unit.entities if e.id and e.id.startswith(_UNLINKED)))


def _mention(entity: Entity) -> Mention:
    return Mention(entity.start, entity.end, entity.text, entity.type)


def _without_nil(document: Document) -> Document:
    kept = tuple(replace(e, score=max(e.score, _TINY)) for e in document.entities if e.id)
    return replace(document, mentions=(), entities=kept)


def _called_after_mentions(linked: Document, given: Document) -> Document:
    names = {(e.start, e.end, e.type): e.id for e in given.entities}
    entities = tuple(
        replace(e, id=names.get((e.start, e.end, e.type), f"{_UNLINKED}{given.id}.{e.start}-{e.end}"))
        for e in linked.entities
    )
    return replace(linked, mentions=(), entities=entities)
