"""``kgbert align``."""

from pathlib import Path

import click

from kgbert.cli import options
from kgbert.cli.options import listed


@click.command()
@options.graph
@click.option("--encoder", required=True, help="Folder or name of the encoder to begin with")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the new encoder"
)
@click.option("--types", help="Semantic types of the concepts to learn from, separated by commas  [default: all]")
@click.option("--pairs", default=0, help="Most pairs of synonyms, drawn evenly  [default: all]")
@click.option("--batch-size", default=128, show_default=True, help="Pairs a step")
@click.option("--seed", default=0, show_default=True)
def align(
    graph: str | None, encoder: str, out: Path, types: str | None, pairs: int, batch_size: int, seed: int
) -> None:
    """Teach an encoder which names of a graph mean the same; a run that was broken off goes on where it was."""
    from graph.open_graph import open_graph
    from graph.packaged import packaged_graph
    from kgbert.align import AlignConfig, Aligner, synonym_pairs
    from kgbert.encoder import find

    config = AlignConfig(most_pairs=pairs, batch_size=batch_size, seed=seed)
    with open_graph(graph or packaged_graph()) as store:
        drawn = synonym_pairs(store, config, types=frozenset(listed(types)))
    losses: list[float] = []
    for step, n_steps, loss in Aligner(find(encoder), out, config).train(drawn):
        losses.append(loss)
        if step % 50 == 0 or step == n_steps:
            click.echo(f"step {step} of {n_steps}: loss {sum(losses) / len(losses):.4f}")
            losses.clear()
