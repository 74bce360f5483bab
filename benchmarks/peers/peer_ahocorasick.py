"""pyahocorasick: the bare speed of a compiled automaton over lower-cased names; no abbreviations, no variants.

Settings: `add_word` and `make_automaton` over names in lower case, `iter_long` (leftmost-longest), matches that begin
or end inside a word dropped. A name of several concepts stands for the one that prefers it, then the first by id. Names
of one or two characters are left out, as its users do; nothing else is filtered. Texts are lowered character by
character, so that offsets stay true. `gold`: the marked span is a name or is not.
"""

from pathlib import Path
from typing import Any

import ahocorasick
from peer import Link, Name, Peer, Text, by_text, main, one_concept_each

SHORTEST = 3


def build(names: list[Name], _: list[Text], folder: Path) -> None:
    automaton = ahocorasick.Automaton()
    for word, id in one_concept_each(names, lowered, shortest=SHORTEST).items():
        automaton.add_word(word, (id, len(word)))
    automaton.make_automaton()
    automaton.save(str(folder / "automaton"), _packed)


def _packed(value: tuple[str, int]) -> bytes:
    return f"{value[1]} {value[0]}".encode()


def _unpacked(data: bytes) -> tuple[str, int]:
    length, id = data.decode().split(" ", 1)
    return id, int(length)


def open_(folder: Path) -> Any:
    return ahocorasick.load(str(folder / "automaton"), _unpacked)


def find(automaton: Any, text: Text) -> list[Link]:
    low, found = lowered(text.text), []
    for last, (id, length) in automaton.iter_long(low):
        start, end = last + 1 - length, last + 1
        if not (low[start - 1 : start].isalnum() or low[end : end + 1].isalnum()):
            found.append(Link(start, end, id, 1.0))
    return found


def lowered(text: str) -> str:
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def spans(automaton: Any, text: Text) -> list[Link]:
    found = []
    for start, end, type in text.mentions:
        value = automaton.get(lowered(text.text[start:end]), None)
        if value is not None:
            found.append(Link(start, end, value[0], 1.0, type))
    return found


if __name__ == "__main__":
    main(Peer(("pyahocorasick",), build, open_, {"raw": by_text(find), "gold": by_text(spans)}))
