"""A document as a file states it, before anything of it is checked."""

from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import CorpusFormatError


@dataclass(frozen=True, slots=True)
class Annotation:
    """A span that a file states.

    Attributes:
        line: Where it stands (1-based).
        parts: Its spans [start, end) in code points of the text; several for a discontinuous one.
        surface: What the file says that stands there; ``None`` where it does not say.
        type: What kind of thing it names.
        ids: Concepts, as the file writes them; ``None`` for none.
        key: What relations call it; empty if nothing does.
        name: Preferred name of the concept.
        score: Confidence in [0, 1].
        assertion: As :attr:`ingest.document.Entity.assertion`.
        linked: Whether it is an entity; otherwise it is a mention, which nobody has tried to link yet.
    """

    line: int
    parts: tuple[tuple[int, int], ...]
    surface: str | None
    type: str = ""
    ids: tuple[str | None, ...] = (None,)
    key: str = ""
    name: str = ""
    score: float = 1.0
    assertion: str = "present"
    linked: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """A relation that a file states.

    Attributes:
        line: Where it stands (1-based).
        label: The corpus's own label.
        subject: Alternatives of the first end: ids of concepts as the file writes them, or the key of an annotation.
        object: Likewise, of the second.
        by_key: Whether the ends are keys of annotations.
    """

    line: int
    label: str
    subject: tuple[str, ...]
    object: tuple[str, ...]
    by_key: bool = False


@dataclass(slots=True)
class Draft:
    """A document while it is being read; :func:`ingest.corpora.check.finish` makes a document of it.

    Attributes:
        where: The file.
        line: Its first line there.
        id: As the file writes it.
        text: As the document will have it.
        strict: Whether ids must be CURIEs already and surfaces match to the letter, as in our own format.
        name_all: Whether every annotation without a concept is called by the id that the file gives it, since relations
            are between mentions; otherwise only those that a relation needs are.
        annotations: What the file states, in its order.
        claims: Likewise.
    """

    where: Path | str
    line: int
    id: str
    text: str
    strict: bool = False
    name_all: bool = False
    annotations: list[Annotation] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def error(self, line: int, problem: str) -> CorpusFormatError:
        """Return an error at ``line`` that names this document."""
        return CorpusFormatError(self.where, line, f"document {self.id!r}: {problem}")
