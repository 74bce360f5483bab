"""Files and folders that are written whole or not at all."""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write; it takes the place of ``path`` when the block ends, and is gone if the block fails.

    Raises:
        OSError: The file cannot be written.
    """
    temporary = _beside(path)
    try:
        with temporary.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def folder(path: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it becomes ``path`` when the block ends, and is gone if the block fails.

    Raises:
        FileExistsError: There is something at ``path`` already that is no empty folder.
        OSError: The folder cannot be written.
    """
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise FileExistsError(errno.EEXIST, "there is something already; expected a new or an empty folder", str(path))
    temporary = _beside(path)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_lines(lines: Iterable[str], path: Path) -> None:
    r"""Write ``lines`` in UTF-8, each ended with ``\n``, to ``path``: all of them or, on any error, none.

    Raises:
        UnicodeEncodeError: A line holds half of a surrogate pair.
        OSError: The file cannot be written.
    """
    with file(path) as out:
        out.writelines(f"{line}\n".encode() for line in lines)


def _beside(path: Path) -> Path:
    """Return a new name in the folder of ``path``, so that a rename moves no data."""
    path = path.absolute()
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}")
