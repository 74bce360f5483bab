"""An edge of the graph."""

from dataclasses import dataclass

from graph import curie

IS_A = "is_a"
"""The predicate of the hierarchy: subject is the narrower concept, object the broader one."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Subject - predicate -> object, with where it was learned.

    Attributes:
        subject: CURIE.
        predicate: Relation type in lower snake case, such as ``is_a`` or ``has_side_effect``.
        object: CURIE.
        source: Name of the resource that states it, such as ``MeSH``.
        evidence: Publications that it rests on, as CURIEs such as ``PMID:12345``.
    """

    subject: str
    predicate: str
    object: str
    source: str = ""
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        curie.check(self.subject)
        curie.check(self.object)
        if not self.predicate:
            raise ValueError(f"relation {self.subject} -> {self.object} has no predicate")
