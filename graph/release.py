"""The folder of an embedded graph: releases, the pointer to the current one, and who may touch what.

    GRAPH/current.json        which release is current; replaced last, in one step
    GRAPH/writer.lock         held by the one writer
    GRAPH/release-000002/     manifest.json (locked, shared, by its readers), graph.sqlite, snapshot.bin

A release never changes once the pointer has named it, so a reader needs no lock against the writer, and a writer
that dies leaves the old pointer and a folder that the next writer removes. A superseded release is removed when it
has no reader left. Locks are ``flock``'s (POSIX), which the system releases with the process.
"""

import contextlib
import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import orjson

from graph.errors import StoreError
from graph.manifest import FORMAT, read_json

POINTER, LOCK = "current.json", "writer.lock"
MANIFEST, RECORD, SNAPSHOT = "manifest.json", "graph.sqlite", "snapshot.bin"
_FOLDERS = "release-*"


def current(path: Path) -> Path | None:
    """Return the folder of the current release; ``None`` if none was published.

    Raises:
        StoreError: The pointer is damaged or of another format.
    """
    pointer = path / POINTER
    try:
        name = read_json(pointer).get("folder")
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not isinstance(name, str) or Path(name).name != name:
        raise StoreError(f"{pointer}: damaged, it names no release folder")
    return path / name


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Be the one writer of the graph at ``path``.

    Raises:
        StoreError: Another writer is active.
    """
    try:
        file = (path / LOCK).open("a")
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror})") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(f"{path}: another writer is active; try again when it is done") from error
        yield


@contextlib.contextmanager
def creating(path: Path) -> Iterator[None]:
    """Be the one writer of a new graph at ``path``, whose folder is made if need be.

    Raises:
        StoreError: There is a graph already, or no folder can be made there.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: cannot make a folder for the graph ({error.strerror})") from error
    with writing(path):
        if current(path) is not None:
            raise StoreError(f"{path}: there is a graph already; open it, or choose another folder")
        yield


@contextlib.contextmanager
def drafting(path: Path) -> Iterator[Path]:
    """Give an empty folder for the next release, which is gone again after any error; the caller is the writer.

    Raises:
        StoreError: The release cannot be written.
    """
    folder = _begin(path)
    try:
        yield folder
    except (sqlite3.Error, OSError, UnicodeEncodeError, orjson.JSONEncodeError) as error:
        _discard(folder)
        raise StoreError(f"{path}: cannot write the graph ({error})") from error
    except BaseException:
        _discard(folder)
        raise


def _begin(path: Path) -> Path:
    before = current(path)
    number = int(before.name.partition("-")[2]) + 1 if before else 1
    folder = path / f"release-{number:06d}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _discard(folder: Path) -> None:
    """Remove a release that could not be finished, unless it is current after all."""
    if current(folder.parent) != folder:
        shutil.rmtree(folder, ignore_errors=True)


def publish(folder: Path, release: str) -> None:
    """Make ``folder`` the current release, with everything in it on disk first."""
    for file in folder.iterdir():
        _sync(file)
    _sync(folder)
    path = folder.parent
    draft = path / f"{POINTER}.new"
    draft.write_text(json.dumps({"format": FORMAT, "release": release, "folder": folder.name}), encoding="utf-8")
    _sync(draft)
    os.replace(draft, path / POINTER)
    _sync(path)


def read_lock(folder: Path) -> int:
    """Keep the release in ``folder`` from being removed while the returned file descriptor is open."""
    descriptor = os.open(folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def sweep(path: Path) -> None:
    """Remove what no reader uses any more, as far as that is possible; the caller is the writer."""
    keep = current(path)
    for folder in path.glob(_FOLDERS):
        if folder != keep:
            with contextlib.suppress(OSError), (folder / MANIFEST).open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
