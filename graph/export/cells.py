"""Texts for formats that have no escape for what separates their cells, lines or values."""

import re

LIST_SEPARATOR = "|"
_STAND_IN = "\N{BROKEN BAR}"
_WHITE = re.compile(r"[\t\r\n]+")


def one_line(text: str) -> str:
    """Return ``text`` with a blank for every run of tabs and line ends."""
    return _WHITE.sub(" ", text)


def joined(values: tuple[str, ...]) -> str:
    """Return ``values`` with ``|`` between them; a ``|`` within one is replaced by ``¦``."""
    return LIST_SEPARATOR.join(value.replace(LIST_SEPARATOR, _STAND_IN) for value in values)
