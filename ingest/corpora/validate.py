"""Everything in annotated documents that is wrong, or deserves a look."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from graph.formats.reading import Omission
from graph.retrieve import resolve
from graph.store import GraphStore
from ingest.corpora import ids
from ingest.corpora.format import Format
from ingest.corpora.placed import Placed
from ingest.corpora.read import read_placed
from ingest.corpora.reading import Reading
from ingest.document import Entity
from ingest.errors import CorpusFormatError

ERROR = "error"
"""What breaks the format, or what the annotations contradict."""

WARNING = "warning"
"""What may be meant so."""


class Finding(NamedTuple):
    """Something that was found; it names offsets and ids, and quotes no text.

    Attributes:
        level: :data:`ERROR` or :data:`WARNING`.
        where: The file.
        line: Where in it (1-based; 0 for the file as a whole, or where the format has no lines).
        problem: What was found and what was expected.
    """

    level: str
    where: str
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}: {self.level}: {self.problem}"


@dataclass(slots=True)
class ValidationReport:
    """What was looked at and what was found.

    Attributes:
        documents: Documents that could be read.
        entities: Entities in them.
        relations: Relations in them.
        findings: Errors and warnings, in the order of the files.
        omissions: What readers leave out or take as something else.
    """

    documents: int = 0
    entities: int = 0
    relations: int = 0
    findings: list[Finding] = field(default_factory=list)
    omissions: tuple[Omission, ...] = ()

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.level == ERROR for finding in self.findings)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "documents": self.documents,
            "entities": self.entities,
            "relations": self.relations,
            "errors": self.errors,
            "warnings": len(self.findings) - self.errors,
            "findings": [finding._asdict() for finding in self.findings],
            "omissions": [asdict(omission) for omission in self.omissions],
        }


def validate(
    *paths: Path, store: GraphStore | None = None, form: Format | None = None, id_prefix: str = "MESH"
) -> ValidationReport:
    """Return what is wrong in the documents at ``paths``.

    Errors are whatever a reader refuses (spans that do not match their text, ids that are no CURIE, broken lines, two
    documents of one id), relations whose ends no entity of the document has, and ids that ``store`` does not hold.
    Warnings are entities that overlap or are repeated, relations that are repeated, and ids that ``store`` calls
    retired.

    Args:
        paths: Files or folders.
        store: Graph whose ids are to be used, if that is to be checked.
        form: Their format, if it is not to be told by ending or content.
        id_prefix: Prefix for ids that come without one and do not show where they belong.

    Raises:
        OSError: A file cannot be read.
    """
    report = ValidationReport()

    def problem(error: CorpusFormatError) -> None:
        report.findings.append(Finding(ERROR, error.path, error.line, error.problem))

    reading = Reading(id_prefix, problem=problem)
    known = _Known(store) if store is not None else None
    for path in paths:
        try:
            for placed in read_placed(path, form=form, reading=reading):
                report.documents += 1
                report.entities += len(placed.document.entities)
                report.relations += len(placed.document.relations)
                report.findings += _doubts(placed)
                report.findings += known.doubts(placed) if known else ()
        except CorpusFormatError as error:
            problem(error)
    report.omissions = tuple(reading.omissions)
    return report


def _doubts(placed: Placed) -> Iterator[Finding]:
    document = placed.document
    concepts = {entity.id for entity in document.entities}
    seen: set[object] = set()
    furthest: Entity | None = None
    for entity, line in zip(document.entities, placed.entities, strict=False):
        if (entity.start, entity.end, entity.type, entity.id) in seen:
            yield _finding(WARNING, placed, line, f"{_named(entity)} is here a second time")
        elif furthest and entity.start < furthest.end and (entity.start, entity.end) != (furthest.start, furthest.end):
            yield _finding(
                WARNING, placed, line, f"{_named(entity)} overlaps that at [{furthest.start}, {furthest.end})"
            )
        seen.add((entity.start, entity.end, entity.type, entity.id))
        if furthest is None or entity.end > furthest.end:
            furthest = entity
    for relation, line in zip(document.relations, placed.relations, strict=False):
        for id in dict.fromkeys((relation.subject, relation.object)):
            if id not in concepts:
                problem = f"a relation has the end {id}, which no entity of the document has"
                yield _finding(ERROR, placed, line, problem)
        if relation in seen:
            problem = f"the relation from {relation.subject} to {relation.object} is here a second time"
            yield _finding(WARNING, placed, line, problem)
        seen.add(relation)


def _named(entity: Entity) -> str:
    return f"the entity at [{entity.start}, {entity.end})"


def _finding(level: str, placed: Placed, line: int, problem: str) -> Finding:
    return Finding(level, str(placed.where), line, f"document {placed.document.id!r}: {problem}")


class _Known:
    """What a graph says of ids."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._doubt: dict[str, tuple[str, str] | None] = {}

    def doubts(self, placed: Placed) -> Iterator[Finding]:
        document = placed.document
        used = [(e.id, line) for e, line in zip(document.entities, placed.entities, strict=False)]
        for relation, line in zip(document.relations, placed.relations, strict=False):
            used += [(relation.subject, line), (relation.object, line)]
        for id, line in dict.fromkeys(used):
            if id is not None and not ids.is_of_mention(id) and (doubt := self._looked_up(id)):
                yield _finding(doubt[0], placed, line, doubt[1])

    def _looked_up(self, id: str) -> tuple[str, str] | None:
        if id not in self._doubt:
            self._doubt[id] = self._of(id)
        return self._doubt[id]

    def _of(self, id: str) -> tuple[str, str] | None:
        (concept,) = self._store.concepts([id])
        if concept is None:
            return ERROR, f"{id} is unknown to the graph"
        if not concept.obsolete:
            return None
        (heir,) = resolve(self._store, [id])
        return WARNING, f"{id} was retired; " + (f"{heir} took over" if heir != id else "nothing took over")
