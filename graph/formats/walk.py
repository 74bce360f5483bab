"""Walking a large source as often as one likes, while what is left out is noted once."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TypeVar

from graph.formats.reading import Omissions, Reading
from graph.ontology import Rows
from graph.relation_table import RelationTable, TableRows

T = TypeVar("T")


def walk(read: Callable[[Reading], Iterator[T]], reading: Reading) -> Rows[T]:
    """Return rows that ``read`` reads anew at each walk.

    ``reading.omissions`` learns what was left out when a walk comes to its end for the first time.
    """
    anew = _noting_once(reading)

    def rows() -> Iterator[T]:
        with anew() as this_time:
            yield from read(this_time)

    return Rows(rows)


def walk_table(read: Callable[[Reading], RelationTable], reading: Reading) -> TableRows:
    """Return :func:`walk` of a table of relations, which ``read`` reads anew at each walk."""
    anew = _noting_once(reading)

    def table() -> RelationTable:
        with anew() as this_time:
            return read(this_time)

    return TableRows(table)


def _noting_once(reading: Reading) -> Callable[[], AbstractContextManager[Reading]]:
    """Return what gives ``reading`` for one walk, and passes on what the first whole walk left out."""
    noted = False

    @contextmanager
    def anew() -> Iterator[Reading]:
        nonlocal noted
        omissions = Omissions()
        yield replace(reading, omissions=omissions)
        if not noted:
            noted = True
            reading.omissions.include(omissions)

    return anew
