"""Control graphs: the concepts of a graph, and relations that say nothing about them.

What a model gains from a graph beyond what it gains from such a copy is due to what the relations say, and not to how
many a concept has, of which kinds, and to which types of concepts.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.cycle import levels
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from graph.related_writer import write_related
from graph.relation import IS_A
from graph.relation_table import RelationTable
from graph.snapshot import Snapshot
from graph.switching import Edges, drawn, exchanged

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[Any]


class ShuffleReport(NamedTuple):
    """What is still true in a control graph.

    Attributes:
        relations: Relations of the graph, and of its copy.
        unchanged: How many of the copy's are relations of the graph too, by chance or for want of another choice: where
            many concepts have most of the possible relations, degrees alone fix much of the graph.
        by_predicate: (predicate, relations, unchanged) of each predicate, sorted.
    """

    relations: int
    unchanged: int
    by_predicate: tuple[tuple[str, int, int], ...]


def shuffled(store: EmbeddedGraphStore, path: Path | str, *, seed: int) -> ShuffleReport:
    """Make a graph at ``path`` in which objects are exchanged between the relations of ``store``.

    They are exchanged among relations of one predicate and source whose subjects agree in their types, and whose
    objects do: so every concept keeps how often it is subject and object of each predicate, and with which types. In
    the hierarchy an object stays on a level above its subject's, so that there is no cycle. No relation links a
    concept with itself or is there twice. Concepts are as in ``store``; evidence, which is of true relations, is gone.
    The same seed gives the same graph.

    Raises:
        StoreError: There is a graph at ``path`` already, or it cannot be written.
    """
    import numpy as np

    return _copy(store, path, "shuffled", seed, lambda edges: exchanged(edges, np.random.default_rng(seed)))


def rewired(store: EmbeddedGraphStore, path: Path | str, *, seed: int) -> ShuffleReport:
    """Make a graph at ``path`` in which the objects of ``store`` are drawn anew from the live concepts of their types.

    Every one is as likely as another, so only a concept's relations as subject stay as many as they were. All else is
    as with :func:`shuffled`.

    Raises:
        StoreError: There is a graph at ``path`` already, or it cannot be written.
    """
    import numpy as np

    snapshot = store.snapshot
    live = np.asarray(snapshot.column("retired")) == 0
    types = types_of(snapshot)
    return _copy(store, path, "rewired", seed, lambda edges: drawn(edges, types, live, np.random.default_rng(seed)))


def _copy(
    store: EmbeddedGraphStore, path: Path | str, how: str, seed: int, objects: Callable[[Edges], "Ints"]
) -> ShuffleReport:
    """Write the copy, and say how much of it is true."""
    snapshot = store.snapshot
    united = snapshot.united({})
    subject, predicate, source = (
        column[: united.n_live] for column in (united.subject, united.predicate, united.source)
    )
    kind = predicate.astype("int64") * len(united.sources) + source
    edges = _edges(snapshot, subject, united.object[: united.n_live], kind, predicate)
    new = objects(edges)
    names = snapshot.ids(), united.predicates, united.sources
    origin = Ontology("Control graph", f"{how}, seed {seed}, of {store.release}")
    table = RelationTable(*names, subject, predicate, new, source)
    write_related(Path(path), store.record_file.parent, table, origin=origin)
    return _report(edges, new, united.predicates, predicate)


def _edges(snapshot: Snapshot, subject: "Ints", object: "Ints", kind: "Ints", predicate: "Ints") -> Edges:
    import numpy as np

    types = types_of(snapshot)
    is_a = np.array([name == IS_A for name in (*snapshot.predicates, "")])[predicate]
    n_types = int(types.max(initial=0)) + 1
    group = (kind * n_types + types[subject]) * n_types + types[object]
    rank = levels(subject[is_a], object[is_a], snapshot.n_concepts)
    return Edges(subject, object, kind, group, is_a, rank)


def types_of(snapshot: Snapshot) -> "Ints":
    """Return a code of each concept's types, (concepts,): equal where they are the same, in whatever order."""
    import numpy as np

    codes = {types: code for code, types in enumerate(sorted({tuple(sorted(set(t))) for t in snapshot.typesets}))}
    code = np.array([codes[tuple(sorted(set(types)))] for types in snapshot.typesets], np.int64)
    found: Ints = code[np.asarray(snapshot.column("typeset"))] if len(code) else np.empty(0, np.int64)
    return found


def _report(edges: Edges, objects: "Ints", predicates: tuple[str, ...], predicate: "Ints") -> ShuffleReport:
    import numpy as np

    every = np.arange(len(objects))
    true = np.isin(edges.keys(every, objects), edges.keys(every, edges.object))
    n = len(predicates)
    counts = np.bincount(predicate, minlength=n).tolist(), np.bincount(predicate[true], minlength=n).tolist()
    rows = tuple((name, all, kept) for name, all, kept in zip(predicates, *counts, strict=True) if all)
    return ShuffleReport(len(objects), int(true.sum()), rows)
