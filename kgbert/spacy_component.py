"""``kgbert_linker``: a spaCy component that links entities to a graph, with what the text asserts of them.

    nlp.add_pipe("kgbert_linker", config={"graph": "FOLDER"})

spaCy finds it by its entry point, without an import of kgbert. Attributes have scispaCy's and medspaCy's names:
``ent.kb_id_`` (CURIE), ``ent._.kb_ents`` (list of (CURIE, score), best first), ``ent._.is_negated``,
``is_uncertain``, ``is_hypothetical``, ``is_historical``, ``is_family``. Ours are ``ent._.assertion``, the one status
that stands for them all, ``doc._.kgbert_document`` and ``doc._.kgbert_unplaced``.

Entities that the pipeline found are linked; names of the graph are added where it found none (``detect``). spaCy's
entities are whole tokens and do not overlap: one that begins or ends inside a token is widened to it (alignment
mode "expand"), and one that then overlaps another is left out of ``doc.ents``. Nothing is lost:
``doc._.kgbert_document`` is an :class:`ingest.document.Document` with every entity at its exact characters, and
``doc._.kgbert_unplaced`` has those that are no ent.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from graph.open_graph import local_graph
from graph.packaged import packaged_graph
from ingest import spacy_bridge
from ingest.annotate import lexicon_over
from ingest.assertion import assertion as stands_for
from ingest.assertion import findings
from ingest.candidates import candidates
from ingest.detect import DEFAULT_TYPES
from ingest.document import Document, Entity, Mention
from ingest.find import dictionary, in_turn
from ingest.lexicon import Lexicon
from ingest.link import Linker
from kgbert import spacy_attributes
from kgbert.knowledge_base import KnowledgeBase

try:
    from spacy.language import Language
    from spacy.tokens import Doc, Span
except ImportError as error:
    raise ImportError("kgbert_linker is a component of spaCy, which is missing: pip install 'kgbert[spacy]'") from error

_SETTINGS = "settings.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """The component's configuration.

    Attributes:
        graph: Folder of a graph or its address on a Neo4j server; ``None`` for the packaged one.
        lexicon: File of a compiled lexicon; ``None`` for the names of the graph, compiled on first use.
        detect: Whether names of the graph become entities where the pipeline has found none.
        types: Mention types that are detected.
        labels: The mention type of each label of entities that are there; one with another label may be any concept.
        threshold: Least similarity of a name, in (0, 1].
        max_candidates: Most concepts in ``kb_ents``.
        assertion: Whether it is said of entities that they are negated, uncertain, ...
    """

    graph: str | None = None
    lexicon: str | None = None
    detect: bool = True
    types: Sequence[str] = tuple(sorted(DEFAULT_TYPES))
    labels: Mapping[str, str] = field(default_factory=lambda: dict(spacy_bridge.LABELS))
    threshold: float = 0.6
    max_candidates: int = 5
    assertion: bool = True


class _Open:
    """What a process has opened."""

    def __init__(self, settings: Settings) -> None:
        self.process = os.getpid()
        store = local_graph(settings.graph or packaged_graph())
        lexicon = Lexicon.open(settings.lexicon) if settings.lexicon else lexicon_over(store)
        self.kb = KnowledgeBase(store)
        self.linker = Linker(lexicon, similarity=settings.threshold)


class KGBertLinker:
    """The component; graph and lexicon are opened in each process when a text, or :attr:`kb`, first needs them.

    It is written to disk as its settings: the addresses of graph and lexicon, not their content.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._opened: _Open | None = None
        spacy_attributes.register()

    @property
    def kb(self) -> KnowledgeBase:
        """The concepts that entities are linked to.

        Raises:
            StoreError: There is no graph where the settings say.
            LexiconError: There is no lexicon where they say.
        """
        return self._open.kb

    def __call__(self, doc: Doc) -> Doc:
        """Link the entities of ``doc`` and return it."""
        document = Document("", doc.text, mentions=self._mentions(doc))
        linked = self._open.linker.link(document, long_forms=spacy_bridge.long_forms(doc)).entities
        spans = [(entity.start, entity.end) for entity in linked]
        said = findings(doc.text, spans) if self.settings.assertion else [frozenset[str]()] * len(spans)
        linked = tuple(replace(e, assertion=stands_for(found)) for e, found in zip(linked, said, strict=True))
        placed = _place(doc, linked)
        in_question = self._in_question(linked)
        for i, ent in placed.items():
            ent._.kb_ents = in_question[i]
            spacy_attributes.say(ent, said[i])
        kept = {spans[i] for i in placed}
        unplaced = [i for i, span in enumerate(spans) if span not in kept]
        spacy_attributes.keep(doc, replace(document, entities=linked), unplaced)
        return doc

    def _mentions(self, doc: Doc) -> tuple[Mention, ...]:
        """Return the entities that ``doc`` has and, if asked for, names of the graph that do not overlap them."""
        given = spacy_bridge.mentions(doc, labels=self.settings.labels)
        if not self.settings.detect:
            return given
        names = dictionary(self._open.linker.lexicon, types=frozenset(self.settings.types))
        return in_turn(lambda _: given, names)(doc.text)

    def _in_question(self, linked: Sequence[Entity]) -> list[list[tuple[str, float]]]:
        """Return for each entity what its span is linked to, then other concepts with a name like it, none above it."""
        limit, threshold = self.settings.max_candidates, self.settings.threshold
        types = [self._open.linker.concept_types(entity.type) for entity in linked]
        texts = [entity.text for entity in linked]
        alike = candidates(self._open.linker.lexicon, texts, limit=limit, threshold=threshold, types=types)
        scores: dict[tuple[int, int], dict[str, float]] = {(entity.start, entity.end): {} for entity in linked}
        for entity in linked:
            if entity.id is not None:
                scores[entity.start, entity.end].setdefault(entity.id, entity.score)
        for entity, others in zip(linked, alike, strict=True):
            for other in others:
                score = min(other.score, entity.score) if entity.id is not None else other.score
                scores[entity.start, entity.end].setdefault(other.id, score)
        return [list(scores[entity.start, entity.end].items())[:limit] for entity in linked]

    @property
    def _open(self) -> _Open:
        if self._opened is None or self._opened.process != os.getpid():  # a fork must not use its parent's SQLite
            self._opened = _Open(self.settings)
        return self._opened

    def __reduce__(self) -> "tuple[type[KGBertLinker], tuple[Settings]]":
        return KGBertLinker, (self.settings,)

    def to_bytes(self, *, exclude: Sequence[str] = ()) -> bytes:  # noqa: ARG002  spaCy's protocol
        """Return the settings as JSON."""
        return json.dumps(asdict(self.settings)).encode()

    def from_bytes(self, data: bytes, *, exclude: Sequence[str] = ()) -> "KGBertLinker":  # noqa: ARG002
        """Take over settings that :meth:`to_bytes` gave."""
        self.settings, self._opened = Settings(**json.loads(data)), None
        return self

    def to_disk(self, path: Path | str, *, exclude: Sequence[str] = ()) -> None:
        """Write the settings into the folder ``path``."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / _SETTINGS).write_bytes(self.to_bytes(exclude=exclude))

    def from_disk(self, path: Path | str, *, exclude: Sequence[str] = ()) -> "KGBertLinker":
        """Take over the settings in the folder ``path``."""
        return self.from_bytes((Path(path) / _SETTINGS).read_bytes(), exclude=exclude)


def _place(doc: Doc, linked: Sequence[Entity]) -> dict[int, Span]:
    """Make ents of entities in text order, as far as none overlaps; return them by the entity's number.

    Ents that were there come first and stay as they are, apart from their link.
    """
    given = {(ent.start_char, ent.end_char): ent for ent in doc.ents}
    taken = bytearray(len(doc))
    placed: dict[int, Span] = {}
    for i, entity in sorted(enumerate(linked), key=lambda one: (one[1].start, one[1].end) not in given):
        old = given.get((entity.start, entity.end))
        span = old or doc.char_span(entity.start, entity.end, alignment_mode="expand")
        if span is None or any(taken[span.start : span.end]):
            continue
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
        label, id = (old.label_, old.ent_id_) if old else (entity.type, "")
        placed[i] = Span(doc, span.start, span.end, label=label, kb_id=entity.id or "", span_id=id)
    doc.ents = sorted(placed.values(), key=lambda ent: ent.start)
    return placed


@Language.factory("kgbert_linker", assigns=["doc.ents"], default_config=json.loads(json.dumps(asdict(Settings()))))
def make_linker(
    nlp: Language,  # noqa: ARG001  spaCy's protocol
    name: str,  # noqa: ARG001
    graph: str | None,
    lexicon: str | None,
    detect: bool,
    types: list[str],
    labels: dict[str, str],
    threshold: float,
    max_candidates: int,
    assertion: bool,
) -> KGBertLinker:
    """Return the component; the arguments are those of :class:`Settings`."""
    return KGBertLinker(Settings(graph, lexicon, detect, types, labels, threshold, max_candidates, assertion))
