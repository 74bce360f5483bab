"""Texts one after the other in UTF-8."""

from array import array
from collections.abc import Iterable


class Texts:
    """Texts one after the other: ``data`` in UTF-8, and in ``start`` where each begins and, last, where all end."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        """Start with ``texts``."""
        self.data, self.start = bytearray(), array("q", [0])
        for text in texts:
            self.append(text)

    def append(self, text: str) -> None:
        """Add ``text``."""
        self.data += text.encode()
        self.start.append(len(self.data))
