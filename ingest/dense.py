"""Names as vectors: which names mean about what a text means, by exact cosine.

Vectors are unit vectors of an encoder that the caller brings (:mod:`kgbert.align` makes one; nothing here knows it).
They are kept as bytes: a component is a whole number from -127 to 127 times the vector's scale, which moves a cosine
by a few thousandths at most.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest import arrayfile
from ingest.errors import LexiconError
from ingest.ngrams import Hits

Floats = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]
"""Returns unit vectors of texts, (texts, width)."""

FORMAT = 1
_LEVELS = 127
_ENCODED, _NAMES, _QUERIES = 4096, 16384, 512
"""How many texts are encoded at a time, and how many names and queries are compared at a time."""


class DenseIndex:
    """Vectors of the names of a lexicon, mapped into memory.

    Attributes:
        encoder: What the vectors were made with, as the caller called it.
    """

    def __init__(self, meta: dict[str, Any], arrays: dict[str, npt.NDArray[Any]], encode: Encode) -> None:
        """Use :meth:`compile` or :meth:`open`."""
        self.encoder: str = meta["encoder"]
        self._levels, self._scale, self._encode = arrays["levels"], arrays["scale"], encode

    @classmethod
    def compile(cls, names: Sequence[str], path: Path | str, encode: Encode, *, encoder: str) -> "DenseIndex":
        """Encode ``names`` into the file ``path`` (replaced atomically), and open it."""
        levels, scales = [], []
        for first in range(0, len(names), _ENCODED):
            vectors = encode(names[first : first + _ENCODED])
            scale = np.maximum(np.abs(vectors).max(1), np.finfo(np.float32).tiny) / _LEVELS
            levels.append(np.rint(vectors / scale[:, None]).astype(np.int8))
            scales.append(scale.astype(np.float32))
        arrays = {
            "levels": np.concatenate(levels) if levels else np.zeros((0, 1), np.int8),
            "scale": np.concatenate(scales) if scales else np.zeros(0, np.float32),
        }
        arrayfile.write(Path(path), {"format": FORMAT, "encoder": encoder}, arrays)
        return cls.open(path, encode, encoder=encoder, n_names=len(names))

    @classmethod
    def open(cls, path: Path | str, encode: Encode, *, encoder: str, n_names: int) -> "DenseIndex":
        """Map the index at ``path``.

        Raises:
            LexiconError: It is missing or damaged, or was made with another encoder or of other names.
        """
        meta, arrays = arrayfile.read(Path(path))
        found = meta.get("format"), meta.get("encoder"), len(arrays.get("scale", ()))
        if found != (FORMAT, encoder, n_names):
            wanted = f"format {FORMAT}, encoder {encoder}, {n_names} names"
            raise LexiconError(f"{path}: format {found[0]}, encoder {found[1]}, {found[2]} names; expected {wanted}")
        return cls(meta, arrays, encode)

    def __len__(self) -> int:
        """Return the number of names."""
        return len(self._scale)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return unit vectors of ``texts``, (texts, width)."""
        return self._encode(texts)

    def cosines(self, query: Floats, names: Sequence[int]) -> Floats:
        """Return the cosine of ``query`` (width,) with the name at each position of ``names``, (names,)."""
        places = np.asarray(names, np.intp)
        found: Floats = (self._levels[places].astype(np.float32) @ query) * self._scale[places]
        return found

    def search(self, texts: Sequence[str], *, limit: int) -> Iterator[Hits]:
        """Yield, for each of ``texts``, the ``limit`` names with the highest cosine, positions ascending.

        Of equal cosines at the end of the list any may be taken. Nothing is approximated but the vectors.
        """
        yield from self.nearest(self._encode(texts) if texts else np.zeros((0, 1), np.float32), limit=limit)

    def nearest(self, queries: Floats, *, limit: int) -> Iterator[Hits]:
        """Yield what :meth:`search` does, for unit vectors (queries, width)."""
        for first in range(0, len(queries), _QUERIES):
            yield from self._best(queries[first : first + _QUERIES], min(limit, len(self)))

    def _best(self, queries: Floats, limit: int) -> Iterator[Hits]:
        keys = np.zeros((len(queries), 0), np.int64)
        scores = np.zeros((len(queries), 0), np.float32)
        for first in range(0, len(self) if limit else 0, _NAMES):
            names = slice(first, first + _NAMES)
            block = (queries @ self._levels[names].astype(np.float32).T) * self._scale[names]
            top = _highest(block, limit)
            keys = np.concatenate([keys, top + first], 1)
            scores = np.concatenate([scores, np.take_along_axis(block, top, 1)], 1)
            kept = _highest(scores, limit)
            keys, scores = np.take_along_axis(keys, kept, 1), np.take_along_axis(scores, kept, 1)
        order = np.argsort(keys, 1)
        for places, found, by_place in zip(keys, scores, order, strict=True):
            yield Hits(places[by_place], found[by_place].astype(np.float64))


def _highest(scores: Floats, n: int) -> npt.NDArray[np.intp]:
    """Return the columns of the ``n`` highest scores of each row, in any order; all if there are fewer."""
    if scores.shape[1] <= n:
        return np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
    return np.argpartition(scores, -n, 1)[:, -n:]
