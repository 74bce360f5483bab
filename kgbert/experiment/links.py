"""The concepts of a corpus's mentions, found once for all runs."""

import json
from pathlib import Path

from graph.atomic import write_lines
from graph.embedded_store import EmbeddedGraphStore
from kgbert.experiment.corpus import Corpus, checksum
from kgbert.mention_linker import MentionLinker


def links(corpus: Corpus, store: EmbeddedGraphStore, kept: Path) -> dict[str, str]:
    """Return the concept of each mention of ``corpus``, kept in a file in the folder ``kept`` once they are found."""
    units = (*corpus.training, *corpus.evaluation)
    path = kept / f"links-{corpus.task.name}-{store.release[:16]}-{checksum(units)[:16]}.json"
    if not path.exists():
        kept.mkdir(parents=True, exist_ok=True)
        write_lines([json.dumps(MentionLinker(store, corpus.task).links(units))], path)
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found
