"""What is asked of a text: labels, the arguments they take, and the knowledge that would give them away."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from kgbert.errors import TaskError

NONE = "none"
"""The label of a pair between which the text states nothing."""


@dataclass(frozen=True, slots=True)
class Task:
    """A relation-extraction task.

    Attributes:
        name: Short name, such as ``CID``.
        labels: Relation labels, without :data:`NONE`.
        subject_type: Mention type of the first argument.
        object_type: Mention type of the second argument.
        forbidden_predicates: Relations of the graph that state the answer.
        forbidden_sources: Resources derived from the corpus, or curated from the same papers.
    """

    name: str
    labels: tuple[str, ...]
    subject_type: str
    object_type: str
    forbidden_predicates: frozenset[str] = frozenset()
    forbidden_sources: frozenset[str] = frozenset()

    @property
    def all_labels(self) -> tuple[str, ...]:
        """Labels in the order of a model's logits: :data:`NONE` first."""
        return (NONE, *self.labels)

    @property
    def mention_types(self) -> tuple[str, ...]:
        """Types of the mentions that a text must be marked with."""
        return tuple(dict.fromkeys((self.subject_type, self.object_type)))

    def pairs(self, types: dict[str, str]) -> Iterator[tuple[str, str]]:
        """Yield every (subject, object) that the task allows among concepts given with their mention ``types``."""
        subjects = [id for id, type in types.items() if type == self.subject_type]
        objects = [id for id, type in types.items() if type == self.object_type]
        return ((subject, object) for subject, object in product(subjects, objects) if subject != object)


CID = Task(
    name="CID",
    labels=("CID",),
    subject_type="Chemical",
    object_type="Disease",
    forbidden_predicates=frozenset({"induces", "marker_or_mechanism"}),
    forbidden_sources=frozenset({"CTD", "PrimeKG", "DRKG"}),
)
"""Chemical-induced disease (BioCreative V, Wei et al. 2016, doi:10.1093/database/baw032), scored by document."""

_TASKS = {task.name: task for task in (CID,)}


def named(name: str) -> Task:
    """Return the task called ``name``.

    Raises:
        TaskError: There is none; the message lists those there are.
    """
    if name not in _TASKS:
        raise TaskError(f"unknown task {name!r}; known: {', '.join(sorted(_TASKS))}")
    return _TASKS[name]
