"""From raw text to linked entities over any graph, with the lexicon compiled once and kept in the user's cache."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from graph.batches import weighed_batches
from graph.cache import cache_folder
from graph.store import GraphStore
from ingest import spacy_bridge
from ingest.assertion import asserted
from ingest.convention import PLAIN, Convention
from ingest.dense import DenseIndex
from ingest.detect import default_types, detect_all
from ingest.document import Document, Mention
from ingest.errors import LexiconError
from ingest.find import Find, of_types
from ingest.lexicon import Lexicon
from ingest.link import MENTION_TYPES, Linker
from ingest.names import FORMAT
from ingest.nested import Above, above_in, broader_within

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_BATCH = 1 << 19
"""Characters after which documents are read together."""


def lexicon_over(
    store: GraphStore, *, types: frozenset[str] | None = None, dictionary: Iterable[Document] = ()
) -> Lexicon:
    """Return the lexicon of the names in ``store``, compiled on first use.

    Args:
        store: Where the names are.
        types: Mention types whose concepts (:data:`ingest.link.MENTION_TYPES`) and dictionary entries count; ``None``
            for all.
        dictionary: Annotated documents whose mentions join the names (protocol A of :mod:`ingest.evaluate`).

    Raises:
        OSError: The cache cannot be written.
    """
    annotated = (entity for document in dictionary for entity in document.entities)
    extra = sorted((e.text, e.id) for e in annotated if e.id and (types is None or _stands_for(e.type) & types))
    held = None if types is None else frozenset().union(*(MENTION_TYPES.get(type, {type}) for type in types))
    key = (FORMAT, store.release, held and sorted(held), extra)
    digest = hashlib.sha256(repr(key).encode()).hexdigest()[:16]
    path = cache_folder() / f"lexicon-{digest}"
    try:
        return Lexicon.open(path, release=store.release)
    except LexiconError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Lexicon.compile(store, path, types=held, extra_names=extra)


def _stands_for(type: str) -> frozenset[str]:
    return frozenset({type}) | MENTION_TYPES.get(type, frozenset())


class Annotator:
    """Finds and links the entities of documents, in place of any that they have.

    Args:
        linker: Links the mentions.
        types: What mentions are about.
        find: What finds the mentions; those of other types are left out. ``None`` for ``nlp``, or without it the names
            of the linker's lexicon (:mod:`ingest.detect`).
        nlp: A spaCy pipeline that finds the mentions (:mod:`ingest.spacy_bridge`) and, if it has scispaCy's
            abbreviation detector, the short forms, in place of :mod:`ingest.abbreviations`.
        assertion: Whether the entities get an assertion (:mod:`ingest.assertion`); without it all are present.
        convention: Which of the names are mentions, where these are looked for.
        above: Returns the concepts above one, by which an entity within another stays or goes
            (:func:`ingest.nested.broader_within`) where ``convention`` has such; ``None`` leaves all.
    """

    def __init__(
        self,
        linker: Linker,
        *,
        types: frozenset[str],
        find: Find | None = None,
        nlp: "Language | None" = None,
        assertion: bool = True,
        convention: Convention = PLAIN,
        above: Above | None = None,
    ) -> None:
        self._linker, self._types, self._nlp, self._assertion = linker, types, nlp, assertion
        self._convention, self._above = convention, above if convention.nested else None
        self._find = find and of_types(find, types)

    def __call__(self, document: Document) -> Document:
        """Return ``document`` with the entities that are found in it."""
        return next(self.pipe([document]))

    def pipe(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield each document, in order, as if it were alone; working in batches is faster and changes nothing.

        Half a million characters of text are held at a time, or one document if it is longer.
        """
        for batch in weighed_batches(documents, _BATCH, weight=lambda document: len(document.text)):
            linked = self._linked(batch)
            yield from map(asserted, linked) if self._assertion else linked

    def _linked(self, batch: Sequence[Document]) -> Iterator[Document]:
        texts = [document.text for document in batch]
        docs = list(self._nlp.pipe(texts)) if self._nlp else None
        forms = None if docs is None else map(spacy_bridge.long_forms, docs)
        pairs = zip(batch, self._mentions(texts, docs), strict=True)
        bare = (Document(d.id, d.text, mentions=found, relations=d.relations) for d, found in pairs)
        linked = self._linker.link_all(bare, long_forms=forms)
        above = self._above
        return linked if above is None else (broader_within(document, above=above) for document in linked)

    def _mentions(self, texts: Sequence[str], docs: "Sequence[Doc] | None") -> Iterator[tuple[Mention, ...]]:
        if self._find:
            return map(self._find, texts)
        if docs is None:
            return detect_all(texts, self._linker.lexicon, self._types, convention=self._convention)
        return (spacy_bridge.mentions(doc, types=self._types) for doc in docs)


def annotator_over(
    store: GraphStore,
    *,
    types: frozenset[str] | None = None,
    assertion: bool = True,
    nlp: "Language | None" = None,
    find: Find | None = None,
    vectors: Callable[[Lexicon], DenseIndex] | None = None,
    threshold: float = 0.0,
    convention: Convention = PLAIN,
) -> Annotator:
    """Return what finds mentions of the given ``types``, links them, and says what the text asserts of them.

    Args:
        store: Where the names are.
        types: What mentions are about; by default, or where no concept in ``store`` has one of these types, what
            :func:`ingest.detect.default_types` says.
        assertion: As :class:`Annotator` takes it.
        nlp: Likewise.
        find: Likewise.
        vectors: Gives the vectors of a lexicon's names, so that names that mean the same are linked too.
        threshold: Least probability of a link, in [0, 1].
        convention: As :class:`Annotator` takes it.
    """
    lexicon = lexicon_over(store)
    linker = Linker(lexicon, dense=vectors(lexicon) if vectors else None, threshold=threshold)
    if types is None or types.isdisjoint(lexicon.all_types):
        types = default_types(lexicon)
    return Annotator(
        linker,
        types=types,
        assertion=assertion,
        find=find,
        nlp=nlp,
        convention=convention,
        above=above_in(store),
    )
