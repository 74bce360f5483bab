"""What is known: concepts, relations, the stores that keep them, and the subgraphs retrieved from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from graph.ontology import Ontology

__all__ = ["load"]


def load(path: Path | str) -> Ontology:
    """Read an ontology from a file or folder; its format is recognised by content (:func:`graph.formats.load`)."""
    from graph.formats import load

    return load(path)
