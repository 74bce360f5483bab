"""Printing and writing figures."""

import json
from collections.abc import Mapping
from pathlib import Path

import click


def show(figures: Mapping[str, object], json_out: Path | None = None) -> None:
    """Print ``figures`` as JSON, and write them to ``json_out`` if given."""
    if json_out is not None:
        write(figures, json_out)
    click.echo(_text(figures))


def write(figures: Mapping[str, object], path: Path) -> None:
    """Write ``figures`` as JSON to ``path``."""
    from ingest.corpora import lines

    lines.write([_text(figures)], path)


def _text(figures: Mapping[str, object]) -> str:
    return json.dumps(figures, indent=2, ensure_ascii=False)
