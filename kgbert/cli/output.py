"""Printing and writing figures."""

import json
from pathlib import Path
from typing import Any

import click


def show(figures: dict[str, Any], json_out: Path | None) -> None:
    """Print ``figures`` as JSON, and write them to ``json_out`` if given."""
    from ingest.corpora import lines

    text = json.dumps(figures, indent=2, ensure_ascii=False)
    if json_out is not None:
        lines.write([text], json_out)
    click.echo(text)
