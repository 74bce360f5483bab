"""How well spans and links agree with what annotators marked."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from ingest.annotate import Annotator
from ingest.convention import PLAIN, Convention
from ingest.detect import default_types
from ingest.document import Document, Mention
from ingest.find import Find
from ingest.link import Linker
from ingest.nested import Above

PROTOCOLS = {
    "K": "names of the ontology only",
    "A": "names of the ontology and the annotated mentions of other sets (train, dev)",
    "U": "as A, counting only mentions whose text is not among the annotated ones",
}
"""What the dictionary held: figures are comparable within one protocol only."""

_RULE = (
    "gold spans, every mention counted; a composite mention is right if the prediction is one of its ids;"
    " mentions without a gold id left out"
)


@dataclass(frozen=True, slots=True)
class LinkingReport:
    """Accuracy of links on gold spans.

    Attributes:
        protocol: What was in the dictionary and how was counted.
        mentions: How many mentions were counted: each span of each document once.
        correct: How many of them were linked to one of their ids.
        strict: How many were linked to their only id (a composite mention never counts).
        nil_predicted: How many of them were linked to nothing.
        nil_gold: Mentions left out because annotators gave them no id.
    """

    protocol: str
    mentions: int
    correct: int
    strict: int
    nil_predicted: int
    nil_gold: int

    @property
    def accuracy_at_1(self) -> float:
        """Share of the mentions that are linked correctly; 0 for no mentions."""
        return self.correct / self.mentions if self.mentions else 0.0

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {**asdict(self), "accuracy_at_1": self.accuracy_at_1}


def linking_accuracy(
    gold: Iterable[Document],
    linker: Linker,
    *,
    protocol: str = "K",
    types: frozenset[str] | None = None,
    excluded_texts: frozenset[str] = frozenset(),
    same: Callable[[str], str] = str,
) -> LinkingReport:
    """Link the gold spans of ``gold`` and compare.

    Args:
        gold: Documents whose ``entities`` are gold.
        linker: What is measured.
        protocol: One of :data:`PROTOCOLS`, the truth about the linker's dictionary.
        types: Only mentions of these types (those of the corpus or what they stand for); ``None`` for all.
        excluded_texts: Mention texts that are not counted (protocol U), in lower case.
        same: Gives ids of one concept one id; the lexicon's own knowledge of retired ids is applied as well.
    """
    mentions, n_correct, n_strict, n_nil, nil_gold = 0, 0, 0, 0, 0
    current = linker.lexicon.current

    def canonical(id: str) -> str:
        return same(current(id))

    documents = [(gold_spans(d, linker, types=types, excluded_texts=excluded_texts), d) for d in gold]
    linked = linker.link_all(Document(d.id, d.text, mentions=tuple(m for m, _ in spans)) for spans, d in documents)
    for (spans, _), document in zip(documents, linked, strict=True):
        for (_, ids), entity in zip(spans, document.entities, strict=True):
            if not ids:
                nil_gold += 1
                continue
            wanted = {canonical(id) for id in ids}
            found = None if entity.id is None else canonical(entity.id)
            mentions += 1
            n_nil += found is None
            n_correct += found in wanted
            n_strict += wanted == {found}
    return LinkingReport(f"{protocol}: {PROTOCOLS[protocol]}; {_RULE}", mentions, n_correct, n_strict, n_nil, nil_gold)


def gold_spans(
    document: Document,
    linker: Linker,
    *,
    types: frozenset[str] | None = None,
    excluded_texts: frozenset[str] = frozenset(),
) -> list[tuple[Mention, set[str]]]:
    """Return each distinct gold span that counts (see :func:`linking_accuracy`), with its ids (none for NIL)."""
    spans: dict[tuple[int, int, str], tuple[Mention, set[str]]] = {}
    for entity in document.entities:
        if types is not None and types.isdisjoint({entity.type, *linker.concept_types(entity.type)}):
            continue
        if entity.text.lower() in excluded_texts:
            continue
        mention = Mention(entity.start, entity.end, entity.text, entity.type)
        _, ids = spans.setdefault((entity.start, entity.end, entity.type), (mention, set()))
        if entity.id is not None:
            ids.add(entity.id)
    return list(spans.values())


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1 over all documents together (micro), with the counts behind them."""

    true_positives: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of what was predicted that is right; 0 if nothing was."""
        return self.true_positives / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 0 if there is none."""
        return self.true_positives / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.true_positives / (self.predicted + self.gold) if self.true_positives else 0.0

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True, slots=True)
class EntityReport:
    """Agreement of entities, strict: same document and exactly the same place.

    Attributes:
        spans: A prediction is right if gold has its start, end and type.
        links: A prediction is right if gold has its start, end, type and id; NIL is neither predicted nor gold.
        concepts: Each id counts once in a document, wherever it stands (the usual normalization score).
    """

    spans: Scores
    links: Scores
    concepts: Scores

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {"spans": self.spans.to_dict(), "links": self.links.to_dict(), "concepts": self.concepts.to_dict()}


def linked_anew(
    gold: Iterable[Document],
    linker: Linker,
    *,
    types: frozenset[str] | None = None,
    end_to_end: bool = False,
    find: Find | None = None,
    convention: Convention = PLAIN,
    above: Above | None = None,
) -> Iterator[Document]:
    """Yield the documents of ``gold`` with the linker's entities in place of the annotated ones.

    Args:
        gold: Documents whose ``entities`` are gold.
        linker: What links.
        types: Only mentions of these types; ``None`` for those of all (found in text: those that are found by default).
        end_to_end: Whether the mentions are found in the raw text; otherwise they are the annotated spans, each once.
        find: What finds them there; ``None`` for the names of the linker's lexicon (:mod:`ingest.detect`).
        convention: Which of these names are mentions.
        above: By what entities within others stay or go there (:class:`~ingest.annotate.Annotator`).
    """
    if end_to_end:
        looked_for = types or default_types(linker.lexicon)
        annotate = Annotator(linker, types=looked_for, find=find, assertion=False, convention=convention, above=above)
        return annotate.pipe(Document(d.id, d.text) for d in gold)

    def mentions(document: Document) -> tuple[Mention, ...]:
        spans = (Mention(e.start, e.end, e.text, e.type) for e in document.entities if types is None or e.type in types)
        return tuple(dict.fromkeys(spans))

    return linker.link_all(Document(d.id, d.text, mentions=mentions(d)) for d in gold)


def score_entities(
    gold: Iterable[Document],
    predicted: Iterable[Document],
    *,
    types: frozenset[str] | None = None,
    same: Callable[[str], str] = str,
) -> EntityReport:
    """Compare the entities of ``predicted`` with those of ``gold``; documents are matched by id.

    Args:
        gold: Documents with gold entities.
        predicted: The same documents with predicted ones; one that is missing predicts nothing.
        types: Only entities of these types; ``None`` for all.
        same: Gives ids of one concept one id, such as :meth:`ingest.lexicon.Lexicon.current`.
    """

    def sets(documents: Iterable[Document]) -> tuple[set[object], set[object], set[object]]:
        found = [(d.id, e) for d in documents for e in d.entities if types is None or e.type in types]
        linked = [(id, e, same(e.id)) for id, e in found if e.id is not None]
        return (
            {(id, e.start, e.end, e.type) for id, e in found},
            {(id, e.start, e.end, e.type, concept) for id, e, concept in linked},
            {(id, e.type, concept) for id, e, concept in linked},
        )

    return EntityReport(*(Scores(len(g & p), len(p), len(g)) for g, p in zip(sets(gold), sets(predicted), strict=True)))
