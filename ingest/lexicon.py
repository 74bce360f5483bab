"""All names of a graph's live concepts, compiled to be looked up without being read."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.store import GraphStore
from ingest import arrayfile
from ingest.errors import LexiconError
from ingest.hashes import HashSet, set_hashes, string_hashes
from ingest.loose import loose_key
from ingest.names import FORMAT, compile_names
from ingest.ngrams import NgramIndex
from ingest.strings import Strings


class Name(NamedTuple):
    """One name of one concept.

    Attributes:
        text: The name as its source writes it.
        concept: Position of the concept in the lexicon.
        preferred: Whether it is the concept's preferred name.
        seen: How often it was given as an extra name (such as by annotators); 0 for a name of the graph.
    """

    text: str
    concept: int
    preferred: bool
    seen: int


class Lexicon:
    """Names by key, mapped into memory; read-only and safe to share between threads.

    Attributes:
        release: Release of the graph that it was made from.
        ids: CURIE of each concept, ascending.
        names: Preferred name of each concept.
        keys: Distinct normal forms of all names (:func:`ingest.normalize.key`).
        index: Which keys look alike; positions are those of ``keys``.
        hashes: Hash of each key; one that is not there is no key's.
        loose_hashes: Hash of the words of each key's loose form (:func:`ingest.hashes.set_hashes`).
    """

    def __init__(self, meta: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> None:
        self.release: str = meta["release"]
        self.ids = _strings(arrays, "ids")
        self.names = _strings(arrays, "names")
        self.keys = _strings(arrays, "keys")
        self.index = NgramIndex(arrays)
        self._type_sets: list[tuple[str, ...]] = [tuple(types) for types in meta["type_sets"]]
        self._texts = _strings(arrays, "texts")
        self._retired, self._successors = _strings(arrays, "retired"), _strings(arrays, "successors")
        self._arrays = arrays
        self.hashes = HashSet(arrays["hash"])
        self.loose_hashes = HashSet(arrays["loose"])

    @cached_property
    def _seen(self) -> npt.NDArray[np.int64]:
        rows = np.flatnonzero(self._arrays["row_seen"])
        seen: npt.NDArray[np.int64] = np.zeros(len(self.ids), np.int64)
        np.add.at(seen, self._arrays["row_concept"][rows], self._arrays["row_seen"][rows])
        return seen

    @classmethod
    def compile(
        cls,
        store: GraphStore,
        path: Path | str,
        *,
        types: frozenset[str] | None = None,
        extra_names: Iterable[tuple[str, str]] = (),
    ) -> "Lexicon":
        """Compile the names of ``store`` into the file ``path`` (replaced atomically) and open it.

        Names of a retired concept become names of the one that took over. The result does not depend on the
        order of concepts or of ``extra_names``.

        Args:
            store: Where the concepts are.
            path: The file to write.
            types: Only concepts with one of these types; ``None`` for all.
            extra_names: (name, CURIE) pairs, repeated as often as they were seen. A CURIE that the store does not
                hold becomes a concept without types, which agrees with any type.
        """
        meta, arrays = compile_names(store.iterate(), types=types, extra_names=extra_names)
        arrayfile.write(Path(path), {**meta, "release": store.release}, arrays)
        return cls.open(path, release=store.release)

    @classmethod
    def open(cls, path: Path | str, *, release: str | None = None) -> "Lexicon":
        """Map the lexicon at ``path``.

        Raises:
            LexiconError: It is missing or damaged, or ``release`` is given and is not the one it was made from.
        """
        meta, arrays = arrayfile.read(Path(path))
        if meta.get("format") != FORMAT:
            raise LexiconError(f"{path}: lexicon format {meta.get('format')!r}, expected {FORMAT}; compile it again")
        if release is not None and meta["release"] != release:
            raise LexiconError(f"{path}: made from graph release {meta['release']}, not {release}; compile it again")
        return cls(meta, arrays)

    def types(self, concept: int) -> tuple[str, ...]:
        """Return the semantic types of the concept at position ``concept``."""
        return self._type_sets[int(self._arrays["types"][concept])]

    @cached_property
    def all_types(self) -> frozenset[str]:
        """The types that its concepts have; an empty one where a concept has none."""
        return frozenset(type for types in self._type_sets for type in types or ("",))

    def is_of(self, concept: int, types: frozenset[str]) -> bool:
        """Return whether the concept at position ``concept`` has one of ``types``, or none; empty ``types`` are all."""
        return not types or not (own := self.types(concept)) or not types.isdisjoint(own)

    def name(self, id: str) -> str:
        """Return the preferred name of the concept ``id``; empty where the lexicon does not hold it."""
        place = bisect_left(self.ids, id)
        return self.names[place] if place < len(self.ids) and self.ids[place] == id else ""

    def current(self, id: str) -> str:
        """Return the id that took over from ``id`` if it was retired, otherwise ``id``."""
        place = bisect_left(self._retired, id)
        return self._successors[place] if place < len(self._retired) and self._retired[place] == id else id

    def keys_digest(self) -> str:
        """Return the sha256 (hex) of all keys in their order."""
        return hashlib.sha256(self.keys.data.tobytes()).hexdigest()

    def n_names(self, concept: int) -> int:
        """Return how many names the concept at position ``concept`` has in the graph."""
        return int(self._arrays["n_names"][concept])

    def n_seen(self, concept: int) -> int:
        """Return how often the concept at position ``concept`` was given as extra names."""
        return int(self._seen[concept])

    def find(self, keys: Sequence[str]) -> list[int]:
        """Return the position of each of ``keys``, or -1."""
        return [
            next((place for place in places if self.keys[place] == wanted), -1)
            for wanted, places in zip(keys, self._lookup("hash", string_hashes(keys)), strict=True)
        ]

    def find_loose(self, keys: Sequence[str]) -> list[list[int]]:
        """Return, for each of ``keys``, the positions of all keys with the same loose form, ascending."""
        loose = [loose_key(wanted) for wanted in keys]
        return [
            sorted(place for place in places if wanted and loose_key(self.keys[place]) == wanted)
            for wanted, places in zip(
                loose, self._lookup("loose", set_hashes([form.split() for form in loose])), strict=True
            )
        ]

    def rows(self, place: int) -> Iterator[Name]:
        """Yield the names whose key stands at ``place``, by concept, then as the source orders them."""
        arrays = self._arrays
        for row in range(arrays["row_ends"][place], arrays["row_ends"][place + 1]):
            concept = int(arrays["row_concept"][row])
            yield Name(self._texts[row], concept, bool(arrays["row_preferred"][row]), int(arrays["row_seen"][row]))

    def _lookup(self, name: str, wanted: npt.NDArray[np.uint64]) -> list[list[int]]:
        hashes, places = self._arrays[name], self._arrays[f"{name}_places"]
        starts, ends = hashes.searchsorted(wanted), hashes.searchsorted(wanted, side="right")
        return [places[start:end].tolist() for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def _strings(arrays: dict[str, npt.NDArray[Any]], name: str) -> Strings:
    return Strings(arrays[f"{name}_data"], arrays[f"{name}_ends"])
