"""From raw text to linked entities over any graph, with the lexicon compiled once and kept in the user's cache."""

import hashlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from graph.cache import cache_folder
from graph.store import GraphStore
from ingest import spacy_bridge
from ingest.assertion import asserted
from ingest.convention import PLAIN, Convention
from ingest.dense import DenseIndex
from ingest.detect import default_types
from ingest.document import Document
from ingest.errors import LexiconError
from ingest.find import Find, dictionary, of_types
from ingest.lexicon import Lexicon
from ingest.link import MENTION_TYPES, Linker
from ingest.names import FORMAT
from ingest.nested import above_in, broader_within

if TYPE_CHECKING:
    from spacy.language import Language

Annotate = Callable[[Document], Document]
"""Finds and links the entities of a document, in place of any that it has."""


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


def annotator_over(
    store: GraphStore,
    *,
    types: frozenset[str] | None = None,
    assertion: bool = True,
    nlp: "Language | None" = None,
    find: Find | None = None,
    vectors: Callable[[Lexicon], DenseIndex] | None = None,
    convention: Convention = PLAIN,
) -> Annotate:
    """Return a function that finds mentions of the given ``types``, links them, and says what the text asserts of them.

    Args:
        store: Where the names are.
        types: What mentions are about; by default, or where no concept in ``store`` has one of these types, what
            :func:`ingest.detect.default_types` says.
        assertion: Whether the entities get an assertion (:mod:`ingest.assertion`); without it all are present.
        nlp: A spaCy pipeline that finds the mentions (:mod:`ingest.spacy_bridge`) and, if it has scispaCy's
            abbreviation detector, the short forms, in place of the names in ``store`` and :mod:`ingest.abbreviations`.
        find: What finds the mentions, in place of either; those of other types are left out.
        vectors: Gives the vectors of a lexicon's names, so that names that mean the same are linked too.
        convention: Which of the names in ``store`` are mentions.
    """
    lexicon = lexicon_over(store)
    linker = Linker(lexicon, dense=vectors(lexicon) if vectors else None)
    if types is None or types.isdisjoint(lexicon.all_types):
        types = default_types(lexicon)
    names = dictionary(linker.lexicon, types=types, convention=convention)
    found_by = of_types(find, types) if find else names
    above = above_in(store) if convention.nested else None

    def annotate(document: Document) -> Document:
        doc = nlp(document.text) if nlp else None
        found = found_by(document.text) if doc is None or find else spacy_bridge.mentions(doc, types=types)
        forms = None if doc is None else spacy_bridge.long_forms(doc)
        bare = Document(document.id, document.text, mentions=found, relations=document.relations)
        linked = linker.link(bare, long_forms=forms)
        if above is not None:
            linked = broader_within(linked, above=above)
        return asserted(linked) if assertion else linked

    return annotate
