"""Concepts of an RRF release: the rows of several tables that speak of one."""

import heapq
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from graph.concept import Concept
from graph.errors import CurieError, OntologyFormatError
from graph.formats.reading import Reading
from graph.formats.rrf_names import Named, Precedence, read_names
from graph.formats.rrf_order import Follower, Row, rank
from graph.formats.rrf_table import DEFINITION, SUPPRESSED, TYPE


class Heir(NamedTuple):
    """A retired id, the line that says so, and the id that took over (if one did)."""

    line: int
    id: str
    heir: str | None


_Entry = tuple[str, Named | None, Heir | None]


class Tables(NamedTuple):
    """Where the tables of concepts lie; what a release lacks is ``None``."""

    atoms: Path
    types: Path | None
    definitions: Path | None
    retired: Path | None


def concepts(
    reading: Reading, tables: Tables, *, prefix: str, precedence: Precedence, heirs: Callable[[Reading], Iterator[Heir]]
) -> Iterator[Concept]:
    """Yield the concepts of a release and its retired ids, by id.

    A concept of which no name is taken is left out, and noted. A retired id is without names, for a release does not
    keep them. ``heirs`` gives the retired ids by :func:`graph.formats.rrf_order.rank`.

    Raises:
        OntologyFormatError: A table breaks its format.
    """
    omissions = reading.omissions
    types = Follower(tables.types, TYPE, ("STY",), omissions, "semantic type of a concept that has no names")
    definitions = Follower(
        tables.definitions,
        DEFINITION,
        ("AUI", "SAB", "DEF", "SUPPRESS"),
        omissions,
        "definition of a concept that has no names",
    )
    names = read_names(reading, tables.atoms, precedence, prefix)
    for id, named, dead in _together(names, heirs(reading)):
        if named:
            said = types.rows_of(id), definitions.rows_of(id)
            if named.names:
                yield _concept(reading, tables, f"{prefix}:{id}", named, *said)
            else:
                omissions.add("concept without a name that is taken", tables.atoms, named.line)
            if dead:
                omissions.add("retired id that is in use", tables.retired or "", dead.line)
        elif dead:
            yield _retired(dead, tables, prefix)
    types.finish()
    definitions.finish()


def _together(live: Iterator[Named], dead: Iterator[Heir]) -> Iterator[_Entry]:
    """Yield every id once with its names and what became of it."""
    names: Iterator[_Entry] = ((named.id, named, None) for named in live)
    fates: Iterator[_Entry] = ((heir.id, None, heir) for heir in dead)
    merged = heapq.merge(names, fates, key=lambda entry: rank(entry[0]))
    for id, entries in groupby(merged, key=itemgetter(0)):
        (_, named, heir), *other = entries
        yield id, named, other[0][2] if other else heir


def _retired(dead: Heir, tables: Tables, prefix: str) -> Concept:
    heir = f"{prefix}:{dead.heir}" if dead.heir else None
    try:
        return Concept(f"{prefix}:{dead.id}", "", obsolete=True, replaced_by=heir)
    except CurieError as error:
        raise OntologyFormatError(tables.retired or "", dead.line, str(error)) from error


def _concept(
    reading: Reading, tables: Tables, id: str, named: Named, types: list[Row], definitions: list[Row]
) -> Concept:
    try:
        return Concept(
            id,
            named.names[0],
            named.names[1:],
            tuple(dict.fromkeys(type for _, _, type in types)),
            _definition(reading, tables, named, definitions) if definitions else "",
            named.xrefs,
        )
    except CurieError as error:
        raise OntologyFormatError(tables.atoms, named.line, str(error)) from error


def _definition(reading: Reading, tables: Tables, named: Named, rows: list[Row]) -> str:
    """Return the definition that hangs on the most preferred name; it is in the language of the name it hangs on."""
    path = tables.definitions or ""
    languages, preferred = named.languages()
    places = {aui: place for place, aui in reversed(list(enumerate(preferred)))}
    found: list[tuple[int, int, str]] = []
    for _, line, aui, sab, text, suppress in rows:
        if suppress in SUPPRESSED:
            reading.omissions.add("suppressed definition", path, line)
        elif not reading.takes(sab):
            reading.omissions.add("definition of another source", path, line)
        elif not reading.speaks(languages.get(aui, "")):
            reading.omissions.add("definition in another language", path, line)
        else:
            found.append((places.get(aui, len(places)), line, text))
    found.sort()
    for _, line, _ in found[1:]:
        reading.omissions.add("further definition", path, line)
    return found[0][2] if found else ""
