"""The compiled graph: memory-mapped arrays over concepts numbered in the order of their CURIEs."""

import mmap
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, pairwise, starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from graph.errors import StoreError
from graph.manifest import Manifest
from graph.united import United

if TYPE_CHECKING:
    Ints = memoryview[int]
    Columns = Mapping[str, Any]  # buffers, which numpy 1 does not tell type checkers that its arrays are

MAGIC = b"kgbert graph snapshot\n"
_ALIGNMENT = 64
_SCAN = 16
"""Relations that are read in the time of one binary search."""

SECTIONS: dict[str, Literal["q", "i", "H", "B"]] = {
    "id_start": "q",
    "id_bytes": "B",
    "name_start": "q",
    "name_bytes": "B",
    "typeset": "i",
    "live": "i",
    "retired": "B",
    "start": "q",
    "other": "i",
    "predicate": "H",
    "forward": "B",
    "source": "H",
    "cited": "B",
    "out_start": "q",
    "out_object": "i",
    "out_predicate": "H",
    "out_source": "H",
    "waiting_subject": "i",
    "waiting_object": "i",
    "waiting_predicate": "H",
    "waiting_source": "H",
    "absent_start": "q",
    "absent_bytes": "B",
    "text_start": "q",
    "text_bytes": "B",
    "text_concept": "i",
    "text_order": "i",
    "word_start": "q",
    "word_bytes": "B",
    "named_start": "q",
    "named": "i",
}
"""Item format of each array (:mod:`struct` letters).

``id`` to ``retired`` are of concepts, ``start`` to ``cited`` in neighbour order, ``out`` by (subject, object,
predicate, source), ``waiting`` likewise, ``absent`` the ids that only waiting relations name, the others those of
:mod:`graph.search`.
"""


class Neighbours(NamedTuple):
    """The relations of one concept in neighbour order, a column each; views of the file, without a copy.

    Attributes:
        other: Number of the other end.
        predicate: Code of the predicate.
        forward: 1 where the concept is the subject, 0 where it is the object.
        source: Code of the source.
        cited: 1 where the relation names evidence.
    """

    other: "Ints"
    predicate: "Ints"
    forward: "Ints"
    source: "Ints"
    cited: "Ints"


class Snapshot:
    """Read access to a compiled graph by number.

    Numbers and codes sort as what they stand for: concepts by CURIE, predicates and sources by name. Reading is safe
    from many threads and after a fork. Nothing is loaded before it is asked for, and nothing is cached.
    """

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Map the file at ``path``, which ``manifest`` describes.

        Raises:
            StoreError: The file is not a snapshot, or not the one described.
        """
        self.where = str(path.parent.parent)
        self.n_concepts = manifest.counts.concepts
        self.predicates = manifest.predicates
        self.sources = manifest.sources
        self._typesets = manifest.typesets
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._map[: len(MAGIC)] != MAGIC or manifest.sections.keys() != SECTIONS.keys():
            raise StoreError(f"{path}: damaged, not a compiled graph")
        whole = memoryview(self._map)
        columns = {
            name: whole[first : first + length].cast(SECTIONS[name])
            for name, (first, length) in manifest.sections.items()
        }
        if len(columns["id_start"]) != self.n_concepts + 1 or len(columns["start"]) != self.n_concepts + 1:
            raise StoreError(f"{path}: damaged, not the {self.n_concepts} concepts that its manifest names")
        self._sections = columns
        self._id_start, self._id_bytes = columns["id_start"], columns["id_bytes"]
        self._name_start, self._name_bytes = columns["name_start"], columns["name_bytes"]
        self._typeset, self._live, self._start = columns["typeset"], columns["live"], columns["start"]
        self._columns = Neighbours(*(columns[name] for name in Neighbours._fields))
        self._others = self._columns.other
        self._out = tuple(columns[name] for name in ("out_start", "out_object", "out_predicate", "out_source"))

    def column(self, section: str) -> "Ints":
        """Return the array of a section (:data:`SECTIONS`); a view of the file, without a copy, not to be written."""
        return self._sections[section]

    def index(self, id: str) -> int | None:
        """Return the number of the concept ``id``; ``None`` if there is none."""
        wanted = id.encode("utf-8", "surrogatepass")
        number: int = bisect_left(range(self.n_concepts), wanted, key=self._id)
        return number if number < self.n_concepts and self._id(number) == wanted else None

    def live(self, number: int) -> int:
        """Return the concept that stands for this one: itself, or what took over from it (:mod:`graph.retired`)."""
        return self._live[number]

    def id(self, number: int) -> str:
        """Return the CURIE."""
        start = self._id_start
        return str(self._id_bytes[start[number] : start[number + 1]], "utf-8")

    def ids(self) -> list[str]:
        """Return every CURIE, by number."""
        return [self.id(number) for number in range(self.n_concepts)]

    def name(self, number: int) -> str:
        """Return the preferred name."""
        start = self._name_start
        return str(self._name_bytes[start[number] : start[number + 1]], "utf-8")

    def types(self, number: int) -> tuple[str, ...]:
        """Return the semantic types."""
        return self._typesets[self._typeset[number]]

    @property
    def typesets(self) -> tuple[tuple[str, ...], ...]:
        """The semantic types of each code in the section ``typeset``."""
        return self._typesets

    def degree(self, number: int) -> int:
        """Return the number of relations that the concept is subject or object of."""
        return self._start[number + 1] - self._start[number]

    def others(self, number: int) -> "Ints":
        """Return the other ends of the concept's relations, in neighbour order."""
        start = self._start
        return self._others[start[number] : start[number + 1]]

    def neighbours(self, number: int) -> Neighbours:
        """Return the concept's relations, in neighbour order."""
        here = slice(self._start[number], self._start[number + 1])
        return Neighbours(*(column[here] for column in self._columns))

    def relations(self) -> tuple["Ints", Neighbours]:
        """Return where each concept's relations begin (and, last, where all end), and those of all concepts."""
        return self._start, self._columns

    def among(self, numbers: Collection[int]) -> list[tuple[int, int, int, int]]:
        """Return (subject, predicate, object, source) of every relation with both ends in ``numbers``, in any order.

        ``numbers`` should be quick to ask for a member. The time depends on it and on how many relations its members
        are subject of, but not on how many they are object of.
        """
        start, objects, predicates, sources = self._out
        found = []
        for subject in numbers:
            first, end = start[subject], start[subject + 1]
            rows: Iterable[int] = range(first, end)
            if end - first > _SCAN * len(numbers):
                bounds = ((bisect_left(objects, n, first, end), bisect_right(objects, n, first, end)) for n in numbers)
                rows = chain.from_iterable(starmap(range, bounds))
            for row in rows:
                other = objects[row]
                if other in numbers:
                    found.append((subject, predicates[row], other, sources[row]))
        return found

    def row(self, subject: int, predicate: int, object: int, source: int) -> int:
        """Return the row of a relation that is in the graph (:meth:`united`)."""
        start, objects, predicates, sources = self._out
        row = bisect_left(objects, object, start[subject], start[subject + 1])
        while (predicates[row], sources[row]) != (predicate, source):
            row += 1
        return row

    def united(self, evidence: dict[int, tuple[str, ...]]) -> United:
        """Return every relation, those too that wait, with the ``evidence`` that the record has."""
        import numpy as np

        start, *out = map(np.asarray, self._out)
        live = np.repeat(np.arange(self.n_concepts, dtype=np.int32), np.diff(start)), *out
        names = ("waiting_subject", "waiting_object", "waiting_predicate", "waiting_source")
        waiting = [np.asarray(self._sections[name]) for name in names]
        s, o, p, source = (np.concatenate(both) for both in zip(live, waiting, strict=True))
        return United(self.absent(), self.predicates, self.sources, s, o, p, source, len(live[0]), evidence)

    def absent(self) -> tuple[str, ...]:
        """Return the CURIEs that relations name but no concept has, sorted; their numbers follow the concepts'."""
        start, data = self._sections["absent_start"], self._sections["absent_bytes"]
        return tuple(str(data[first:end], "utf-8") for first, end in pairwise(start))

    def count_predicates(self) -> "Counter[str]":
        """Return how many relations there are of each predicate."""
        return _counted(self._out[2], self.predicates)

    def count_sources(self) -> "Counter[str]":
        """Return how many relations there are of each source."""
        return _counted(self._out[3], self.sources)

    def n_unlinked(self) -> int:
        """Return how many concepts have no relation, retired ones among them."""
        import numpy as np

        return int(np.count_nonzero(np.diff(np.asarray(self._start)) == 0))

    def _id(self, number: int) -> bytes:
        start = self._id_start
        return bytes(self._id_bytes[start[number] : start[number + 1]])


def _counted(codes: "Ints", names: Sequence[str]) -> "Counter[str]":
    """Return how often each of ``names`` is there; those that are not are left out."""
    import numpy as np

    counts = np.bincount(np.asarray(codes), minlength=len(names)).tolist()
    return Counter({name: n for name, n in zip(names, counts, strict=True) if n})


class SnapshotWriter:
    """Writes the file of a compiled graph, some of its arrays at a time."""

    def __init__(self, path: Path) -> None:
        """Make the file at ``path``; close the writer, or use it in a ``with`` block."""
        self._file = path.open("wb")
        self._file.write(MAGIC)
        self.sections: dict[str, tuple[int, int]] = {}
        """Where each array begins, and how many bytes it has."""

    def write(self, columns: "Columns") -> None:
        """Append the arrays of some sections."""
        for name, column in columns.items():
            self._file.write(bytes(-self._file.tell() % _ALIGNMENT))
            data = memoryview(column).cast("B")
            self.sections[name] = (self._file.tell(), data.nbytes)
            self._file.write(data)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> "SnapshotWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
