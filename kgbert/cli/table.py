"""Predictions for a person to read."""

from rich.console import Console
from rich.table import Table

from graph.store import GraphStore
from kgbert.prediction import PredictedRelation, Prediction, path_to_list

N_PATHS = 2
"""Paths shown for a relation."""


def print_prediction(prediction: Prediction, store: GraphStore, *, console: Console | None = None) -> None:
    """Print the entities of a text, one row a concept, and its relations with their evidence."""
    console = console or Console()
    console.print(f"[bold]{prediction.document.id}[/]  {len(prediction.document.text):,} characters", highlight=False)
    console.print(_entities(prediction))
    if prediction.relations:
        console.print(_relations(prediction, store))
    else:
        console.print("no relation above the threshold\n")


def _entities(prediction: Prediction) -> Table:
    table = Table("concept", "name", "type", "mentions in the text", "score", title="entities", title_justify="left")
    groups: dict[str, list] = {}
    for entity in prediction.entities:
        groups.setdefault(entity.id or "NIL", []).append(entity)
    for id, entities in groups.items():
        texts = ", ".join(dict.fromkeys(e.text for e in entities))
        places = f"{texts}  (at {', '.join(str(e.start) for e in entities)})"
        table.add_row(id, entities[0].name, entities[0].type, places, f"{max(e.score for e in entities):.2f}")
    return table


def _relations(prediction: Prediction, store: GraphStore) -> Table:
    table = Table(
        "subject", "label", "object", "probability", "evidence in the graph", title="relations", title_justify="left"
    )
    names = {e.id: e.name or e.text for e in prediction.entities if e.id}
    for relation in prediction.relations:
        table.add_row(
            f"{names.get(relation.subject, '')} ({relation.subject})",
            relation.label,
            f"{names.get(relation.object, '')} ({relation.object})",
            f"{relation.score:.2f}",
            _evidence(relation, store),
        )
    return table


def _evidence(relation: PredictedRelation, store: GraphStore) -> str:
    lines = [f"{weight:.2f}  {_walk(path_to_list(path), store)}" for path, weight in relation.evidence.paths[:N_PATHS]]
    attended = ", ".join(f"{_name(id, store)} {weight:.2f}" for id, weight in relation.evidence.attention)
    return "\n".join([*lines, *([f"attends to {attended}"] if attended else [])]) or "none"


def _walk(words: list[str], store: GraphStore) -> str:
    return " ".join(word if i % 2 else _name(word, store) for i, word in enumerate(words))


def _name(id: str, store: GraphStore) -> str:
    (concept,) = store.concepts([id])
    return concept.name if concept else id
