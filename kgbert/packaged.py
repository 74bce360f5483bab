"""What comes with the package, and the words that stand for it; light, for what needs no deep learning."""

import json
from functools import cache
from pathlib import Path

from graph.embedded_store import EmbeddedGraphStore
from graph.open_graph import local_graph

PACKAGED = "packaged"
"""Stands for what comes with kgbert, where a folder might stand: a graph, a detector, an encoder of names."""

DICTIONARY = "dictionary"
"""Stands for the names of the graph, where a detector's folder might stand."""

_DATA = Path(__file__).parent / "data"

MODEL = _DATA / "cid"
"""Chemical-induced disease over the packaged graph."""

DETECTOR = _DATA / "detector"
"""Mentions of chemicals and diseases in abstracts."""

NAMES = _DATA / "names"
"""Encoder of names, aligned on synonyms."""


def graph_in(where: str | Path) -> EmbeddedGraphStore:
    """Return the graph in a folder or at an address (:func:`graph.open_graph.local_graph`), or the packaged one."""
    if where == PACKAGED:
        from graph.packaged import packaged_graph

        where = packaged_graph()
    return local_graph(where)


def fits(graph: str | Path) -> bool:
    """Return whether the packaged model was trained on ``graph``, a folder or an address."""
    return local_graph(graph).release == _release()


@cache
def _release() -> str:
    release: str = json.loads((MODEL / "config.json").read_text(encoding="utf-8"))["graph_release"]
    return release
