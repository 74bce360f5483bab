"""Many strings in two arrays, so that a table of them can be mapped into memory instead of read."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt


class Strings:
    """A read-only sequence of strings over a UTF-8 buffer.

    Args:
        data: ``(bytes,)`` all strings after one another, UTF-8 (lone surrogates allowed).
        ends: ``(strings + 1,)`` where each string begins and, last, where the buffer ends.
    """

    __slots__ = ("data", "ends")

    def __init__(self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> None:
        self.data = data
        self.ends = ends

    @classmethod
    def pack(cls, strings: Iterable[str]) -> "Strings":
        """Lay out ``strings`` in their order."""
        encoded = [string.encode("utf-8", "surrogatepass") for string in strings]
        ends = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=ends[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, index: int) -> str:
        start, end = int(self.ends[index]), int(self.ends[index + 1])
        return self.data[start:end].tobytes().decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """Return the code points of ``text``, ``(characters,)``."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
