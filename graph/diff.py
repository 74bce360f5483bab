"""What changed between two releases of a graph."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from graph.batches import batches
from graph.concept import Concept
from graph.relation import IS_A
from graph.store import GraphStore

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class GraphDiff:
    """The concepts that differ, by CURIE.

    A concept that is retired in both, or that is retired in the new graph and unknown to the old one, is in none of
    the lists.

    Attributes:
        added: Live in the new graph, and unknown to the old one or retired there.
        removed: Live in the old graph, and unknown to the new one.
        retired: Live in the old graph and retired in the new one, with the id that took over (``None`` if none did).
        renamed: Live in both, with the old preferred name and the new one.
        reparented: Live in both, with the broader concepts that were lost and those that were gained.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    retired: tuple[tuple[str, str | None], ...]
    renamed: tuple[tuple[str, str, str], ...]
    reparented: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return any((self.added, self.removed, self.retired, self.renamed, self.reparented))

    def to_dict(self) -> dict[str, list[dict[str, object]]]:
        """Return the JSON form: a list of objects under each attribute's name."""
        keys = {
            "added": ("id",),
            "removed": ("id",),
            "retired": ("id", "replaced_by"),
            "renamed": ("id", "old", "new"),
            "reparented": ("id", "lost", "gained"),
        }
        rows = {name: [row if isinstance(row, tuple) else (row,) for row in asdict(self)[name]] for name in keys}
        return {name: [dict(zip(keys[name], row, strict=True)) for row in rows[name]] for name in keys}


def diff(old: GraphStore, new: GraphStore) -> GraphDiff:
    """Compare two graphs, walking both by CURIE."""
    added, removed = [], []
    retired: list[tuple[str, str | None]] = []
    renamed, reparented = [], []
    for page in batches(_pairs(old, new), _PAGE):
        kept = []
        for was, now in page:
            if was is None or was.obsolete:
                if now is not None and not now.obsolete:
                    added.append(now.id)
            elif now is None:
                removed.append(was.id)
            elif now.obsolete:
                retired.append((was.id, now.replaced_by))
            else:
                kept.append(was.id)
                if was.name != now.name:
                    renamed.append((was.id, was.name, now.name))
        for id, before, after in zip(kept, _broader(old, kept), _broader(new, kept), strict=True):
            if before != after:
                reparented.append((id, tuple(sorted(before - after)), tuple(sorted(after - before))))
    return GraphDiff(tuple(added), tuple(removed), tuple(retired), tuple(renamed), tuple(reparented))


def _pairs(old: GraphStore, new: GraphStore) -> Iterator[tuple[Concept | None, Concept | None]]:
    """Yield the concepts of both graphs side by side, by CURIE."""
    olds, news = old.iterate(), new.iterate()
    was, now = next(olds, None), next(news, None)
    while was is not None or now is not None:
        if now is None or (was is not None and was.id < now.id):
            yield was, None
            was = next(olds, None)
        elif was is None or now.id < was.id:
            yield None, now
            now = next(news, None)
        else:
            yield was, now
            was, now = next(olds, None), next(news, None)


def _broader(store: GraphStore, ids: list[str]) -> list[set[str]]:
    return [
        {relation.object for relation in relations if relation.predicate == IS_A and relation.subject == id}
        for id, relations in zip(ids, store.relations(ids), strict=True)
    ]
