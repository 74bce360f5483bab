"""Relations of an RRF release, read in blocks of columns: a release has tens of millions of rows."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from graph.errors import OntologyFormatError
from graph.formats.blocks import blocks, by_labels
from graph.formats.distinct import Seen
from graph.formats.reading import PLACES, Reading
from graph.formats.rrf_numbering import Numbering
from graph.formats.rrf_predicates import predicate, read_inverses
from graph.formats.rrf_table import RELATION, SUPPRESSED
from graph.ordering import changes, joined
from graph.relation_table import RelationTable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[Any]
    Flags = npt.NDArray[np.bool_]

_ENDS, _LABELS = ("CUI1", "CUI2"), ("REL", "RELA", "SAB", "SUPPRESS")
_ID_BITS, _CODE_BITS = 24, 16
_SUPPRESSED, _OTHER_SOURCE, _NOTHING = -1, -2, -3
_REPEATED = "relation stated before, or its inverse"


def read_relations(reading: Reading, path: Path, doc: Path | None, *, prefix: str) -> RelationTable:
    """Return what MRREL or RXNREL at ``path`` states between concepts, each relation once and in one direction.

    Which label is whose inverse is read from ``doc`` (:func:`graph.formats.rrf_predicates.predicate`).

    Raises:
        OntologyFormatError: A table breaks its format, or has more concepts or kinds of relations than a key holds.
    """
    rows = _Rows(path, reading, _Kinds(reading, read_inverses(doc)), Numbering(path, prefix))
    for line, block in blocks(path, RELATION, _ENDS, _LABELS):
        rows.add(line, block)
    return rows.table()


class _Kind(NamedTuple):
    """What the labels of a row mean: the code of predicate and source (below 0: why such a row is left out)."""

    code: int
    turn: bool = False
    symmetric: bool = False


class _Kinds:
    """What labels mean; predicates by source are numbered as they come."""

    def __init__(self, reading: Reading, inverses: Mapping[str, str]) -> None:
        self._reading, self._inverses = reading, inverses
        self._known: dict[tuple[str, ...], _Kind] = {}
        self._place: dict[tuple[str, ...], int] = {}
        self.codes: dict[tuple[str, str], int] = {}

    def of(self, block: "pa.RecordBatch") -> "tuple[Ints, Flags, Flags]":
        """Return code, turn and symmetric of each row."""
        import numpy as np

        numbers = by_labels(block, _LABELS, self._number)
        code, turn, symmetric = np.array(list(self._known.values()), np.int32)[numbers].T
        return code, turn.astype(bool), symmetric.astype(bool)

    def _number(self, *labels: str) -> int:
        if labels not in self._known:
            self._known[labels] = self._find(*labels)
            self._place[labels] = len(self._place)
        return self._place[labels]

    def _find(self, rel: str, rela: str, source: str, suppress: str) -> _Kind:
        if suppress in SUPPRESSED:
            return _Kind(_SUPPRESSED)
        if not self._reading.takes(source):
            return _Kind(_OTHER_SOURCE)
        if (found := predicate(rel, rela, self._inverses)) is None:
            return _Kind(_NOTHING)
        code = self.codes.setdefault((found.name, source), len(self.codes))
        return _Kind(code, found.turn, found.symmetric)


class _Rows:
    """The rows that state relations, a key each: subject, object, and code of predicate and source."""

    def __init__(self, path: Path, reading: Reading, kinds: _Kinds, ids: Numbering) -> None:
        self._path, self._omissions, self._kinds, self._ids = path, reading.omissions, kinds, ids
        self._keys: list[Ints] = []
        self._seen, self._repeated = Seen(), 0

    def add(self, line: int, block: "pa.RecordBatch") -> None:
        import numpy as np
        import pyarrow as pa

        code, turn, symmetric = self._kinds.of(block)
        first, second = (block.column(end) for end in _ENDS)
        lines = np.arange(line, line + len(block), dtype=np.int32)
        kept = self._kept(code, first, second, lines)
        code, turn, symmetric, lines = code[kept], turn[kept], symmetric[kept], lines[kept]
        first, second = (column.filter(pa.array(kept)) for column in (first, second))
        turn |= symmetric & _ahead(first, second)
        ends = self._ids.of(first, lines), self._ids.of(second, lines)
        if max(self._ids.count >> _ID_BITS, len(self._kinds.codes) >> _CODE_BITS):
            most = f"{1 << _ID_BITS:,} concepts or {1 << _CODE_BITS:,} predicates by source"
            raise OntologyFormatError(self._path, line, f"more than {most}")
        keys = np.where(turn, ends[0], ends[1])
        keys <<= _ID_BITS
        keys |= np.where(turn, ends[1], ends[0])
        keys <<= _CODE_BITS
        keys |= code
        self._keys.append(keys)
        self._note_repeated(keys, lines)

    def table(self) -> RelationTable:
        """Return the relations, each once; how many were repeated is noted."""
        import numpy as np

        keys = joined(self._keys)
        keys.sort()
        new = changes(keys)
        n_repeated = len(keys) - int(np.count_nonzero(new))
        self._omissions.add_lines(_REPEATED, self._path, (), n_further=n_repeated - self._repeated)
        keys = keys[new]
        kinds = list(self._kinds.codes)
        predicates = list(dict.fromkeys(name for name, _ in kinds))
        sources = list(dict.fromkeys(source for _, source in kinds))
        predicate = np.array([predicates.index(name) for name, _ in kinds], np.uint16)
        source = np.array([sources.index(source) for _, source in kinds], np.uint16)
        code = (keys & (1 << _CODE_BITS) - 1).astype(np.uint16)
        keys >>= _CODE_BITS
        object_ = (keys & (1 << _ID_BITS) - 1).astype(np.int32)
        keys >>= _ID_BITS
        subject = keys.astype(np.int32)
        return RelationTable(self._ids.curies(), predicates, sources, subject, predicate[code], object_, source[code])

    def _note_repeated(self, keys: "Ints", lines: "Ints") -> None:
        """Note where relations are stated again, as long as places are wanted."""
        if self._repeated < PLACES:
            repeated = lines[~self._seen.add(keys)]
            self._omissions.add_lines(_REPEATED, self._path, repeated)
            self._repeated += len(repeated)
            if self._repeated >= PLACES:
                self._seen = Seen()

    def _kept(self, code: "Ints", first: "pa.Array", second: "pa.Array", lines: "Ints") -> "Flags":
        """Return which rows state a relation between two concepts; note the others."""
        kept: Flags = code >= 0
        for reason, rows in self._reasons(code, first, second):
            self._omissions.add_lines(reason, self._path, lines[rows])
            kept &= ~rows
        return kept

    @staticmethod
    def _reasons(code: "Ints", first: "pa.Array", second: "pa.Array") -> "Iterator[tuple[str, Flags]]":
        import pyarrow.compute as pc

        same = pc.equal(first, second).to_numpy(zero_copy_only=False)
        lengths = pc.multiply(pc.binary_length(first), pc.binary_length(second)).to_numpy()
        taken, named = (code >= 0) | (code == _NOTHING), lengths > 0
        yield "suppressed relation", code == _SUPPRESSED
        yield "relation of another source", code == _OTHER_SOURCE
        yield "relation between names, not concepts", taken & ~named
        yield "relation of a concept to itself", taken & named & same
        yield "row that states no relation", (code == _NOTHING) & named & ~same


def _ahead(first: "pa.Array", second: "pa.Array") -> "Flags":
    """Return where ``first`` comes before ``second`` by :func:`graph.formats.rrf_order.rank`."""
    import pyarrow.compute as pc

    lengths = pc.binary_length(first), pc.binary_length(second)
    ahead = pc.or_(pc.less(*lengths), pc.and_(pc.equal(*lengths), pc.less(first, second)))
    found: Flags = ahead.to_numpy(zero_copy_only=False)
    return found
