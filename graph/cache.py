"""The user's cache: folders named by what they depend on, made once and never changed."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path


def cache_folder() -> Path:
    """Return where folders are kept: ``$KGBERT_CACHE``, else the platform's cache folder for ``kgbert``."""
    if chosen := os.environ.get("KGBERT_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "kgbert" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/kgbert"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kgbert"


def made(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return ``folder``, which ``make`` makes, under another name, if it is not there.

    It appears in one step: processes that make it at once do the work twice, and one result stays.

    Raises:
        OSError: The cache cannot be written.
    """
    if not folder.exists():
        with beside(folder) as work:
            make(work)
            publish(work, folder)
    return folder


@contextlib.contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """Give the name of a folder to be made on the same disk as ``folder``; what is not published is removed.

    Raises:
        OSError: The cache cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        yield work / "made"
    finally:
        shutil.rmtree(work, ignore_errors=True)


def publish(made: Path, folder: Path) -> None:
    """Give ``made`` its name in one step; if another process was first, its folder stays.

    Raises:
        OSError: The folder cannot be given its name.
    """
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
