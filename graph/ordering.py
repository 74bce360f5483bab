"""Putting rows of columns in order, with as little memory as numpy allows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[Any]
    Flags = npt.NDArray[np.bool_]

KEYS = 1 << 63
"""How many different values a key may have."""


def order_by(columns: Sequence[tuple["Ints", int]]) -> "Ints":
    """Return the permutation that sorts rows by ``columns``, the first counting most.

    Each column comes with a number that its values stay below. As many as fit are packed into one key; rows that are
    equal in all columns come in any order.
    """
    import numpy as np

    keys: list[Ints] = []
    width = KEYS
    for column, n in columns:
        if width * n >= KEYS:
            keys.append(column.astype(np.int64))
            width = n
        else:
            keys[-1] *= n
            keys[-1] += column
            width *= n
    order: Ints = np.argsort(keys[0]) if len(keys) == 1 else np.lexsort(keys[::-1])
    return order


def changes(*columns: "Ints") -> "Flags":
    """Return which rows differ from the one before; the first does."""
    import numpy as np

    differ = np.zeros(len(columns[0]), bool)
    differ[:1] = True
    for column in columns:
        differ[1:] |= column[1:] != column[:-1]
    return differ


def joined(parts: "list[Ints]") -> "Ints":
    """Return ``parts`` as one array; each is let go when it has been copied."""
    import numpy as np

    whole = np.empty(sum(map(len, parts)), np.int64)
    end = len(whole)
    while parts:
        part = parts.pop()
        whole[end - len(part) : end] = part
        end -= len(part)
    return whole
