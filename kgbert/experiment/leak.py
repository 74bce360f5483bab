"""How much of a task a graph answers without reading anything: what looking its pairs up scores."""

from collections.abc import Sequence
from pathlib import Path

from graph.embedded_store import EmbeddedGraphStore
from graph.lookup import LookupScore, look_up
from ingest.corpora.read import read_annotated
from kgbert.mention_linker import MentionLinker
from kgbert.task import Task
from kgbert.units import units


def leakage(paths: Sequence[Path], task: Task, store: EmbeddedGraphStore) -> LookupScore:
    """Return what the graph in ``store`` scores on the annotated files ``paths``, a linked pair taken for a relation.

    Every pair that ``task`` asks about within a unit counts, with gold entities. A pair with an argument that the
    graph does not hold is one that it does not link.

    Raises:
        CorpusFormatError: A file breaks its format.
    """
    documents = units(read_annotated(paths), task)
    named = MentionLinker(store, task).links(documents)
    pairs: list[tuple[str | None, str | None]] = []
    related: list[bool] = []
    for document in documents:
        stated = {(r.subject, r.object) for r in document.relations}
        for subject, object in task.asked(document):
            pairs.append((named.get(subject, subject), named.get(object, object)))
            related.append((subject, object) in stated)
    return look_up(store, pairs, related)
