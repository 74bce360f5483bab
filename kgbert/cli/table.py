"""Predictions for a person to read."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph.store import GraphStore
from ingest.document import Entity
from kgbert.prediction import PredictedRelation, Prediction, path_to_list

N_PATHS = 2
"""Paths shown for a relation."""

SHUT = 0.01
"""A gate below this lets so little through that what was attended to is not worth a look."""

MIN_WIDTH = 100
"""Columns used where the output is no terminal."""


def print_prediction(prediction: Prediction, store: GraphStore, *, console: Console | None = None) -> None:
    """Print the entities of a text, one row a concept, and its relations with their evidence."""
    console = console or _console()
    title = f"{prediction.document.id} ({len(prediction.document.text):,} characters)"
    console.print(Text(title, style="bold"))
    console.print(_entities(prediction))
    names = {e.id: e.name or e.text for e in prediction.entities if e.id}
    for relation in prediction.relations:
        arguments = (
            (relation.subject, relation.subject_assertion),
            (relation.object, relation.object_assertion),
        )
        subject, object = (f"{names.get(id, id)} ({id}){_unless_present(said)}" for id, said in arguments)
        console.print(Text(f"{relation.score:.2f}  {subject}  {relation.label}  {object}"))
        for line in _evidence(relation, store):
            console.print(Text(f"      {line}", style="dim"))
    if not prediction.relations:
        console.print(Text("no relation above the threshold"))
    console.print()


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=max(console.width, MIN_WIDTH))


def _entities(prediction: Prediction) -> Table:
    table = Table("concept", "name", "type", "in the text, at", "score")
    groups: dict[str, list[Entity]] = {}
    for entity in prediction.entities:
        groups.setdefault(entity.id or "NIL", []).append(entity)
    for id, entities in groups.items():
        texts = ", ".join(dict.fromkeys(e.text for e in entities))
        places = f"{texts}  {', '.join(map(_place, entities))}"
        table.add_row(id, entities[0].name, entities[0].type, Text(places), f"{max(e.score for e in entities):.2f}")
    return table


def _place(entity: Entity) -> str:
    return f"{entity.start}{_unless_present(entity.assertion)}"


def _unless_present(assertion: str) -> str:
    return "" if assertion == "present" else f" {assertion}"


def _evidence(relation: PredictedRelation, store: GraphStore) -> Iterator[str]:
    """Yield a line for the text's part, one for each of the first paths, and one for what the tokens attended to."""
    evidence = relation.evidence
    if evidence.text_score not in {None, relation.score}:
        yield f"text alone {evidence.text_score:.2f}"
    for path, weight in evidence.paths[:N_PATHS]:
        yield f"path {weight:.2f}  {_walk(path_to_list(path), store)}"
    if evidence.attention and evidence.gate >= SHUT:
        attended = ", ".join(f"{_name(id, store)} {weight:.2f}" for id, weight in evidence.attention)
        yield f"attention (gate {evidence.gate:.3f})  {attended}"


def _walk(words: list[str], store: GraphStore) -> str:
    return " ".join(f"-{word}-" if i % 2 else _name(word, store) for i, word in enumerate(words))


def _name(id: str, store: GraphStore) -> str:
    (concept,) = store.concepts([id])
    return concept.name if concept else id
