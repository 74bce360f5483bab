"""The folder of a run, finished once its figures are there: they are written last; and what runs share."""

import json
from pathlib import Path
from typing import Any

from ingest.corpora import lines

METRICS = "metrics.json"
"""Holds the figures; a folder without it holds no finished run."""

KEPT = ".kept"
"""Folder of control graphs and links, beside the runs; it may be deleted, and is made again."""


def finished(out: Path) -> dict[str, Any] | None:
    """Return the figures of the run into folder ``out``, if it was finished."""
    done = out / METRICS
    figures: dict[str, Any] | None = json.loads(done.read_text(encoding="utf-8")) if done.exists() else None
    return figures


def finish(out: Path, figures: dict[str, Any]) -> None:
    """Write the figures of the run into folder ``out``: from then on it is finished."""
    lines.write([json.dumps(figures, indent=1)], out / METRICS)
