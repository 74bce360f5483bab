"""Cross-references, as far as they are CURIEs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from graph import curie
from graph.errors import CurieError
from graph.formats.reading import Omissions


def xrefs(stated: Iterable[str], omissions: Omissions, path: Path, line: int = 0) -> Iterator[str]:
    """Yield those of ``stated`` that are CURIEs; the others, which stand at ``line`` of ``path``, are noted."""
    for text in stated:
        try:
            yield curie.check(text)
        except CurieError:
            omissions.add("cross-reference that is no CURIE", path, line)
