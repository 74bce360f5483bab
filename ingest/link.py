"""Which concept each mention names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import repeat

from graph.batches import batches
from ingest.abbreviations import long_forms
from ingest.coherence import Coherence
from ingest.composite import parts
from ingest.dense import DenseIndex
from ingest.document import Document, Entity, Mention
from ingest.lexicon import Lexicon
from ingest.normalize import tokens
from ingest.proposals import Proposal, Proposer
from ingest.rank import Context, Found, Option, Ranker, options, packaged

_DISEASE = frozenset({"Disease", "Psychology"})
MENTION_TYPES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("Disease", "SpecificDisease", "DiseaseClass", "Modifier", "CompositeMention"), _DISEASE)
}
"""What a mention of a type may be linked to. Annotators mark anxiety as a disease, MeSH files it under psychology; the
other four are what the NCBI disease corpus tells apart."""

_BATCH = 256

Forms = Mapping[str, str]
"""What short forms stand for."""

Lookup = tuple[tuple[str, ...], frozenset[str]]
"""What a mention is looked up by, best first, and the types that its concept may have (empty for all)."""


class Linker:
    """Links mentions to concepts of a lexicon.

    A mention is looked up by the long form, if the document defines it as an abbreviation or has defined words inside
    it ("HPRT deficiency"); then as it stands; then, if it names several things at once ("breast and ovarian cancer"),
    by their names. The first of these that is a name of a concept decides; if none is, all concepts with similar names
    are in question. Among several, a ranker chooses by what speaks for each, the rest of the document included
    (:mod:`ingest.rank`). Every mention gets exactly one entity, with the probability that its concept is right; NIL
    (``id`` is ``None``) where no concept is in question or that is too low.

    Args:
        lexicon: Names of the concepts.
        dense: Vectors of the lexicon's keys, so that names that mean the same are in question too.
        coherence: The graph of the concepts, so that what else the document names counts.
        ranker: Chooses; by default the packaged one that fits ``dense`` (:func:`ingest.rank.packaged`).
        threshold: Least probability of a link, in [0, 1].
        similarity: Least cosine of the trigrams of a name that is not the same, in (0, 1].
        types: Concept types for each mention type; a type that is not here stands for itself, none for all.
        abbreviations: Whether long forms are looked for in the document.
        parts: Whether mentions of several things are taken apart.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        *,
        dense: DenseIndex | None = None,
        coherence: Coherence | None = None,
        ranker: Ranker | None = None,
        threshold: float = 0.0,
        similarity: float = 0.4,
        types: Mapping[str, frozenset[str]] = MENTION_TYPES,
        abbreviations: bool = True,
        parts: bool = True,
    ) -> None:
        self.lexicon, self.threshold = lexicon, threshold
        self._types, self._coherence = types, coherence
        self._abbreviations, self._parts = abbreviations, parts
        self._ranker = ranker or packaged("names" if dense is None else "vectors")
        self._proposer = Proposer(lexicon, dense, threshold=similarity)

    def concept_types(self, type: str) -> frozenset[str]:
        """Return the types that a concept may have for a mention of ``type``; empty for all."""
        return self._types.get(type, frozenset({type} if type else ()))

    def link(self, document: Document, *, long_forms: Forms | None = None) -> Document:
        """Return ``document`` with one entity for each of its mentions in place of the entities it had.

        Args:
            document: A text with mentions.
            long_forms: What its short forms stand for, if not what is found in its text
                (:func:`ingest.abbreviations.long_forms`).
        """
        return next(self.link_all([document], long_forms=[long_forms]))

    def link_all(
        self, documents: Iterable[Document], *, long_forms: Iterable[Forms | None] | None = None
    ) -> Iterator[Document]:
        """Yield each document linked as :meth:`link` does; working in batches is faster and changes nothing.

        Args:
            documents: Texts with mentions.
            long_forms: For each, what :meth:`link` takes.
        """
        for document, choices in self._options(documents, long_forms):
            pairs = zip(document.mentions, choices, strict=True)
            yield replace(document, entities=tuple(self._entity(mention, choice) for mention, choice in pairs))

    def options(self, documents: Iterable[Document]) -> Iterator[list[list[Option]]]:
        """Yield, for each document, the options of each of its mentions: what the ranker chooses from."""
        return (choices for _, choices in self._options(documents, None))

    def _options(
        self, documents: Iterable[Document], forms: Iterable[Forms | None] | None
    ) -> Iterator[tuple[Document, list[list[Option]]]]:
        several = zip(documents, repeat(None)) if forms is None else zip(documents, forms, strict=True)
        for batch in batches(several, _BATCH):
            lookups = [list(self._lookups(document, own)) for document, own in batch]
            found = self._found(list(dict.fromkeys(lookup for some in lookups for lookup in some)))
            for (document, _), some in zip(batch, lookups, strict=True):
                yield document, self._in_context(document, [found[lookup] for lookup in some])

    def _lookups(self, document: Document, forms: Forms | None) -> Iterator[Lookup]:
        if forms is None:
            forms = long_forms(document.text) if self._abbreviations and document.mentions else {}
        for mention in document.mentions:
            expanded = _expand(mention.text, forms)
            others = parts(expanded) if self._parts else ()
            yield tuple(dict.fromkeys((expanded, mention.text, *others))), self.concept_types(mention.type)

    def _found(self, lookups: list[Lookup]) -> dict[Lookup, Found]:
        """Return the proposals for each of ``lookups``: of the first text that is a name, otherwise of all texts."""
        texts = list(dict.fromkeys(text for texts, _ in lookups for text in texts))
        same = dict(zip(texts, self._proposer.same(texts), strict=True))
        found: dict[Lookup, Found] = {}
        for texts_of_one, types in lookups:
            named = ((text, self._of_types(same[text], types)) for text in texts_of_one)
            first = next(((text, proposals) for text, proposals in named if proposals), None)
            found[texts_of_one, types] = [first] if first else []
        missing = [lookup for lookup in lookups if not found[lookup]]
        texts = list(dict.fromkeys(text for texts, _ in missing for text in texts))
        alike = dict(zip(texts, self._proposer.alike(texts), strict=True))
        for texts_of_one, types in missing:
            found[texts_of_one, types] = [(text, self._of_types(alike[text], types)) for text in texts_of_one]
        return found

    def _of_types(self, proposals: Iterable[Proposal], types: frozenset[str]) -> list[Proposal]:
        """Return those that are of one of ``types``, or of none."""
        return [proposal for proposal in proposals if self.lexicon.is_of(proposal.name.concept, types)]

    def _in_context(self, document: Document, found: list[Found]) -> list[list[Option]]:
        """Return the options of each mention of ``document``."""
        concepts = [{p.name.concept for _, proposals in one for p in proposals} for one in found]
        if not any(len(several) > 1 for several in concepts):
            return [options(self.lexicon, one, Context()) for one in found]
        words = frozenset(token.form for token in tokens(document.text))
        sure: dict[int, set[str]] = defaultdict(set)
        for mention, one, some in zip(document.mentions, found, concepts, strict=True):
            if len(some) == 1 and any(p.exact for _, proposals in one for p in proposals):
                sure[min(some)].add(mention.text.lower())
        coherent = self._coherent(sorted(sure), sorted(set().union(*(c for c in concepts if len(c) > 1))))
        return [
            options(self.lexicon, one, Context(words, _others(sure, mention.text.lower()), coherent))
            for mention, one in zip(document.mentions, found, strict=True)
        ]

    def _coherent(self, sure: list[int], open: list[int]) -> dict[int, float]:
        if self._coherence is None or not sure:
            return {}
        ids = self.lexicon.ids
        shares = self._coherence([ids[concept] for concept in sure], [ids[concept] for concept in open])
        return dict(zip(open, shares, strict=True))

    def _entity(self, mention: Mention, choice: list[Option]) -> Entity:
        option, probability = self._ranker.best(choice) if choice else (None, 0.0)
        if option is None or probability < self.threshold:
            return Entity(mention.start, mention.end, mention.text, mention.type, score=probability)
        concept = option.proposal.name.concept
        type = mention.type or next(iter(self.lexicon.types(concept)), "")
        id, name = self.lexicon.ids[concept], self.lexicon.names[concept]
        return Entity(mention.start, mention.end, mention.text, type, id=id, name=name, score=probability)


def _others(sure: Mapping[int, set[str]], text: str) -> dict[int, int]:
    """Return how many texts other than ``text`` name each concept."""
    return {concept: len(texts - {text}) for concept, texts in sure.items()}


def _expand(text: str, forms: Forms) -> str:
    if text in forms:
        return forms[text]
    parts, end = [], 0
    for token in tokens(text):
        word = text[token.start : token.end]
        if word in forms:
            parts += [text[end : token.start], forms[word]]
            end = token.end
    return "".join([*parts, text[end:]])
