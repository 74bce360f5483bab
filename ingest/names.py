"""The names of concepts laid out in arrays: what a lexicon is compiled into."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.concept import Concept
from graph.retired import follow
from ingest import ngrams
from ingest.hashes import set_hashes, string_hashes
from ingest.loose import loose_key
from ingest.normalize import key
from ingest.salts import without_salt
from ingest.strings import Strings

FORMAT = 6
"""Changes whenever the arrays or the normal form of names change."""

Arrays = dict[str, npt.NDArray[Any]]


class _Rows:
    """One row for each name of each concept, in columns."""

    def __init__(self) -> None:
        self.keys: dict[str, int] = {}
        self.texts: list[str] = []
        self.places: list[int] = []
        self.concepts: list[int] = []
        self.preferred: list[bool] = []
        self.seen: list[int] = []

    def add(self, text: str, concept: int, *, preferred: bool, seen: int) -> None:
        if form := key(text):
            self.places.append(self.keys.setdefault(form, len(self.keys)))
            self.texts.append(text)
            self.concepts.append(concept)
            self.preferred.append(preferred)
            self.seen.append(seen)


def compile_names(
    concepts: Iterable[Concept], *, types: frozenset[str] | None, extra_names: Iterable[tuple[str, str]]
) -> tuple[dict[str, Any], Arrays]:
    """Return the header and the arrays of a lexicon; see :meth:`ingest.lexicon.Lexicon.compile`."""
    by_id = {concept.id: concept for concept in concepts}
    successors = {id: _successor(id, by_id) for id in sorted(by_id) if by_id[id].obsolete}
    extra = _extra_names(by_id, successors, extra_names)
    for id in extra.keys() - by_id.keys():
        by_id[id] = Concept(id, min(extra[id]))
    live = [by_id[id] for id in sorted(by_id) if _is_named(by_id[id], types)]
    type_sets = {types: i for i, types in enumerate(sorted({concept.types for concept in live}))}
    arrays: Arrays = {
        **_pack("ids", [concept.id for concept in live]),
        **_pack("names", [concept.name for concept in live]),
        **_pack("retired", list(successors)),
        **_pack("successors", list(successors.values())),
        "types": np.array([type_sets[concept.types] for concept in live], np.int32),
        "n_names": np.array([1 + len(concept.synonyms) for concept in live], np.int32),
        **_lay_out(_rows(live, extra)),
    }
    return {"format": FORMAT, "type_sets": list(type_sets)}, arrays


def _successor(id: str, concepts: Mapping[str, Concept]) -> str:
    return follow(id, lambda id: concepts[id].replaced_by if id in concepts else None)


def _extra_names(
    concepts: Mapping[str, Concept], successors: Mapping[str, str], extra_names: Iterable[tuple[str, str]]
) -> dict[str, Counter[str]]:
    """Return names beyond a concept's own, by CURIE, and how often each was seen (0: the name of a retired concept)."""
    extra: dict[str, Counter[str]] = {}
    for old, new in successors.items():
        if new in concepts:
            names = (concepts[old].name, *concepts[old].synonyms)
            extra.setdefault(new, Counter()).update(dict.fromkeys(names, 0))
    for name, id in extra_names:
        extra.setdefault(successors.get(id, id), Counter())[name] += 1
    return extra


def _is_named(concept: Concept, types: frozenset[str] | None) -> bool:
    return not concept.obsolete and (types is None or not concept.types or not types.isdisjoint(concept.types))


def _rows(live: list[Concept], extra: Mapping[str, Counter[str]]) -> _Rows:
    rows = _Rows()
    for position, concept in enumerate(live):
        seen = extra.get(concept.id, Counter())
        for text in dict.fromkeys((concept.name, *concept.synonyms, *sorted(seen))):
            rows.add(text, position, preferred=text == concept.name, seen=seen[text])
    _add_drugs_without_salt(rows, live)
    return rows


def _add_drugs_without_salt(rows: _Rows, live: list[Concept]) -> None:
    """Let a chemical that is named by its salt alone be found by the drug's name too, unless another has that name."""
    taken = set(rows.keys)
    for position, concept in enumerate(live):
        if "Chemical" in concept.types:
            for text in dict.fromkeys(map(without_salt, (concept.name, *concept.synonyms))):
                if text and key(text) not in taken:
                    rows.add(text, position, preferred=False, seen=0)


def _lay_out(rows: _Rows) -> Arrays:
    keys = list(rows.keys)
    arrays, order = ngrams.build(keys)
    keys = [keys[place] for place in order.tolist()]
    position = np.empty(len(keys), np.int64)
    position[order] = np.arange(len(keys))
    places = position[np.array(rows.places, np.int64)]
    by_key = np.argsort(places, kind="stable")
    return {
        **arrays,
        **_pack("keys", keys),
        **_hash("hash", string_hashes(keys)),
        **_hash("loose", set_hashes([loose_key(form).split() for form in keys])),
        **_pack("texts", [rows.texts[row] for row in by_key.tolist()]),
        "row_ends": np.concatenate(([0], np.cumsum(np.bincount(places, minlength=len(keys))))),
        "row_concept": np.array(rows.concepts, np.int32)[by_key],
        "row_preferred": np.array(rows.preferred, bool)[by_key],
        "row_seen": np.array(rows.seen, np.int32)[by_key],
    }


def _pack(name: str, strings: list[str]) -> Arrays:
    packed = Strings.pack(strings)
    return {f"{name}_data": packed.data, f"{name}_ends": packed.ends}


def _hash(name: str, hashes: npt.NDArray[np.uint64]) -> Arrays:
    order = np.argsort(hashes, kind="stable")
    return {name: hashes[order], f"{name}_places": order.astype(np.int32)}
