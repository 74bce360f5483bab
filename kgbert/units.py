"""Annotated documents as a task reads them: one unit after another, with the task's types, labels and directions."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.document import AnnotatedRelation, Document
from ingest.sentences import sentences
from kgbert.task import DOCUMENT, SENTENCE, Task

_BETWEEN = "#"


def units(documents: Iterable[Document], task: Task) -> list[Document]:
    """Return the units of ``documents`` that hold at least one pair, in order.

    A sentence, or line, is a document of its own, called after its document and its first character
    (``10064839#144``). A relation whose arguments do not stand in one unit is in none.
    """
    found = (unit for document in documents for unit in _split(prepared(document, task), task))
    return [unit for unit in found if next(task.asked(unit), None)]


def document_of(unit: str, task: Task) -> str:
    """Return the id of the document that the unit called ``unit`` is of; documents may be called as they like."""
    return unit if task.unit == DOCUMENT else unit.rpartition(_BETWEEN)[0]


def prepared(document: Document, task: Task) -> Document:
    """Return ``document`` with the entities and relations that ``task`` is about, by the task's names for them.

    Where the task is not directed, the subject of a relation is what the document mentions first.
    """
    entities = tuple(
        replace(e, type=type)
        for e in sorted(document.entities, key=lambda e: (e.start, e.end))
        if e.id and (type := task.called.get(e.type, e.type)) in task.mention_types
    )
    place = {e.id: i for i, e in reversed([*enumerate(entities)])}
    stated = (r for r in document.relations if r.label in task.labels and r.subject in place and r.object in place)
    relations = tuple(dict.fromkeys(r if task.directed else _oriented(r, place) for r in stated))
    return replace(document, mentions=(), entities=entities, relations=relations)


def as_asked(documents: Iterable[Document], task: Task) -> list[Document]:
    """Return whole ``documents`` as ``task`` reads them: :func:`prepared` where corpora call its types otherwise."""
    return [prepared(document, task) if task.called else document for document in documents]


def _oriented(relation: AnnotatedRelation, place: dict[str | None, int]) -> AnnotatedRelation:
    if place[relation.subject] <= place[relation.object]:
        return relation
    return replace(relation, subject=relation.object, object=relation.subject)


def _split(document: Document, task: Task) -> Iterator[Document]:
    if task.unit == DOCUMENT:
        yield document
        return
    for start, end in sentences(document.text) if task.unit == SENTENCE else _lines(document.text):
        inside = [e for e in document.entities if start <= e.start and e.end <= end]
        ids = {e.id for e in inside}
        yield Document(
            id=f"{document.id}{_BETWEEN}{start}",
            text=document.text[start:end],
            entities=tuple(replace(e, start=e.start - start, end=e.end - start) for e in inside),
            relations=tuple(r for r in document.relations if r.subject in ids and r.object in ids),
        )


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the lines of ``text`` are, as spans [start, end) in characters, without their ends."""
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1
