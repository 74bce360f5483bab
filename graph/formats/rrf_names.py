"""Names and codes of the concepts of an RRF release, a block of MRCONSO or RXNCONSO at a time."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.ahead import ahead
from graph.formats import rrf_codes
from graph.formats.blocks import by_labels
from graph.formats.reading import Reading
from graph.formats.rrf_order import LINE, starts, whole_concepts
from graph.formats.rrf_table import ATOM, SUPPRESSED
from graph.ordering import order_by

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[Any]
    Flags = npt.NDArray[np.bool_]

Precedence = Callable[[tuple[str, str, str], str, str], tuple[int, ...]]
"""Sorts the names of one language, the preferred one first, by (TS, STT, ISPREF), SAB and TTY."""

_TEXTS, _LABELS = ("CUI", "AUI", "CODE", "STR"), ("LAT", "TS", "STT", "ISPREF", "SAB", "TTY", "SUPPRESS")
_SUPPRESSED, _OTHER_SOURCE = -1, -2


class Named(NamedTuple):
    """What the table says of one concept.

    Attributes:
        id: As the table writes it.
        line: Of the first row.
        names: Those that are taken, the preferred one first.
        xrefs: Their codes as CURIEs.
        languages: Gives the language of every name, by AUI, and the AUIs of ``names`` in their order.
    """

    id: str
    line: int
    names: tuple[str, ...]
    xrefs: tuple[str, ...]
    languages: Callable[[], tuple[Mapping[str, str], list[str]]]


def read_names(reading: Reading, path: Path, precedence: Precedence, prefix: str) -> Iterator[Named]:
    """Yield every concept of the table at ``path``, those too of which no name is taken.

    In a concept that has no name in a wanted language one in another is taken. ``prefix`` makes CURIEs of ids.

    Raises:
        OntologyFormatError: The table breaks its format.
    """
    tables = whole_concepts(path, ATOM, _TEXTS, _LABELS)
    for block in ahead(_Block(reading, path, table, precedence) for table in tables):
        yield from block.named(prefix)


class _Block:
    """Rows of whole concepts, and which of them are taken in which order."""

    def __init__(self, reading: Reading, path: Path, table: "pa.Table", precedence: Precedence) -> None:
        import numpy as np
        import pyarrow as pa

        self._reading, self._path, self._table = reading, path, table
        self._line = table.column(LINE).to_numpy()
        self._start = starts(table.column("CUI"))
        self._end = np.append(self._start[1:], len(table))
        self._concept = np.repeat(np.arange(len(self._start)), self._end - self._start)
        self._foreign = len(reading.languages) + 1
        status = by_labels(table, ("LAT", "SAB", "SUPPRESS"), self._status)
        ranks = _ranks(table, precedence)
        taken = self._taken(status)
        foreign = self._given_up(taken & (status == self._foreign), taken & (status < self._foreign), ranks)
        rows = np.flatnonzero(taken & ~foreign)
        keys = (self._concept, len(self._start)), (status, self._foreign + 1), (ranks, len(table)), (rows, len(table))
        order = order_by([(column if column is rows else column[rows], n) for column, n in keys])
        self._rows = rows[order]
        self._first = np.searchsorted(self._concept[self._rows], np.arange(len(self._start) + 1))
        self._names = table.column("STR").take(pa.array(self._rows))
        self._codes = self._xrefs()

    def named(self, prefix: str) -> Iterator[Named]:
        """Yield the concepts."""
        import pyarrow as pa

        ids = self._table.column("CUI").take(pa.array(self._start)).to_pylist()
        lines, first = self._line[self._start].tolist(), self._first.tolist()
        names, xrefs = self._names.to_pylist(), self._codes
        for number, id in enumerate(ids):
            here = slice(first[number], first[number + 1])
            codes = dict.fromkeys(xrefs[here])
            codes.pop(None, None)
            codes.pop(f"{prefix}:{id}", None)
            languages = self._languages(number)
            yield Named(id, lines[number], tuple(dict.fromkeys(names[here])), tuple(codes), languages)  # type: ignore[arg-type]

    def _languages(self, number: int) -> Callable[[], tuple[Mapping[str, str], list[str]]]:
        def languages() -> tuple[Mapping[str, str], list[str]]:
            first, last = self._start[number], self._end[number]
            rows = self._table[int(first) : int(last)]
            auis, codes = rows.column("AUI").to_pylist(), rows.column("LAT").to_pylist()
            mine = self._rows[self._first[number] : self._first[number + 1]] - first
            return dict(zip(auis, map(rrf_codes.language, codes), strict=True)), [auis[row] for row in mine.tolist()]

        return languages

    def _status(self, language: str, source: str, suppress: str) -> int:
        """Return the place of a row's language among those wanted, or why it is left out."""
        if suppress in SUPPRESSED:
            return _SUPPRESSED
        if not self._reading.takes(source):
            return _OTHER_SOURCE
        tag = rrf_codes.language(language)
        if not self._reading.speaks(tag):
            return self._foreign
        wanted = self._reading.languages
        return wanted.index(tag) if tag in wanted else len(wanted)

    def _taken(self, status: "Ints") -> "Flags":
        """Return which rows are taken, in whatever language; note the others."""
        import pyarrow.compute as pc

        empty = pc.equal(self._table.column("STR"), "").to_numpy()
        taken: Flags = (status >= 0) & ~empty
        self._note("suppressed name", status == _SUPPRESSED)
        self._note("name of another source", status == _OTHER_SOURCE)
        self._note("empty name", (status >= 0) & empty)
        return taken

    def _given_up(self, foreign: "Flags", spoken: "Flags", ranks: "Ints") -> "Flags":
        """Return which of the names in unwanted languages are left out: not the best one where there is no other."""
        import numpy as np

        speechless = np.bincount(self._concept[spoken], minlength=len(self._start)) == 0
        rows = np.flatnonzero(foreign & speechless[self._concept])
        if len(rows):
            other = by_labels(self._table, ("LAT",), lambda code: rrf_codes.language(code) != "en")
            keys = (self._concept, len(self._start)), (other, 2), (ranks, len(self._table))
            order = order_by([*((column[rows], n) for column, n in keys), (rows, len(self._table))])
            best = rows[order[np.unique(self._concept[rows[order]], return_index=True)[1]]]
            foreign = foreign.copy()
            foreign[best] = False
        self._note("name in another language", foreign)
        return foreign

    def _xrefs(self) -> list[str | None]:
        """Return the code of each taken row as a CURIE, ``None`` where it has none."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        table = self._table.select(["SAB", "CODE", LINE]).take(pa.array(self._rows))
        sources, codes = table.column("SAB").combine_chunks(), table.column("CODE")
        if not len(table):
            return []
        labels = sources.dictionary.to_pylist()
        prefixes = pa.array([rrf_codes.plain_prefix(label) for label in labels], pa.string()).take(sources.indices)
        plain = pc.and_(pc.match_substring_regex(codes, rrf_codes.PLAIN), pc.not_equal(codes, rrf_codes.NO_CODE))
        known = pc.and_(plain, pc.is_valid(prefixes))
        found: list[str | None] = pc.binary_join_element_wise(prefixes, codes, ":").to_pylist()
        for row in np.flatnonzero(~known.to_numpy()).tolist():
            source, code = sources[row].as_py(), codes[row].as_py()
            found[row] = rrf_codes.xref(source, code) if rrf_codes.has_code(source, code) else None
            if found[row] is None and rrf_codes.has_code(source, code):
                self._reading.omissions.add("code that is no CURIE", self._path, table.column(LINE)[row].as_py())
        return found

    def _note(self, reason: str, rows: "Flags") -> None:
        self._reading.omissions.add_lines(reason, self._path, self._line[rows])


def _ranks(table: "pa.Table", precedence: Precedence) -> "Ints":
    """Return a number for each row, by which names of one language and concept are sorted."""
    import numpy as np

    keys: dict[tuple[int, ...], int] = {}

    def key(*labels: str) -> int:
        ts, stt, is_preferred, source, kind = labels
        return keys.setdefault(precedence((ts, stt, is_preferred), source, kind), len(keys))

    numbers = by_labels(table, ("TS", "STT", "ISPREF", "SAB", "TTY"), key)
    place = {number: rank for rank, number in enumerate(sorted(keys.values(), key=list(keys).__getitem__))}
    ranks: Ints = np.array([place[number] for number in range(len(keys))], np.int64)[numbers]
    return ranks
