"""Search by the words of names."""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable

from graph.concept import Concept

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return the words of ``text`` without case and accents, joined by single spaces."""
    if text.isascii():
        return " ".join(_WORD.findall(text.lower()))
    letters = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_WORD.findall("".join(letters).casefold()))


def index(connection: sqlite3.Connection, concepts: Iterable[tuple[int, Concept]]) -> None:
    """Make the names of numbered ``concepts`` searchable; a retired concept is left out."""
    connection.executemany(
        "INSERT INTO name (concept, words) VALUES (?, ?)",
        (
            (number, words)
            for number, concept in concepts
            if not concept.obsolete
            for words in dict.fromkeys(map(fold, (concept.name, *concept.synonyms)))
            if words
        ),
    )
    connection.execute("INSERT INTO word (rowid, words) SELECT id, words FROM name")


def find(connection: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Return the numbers of at most ``limit`` concepts with a name in which every word of ``text`` begins a word.

    Best first: a name that is ``text``, then names that begin with it, then shorter names, then lower numbers.
    """
    words = fold(text)
    if not words or limit < 1:
        return []
    # A name equal to the text is the shortest that begins with it, so two keys give all three ranks.
    rows = connection.execute(
        "SELECT name.concept FROM word JOIN name ON name.id = word.rowid WHERE word MATCH ? GROUP BY name.concept"
        " ORDER BY min((substr(name.words, 1, ?) <> ?) * 1000000000 + length(name.words)), name.concept LIMIT ?",
        (" AND ".join(f'"{word}"*' for word in words.split()), len(words), words, limit),
    )
    return [number for (number,) in rows.fetchall()]


def shared(connection: sqlite3.Connection, limit: int) -> tuple[int, list[tuple[str, list[int]]]]:
    """Return how many folded names several concepts share, and those that most share, with the concepts' numbers."""
    connection.execute("PRAGMA temp_store=FILE")
    query = "FROM (SELECT words, count(DISTINCT concept) AS n FROM name GROUP BY words HAVING n > 1)"
    (total,) = connection.execute(f"SELECT count(*) {query}").fetchone()
    found = connection.execute(f"SELECT words {query} ORDER BY n DESC, words LIMIT ?", (limit,)).fetchall()
    numbers = "SELECT DISTINCT concept FROM name WHERE words = ? ORDER BY concept LIMIT ?"
    return total, [(words, [n for (n,) in connection.execute(numbers, (words, limit))]) for (words,) in found]
