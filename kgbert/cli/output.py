"""Printing and writing figures."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kgbert.entities import EntityPipeline
    from kgbert.pipeline import Pipeline


def show(figures: Mapping[str, object], json_out: Path | None = None) -> None:
    """Print ``figures`` as JSON, and write them to ``json_out`` if given."""
    if json_out is not None:
        write(figures, json_out)
    click.echo(_text(figures))


def write(figures: Mapping[str, object], path: Path) -> None:
    """Write ``figures`` as JSON to ``path``."""
    from ingest.corpora import lines

    lines.write([_text(figures)], path)


def tell_unread(pipeline: "Pipeline | EntityPipeline") -> None:
    """Say on standard error which of its graph's relation types ``pipeline`` passes over."""
    from kgbert.pipeline import Pipeline

    if isinstance(pipeline, Pipeline) and (types := pipeline.unread_relation_types):
        click.echo(f"not read, the model never met such relations: {', '.join(types)}", err=True)


def _text(figures: Mapping[str, object]) -> str:
    return json.dumps(figures, indent=2, ensure_ascii=False)
