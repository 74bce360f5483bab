"""An answer, with what supports it."""

from dataclasses import dataclass

from graph.subgraph import Path, Subgraph
from ingest.document import Document, Entity


@dataclass(frozen=True, slots=True)
class Evidence:
    """What in the graph the model read for a relation; no proof. How far it decides is :mod:`kgbert.faithfulness`.

    Attributes:
        paths: Walks in the graph from subject to object with the share that each had in the pair's graph state, largest
            first; the shares sum to 1 over all paths found.
        attention: Concepts that the arguments' markers attended to, as (CURIE, share), largest first; what is missing
            to 1 went to concepts not listed or to none.
        gate: How far the knowledge attention is open, in [0, 1]: near 0, the attention above changed nothing.
        text_score: Probability of the label by the text's part of the model alone, in [0, 1]: without the graph's score
            of the pair, but with what its tokens took from the graph by attention. ``None``: it was not asked.
    """

    paths: tuple[tuple[Path, float], ...] = ()
    attention: tuple[tuple[str, float], ...] = ()
    gate: float = 0.0
    text_score: float | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "paths": [{"path": path_to_list(path), "weight": round(weight, 4)} for path, weight in self.paths],
            "attention": [{"id": id, "weight": round(weight, 4)} for id, weight in self.attention],
            "gate": round(self.gate, 4),
            "text_score": None if self.text_score is None else round(self.text_score, 4),
        }


def path_to_list(path: Path) -> list[str]:
    """Return concepts and relation types in turn; a type walked from object to subject begins with ``^``."""
    steps = ((step.predicate if step.forward else f"^{step.predicate}", step.to) for step in path.steps)
    return [path.start, *(word for step in steps for word in step)]


@dataclass(frozen=True, slots=True)
class PredictedRelation:
    """A relation between two concepts of a text.

    Attributes:
        subject: CURIE.
        label: The task's label.
        object: CURIE.
        score: The model's probability, in [0, 1].
        evidence: What in the graph supports it.
        subject_assertion: What the text says of the subject (:data:`ingest.document.ASSERTIONS`), of several mentions
            what affirms it most (:data:`ingest.assertion.AFFIRMATION`). The model does not read it, and nothing is
            dropped for it: "no bleeding after aspirin" may be predicted with an object that is absent.
        object_assertion: The same of the object.
    """

    subject: str
    label: str
    object: str
    score: float
    evidence: Evidence = Evidence()
    subject_assertion: str = "present"
    object_assertion: str = "present"


@dataclass(frozen=True, slots=True)
class Prediction:
    """What kgbert says of one text.

    Attributes:
        document: The text with its linked entities.
        relations: By falling probability.
        subgraph: What was retrieved around the entities.
    """

    document: Document
    relations: tuple[PredictedRelation, ...]
    subgraph: Subgraph

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The entities of the text, by position; those with ``id`` None are linked to nothing."""
        return self.document.entities

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form: id, text, entities (offsets in characters) and relations with their evidence."""
        return {
            "id": self.document.id,
            "text": self.document.text,
            "entities": [
                {
                    "start": e.start,
                    "end": e.end,
                    "text": e.text,
                    "id": e.id,
                    "name": e.name,
                    "type": e.type,
                    "score": round(e.score, 4),
                    "assertion": e.assertion,
                }
                for e in self.entities
            ],
            "relations": [
                {
                    "subject": r.subject,
                    "object": r.object,
                    "label": r.label,
                    "score": round(r.score, 4),
                    "subject_assertion": r.subject_assertion,
                    "object_assertion": r.object_assertion,
                    "evidence": r.evidence.to_dict(),
                }
                for r in self.relations
            ],
        }
