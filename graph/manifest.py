"""The small JSON file that says what a published release of an embedded graph consists of."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from graph.errors import StoreError
from graph.store import Counts, Source

FORMAT = 2
"""Version of the files that this code writes and reads."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release consists of.

    Attributes:
        release: Content hash, hex.
        ontologies: What was added, by name.
        counts: How much the graph holds.
        dropped_relations: How many recorded relations are out of the graph, for want of a live end.
        predicates: Predicate of each code, sorted.
        sources: Relation source of each code, sorted.
        typesets: Semantic types of each code.
        sections: First byte and length in bytes of each array of the snapshot.
        sizes: Bytes of each file.
        concepts: Digest of the concepts (:class:`graph.digest.Digest`), hex; empty where it was not kept.
    """

    release: str
    ontologies: tuple[Source, ...]
    counts: Counts
    dropped_relations: int
    predicates: tuple[str, ...]
    sources: tuple[str, ...]
    typesets: tuple[tuple[str, ...], ...]
    sections: Mapping[str, tuple[int, int]]
    sizes: Mapping[str, int]
    concepts: str = ""

    def save(self, path: Path) -> None:
        """Write the manifest to ``path``."""
        fields = {"format": FORMAT, "byteorder": sys.byteorder, **asdict(self)}
        path.write_text(json.dumps(fields, ensure_ascii=False), encoding="utf-8")


def load(path: Path) -> Manifest:
    """Read the manifest at ``path`` and compare the files beside it with the sizes that it names.

    Raises:
        StoreError: It or a file is damaged, or it is of another format or byte order.
        FileNotFoundError: It or a file is not there.
    """
    fields = read_json(path)
    if fields.get("byteorder") != sys.byteorder:
        raise StoreError(f"{path}: built on a machine of another byte order; build the graph again")
    try:
        manifest = _from_json(fields)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"{path}: damaged, a field is missing or not of its type") from error
    for name, size in manifest.sizes.items():
        if (found := (path.parent / name).stat().st_size) != size:
            raise StoreError(f"{path.parent / name}: damaged, {found} bytes where {size} were written")
    return manifest


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object of this format in ``path``.

    Raises:
        StoreError: It is no JSON object, or of another format version.
        FileNotFoundError: It is not there.
    """
    try:
        fields = json.loads(path.read_bytes())
    except ValueError as error:
        raise StoreError(f"{path}: damaged, not JSON") from error
    found = fields.get("format") if isinstance(fields, dict) else None
    if found != FORMAT:
        raise StoreError(f"{path}: graph format {found!r}, expected {FORMAT}; build the graph again")
    return dict(fields)


def _from_json(fields: dict[str, Any]) -> Manifest:
    return Manifest(
        release=str(fields["release"]),
        ontologies=tuple(Source(*source) for source in fields["ontologies"]),
        counts=Counts(*fields["counts"]),
        dropped_relations=int(fields["dropped_relations"]),
        predicates=tuple(fields["predicates"]),
        sources=tuple(fields["sources"]),
        typesets=tuple(tuple(types) for types in fields["typesets"]),
        sections={name: (int(first), int(length)) for name, (first, length) in fields["sections"].items()},
        sizes={name: int(size) for name, size in fields["sizes"].items()},
        concepts=str(fields.get("concepts", "")),
    )
