"""flashtext: a trie of lower-cased names walked in pure Python, whole words only, longest match.

Settings: `KeywordProcessor` with its default (any case); it has no file of its own, so that opening it builds it. A
name of several concepts stands for the one that prefers it, then the first by id; names of one or two characters are
left out, as for pyahocorasick. Where a character changes length in lower case, flashtext's own offsets are off; they
are taken as they come.
"""

import json
from pathlib import Path

from flashtext import KeywordProcessor
from peer import Link, Name, Peer, Text, by_text, main, one_concept_each

SHORTEST = 3


def build(names: list[Name], _: list[Text], folder: Path) -> None:
    words = one_concept_each(names, str.lower, shortest=SHORTEST)
    (folder / "names.json").write_text(json.dumps(words))


def open_(folder: Path) -> KeywordProcessor:
    processor = KeywordProcessor()
    for word, id in json.loads((folder / "names.json").read_text()).items():
        processor.add_keyword(word, id)
    return processor


def find(processor: KeywordProcessor, text: Text) -> list[Link]:
    return [Link(start, end, id, 1.0) for id, start, end in processor.extract_keywords(text.text, span_info=True)]


if __name__ == "__main__":
    main(Peer(("flashtext",), build, open_, {"raw": by_text(find)}))
