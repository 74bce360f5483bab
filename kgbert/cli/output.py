"""Writing figures and predictions."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click


@contextmanager
def replaced(path: Path) -> Iterator[TextIO]:
    """Open a file to write that takes the place of ``path`` when all went well, and leaves it alone otherwise."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def show(figures: dict[str, Any], json_out: Path | None) -> None:
    """Print ``figures`` as JSON, and write them to ``json_out`` if given."""
    text = json.dumps(figures, indent=2, ensure_ascii=False)
    if json_out is not None:
        with replaced(json_out) as file:
            file.write(text + "\n")
    click.echo(text)
