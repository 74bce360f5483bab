"""``kgbert leakage``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbert.cli.options import FOLDER, json_out
from kgbert.cli.output import write

if TYPE_CHECKING:
    from graph.lookup import LookupScore


@click.command()
@click.argument("task")
@click.argument("graph", type=FOLDER)
@click.argument("gold", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@json_out
def leakage(task: str, graph: Path, gold: tuple[Path, ...], json_out: Path | None) -> None:
    """Say how much of TASK the graph in GRAPH answers by itself, on the annotated files or folders GOLD.

    No text is read: a pair that the graph links counts as related. What this scores is no knowledge about language, and
    where a graph was made from the annotated papers it is the answer key.
    """
    from graph.embedded_store import EmbeddedGraphStore
    from kgbert.experiment.leak import leakage as measure
    from kgbert.task import named

    asked = named(task)
    with EmbeddedGraphStore.open(graph) as store:
        found = measure(gold, asked, store)
        told = {
            "forbidden sources": sorted(asked.forbidden_sources & {source.name for source in store.sources}),
            "forbidden predicates": sorted(asked.forbidden_predicates & set(store.snapshot.predicates)),
        }
    figures = {"precision": found.precision, "recall": found.recall, "f1": found.f1}
    click.echo(_told(asked.name, found, told))
    if json_out is not None:
        rows = [coverage._asdict() for coverage in found.by_predicate]
        write({"task": asked.name, **found._asdict(), "by_predicate": rows, **figures, **told}, json_out)


def _told(task: str, found: "LookupScore", told: dict[str, list[str]]) -> str:
    lines = [
        f"{task}: {found.pairs} pairs, {found.positives} related",
        f"linked by the graph: {found.found}, of which {found.right} are related",
        f"lookup  P {found.precision:.3f}  R {found.recall:.3f}  F1 {found.f1:.3f}",
        *(f"{what} in the graph: {', '.join(names) or 'none'}" for what, names in told.items()),
        "by relation type (related / other pairs linked):",
        *(f"  {c.predicate}  {c.positives} / {c.negatives}" for c in found.by_predicate),
    ]
    return "\n".join(lines)
