"""kgbert without a neural stage, through its public functions and in the project's own environment.

`raw`: find the names (`ingest.detect`), link by exact, loose and similar names with abbreviations and composite
mentions (`Linker`), say what the text asserts of each (`ingest.assertion`; no
other peer here does that). `raw-dictionary`: find, and link by exact names only. `gold`: link the marked spans.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from peer import Link, Name, Peer, Text, main

from graph.concept import Concept
from ingest.assertion import asserted
from ingest.detect import detect_all
from ingest.document import Document, Mention
from ingest.lexicon import Lexicon
from ingest.link import Linker

TYPES = frozenset({"Chemical", "Disease", "Phenotype"})


class Names:
    """What a lexicon is compiled from."""

    release = "benchmark"

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = sorted(names, key=lambda name: (name.id, not name.preferred))

    def iterate(self) -> Iterator[Concept]:
        for id, group in groupby(self._names, key=lambda name: name.id):
            first, *others = group
            yield Concept(id, first.name, tuple(name.name for name in others), (first.type,))


def build(names: list[Name], _: list[Text], folder: Path) -> None:
    Lexicon.compile(Names(names), folder / "lexicon")


def open_(folder: Path) -> Lexicon:
    return Lexicon.open(folder / "lexicon")


def raw(lexicon: Lexicon, texts: list[Text]) -> Iterator[list[Link]]:
    linked = Linker(lexicon).link_all(found(lexicon, texts))
    return (links(asserted(document)) for document in linked)


def dictionary(lexicon: Lexicon, texts: list[Text]) -> Iterator[list[Link]]:
    return map(links, Linker(lexicon, similarity=1.0).link_all(found(lexicon, texts)))


def gold(lexicon: Lexicon, texts: list[Text]) -> Iterator[list[Link]]:
    return map(links, Linker(lexicon).link_all(map(marked, texts)))


def found(lexicon: Lexicon, texts: list[Text]) -> Iterator[Document]:
    several = detect_all((text.text for text in texts), lexicon, TYPES)
    for text, mentions in zip(texts, several, strict=True):
        yield Document(text.id, text.text, mentions=mentions)


def marked(text: Text) -> Document:
    mentions = (Mention(start, end, text.text[start:end], type) for start, end, type in text.mentions)
    return Document(text.id, text.text, mentions=tuple(mentions))


def links(document: Document) -> list[Link]:
    return [Link(e.start, e.end, e.id, e.score, e.type) for e in document.entities if e.id is not None]


if __name__ == "__main__":
    main(Peer(("numpy",), build, open_, {"raw": raw, "raw-dictionary": dictionary, "gold": gold}))
