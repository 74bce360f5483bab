"""Walking a large source as often as one likes, while what is left out is noted once."""

from collections.abc import Callable, Iterator
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
    noted = False

    def rows() -> Iterator[T]:
        nonlocal noted
        omissions = Omissions()
        yield from read(replace(reading, omissions=omissions))
        if not noted:
            noted = True
            reading.omissions.include(omissions)

    return Rows(rows)


def walk_table(read: Callable[[Reading], RelationTable], reading: Reading) -> TableRows:
    """Return :func:`walk` of a table of relations, which ``read`` reads anew at each walk."""
    noted = False

    def table() -> RelationTable:
        nonlocal noted
        omissions = Omissions()
        found = read(replace(reading, omissions=omissions))
        if not noted:
            noted = True
            reading.omissions.include(omissions)
        return found

    return TableRows(table)
