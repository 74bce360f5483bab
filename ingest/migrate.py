"""Moving annotated documents from one release of an ontology to the next."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from graph.concept import Concept
from graph.errors import UnknownConceptError
from graph.retrieve import resolve
from graph.store import GraphStore
from ingest.document import AnnotatedRelation, Document, Entity


@dataclass(slots=True)
class MigrationReport:
    """What became of the ids of the documents that passed.

    Attributes:
        documents: Documents.
        kept: Ids that are current.
        replaced: Old id and new id, with how often.
        retired: Ids that were retired and have no successor, with how often; they stay as they are.
        unknown: Ids that the graph does not hold, with how often; they stay as they are.
    """

    documents: int = 0
    kept: int = 0
    replaced: Counter[tuple[str, str]] = field(default_factory=Counter)
    retired: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "documents": self.documents,
            "kept": self.kept,
            "replaced": [{"old": old, "new": new, "count": n} for (old, new), n in sorted(self.replaced.items())],
            "retired": dict(sorted(self.retired.items())),
            "unknown": dict(sorted(self.unknown.items())),
        }


class Migration:
    """Rewrites the ids of documents to those that stand for them in a graph; ``report`` says what it could not."""

    def __init__(self, store: GraphStore) -> None:
        """Resolve ids in ``store``."""
        self.report = MigrationReport()
        self._store = store
        self._known: dict[str, tuple[bool, Concept | None]] = {}

    def __call__(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield each document with current ids; the text and all else stays as it is."""
        for document in documents:
            self.report.documents += 1
            yield replace(
                document,
                entities=tuple(map(self._entity, document.entities)),
                relations=tuple(map(self._relation, document.relations)),
            )

    def _entity(self, entity: Entity) -> Entity:
        if entity.id is None:
            return entity
        concept = self._current(entity.id)
        if concept is None or concept.id == entity.id:
            return entity
        return replace(entity, id=concept.id, name=concept.name if entity.name else "")

    def _relation(self, relation: AnnotatedRelation) -> AnnotatedRelation:
        subject, object = self._current(relation.subject), self._current(relation.object)
        return replace(
            relation,
            subject=subject.id if subject else relation.subject,
            object=object.id if object else relation.object,
        )

    def _current(self, id: str) -> Concept | None:
        """Return the live concept that ``id`` means now, and count what became of the id."""
        if id not in self._known:
            self._known[id] = self._looked_up(id)
        held, concept = self._known[id]
        if concept is not None and concept.id == id:
            self.report.kept += 1
        elif concept is not None:
            self.report.replaced[id, concept.id] += 1
        else:
            (self.report.retired if held else self.report.unknown)[id] += 1
        return concept

    def _looked_up(self, id: str) -> tuple[bool, Concept | None]:
        """Return whether the graph holds ``id``, and the live concept behind it."""
        try:
            stands = resolve(self._store, [id])
        except UnknownConceptError:
            return False, None
        concept = self._store.concepts(stands)[0]
        return True, None if concept is None or concept.obsolete else concept
