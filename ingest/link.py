"""Which concept each mention names."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from graph.batches import batches
from ingest.abbreviations import long_forms
from ingest.candidates import Candidate, CandidateGenerator
from ingest.document import Document, Entity, Mention
from ingest.lexicon import Lexicon
from ingest.normalize import tokens

_DISEASE = frozenset({"Disease", "Psychology"})
MENTION_TYPES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("Disease", "SpecificDisease", "DiseaseClass", "Modifier", "CompositeMention"), _DISEASE)
}
"""What a mention of a type may be linked to. Annotators mark anxiety as a disease, MeSH files it under psychology; the
other four are what the NCBI disease corpus tells apart."""

_CONJUNCTION = re.compile(r",? (?:and|or|and/or) |, |/")
_BATCH = 256


class Linker:
    """Links mentions to concepts of a lexicon.

    A mention is looked up by the long form, if the document defines it as an abbreviation or has defined words inside
    it ("HPRT deficiency"); then as it stands; then, if it names several things at once ("breast and ovarian cancer"),
    by their names. The first of these that is a name of a concept decides; if none is, the first that is similar
    enough to one; if none is, the entity is NIL (``id`` is ``None``). Every mention gets exactly one entity.

    Args:
        lexicon: Names of the concepts.
        threshold: Least cosine of a name that is not the same, in (0, 1].
        types: Concept types for each mention type; a type that is not here stands for itself, none for all.
    """

    def __init__(
        self, lexicon: Lexicon, *, threshold: float = 0.6, types: Mapping[str, frozenset[str]] = MENTION_TYPES
    ) -> None:
        self.lexicon = lexicon
        self.threshold = threshold
        self._types = types
        self._generator = CandidateGenerator(lexicon)

    def concept_types(self, type: str) -> frozenset[str]:
        """Return the types that a concept may have for a mention of ``type``; empty for all."""
        return self._types.get(type, frozenset({type} if type else ()))

    def link(self, document: Document, *, long_forms: Mapping[str, str] | None = None) -> Document:
        """Return ``document`` with one entity for each of its mentions in place of the entities it had.

        Args:
            document: A text with mentions.
            long_forms: What its short forms stand for, if not what is found in its text
                (:func:`ingest.abbreviations.long_forms`).
        """
        return next(self._link_batch([document], long_forms))

    def link_all(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield each document linked as :meth:`link` does; working in batches is faster and changes nothing."""
        for batch in batches(documents, _BATCH):
            yield from self._link_batch(batch)

    def _link_batch(self, documents: list[Document], long_forms: Mapping[str, str] | None = None) -> Iterator[Document]:
        mentions = [mention for document in documents for mention in document.mentions]
        queries = [query for document in documents for query in _queries(document, long_forms)]
        types = [self.concept_types(mention.type) for mention in mentions]
        best: list[Candidate | None] = [None] * len(mentions)
        for threshold in (1.0, self.threshold):
            for attempt in range(max(map(len, queries), default=0)):
                left = [i for i, query in enumerate(queries) if best[i] is None and attempt < len(query)]
                texts = [queries[i][attempt] for i in left]
                found = self._generator.candidates(texts, limit=1, threshold=threshold, types=[types[i] for i in left])
                for i, candidates in zip(left, found, strict=True):
                    best[i] = candidates[0] if candidates else None
        linked = iter(zip(mentions, best, strict=True))
        for document in documents:
            pairs = islice(linked, len(document.mentions))
            yield replace(document, entities=tuple(self._entity(mention, candidate) for mention, candidate in pairs))

    def _entity(self, mention: Mention, candidate: Candidate | None) -> Entity:
        if candidate is None:
            return Entity(mention.start, mention.end, mention.text, mention.type, score=0.0)
        type = mention.type or next(iter(candidate.types), "")
        name = self.lexicon.name(candidate.id)
        return Entity(mention.start, mention.end, mention.text, type, id=candidate.id, name=name, score=candidate.score)


def _queries(document: Document, forms: Mapping[str, str] | None) -> Iterator[Sequence[str]]:
    """Yield, for each mention, what to look it up by, best first."""
    if forms is None:
        forms = long_forms(document.text) if document.mentions else {}
    for mention in document.mentions:
        expanded = _expand(mention.text, forms)
        yield tuple(dict.fromkeys((expanded, mention.text, *_parts(expanded))))


def _expand(text: str, forms: Mapping[str, str]) -> str:
    if text in forms:
        return forms[text]
    parts, end = [], 0
    for token in tokens(text):
        word = text[token.start : token.end]
        if word in forms:
            parts += [text[end : token.start], forms[word]]
            end = token.end
    return "".join([*parts, text[end:]])


def _parts(text: str) -> Iterator[str]:
    """Yield what "breast and ovarian cancer" names: its first parts with the last word, then its last part."""
    *firsts, last = _CONJUNCTION.split(text)
    head = last.rpartition(" ")[2]
    for part in firsts:
        yield f"{part} {head}"
    if firsts:
        yield last
