"""Concepts of an RRF release: the rows of several tables that speak of one."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from graph.concept import Concept
from graph.errors import CurieError, OntologyFormatError
from graph.formats import rrf_codes
from graph.formats.reading import Reading
from graph.formats.rrf_order import Follower, groups, rank
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

Heirs = Iterator[tuple[int, str, str | None]]
"""Line, retired id and the id that took over (if one did), by :func:`graph.formats.rrf_order.rank`."""


class Tables(NamedTuple):
    """Where the tables of concepts lie; what a release lacks is ``None``."""

    atoms: Path
    types: Path | None
    definitions: Path | None
    retired: Path | None


def concepts(
    reading: Reading, tables: Tables, *, prefix: str, precedence: Precedence, heirs: Callable[[Reading], Heirs]
) -> Iterator[Concept]:
    """Yield the concepts of a release and its retired ids, by id.

    A concept of which no name is taken is left out, and noted. A retired id is without names, for a release does not
    keep them.

    Raises:
        OntologyFormatError: A table breaks its format.
    """
    omissions = reading.omissions
    types = Follower(tables.types, TYPE, omissions, "semantic type of a concept that has no names")
    definitions = Follower(tables.definitions, DEFINITION, omissions, "definition of a concept that has no names")
    retired = heirs(reading)
    dead = next(retired, None)
    for id, rows in groups(tables.atoms, ATOM):
        while dead is not None and rank(dead[1]) < rank(id):
            yield _retired(dead, tables, prefix)
            dead = next(retired, None)
        if dead is not None and dead[1] == id:
            omissions.add("retired id that is in use", tables.retired or "", dead[0])
            dead = next(retired, None)
        said = types.rows_of(id), definitions.rows_of(id)
        concept = _concept(reading, tables, f"{prefix}:{id}", rows, *said, precedence)
        if concept is not None:
            yield concept
    while dead is not None:
        yield _retired(dead, tables, prefix)
        dead = next(retired, None)
    types.finish()
    definitions.finish()


def _retired(dead: tuple[int, str, str | None], tables: Tables, prefix: str) -> Concept:
    line, id, heir = dead
    try:
        return Concept(f"{prefix}:{id}", "", obsolete=True, replaced_by=f"{prefix}:{heir}" if heir else None)
    except CurieError as error:
        raise OntologyFormatError(tables.retired or "", line, str(error)) from error


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
    for line, cells in rows:
        _, lat, ts, _, stt, _, is_preferred, aui, _, _, _, sab, tty, code, name, _, suppress, _, _ = cells
        if suppress in SUPPRESSED:
            reading.omissions.add("suppressed name", path, line)
        elif not reading.takes(sab):
            reading.omissions.add("name of another source", path, line)
        elif not name:
            reading.omissions.add("empty name", path, line)
        else:
            language = rrf_codes.language(lat)
            atom = Atom(line, language, (ts, stt, is_preferred), aui, sab, tty, code, name)
            (spoken if reading.speaks(language) else foreign).append(atom)
    if not spoken and foreign:
        best = min(foreign, key=lambda atom: (atom.language != "en", order(atom), atom.line))
        foreign.remove(best)
        spoken.append(best)
    for atom in foreign:
        reading.omissions.add("name in another language", path, atom.line)
    if len(spoken) > 1:
        wish = {language: place for place, language in enumerate(reading.languages)}
        spoken.sort(key=lambda atom: (wish.get(atom.language, len(wish)), order(atom), atom.line))
    return spoken


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
    languages: Mapping[str, str] = {cells[7]: rrf_codes.language(cells[1]) for _, cells in rows}
    places = {atom.id: place for place, atom in reversed(list(enumerate(atoms)))}
    found: list[tuple[int, int, str]] = []
    for line, (_, aui, _, _, sab, text, suppress, _, _) in texts:
        if suppress in SUPPRESSED:
            reading.omissions.add("suppressed definition", tables.definitions or "", line)
        elif not reading.takes(sab):
            reading.omissions.add("definition of another source", tables.definitions or "", line)
        elif not reading.speaks(languages.get(aui, "")):
            reading.omissions.add("definition in another language", tables.definitions or "", line)
        else:
            found.append((places.get(aui, len(places)), line, text))
    found.sort()
    for _, line, _ in found[1:]:
        reading.omissions.add("further definition", tables.definitions or "", line)
    return found[0][2] if found else ""
