"""Numbers for the ids in a table: CUIs by arithmetic, since there are too many of them to look up one by one."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph import curie
from graph.errors import CurieError, OntologyFormatError

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Ints = npt.NDArray[Any]

_DIGITS = 7
_CUI = re.compile(rf"C[0-9]{{{_DIGITS}}}")


class Numbering:
    """Numbers ids as they come, from 0."""

    def __init__(self, path: Path, prefix: str) -> None:
        """Number ids of the table at ``path``, of which ``prefix`` makes CURIEs."""
        self._path, self._prefix = path, prefix
        self._number: dict[str, int] = {}
        self._by_cui: Ints | None = None
        self._curies: list[Ints | str] = []
        self.count = 0
        """How many ids have a number."""

    def of(self, ids: "pa.Array", lines: "Ints") -> "Ints":
        """Return the number of each of ``ids``; ``lines`` is where they stand.

        Raises:
            OntologyFormatError: An id makes no CURIE.
        """
        cuis = _cuis(ids)
        return self._of_texts(ids, lines) if cuis is None else self._of_cuis(cuis)

    def curies(self) -> list[str]:
        """Return the CURIE of each number; the numbers are let go."""
        found: list[str] = []
        for known in self._curies:
            found += [known] if isinstance(known, str) else [f"{self._prefix}:C{n:07d}" for n in known.tolist()]
        self._number.clear()
        self._by_cui = None
        self._curies.clear()
        return found

    def _of_cuis(self, cuis: "Ints") -> "Ints":
        import numpy as np

        if self._by_cui is None:
            self._by_cui = np.full(10**_DIGITS, -1, np.int32)
        numbers = self._by_cui[cuis]
        if len(new := np.unique(cuis[numbers < 0])):
            self._by_cui[new] = np.arange(self.count, self.count + len(new))
            self._curies.append(new)
            self.count += len(new)
            numbers = self._by_cui[cuis]
        return numbers.astype(np.int64)

    def _of_texts(self, ids: "pa.Array", lines: "Ints") -> "Ints":
        import numpy as np

        encoded = ids.dictionary_encode()
        known = []
        for place, id in enumerate(encoded.dictionary.to_pylist()):
            if _CUI.fullmatch(id):
                known.append(int(self._of_cuis(np.array([int(id[1:])]))[0]))
                continue
            if (number := self._number.get(id)) is None:
                self._check(id, encoded, place, lines)
                number = self._number[id] = self.count
                self._curies.append(f"{self._prefix}:{id}")
                self.count += 1
            known.append(number)
        numbers: Ints = np.asarray(known, np.int64)[encoded.indices.to_numpy()]
        return numbers

    def _check(self, id: str, encoded: "pa.DictionaryArray", place: int, lines: "Ints") -> None:
        try:
            curie.check(f"{self._prefix}:{id}")
        except CurieError as error:
            line = int(lines[encoded.indices.to_numpy() == place][0])
            raise OntologyFormatError(self._path, line, str(error)) from error


def _cuis(ids: "pa.Array") -> "Ints | None":
    """Return the digits of ``ids`` as numbers, if all of them are CUIs of the usual form."""
    import numpy as np

    _, starts, texts = ids.buffers()
    start = np.frombuffer(starts, np.int32)[ids.offset : ids.offset + len(ids) + 1]
    if not len(ids) or (np.diff(start) != _DIGITS + 1).any():
        return None
    characters = np.frombuffer(texts, np.uint8)[start[0] : start[-1]].reshape(len(ids), _DIGITS + 1)
    digits = characters[:, 1:] - ord("0")
    if (characters[:, 0] != ord("C")).any() or (digits > 9).any():
        return None
    numbers: Ints = digits @ (10 ** np.arange(_DIGITS - 1, -1, -1))
    return numbers
