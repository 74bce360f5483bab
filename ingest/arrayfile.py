"""Arrays in one file that is mapped into memory, written whole or not at all.

Layout: the magic line, the length of the header as 8 bytes (little endian), the header (JSON: ``meta`` and, for
each array, dtype, shape and position), then the arrays, each at a multiple of 64 bytes. No pickle.
"""

import json
import mmap
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.errors import LexiconError

_MAGIC = b"kgbert arrays 1\n"
_ALIGN = 64


def write(path: Path, meta: Mapping[str, object], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write ``arrays`` and ``meta`` (JSON values) so that a reader sees the old file or the new, never a part."""
    layout, position = {}, 0
    for name, array in arrays.items():
        layout[name] = {"dtype": array.dtype.str, "shape": array.shape, "at": position}
        position += -(-array.nbytes // _ALIGN) * _ALIGN
    header = json.dumps({"meta": dict(meta), "arrays": layout, "bytes": position}, sort_keys=True).encode()
    header += b" " * (-(len(_MAGIC) + 8 + len(header)) % _ALIGN)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:
            file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
            for array in arrays.values():
                file.write(np.ascontiguousarray(array).data)
                file.write(b"\0" * (-array.nbytes % _ALIGN))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read(path: Path) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return ``meta`` and the arrays of ``path``, read-only and mapped, not copied.

    Raises:
        LexiconError: There is no such file, or it is not one that ``write`` made, or it was cut short.
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise LexiconError(f"{path}: cannot be read ({error})") from error
    start = len(_MAGIC) + 8
    if data[: len(_MAGIC)] != _MAGIC:
        raise LexiconError(f"{path}: not a compiled lexicon of this version; compile it again")
    base = start + int.from_bytes(data[len(_MAGIC) : start], "little")
    try:
        header = json.loads(data[start:base])
    except ValueError as error:
        raise LexiconError(f"{path}: the header is damaged; compile it again") from error
    if base + header["bytes"] != len(data):
        raise LexiconError(f"{path}: has {len(data)} bytes, expected {base + header['bytes']}; compile it again")
    arrays = {
        name: np.frombuffer(data, item["dtype"], int(np.prod(item["shape"])), base + item["at"]).reshape(item["shape"])
        for name, item in header["arrays"].items()
    }
    return header["meta"], arrays
