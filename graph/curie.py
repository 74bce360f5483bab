"""Compact identifiers, ``prefix:local`` (W3C CURIE syntax 1.0, without the empty prefix)."""

import re

from graph.errors import CurieError

_CURIE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*:[^\s|]+")


def check(id: str) -> str:
    """Return ``id`` unchanged if it is a CURIE.

    Raises:
        CurieError: It has no prefix, no local part, or contains white space or ``|``.
    """
    if not _CURIE.fullmatch(id):
        raise CurieError(f"not a CURIE: {id!r}; expected prefix:local, such as MESH:D003000")
    return id


def expand(id: str, prefix: str) -> str:
    """Return ``id`` with ``prefix`` put before it, unless it has a prefix already.

    Raises:
        CurieError: The result is not a CURIE.
    """
    return check(id if ":" in id else f"{prefix}:{id}")
