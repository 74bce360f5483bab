"""Names of relations, from what sources call them."""

import re
import unicodedata
from functools import lru_cache

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")


def words(text: str) -> str:
    """Return a local name such as ``hasPart`` or ``Heart_valve`` as words: ``has Part``, ``Heart valve``."""
    return " ".join(_HUMP.sub(" ", text.replace("_", " ")).split())


@lru_cache(maxsize=1 << 12)
def predicate(text: str) -> str:
    """Return ``text`` in lower snake case: ``has part`` and ``hasPart`` become ``has_part``.

    Accents go; what is no letter or digit of ASCII separates words. Empty if no word that begins with a letter
    remains.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    plain = plain if " " in plain else words(plain)
    return _OTHER.sub("_", plain.lower()).strip("_").lstrip("0123456789_")
