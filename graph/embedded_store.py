"""A graph in a folder: SQLite as the record, a compiled snapshot for neighbourhoods, published in one step."""

import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from graph import manifest as manifests
from graph import record
from graph import release as releases
from graph.adjacency import SnapshotAdjacency
from graph.concept import Concept
from graph.embedded_writer import write_release
from graph.errors import StoreError
from graph.ontology import Ontology
from graph.relation import Relation
from graph.search import NameSearch
from graph.snapshot import Snapshot
from graph.store import Counts, Source
from graph.united import United
from graph.verify import verify

_ATTEMPTS = 10
_PAGE = 1000


class EmbeddedGraphStore:
    """A :class:`~graph.store.GraphStore` in a folder.

    Any number of threads and processes may read while one writes: a reader goes on with the release that it opened,
    and sees a new one when it opens again. A store may be used after a fork. Evidence is kept sorted.
    """

    def __init__(self, path: Path, release: "_Release") -> None:
        """Use :meth:`create`, :meth:`open` or :meth:`from_ontologies`."""
        self.path = path
        self._current: _Release | None = release

    @classmethod
    def create(cls, path: Path | str) -> "EmbeddedGraphStore":
        """Return a new, empty store in the folder ``path``, which is made if need be.

        Raises:
            StoreError: There is a graph already, or no folder can be made there.
        """
        return cls.from_ontologies(path)

    @classmethod
    def from_ontologies(cls, path: Path | str, *ontologies: Ontology) -> "EmbeddedGraphStore":
        """Return a new store with ``ontologies``; on an error there is no graph at ``path``.

        Raises:
            StoreError: There is a graph already, or no folder can be made there.
            CycleError: ``is_a`` would contain a cycle.
        """
        path = Path(path)
        with releases.creating(path):
            write_release(path, ontologies)
            return cls.open(path)

    @classmethod
    def open(cls, path: Path | str) -> "EmbeddedGraphStore":
        """Return the store at ``path`` as it was last published.

        Raises:
            StoreError: There is none, or it is damaged or of another format version.
        """
        path = Path(path)
        return cls(path, _open(path))

    @property
    def release(self) -> str:
        """Content hash of all concepts and relations (hex)."""
        return self._used().manifest.release

    @property
    def sources(self) -> tuple[Source, ...]:
        """The ontologies that were added, by name."""
        return self._used().manifest.ontologies

    @property
    def dropped_relations(self) -> int:
        """How many relations are out of the graph because an end is missing or retired; they wait in the record."""
        return self._used().manifest.dropped_relations

    @property
    def snapshot(self) -> Snapshot:
        """The compiled graph, for reading by number; one that was fetched stays as it is when the store changes."""
        return self._used().snapshot

    @property
    def record_file(self) -> Path:
        """The record (:mod:`graph.record`), which neither changes nor goes away while the store is open."""
        return self._used().record_file

    def add(self, *ontologies: Ontology) -> None:
        """Add ontologies to what is published now, in one atomic step (:meth:`graph.store.GraphStore.add`).

        Raises:
            CycleError: ``is_a`` would contain a cycle.
            StoreError: Another writer is active, or the release cannot be written.
        """
        self._used()
        with releases.writing(self.path):
            write_release(self.path, ontologies)
            self._current = _open(self.path)
            releases.sweep(self.path)

    def concepts(self, ids: Sequence[str]) -> list[Concept | None]:
        """Return the concepts of ``ids``, in that order; ``None`` where the store holds none."""
        with self._used().record() as connection:
            found = record.concepts(connection, list(dict.fromkeys(ids)))
        return [found.get(id) for id in ids]

    def relations(self, ids: Sequence[str]) -> list[list[Relation]]:
        """Return, for each id, the relations that it is subject or object of, in neighbour order."""
        release = self._used()
        return [release.relations(id) for id in ids]

    def search(self, text: str, *, limit: int = 10) -> list[Concept]:
        """Return live concepts with a name in which every word of ``text`` begins a word, best first."""
        release = self._used()
        ids = [release.snapshot.id(number) for number in NameSearch(release.snapshot).find(text, limit)]
        with release.record() as connection:
            found = record.concepts(connection, ids)
        return [found[id] for id in ids]

    def shared_names(self, limit: int) -> tuple[int, list[tuple[str, tuple[str, ...]]]]:
        """Return how many names (without case and accents) several live concepts share, and those that most share.

        At most ``limit`` names are returned, each with at most ``limit`` of the CURIEs that share it.
        """
        release = self._used()
        total, found = NameSearch(release.snapshot).shared(limit)
        return total, [(name, tuple(map(release.snapshot.id, numbers))) for name, numbers in found]

    def iterate(self) -> Iterator[Concept]:
        """Yield every concept, by CURIE; an iteration goes on with the release that it began with."""
        release = self._used()
        id, n_concepts = release.snapshot.id, release.snapshot.n_concepts
        for first in range(0, n_concepts, _PAGE):
            with release.record() as connection:
                page = record.concepts_between(connection, id(first), id(min(first + _PAGE, n_concepts) - 1))
            yield from page

    def verify(self) -> None:
        """Read everything and compare it with the release that the manifest names.

        Raises:
            StoreError: What the record or the snapshot holds is not what was published.
        """
        release = self._used()
        with release.record() as connection:
            verify(connection, release.snapshot, release.manifest)

    def adjacency(self, predicates: frozenset[str] | None, excluded_sources: frozenset[str]) -> SnapshotAdjacency:
        """Return the view that retrieval has of the compiled graph (:func:`graph.adjacency.adjacency`)."""
        return SnapshotAdjacency(self._used().snapshot, predicates, excluded_sources)

    def united(self) -> United:
        """Return every relation by number, those too that wait; all of it is held in memory."""
        return self._used().united()

    def count(self) -> Counts:
        """Return how much the store holds."""
        return self._used().manifest.counts

    def close(self) -> None:
        """Release files and connections; closing twice is allowed."""
        release, self._current = self._current, None
        if release is not None:
            release.close()

    def __enter__(self) -> "EmbeddedGraphStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _used(self) -> "_Release":
        release = self._current
        if release is None:
            raise StoreError(f"{self.path}: the store is closed")
        return release


class _Release:
    """One published release, open for reading."""

    def __init__(self, folder: Path) -> None:
        self._resources = contextlib.ExitStack()
        # A release that add() has superseded is let go by its last reader, not closed under it.
        weakref.finalize(self, self._resources.close)
        self._resources.callback(os.close, releases.read_lock(folder))
        self.manifest = manifests.load(folder / releases.MANIFEST)
        self.snapshot = Snapshot(folder / releases.SNAPSHOT, self.manifest)
        self.record_file = folder / releases.RECORD
        self._one_at_a_time, self._process = threading.Lock(), os.getpid()
        self._connection: sqlite3.Connection | None = None

    @contextlib.contextmanager
    def record(self) -> Iterator[sqlite3.Connection]:
        """Give the record to one thread at a time; opened on first use, and again after a fork."""
        if self._process != os.getpid():
            self._one_at_a_time, self._process, self._connection = threading.Lock(), os.getpid(), None
        with self._one_at_a_time:
            try:
                if self._connection is None:
                    self._connection = record.connect(self.record_file)
                    self._resources.callback(self._connection.close)
                yield self._connection
            except sqlite3.Error as error:
                raise StoreError(f"{self.record_file}: cannot be read ({error})") from error

    def relations(self, id: str) -> list[Relation]:
        snapshot, number = self.snapshot, self.snapshot.index(id)
        if number is None:
            return []
        relations = []
        for other, predicate, forward, source, cited in zip(*snapshot.neighbours(number), strict=True):
            ends = (number, other) if forward else (other, number)
            evidence = self._evidence(ends[0], predicate, ends[1], source) if cited else ()
            names = snapshot.id(ends[0]), snapshot.predicates[predicate], snapshot.id(ends[1]), snapshot.sources[source]
            relations.append(Relation(*names, evidence=evidence))
        return relations

    def _evidence(self, *relation: int) -> tuple[str, ...]:
        with self.record() as connection:
            return record.evidence(connection, self.snapshot.row(*relation))

    def united(self) -> United:
        with self.record() as connection:
            return self.snapshot.united(record.all_evidence(connection))

    def close(self) -> None:
        self._resources.close()


def _open(path: Path) -> _Release:
    """Open the current release, and look again if it was superseded and removed in between."""
    for _ in range(_ATTEMPTS):
        folder = releases.current(path)
        if folder is None:
            raise StoreError(f"{path}: there is no graph here")
        try:
            return _Release(folder)
        except FileNotFoundError as error:
            if releases.current(path) == folder:
                raise StoreError(f"{error.filename}: damaged graph, the file is missing") from error
    raise StoreError(f"{path}: the graph is replaced faster than it can be opened")
