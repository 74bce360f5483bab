"""What a subgraph says of some pairs as sentences: knowledge for a model that reads nothing but text."""

from collections.abc import Iterable, Iterator

from graph.subgraph import Path, Step, Subgraph


def facts(subgraph: Subgraph, paths: Iterable[tuple[Path, ...]]) -> str:
    """Return the ``paths`` of the pairs, in turn the first of each, then the relations of the seeds.

    An edge reads ``aspirin has side effect ulcer``, in its own direction whichever way a path walks it; the edges of a
    path are joined by commas. No sentence stands twice; a path through a concept that the budget cut is left out.
    """
    names = {concept.id: concept.name for concept in subgraph.concepts}
    seeds = {concept.id for concept in subgraph.concepts if concept.distance == 0}
    said = [*_walked(paths, names)]
    said += [
        _edge(names[r.subject], names[r.object], predicate=r.predicate)
        for r in subgraph.relations
        if r.subject in seeds or r.object in seeds
    ]
    return " ".join(f"{sentence}." for sentence in dict.fromkeys(said))


def _walked(paths: Iterable[tuple[Path, ...]], names: dict[str, str]) -> Iterator[str]:
    ranked = ((rank, path) for found in paths for rank, path in enumerate(found))
    for _, path in sorted(ranked, key=lambda item: (item[0], len(item[1].steps))):
        places = [path.start, *(step.to for step in path.steps)]
        if names.keys() >= set(places):
            called = [names[place] for place in places]
            yield ", ".join(map(_step, called, path.steps, called[1:]))


def _step(here: str, step: Step, there: str) -> str:
    return (
        _edge(here, there, predicate=step.predicate) if step.forward else _edge(there, here, predicate=step.predicate)
    )


def _edge(subject: str, object: str, *, predicate: str) -> str:
    return f"{subject} {predicate.replace('_', ' ')} {object}"
