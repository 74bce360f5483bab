"""Texts one after the other in UTF-8."""

from array import array


class Texts:
    """Texts one after the other: ``data`` in UTF-8, and in ``start`` where each begins and, last, where all end."""

    def __init__(self) -> None:
        """Start with none."""
        self.data, self.start = bytearray(), array("q", [0])

    def append(self, text: str) -> None:
        """Add ``text``."""
        self.data += text.encode()
        self.start.append(len(self.data))
