"""Concepts of an RRF release: the rows of several tables that speak of one."""

import heapq
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from graph.concept import Concept
from graph.errors import CurieError, OntologyFormatError
from graph.formats import rrf_codes
from graph.formats.reading import Reading
from graph.formats.rrf_order import Follower, Group, groups, rank
from graph.formats.rrf_table import ATOM, DEFINITION, SUPPRESSED, TYPE, Row


class Atom(NamedTuple):
    """A name as one vocabulary gives it: a row of MRCONSO or RXNCONSO.

    Attributes:
        line: Where it stands in the table.
        language: BCP 47 tag.
        flags: TS, STT and ISPREF, the release's own choice of names (RxNorm leaves them empty).
        id: AUI or RXAUI.
        source: SAB.
        kind: TTY.
        code: CODE.
        name: STR.
    """

    line: int
    language: str
    flags: tuple[str, str, str]
    id: str
    source: str
    kind: str
    code: str
    name: str


Precedence = Callable[[Atom], tuple[int, ...]]
"""Sorts the atoms of one language, the preferred name first."""


class Heir(NamedTuple):
    """A retired id, the line that says so, and the id that took over (if one did)."""

    line: int
    id: str
    heir: str | None


_Entry = tuple[str, list[Row], Heir | None]


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
    types = Follower(tables.types, TYPE, omissions, "semantic type of a concept that has no names")
    definitions = Follower(tables.definitions, DEFINITION, omissions, "definition of a concept that has no names")
    for id, rows, dead in _together(groups(tables.atoms, ATOM), heirs(reading)):
        if rows:
            said = types.rows_of(id), definitions.rows_of(id)
            concept = _concept(reading, tables, f"{prefix}:{id}", rows, *said, precedence)
            if concept is not None:
                yield concept
            if dead:
                omissions.add("retired id that is in use", tables.retired or "", dead.line)
        elif dead:
            yield _retired(dead, tables, prefix)
    types.finish()
    definitions.finish()


def _together(live: Iterator[Group], dead: Iterator[Heir]) -> Iterator[tuple[str, list[Row], Heir | None]]:
    """Yield every id once with its names and what became of it."""
    names: Iterator[_Entry] = ((id, rows, None) for id, rows in live)
    fates: Iterator[_Entry] = ((heir.id, [], heir) for heir in dead)
    merged = heapq.merge(names, fates, key=lambda entry: rank(entry[0]))
    for id, entries in groupby(merged, key=itemgetter(0)):
        (_, rows, heir), *other = entries
        yield id, rows, other[0][2] if other else heir


def _retired(dead: Heir, tables: Tables, prefix: str) -> Concept:
    heir = f"{prefix}:{dead.heir}" if dead.heir else None
    try:
        return Concept(f"{prefix}:{dead.id}", "", obsolete=True, replaced_by=heir)
    except CurieError as error:
        raise OntologyFormatError(tables.retired or "", dead.line, str(error)) from error


def _concept(
    reading: Reading, tables: Tables, id: str, rows: list[Row], types: list[Row], texts: list[Row], order: Precedence
) -> Concept | None:
    atoms = _wanted(reading, tables.atoms, rows, order)
    if not atoms:
        reading.omissions.add("concept without a name that is taken", tables.atoms, rows[0][0])
        return None
    names = tuple(dict.fromkeys(atom.name for atom in atoms))
    try:
        return Concept(
            id,
            names[0],
            names[1:],
            tuple(dict.fromkeys(cells[3] for _, cells in types)),
            _definition(reading, tables, rows, atoms, texts) if texts else "",
            tuple(dict.fromkeys(_xrefs(reading, tables.atoms, atoms, id))),
        )
    except CurieError as error:
        raise OntologyFormatError(tables.atoms, rows[0][0], str(error)) from error


def _wanted(reading: Reading, path: Path, rows: list[Row], order: Precedence) -> list[Atom]:
    """Return the atoms that are taken, the preferred one first; in another language one at most, if need be."""
    spoken: list[Atom] = []
    foreign: list[Atom] = []
    for atom in _taken(reading, path, rows):
        (spoken if reading.speaks(atom.language) else foreign).append(atom)
    if not spoken and foreign:
        spoken.append(min(foreign, key=lambda atom: (atom.language != "en", order(atom), atom.line)))
        foreign.remove(spoken[0])
    for atom in foreign:
        reading.omissions.add("name in another language", path, atom.line)
    if len(spoken) > 1:
        wish = {language: place for place, language in enumerate(reading.languages)}
        spoken.sort(key=lambda atom: (wish.get(atom.language, len(wish)), order(atom), atom.line))
    return spoken


def _taken(reading: Reading, path: Path, rows: list[Row]) -> Iterator[Atom]:
    """Yield the atoms of the wanted sources that are not suppressed, in every language."""
    for line, cells in rows:
        _, lat, ts, _, stt, _, is_preferred, aui, _, _, _, sab, tty, code, name, _, suppress, _, _ = cells
        if suppress in SUPPRESSED:
            reading.omissions.add("suppressed name", path, line)
        elif not reading.takes(sab):
            reading.omissions.add("name of another source", path, line)
        elif not name:
            reading.omissions.add("empty name", path, line)
        else:
            yield Atom(line, rrf_codes.language(lat), (ts, stt, is_preferred), aui, sab, tty, code, name)


def _xrefs(reading: Reading, path: Path, atoms: list[Atom], id: str) -> Iterator[str]:
    for atom in atoms:
        if rrf_codes.has_code(atom.source, atom.code):
            found = rrf_codes.xref(atom.source, atom.code)
            if found is None:
                reading.omissions.add("code that is no CURIE", path, atom.line)
            elif found != id:
                yield found


def _definition(reading: Reading, tables: Tables, rows: list[Row], atoms: list[Atom], texts: list[Row]) -> str:
    """Return the definition that hangs on the most preferred name; it is in the language of the name it hangs on."""
    path = tables.definitions or ""
    languages = {cells[7]: rrf_codes.language(cells[1]) for _, cells in rows}
    places = {atom.id: place for place, atom in reversed(list(enumerate(atoms)))}
    found: list[tuple[int, int, str]] = []
    for line, (_, aui, _, _, sab, text, suppress, _, _) in texts:
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
