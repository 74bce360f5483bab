"""Where the paths lead that stand in a YAML file: they count from its folder."""

import os
from pathlib import Path
from typing import Any

from graph.neo4j.address import is_address
from kgbert.errors import ConfigError
from kgbert.packaged import PACKAGED


def path_told(key: str, value: Any, file: Path) -> Path:
    """Return where the path leads that stands under ``key`` in ``file``; environment variables are filled in.

    Raises:
        ConfigError: It is no text.
    """
    if not isinstance(value, str):
        raise ConfigError(f"{file}: {key}: found {value!r}, expected a path")
    return file.parent / os.path.expandvars(value)


def graph_told(key: str, value: Any, file: Path) -> Path | str:
    """Return where the graph is that stands under ``key`` in ``file``.

    :data:`PACKAGED` and addresses stay as they are.

    Raises:
        ConfigError: It is no text.
    """
    where = os.path.expandvars(value) if isinstance(value, str) else value
    return where if where == PACKAGED or is_address(where) else path_told(key, value, file)
