"""Random relations instead of true ones, as arrays: by exchanging objects, or by drawing new ones."""

from typing import TYPE_CHECKING, Any, NamedTuple

from graph.ordering import changes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[Any]
    Flags = npt.NDArray[np.bool_]

ROUNDS = 40
"""How often a relation is offered an exchange; the share that is still true has settled by then."""
_DRAWS = 100


class Edges(NamedTuple):
    """Distinct relations between numbered concepts; (relations,) each.

    Attributes:
        subject: Number.
        object: Number.
        kind: Code of predicate and source together.
        group: Code of what an exchange must keep: the kind, and the types of both ends.
        ordered: Whether subjects must stay above objects in ``rank``, which keeps a hierarchy without cycles.
        rank: Of every concept; (concepts,). In a relation that is ordered the subject's is the greater.
    """

    subject: "Ints"
    object: "Ints"
    kind: "Ints"
    group: "Ints"
    ordered: "Flags"
    rank: "Ints"

    def keys(self, rows: "Ints", objects: "Ints") -> "Ints":
        """Return a number for each of ``rows`` with the one of ``objects``, the same for the same relation."""
        n_concepts = len(self.rank)
        keys: Ints = (self.kind[rows].astype("int64") * n_concepts + self.subject[rows]) * n_concepts + objects
        return keys

    def allow(self, rows: "Ints", objects: "Ints") -> "Flags":
        """Return which of ``rows`` may have the one of ``objects``: no loop, and nothing that breaks an order."""
        subjects = self.subject[rows]
        allowed: Flags = (objects != subjects) & (~self.ordered[rows] | (self.rank[subjects] > self.rank[objects]))
        return allowed


def exchanged(edges: Edges, random: "np.random.Generator") -> "Ints":
    """Return new objects, (relations,), such that every concept keeps how often it is subject and object in each group.

    A group's objects are permuted; a relation that became a loop or a repetition then exchanges its object with that of
    another, drawn at random, where neither becomes one. A group in which that leads nowhere, as it is too dense, and
    one that is ordered, is mixed from its true state by such exchanges alone (:func:`_switch`). A loop stays.
    """
    import numpy as np

    objects, movable = edges.object.copy(), edges.subject != edges.object
    stuck = _permute(edges, objects, np.flatnonzero(movable & ~edges.ordered), random)
    _switch(edges, objects, np.flatnonzero(movable & (edges.ordered | stuck)), random)
    return objects


def _permute(edges: Edges, objects: "Ints", rows: "Ints", random: "np.random.Generator") -> "Flags":
    """Permute the objects of ``rows`` within their groups; return which relations, (relations,), are as they were."""
    import numpy as np

    group = edges.group[rows]
    by_group = rows[np.argsort(group, kind="stable")]
    objects[by_group] = objects[rows[np.lexsort((random.random(len(rows)), group))]]
    bad = _bad(edges, objects, rows)
    for _ in range(ROUNDS):
        if not len(bad):
            break
        low, high = (np.searchsorted(edges.group[by_group], edges.group[bad], side) for side in ("left", "right"))
        partner = by_group[random.integers(low, high)]
        once = _once(np.concatenate([bad, partner]))
        apart = once[: len(bad)] & once[len(bad) :]
        done = np.zeros(len(bad), bool)
        done[apart] = _exchange(edges, objects, rows, bad[apart], partner[apart])
        # A partner that was bad too has become good with it.
        bad = bad[~done & ~np.isin(bad, partner[done])]
    stuck: Flags = np.isin(edges.group, edges.group[bad])
    objects[stuck] = edges.object[stuck]
    return stuck


def _bad(edges: Edges, objects: "Ints", rows: "Ints") -> "Ints":
    """Return those of ``rows`` that are not allowed, or repeat another."""
    import numpy as np

    keys = edges.keys(rows, objects[rows])
    order = np.argsort(keys, kind="stable")
    bad = ~edges.allow(rows, objects[rows])
    bad[order[~changes(keys[order])]] = True
    return rows[bad]


def _switch(edges: Edges, objects: "Ints", rows: "Ints", random: "np.random.Generator") -> None:
    """Let ``rows`` meet in random pairs of one group and exchange their objects, round after round.

    These are the switches of Maslov and Sneppen (2002, doi:10.1126/science.1065103), many disjoint ones at a time.
    """
    import numpy as np

    for _ in range(ROUNDS):
        order = rows[np.lexsort((random.random(len(rows)), edges.group[rows]))]
        first = np.flatnonzero(changes(edges.group[order]))
        place = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
        ahead = np.flatnonzero((place[:-1] % 2 == 0) & (place[1:] != 0))
        _exchange(edges, objects, rows, order[ahead], order[ahead + 1])


def _exchange(edges: Edges, objects: "Ints", rows: "Ints", one: "Ints", two: "Ints") -> "Flags":
    """Exchange the objects of each of ``one`` and ``two`` if both results are allowed and new; return which did.

    ``rows`` must hold all of each group that has one of them.
    """
    import numpy as np

    both, proposed = np.concatenate([one, two]), objects[np.concatenate([two, one])]
    fine = edges.allow(both, proposed)
    fine &= _fresh(edges.keys(both, proposed), edges.keys(rows, objects[rows]))
    done: Flags = fine[: len(one)] & fine[len(one) :]
    objects[both[np.tile(done, 2)]] = proposed[np.tile(done, 2)]
    return done


def _once(values: "Ints") -> "Flags":
    """Return which of ``values`` are there once."""
    import numpy as np

    order = np.argsort(values, kind="stable")
    new = changes(values[order])
    once = np.empty(len(values), bool)
    once[order] = new & np.append(new[1:], True)
    return once


def _fresh(keys: "Ints", taken: "Ints") -> "Flags":
    """Return which of ``keys`` stand there once and are not ``taken``."""
    import numpy as np

    fresh: Flags = _once(keys) & ~np.isin(keys, taken)
    return fresh


def drawn(edges: Edges, types: "Ints", live: "Flags", random: "np.random.Generator") -> "Ints":
    """Return new objects, (relations,), each drawn uniformly from the live concepts of its own type.

    A draw that would be a loop, is there already, or breaks the order is drawn again; a relation that finds no other
    object keeps its own.

    Args:
        edges: The relations.
        types: Code of the types of every concept; (concepts,).
        live: Which concepts may be drawn; (concepts,).
        random: Where chance comes from.
    """
    import numpy as np

    n_ranks = int(edges.rank.max(initial=0)) + 1
    pool = np.flatnonzero(live)
    place = types.astype(np.int64) * n_ranks + edges.rank
    pool = pool[np.argsort(place[pool], kind="stable")]
    lowest = types[edges.object].astype(np.int64) * n_ranks
    beyond = lowest + np.where(edges.ordered, edges.rank[edges.subject], n_ranks)
    low, high = np.searchsorted(place[pool], lowest), np.searchsorted(place[pool], beyond)
    objects, every = edges.object.copy(), np.arange(len(edges.object))
    left = np.flatnonzero((edges.subject != edges.object) & (low < high))
    for _ in range(_DRAWS):
        if not len(left):
            break
        proposed = pool[random.integers(low[left], high[left])]
        fine = edges.allow(left, proposed) & _fresh(edges.keys(left, proposed), edges.keys(every, objects))
        objects[left[fine]] = proposed[fine]
        left = left[~fine]
    return objects
