"""A text and what was found in it."""

from dataclasses import dataclass

from graph import curie
from ingest.errors import SpanError

ASSERTIONS = frozenset({"present", "absent", "possible", "hypothetical", "historical", "family"})
"""What a text may say of an entity."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that names something.

    Attributes:
        start: First character, counted in Unicode code points of the document's text.
        end: One past the last character.
        text: ``document.text[start:end]``.
        type: What kind of thing it names, such as ``Disease``; empty if unknown.
    """

    start: int
    end: int
    text: str
    type: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise SpanError(f"span [{self.start}, {self.end}) is empty or negative")
        if self.end - self.start != len(self.text):
            raise SpanError(f"span [{self.start}, {self.end}) has a text of {len(self.text)} characters")


@dataclass(frozen=True, slots=True)
class Entity(Mention):
    """A mention linked to a concept, or to none (NIL).

    A mention of several concepts at once ("breast and ovarian cancer") is several entities with one span.

    Attributes:
        id: CURIE of the concept; ``None`` for NIL.
        name: The concept's preferred name; empty for NIL or where only the id is known.
        score: Confidence of the link in [0, 1]; 1 for gold.
        assertion: One of present, absent, possible, hypothetical, historical, family.
    """

    id: str | None = None
    name: str = ""
    score: float = 1.0
    assertion: str = "present"

    def __post_init__(self) -> None:
        Mention.__post_init__(self)
        if self.id is not None:
            curie.check(self.id)
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"entity at [{self.start}, {self.end}): score {self.score} is outside [0, 1]")
        if self.assertion not in ASSERTIONS:
            expected = ", ".join(sorted(ASSERTIONS))
            raise ValueError(
                f"entity at [{self.start}, {self.end}): assertion {self.assertion!r}; expected one of {expected}"
            )


@dataclass(frozen=True, slots=True)
class AnnotatedRelation:
    """A relation that an annotator states between two concepts of a document.

    Attributes:
        subject: CURIE of the first argument.
        label: The corpus's own relation label, such as ``CID``.
        object: CURIE of the second argument.
    """

    subject: str
    label: str
    object: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text with what was found in it; the raw text is never changed.

    Attributes:
        id: Unique within its corpus.
        text: Raw text; all offsets count its code points.
        mentions: Spans found, by (start, end).
        entities: Linked mentions, by (start, end).
        relations: Relations stated by annotators; empty for unlabelled text.

    Raises:
        SpanError: A span does not match the text.
    """

    id: str
    text: str
    mentions: tuple[Mention, ...] = ()
    entities: tuple[Entity, ...] = ()
    relations: tuple[AnnotatedRelation, ...] = ()

    def __post_init__(self) -> None:
        for mention in (*self.mentions, *self.entities):
            if self.text[mention.start : mention.end] != mention.text:
                raise SpanError(f"document {self.id!r}: span [{mention.start}, {mention.end}) does not match the text")
