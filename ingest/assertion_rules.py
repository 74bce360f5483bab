"""The rules of :mod:`ingest.assertion`, read from ``ingest/data/assertion.txt``, whose first lines say its form."""

import re
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

TOKEN = re.compile(r"[^\W_]+(?:['’/][^\W_]+)*|\S")
"""What a word is here; a mark is a word too."""

BACKWARD = "backward"
_TABLE = Path(__file__).parent / "data" / "assertion.txt"


class Trigger(NamedTuple):
    """What a phrase says, and of which entities.

    Attributes:
        status: absent, possible, hypothetical, historical or family.
        direction: ``forward`` or ``backward``: where the entities stand, seen from the phrase.
        reach: Most words between the phrase or the last separator and the entity; words of entities do not count.
        listing: Whether a comma or "and" is a separator, as "or" and "versus" are; if not, a comma ends the scope.
        unless: The phrase says nothing where it is itself said to be this.
    """

    status: str
    direction: str
    reach: int
    listing: bool
    unless: str


class Phrase(NamedTuple):
    """What a phrase does; a pseudo-trigger does nothing.

    Attributes:
        triggers: What it says.
        ends: Statuses whose scopes end here.
    """

    triggers: tuple[Trigger, ...] = ()
    ends: frozenset[str] = frozenset()


class Node:
    """A place in the tree of phrases, word by word.

    Attributes:
        words: The places that the next word leads to.
        phrase: The phrase that ends here, if one does.
    """

    __slots__ = ("phrase", "words")

    def __init__(self) -> None:
        self.words: dict[str, Node] = {}
        self.phrase: Phrase | None = None


def forms(text: str, start: int, end: int) -> list[str]:
    """Return the words of ``text[start:end]`` as phrases have them: in lower case, with straight apostrophes."""
    return [form.lower().replace("’", "'") for form in TOKEN.findall(text, start, end)]


@cache
def phrases() -> Node:
    """Return the root of the tree of all phrases."""
    root = Node()
    for (kind, *words), body in _blocks():
        if kind == "section":
            continue
        for phrase in _expanded(body):
            node = root
            for form in phrase:
                node = node.words.setdefault(form, Node())
            node.phrase = _with(node.phrase or Phrase(), kind, words)
    return root


@cache
def sections() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return what a heading in lower case must match as a whole to say a status, and the status."""
    return tuple(
        (words[1], re.compile("|".join(body.split("\n")))) for words, body in _blocks() if words[0] == "section"
    )


def _blocks() -> list[tuple[list[str], str]]:
    """Return the words in brackets and the body of every block of the table."""
    text = "\n".join(line for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    _, *parts = re.split(r"^\[(.+)\]\n", text, flags=re.MULTILINE)
    return [(head.split(), body.strip()) for head, body in zip(parts[::2], parts[1::2], strict=True)]


def _with(phrase: Phrase, kind: str, words: list[str]) -> Phrase:
    if kind == "pseudo":
        return phrase
    if kind == "end":
        return phrase._replace(ends=phrase.ends | set(words))
    direction, reach, *options = words
    unless = options[options.index("unless") + 1] if "unless" in options else ""
    trigger = Trigger(kind, direction, int(reach), "list" in options, unless)
    return phrase if trigger in phrase.triggers else phrase._replace(triggers=(*phrase.triggers, trigger))


def _expanded(body: str) -> set[tuple[str, ...]]:
    """Return all phrases that ``body`` stands for, as words."""
    found = set()
    for phrase in body.split(","):
        for words in product(*(_choices(word) for word in phrase.split())):
            text = " ".join(words).replace("COMMA", ",")
            found.add(tuple(forms(text, 0, len(text))))
    return found - {()}


def _choices(word: str) -> list[str]:
    if len(word) > 1 and word.endswith("?"):
        return [*word[:-1].split("|"), ""]
    return word.split("|")
