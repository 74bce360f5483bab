"""From a draft to a document: spans, ids and the ends of relations, checked in one way for every format."""

from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import TypeVar

from graph import curie
from graph.errors import CurieError
from ingest.corpora import ids
from ingest.corpora.draft import Annotation, Claim, Draft
from ingest.corpora.misplaced import explain
from ingest.corpora.placed import Placed, distinct
from ingest.corpora.reading import Reading
from ingest.document import AnnotatedRelation, Document, Entity, Mention

M = TypeVar("M", bound=Mention)


def finished(drafts: Iterable[Draft], where: Path | str, reading: Reading, *, expected: str) -> Iterator[Placed]:
    """Yield :func:`finish` of every draft, each document once (:func:`ingest.corpora.placed.distinct`)."""
    return distinct((finish(draft, reading) for draft in drafts), where, reading, expected=expected)


def finish(draft: Draft, reading: Reading) -> Placed:
    """Return ``draft`` as a document, with mentions and entities by (start, end); each problem goes to ``reading``.

    An annotation of several concepts becomes several entities with one span, one without any is NIL. A discontinuous
    one becomes the span that covers it, and is counted. White space around and within a surface does not count, unless
    the draft is strict. An end of a relation that has no concept is called
    ``mention:DOCUMENT.KEY`` (:func:`ingest.corpora.ids.of_mention`), so that the relation is not lost.
    """
    check = _Check(draft, reading)
    mentions = _sorted(reading.each(check.mention, (a for a in draft.annotations if not a.linked)))
    linked = reading.each(check.entities, (a for a in draft.annotations if a.linked))
    entities = _sorted(pair for pairs in linked for pair in pairs)
    stated = [pair for pairs in reading.each(check.relations, draft.claims) for pair in pairs]
    document = Document(
        draft.id,
        draft.text,
        tuple(mention for mention, _ in mentions),
        tuple(entity for entity, _ in entities),
        tuple(relation for relation, _ in stated),
    )
    lines = tuple(line for _, line in entities), tuple(line for _, line in stated)
    return Placed(document, draft.where, draft.line, *lines)


def _sorted(pairs: Iterable[tuple[M, int]]) -> list[tuple[M, int]]:
    return sorted(pairs, key=lambda pair: (pair[0].start, pair[0].end))


class _Check:
    """Checks the parts of one draft; relations are read through the annotations, which come first."""

    def __init__(self, draft: Draft, reading: Reading) -> None:
        self._draft = draft
        self._reading = reading
        self._needed = {end for claim in draft.claims if claim.by_key for end in (*claim.subject, *claim.object)}
        self._by_key: dict[str, list[list[str]]] = {}
        self._by_raw: dict[str, str] = {}

    def mention(self, annotation: Annotation) -> tuple[Mention, int]:
        start, end = self._span(annotation)
        return Mention(start, end, self._draft.text[start:end], annotation.type), annotation.line

    def entities(self, annotation: Annotation) -> list[tuple[Entity, int]]:
        start, end = self._span(annotation)
        text = self._draft.text[start:end]
        concepts = self._concepts(annotation)
        if annotation.key:
            self._by_key.setdefault(annotation.key, []).append([id for id in concepts if id])
        rest = annotation.name, annotation.score, annotation.assertion
        try:
            return [(Entity(start, end, text, annotation.type, id, *rest), annotation.line) for id in concepts]
        except ValueError as error:
            problem = str(error)
        raise self._draft.error(annotation.line, problem)

    def relations(self, claim: Claim) -> list[tuple[AnnotatedRelation, int]]:
        concepts = self._of_key if claim.by_key else self._of_raw
        ends = claim.subject, claim.object
        subjects, objects = ([id for raw in end for id in concepts(raw, claim)] for end in ends)
        return [(AnnotatedRelation(s, claim.label, o), claim.line) for s, o in product(subjects, objects)]

    def _span(self, annotation: Annotation) -> tuple[int, int]:
        draft, parts = self._draft, annotation.parts
        start, end = min(a for a, _ in parts), max(b for _, b in parts)
        for a, b in parts:
            if not 0 <= a < b <= len(draft.text):
                size = len(draft.text)
                raise self._error(annotation, f"span [{a}, {b}) is not inside its text of {size} characters")
        if annotation.surface is not None and not self._matches(annotation, start, end):
            why = explain(draft.text, start, end, annotation.surface) if len(parts) == 1 else ""
            raise self._error(annotation, f"span [{start}, {end}) does not match the text{why}")
        if any(draft.text[before[1] : after[0]].strip() for before, after in pairwise(parts)):
            reason = "discontinuous mention, read as the span that covers it"
            self._reading.omissions.add(reason, draft.where, annotation.line)
        return start, end

    def _matches(self, annotation: Annotation, start: int, end: int) -> bool:
        covered, surface = self._draft.text[start:end], annotation.surface or ""
        if self._draft.strict or covered == surface:
            return covered == surface
        if len(annotation.parts) == 1:
            return covered.split() == surface.split()
        apart = "".join(self._draft.text[a:b] for a, b in annotation.parts)
        return "".join(surface.split()) in ("".join(apart.split()), "".join(covered.split()))

    def _concepts(self, annotation: Annotation) -> list[str | None]:
        found: list[str | None] = []
        for raw in annotation.ids:
            id = None if raw is None else self._curie(raw, annotation.type, annotation.line)
            if raw is not None and id is not None:
                # Relations give no type and perhaps no prefix, so they are read through the annotations.
                self._by_raw[raw] = id
                self._by_raw.setdefault(raw.rpartition(":")[2], id)
            found.append(id)
        if not any(found) and annotation.key and (self._draft.name_all or annotation.key in self._needed):
            return [ids.of_mention(self._draft.id, annotation.key)]
        return found

    def _of_raw(self, raw: str, claim: Claim) -> list[str]:
        id = self._by_raw.get(raw) or self._curie(raw, "", claim.line)
        if id is None:
            raise self._draft.error(claim.line, "a relation needs a concept at both ends")
        return [id]

    def _of_key(self, key: str, claim: Claim) -> list[str]:
        found = self._by_key.get(key, [])
        if len(found) != 1:
            problem = f"a relation has the end {key!r}, which {len(found)} sound annotations are called; expected one"
            raise self._draft.error(claim.line, problem)
        return found[0]

    def _curie(self, raw: str, type: str, line: int) -> str | None:
        try:
            if self._draft.strict:
                return curie.check(raw)
            return ids.to_curie(raw, type=type, prefix=self._reading.id_prefix)
        except CurieError:
            form = "MESH:D003000" if self._draft.strict else "D003000 or MESH:D003000"
        raise self._draft.error(line, f"an id is not a CURIE and becomes none; expected such as {form}")

    def _error(self, annotation: Annotation, problem: str) -> Exception:
        called = f"annotation {annotation.key!r}: " if annotation.key else ""
        return self._draft.error(annotation.line, f"{called}{problem}")
