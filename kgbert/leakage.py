"""The check that a graph does not hold the answers of a task."""

from graph.embedded_store import EmbeddedGraphStore
from kgbert.errors import TaskError
from kgbert.task import Task


def refuse_leaks(store: EmbeddedGraphStore, task: Task) -> None:
    """Do nothing if ``store`` holds nothing that ``task`` must not see.

    Raises:
        TaskError: It holds a source that the task forbids, or relations of a type that states the answer.
    """
    sources = sorted(task.forbidden_sources & {source.name for source in store.sources})
    predicates = sorted(task.forbidden_predicates & set(store.snapshot.predicates))
    if sources or predicates:
        found = ", ".join([*(f"source {name}" for name in sources), *(f"relation type {name}" for name in predicates)])
        raise TaskError(
            f"the graph in {store.path} holds answers of task {task.name}: {found}; build it without them "
            "(graph.leakage.without_leaks)"
        )
