"""Search by the words of names: arrays in which the best of very many matches are found without ranking them all.

Names are held folded, and numbered from best to worst: shorter before longer, then by concept. So of any set of names
the lowest numbers are the answer, and a query only has to gather sets: names that begin with the text are neighbours
in the order of texts, and names with a word that begins with a part of it are neighbours in the list of words.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.ordering import changes, joined
from graph.texts import Texts

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[Any]

    from graph.snapshot import Snapshot

_WORD = re.compile(r"[^\W_]+")
_CHUNK = 1 << 20
_NAME = (1 << 32) - 1
_FEW = 1 << 14
"""Names whose texts are looked through in less time than large sets are intersected."""
_RUN = 1000
"""Names of a word, on average, from which on they are cut off word by word in less time than all are compared."""


def fold(text: str) -> str:
    """Return the words of ``text`` without case and accents, joined by single spaces."""
    if text.isascii():
        return " ".join(_WORD.findall(text.lower()))
    letters = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_WORD.findall("".join(letters).casefold()))


class Names:
    """The names of live concepts, gathered for :meth:`columns`."""

    def __init__(self) -> None:
        """Start with none."""
        self._texts, self._length, self._concept = Texts(), array("i"), array("i")

    def add(self, concept: int, names: Iterable[str]) -> None:
        """Take in the names of one concept."""
        for text in dict.fromkeys(map(fold, names)):
            if text:
                self._texts.append(text)
                self._length.append(len(text))
                self._concept.append(concept)

    def columns(self) -> "dict[str, Any]":
        """Return the arrays of the snapshot; what was gathered is let go."""
        import numpy as np
        import pyarrow as pa

        length, concept = np.asarray(self._length), np.asarray(self._concept)
        gathered = _strings(self._texts.start, self._texts.data)
        # Radix sort, where 16 bits do: names come by concept, so a stable sort by length is all.
        short = not len(length) or length.max() < 1 << 16
        best = np.argsort(length.astype(np.uint16) if short else length, kind="stable")
        texts = gathered.take(pa.array(best))
        del gathered, self._texts, self._length, self._concept
        _, start, data = texts.buffers()
        return {
            "text_start": np.frombuffer(start, np.int64)[: len(texts) + 1],
            "text_bytes": np.frombuffer(data, np.uint8) if data else b"",
            "text_concept": concept[best],
            "text_order": _alphabetical(texts),
            **_words(texts),
        }


def _strings(start: Any, data: Any) -> "pa.LargeStringArray":
    import pyarrow as pa

    return pa.LargeStringArray.from_buffers(len(start) - 1, pa.py_buffer(start), pa.py_buffer(data))


def _alphabetical(texts: "pa.LargeStringArray") -> "Ints":
    """Return the numbers of ``texts`` in the order of their code points; of equal ones the best first."""
    import numpy as np
    import pyarrow.compute as pc

    order: Ints = pc.sort_indices(texts).to_numpy().astype(np.int32)
    return order


def _words(texts: "pa.LargeStringArray") -> "dict[str, Any]":
    """Return the distinct words, sorted, and the names with each, the best first."""
    import numpy as np
    import pyarrow.compute as pc

    code: dict[str, int] = {}
    parts: list[Ints] = []
    for first in range(0, len(texts), _CHUNK):
        split = pc.split_pattern(texts[first : first + _CHUNK], " ")
        words = split.flatten().dictionary_encode()
        known = [code.setdefault(word, len(code)) for word in words.dictionary.to_pylist()]
        names = np.repeat(np.arange(first, first + len(split)), pc.list_value_length(split).to_numpy())
        parts.append((np.asarray(known, np.int64)[words.indices.to_numpy()] << 32) | names)
    vocabulary = sorted(code)
    place = np.empty(len(code), np.int64)
    place[np.fromiter((code[word] for word in vocabulary), np.int64, len(code))] = np.arange(len(code))
    keys = joined(parts)
    for first in range(0, len(keys), _CHUNK):
        here = keys[first : first + _CHUNK]
        here[:] = (place[here >> 32] << 32) | (here & _NAME)
    keys.sort()
    keys = keys[changes(keys)]
    texts_of_words = Texts(vocabulary)
    return {
        "word_start": texts_of_words.start,
        "word_bytes": texts_of_words.data,
        "named_start": np.searchsorted(keys, np.arange(len(code) + 1) << 32),
        "named": (keys & _NAME).astype(np.int32),
    }


class _Names(NamedTuple):
    """Names with one of some words: ``runs[i]`` to ``runs[i + 1]`` those with one of the words, sorted."""

    names: "Ints"
    runs: "Ints"

    def below(self, bound: int) -> "Ints":
        """Return the names below ``bound``, sorted if there is one word."""
        import numpy as np

        if len(self.runs) > 2 and len(self.names) < _RUN * len(self.runs):
            few: Ints = self.names[self.names < bound]
            return few
        parts = [self.names[first:last] for first, last in pairwise(self.runs.tolist())]
        return np.concatenate([part[: part.searchsorted(bound)] for part in parts] or [self.names[:0]])


def _among(names: "Ints", others: "Ints", bound: int, *, others_sorted: bool) -> "Ints":
    """Return those of ``names`` that are among ``others``; all are below ``bound``."""
    import numpy as np

    if not len(names) or not len(others):
        return names[:0]
    if others_sorted and len(names) < len(others) >> 3:
        places = np.minimum(others.searchsorted(names), len(others) - 1)
        here = others[places] == names
    else:
        among = np.zeros(bound, bool)
        among[others] = True
        here = among[names]
    found: Ints = names[here]
    return found


class NameSearch:
    """Answers out of a snapshot."""

    def __init__(self, snapshot: "Snapshot") -> None:
        """Read from ``snapshot``; nothing is copied."""
        import numpy as np

        self._text_start, self._text_bytes = snapshot.column("text_start"), snapshot.column("text_bytes")
        self._word_start, self._word_bytes = snapshot.column("word_start"), snapshot.column("word_bytes")
        self._named_start = np.asarray(snapshot.column("named_start"))
        self._order, self._named = np.asarray(snapshot.column("text_order")), np.asarray(snapshot.column("named"))
        self._concept = np.asarray(snapshot.column("text_concept"))

    def find(self, text: str, limit: int) -> list[int]:
        """Return the numbers of at most ``limit`` concepts with a name in which every word of ``text`` begins a word.

        Best first: a name that is ``text``, then names that begin with it, then shorter names, then lower numbers.
        """
        words = fold(text)
        if not words or limit < 1:
            return []
        # A name equal to the text is the shortest that begins with it, so two sets give all three ranks.
        found = self._best(self._beginning(words), limit)
        if len(found) < limit:
            found |= self._with_words(list(dict.fromkeys(words.split())), limit + len(found))
        return list(found)[:limit]

    def shared(self, limit: int) -> tuple[int, list[tuple[str, list[int]]]]:
        """Return how many folded names several concepts share, and those that most share, with the concepts' numbers.

        At most ``limit`` names, each with at most ``limit`` concepts.
        """
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        texts = _strings(self._text_start, self._text_bytes).take(pa.array(self._order))
        first = np.ones(len(texts), bool)
        if len(texts) > 1:
            first[1:] = pc.not_equal(texts[1:], texts[:-1]).to_numpy(zero_copy_only=False)
        starts = np.flatnonzero(first)
        sizes = np.diff(np.append(starts, len(texts)))
        several = np.flatnonzero(sizes > 1)
        most = several[np.argsort(-sizes[several], kind="stable")][:limit]
        found = []
        for group in most.tolist():
            numbers = self._concept[self._order[starts[group] : starts[group] + sizes[group]]]
            found.append((texts[int(starts[group])].as_py(), np.sort(numbers)[:limit].tolist()))
        return len(several), found

    def _beginning(self, text: str) -> "Ints":
        """Return the names that begin with ``text``."""
        start, data, order = self._text_start, self._text_bytes, self._order
        wanted = text.encode()

        def beginning(place: int) -> bytes:
            number = order[place]
            first, end = start[number], start[number + 1]
            return bytes(data[first : min(end, first + len(wanted))])

        places = range(len(order))
        first = bisect_left(places, wanted, key=beginning)
        return order[first : bisect_right(places, wanted, lo=first, key=beginning)]

    def _with_words(self, parts: list[str], limit: int) -> dict[int, None]:
        """Return the concepts of the best names in which each of ``parts`` begins a word, as :meth:`_best`."""
        sets = [self._with_word(part) for part in parts]
        few = min((one.names for one in sets), key=len)
        if len(few) <= _FEW:
            return self._first(few, parts, limit)
        n_names = len(self._order)
        # Mostly some of the best names have them all.
        for bound in (n_names >> 6, n_names >> 3, n_names):
            below = sorted(((one.below(bound), len(one.runs) == 2) for one in sets), key=lambda one: len(one[0]))
            names = below[0][0]
            for others, is_sorted in below[1:]:
                names = _among(names, others, bound, others_sorted=is_sorted)
            found = self._best(names, limit)
            if len(found) >= limit:
                break
        return found

    def _first(self, names: "Ints", parts: list[str], limit: int) -> dict[int, None]:
        """Return the concepts of the best of ``names`` in which each of ``parts`` begins a word."""
        found: dict[int, None] = {}
        for name in sorted(names.tolist()):
            if self._has(name, parts):
                found[int(self._concept[name])] = None
                if len(found) == limit:
                    break
        return found

    def _has(self, name: int, parts: list[str]) -> bool:
        """Return whether each of ``parts`` begins a word of ``name``."""
        start = self._text_start
        text = " " + str(self._text_bytes[start[name] : start[name + 1]], "utf-8")
        return all(f" {part}" in text for part in parts)

    def _with_word(self, part: str) -> "_Names":
        """Return the names with a word that begins with ``part``."""
        start, data = self._word_start, self._word_bytes
        wanted = part.encode()

        def beginning(word: int) -> bytes:
            return bytes(data[start[word] : min(start[word + 1], start[word] + len(wanted))])

        words = range(len(start) - 1)
        first = bisect_left(words, wanted, key=beginning)
        last = bisect_right(words, wanted, lo=first, key=beginning)
        runs = self._named_start[first : last + 1]
        return _Names(self._named[runs[0] : runs[-1]], runs - runs[0])

    def _best(self, names: "Ints", limit: int) -> dict[int, None]:
        """Return the concepts of the lowest ``names``, ``limit`` or somewhat more if there are as many."""
        import numpy as np

        asked = 4 * limit
        while asked < len(names):
            lowest = np.sort(np.partition(names, asked)[:asked])
            found = dict.fromkeys(self._concept[lowest].tolist())
            if len(found) >= limit:
                return found
            asked *= 8
        return dict.fromkeys(self._concept[np.sort(names)].tolist())
