"""Write RESULTS.md from the finished runs of the registered experiment.

    kgbert experiment run experiments/primary.yaml --processes 2      some nine hours of two cores, in pieces
    python experiments/report.py

The runs are in experiments/results, without their models: those that were registered, and others, which are reported
apart and without tests. Those of full size are in experiments/full, those with one thing changed in experiments/scaled
and experiments/started. Nothing in RESULTS.md is written by hand.
KGBERT_DATA and KGBERT_GRAPHS are read as the experiment reads them.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from graph.atomic import write_lines
from kgbert.experiment import tables
from kgbert.experiment.claim import FULL
from kgbert.experiment.compare import Comparison, compare, default_contrasts
from kgbert.experiment.config import ExperimentConfig, RunConfig
from kgbert.experiment.contrast import Contrast, cells_of, conditions, paired, tabulated
from kgbert.experiment.environment import ENVIRONMENT
from kgbert.experiment.found import Runs, find
from kgbert.experiment.plots import draw
from kgbert.experiment.predictions import APART, DIRECT, PATH, related
from kgbert.experiment.resample import Resampler
from kgbert.experiment.run import tested_on
from kgbert.experiment.runs import Cell, Run
from kgbert.experiment.units import document_of
from kgbert.run_folder import finished

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"


class Altered(NamedTuple):
    """Registered runs of small size done once more with one thing changed.

    Attributes:
        folder: Where they are, and the name of the file that asks for them.
        mark: Put behind the names of their conditions.
        title: Of what is said about them.
        about: What was changed.
    """

    folder: str
    mark: str
    title: str
    about: tuple[str, ...]


SCALED = Altered(
    "scaled",
    "+",
    "With the vectors of names scaled up",
    (
        "In the registered runs what concepts and relation types are called is nearly drowned by what it is added to",
        "([docs](../docs/model.md#names-that-drown)). Here the vectors of names are multiplied by the root of their",
        "width (`scale_names`, [scaled.yaml](scaled.yaml)) and all else is as it was. These runs have a plus.",
    ),
)
STARTED = Altered(
    "started",
    "*",
    "Started from masked language modelling",
    (
        "Before the task the model was taught masked words and whole mentions ([starts](starts)), with the graph or,",
        "for A0, without it ([started.yaml](started.yaml)). These runs have a star.",
    ),
)

MOST_SPREAD = 2.0
"""Points: a contrast that varies more over ten seeds asks for ten more (PREREGISTRATION.md)."""
FEW_SEEDS = 10
TEXT_ONLY = "A0"


def main() -> None:
    """Read the runs, compare what may be compared, write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replicates", type=int, default=2000, help="draws behind each interval and p-value")
    arguments = parser.parse_args()
    asked = {run.out.name: run for run in ExperimentConfig.read(HERE / "primary.yaml").runs()}
    # What other runs propose must not touch the registered ones, so these are read by themselves first.
    registered = find(HERE / "results", names=asked.keys()).finished
    lines = report(asked, registered, find(HERE / "results"), arguments.replicates)
    whole = full_sizes(find(HERE / "full"), arguments.replicates)
    plain = registered if may_be_read(asked, registered) else ()
    altered = (
        beside(how, find(HERE / how.folder).finished, plain, arguments.replicates)
        for how in (SCALED, STARTED)
        if (HERE / how.folder).is_dir()
    )
    write_lines(chain(lines, *altered, whole), HERE / "RESULTS.md")


def report(asked: dict[str, RunConfig], registered: Sequence[Run], found: Runs, replicates: int) -> Iterator[str]:
    """Yield the lines of the report; before all registered runs are finished nothing is compared."""
    yield "# Does knowledge help relation extraction here? Results"
    yield ""
    yield "Registered in [PREREGISTRATION.md](PREREGISTRATION.md); made by `python experiments/report.py` from the runs"
    yield "in `experiments/results`. What each figure is: [docs](../docs/experiments.md#comparing-runs)."
    yield ""
    yield f"{len(registered)} of {len(asked)} registered runs are finished{computed_on(registered)}."
    if missing := missing_of(asked, registered):
        yield "There is no result before all of them are: nothing is compared until then. Missing, by seed:"
        yield ""
        by_seed = Counter(int(name.rpartition("-")[2]) for name in missing)
        yield ", ".join(f"{seed}: {n}" for seed, n in sorted(by_seed.items()))
        return
    spread = spreads(registered)
    yield ""
    yield "Standard deviation over seeds, in points: " + ", ".join(f"{c} {sd:.2f}" for c, sd in spread.items()) + "."
    if not enough_seeds(registered, spread):
        yield f"One is above {MOST_SPREAD:.0f}: seeds 10 to 19 are to be run before any test is looked at."
        return
    extended = with_related(registered, asked)
    yield from _registered(compare(Runs(tuple(extended), ()), replicates=replicates), extended)
    if (opened := gates(registered)).rows:
        yield tables.markdown(opened)
    if others := contrasts_beside(found.finished, registered):
        yield from _exploratory(compare(found, contrasts=others, replicates=replicates))


def computed_on(runs: Sequence[Run]) -> str:
    """Return how many of ``runs`` were computed on what, as the end of a sentence; nothing where no run says."""
    notes = (run.folder / ENVIRONMENT for run in runs)
    environments = (json.loads(note.read_text(encoding="utf-8")) for note in notes if note.exists())
    counts = Counter(environment.get("device", "cpu") for environment in environments)
    return f" ({', '.join(f'{n} on {device}' for device, n in sorted(counts.items()))})" if counts else ""


def gates(runs: Sequence[Run]) -> tables.Table:
    """Return how far the gates of the knowledge attention were open in the end, in either direction."""
    found: dict[tuple[str, Cell], list[float]] = defaultdict(list)
    for run in runs:
        for gate in (finished(run.folder) or {}).get("gates", {}).values():
            found[run.condition, run.cell].append(abs(gate))
    cells = sorted({cell for _, cell in found})
    rows = (
        (condition, *(_spread(found[condition, cell]) for cell in cells))
        for condition in sorted({condition for condition, _ in found})
    )
    title = "Gates of the knowledge attention, |tanh(gamma)| after training, mean ± SD over seeds"
    return tables.Table(title, ("condition", *map(str, cells)), tuple(rows))


def _spread(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f} ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else "–"


def full_sizes(found: Runs, replicates: int) -> Iterator[str]:
    """Yield the lines about whole training parts."""
    yield ""
    yield "## Full sizes"
    yield ""
    yield "Not registered, no tests, no claims: whole training parts, whole development parts (of DDI2013 a fifth of"
    yield "the training part), few seeds ([full.yaml](full.yaml)). With one seed an interval knows the documents alone."
    yield ""
    yield from map(tables.markdown, tables.untested(compare(found, replicates=replicates)))


def beside(how: Altered, runs: Sequence[Run], registered: Sequence[Run], replicates: int) -> Iterator[str]:
    """Yield the lines about ``runs``, altered as ``how`` says, beside the registered ones of their cells and seeds."""
    named = [replace(run, condition=f"{run.condition}{how.mark}") for run in runs]
    own, places = sorted({run.condition for run in runs}), {(run.cell, run.seed) for run in runs}
    plain = [run for run in registered if (run.cell, run.seed) in places and run.condition in {*own, TEXT_ONLY}]
    there, full = {run.condition for run in plain}, f"{FULL}{how.mark}"
    contrasts = [Contrast(full, f"{condition}{how.mark}") for condition in own if condition != FULL]
    contrasts += [Contrast(f"{condition}{how.mark}", condition) for condition in own if condition in there]
    contrasts += [Contrast(full, condition) for condition in sorted(there - set(own))]
    yield ""
    yield f"## {how.title}"
    yield ""
    yield "Not registered, no tests, no claims."
    yield from how.about
    yield ""
    found = Runs((*plain, *named), ())
    yield from map(tables.markdown, tables.untested(compare(found, contrasts=contrasts, replicates=replicates)))


def may_be_read(asked: dict[str, RunConfig], registered: Sequence[Run]) -> bool:
    """Return whether the registered runs may be compared: all are finished, and enough for how much they vary."""
    return not missing_of(asked, registered) and enough_seeds(registered, spreads(registered))


def missing_of(asked: dict[str, RunConfig], registered: Sequence[Run]) -> list[str]:
    """Return the names of the registered runs that are not finished."""
    return sorted(asked.keys() - {run.folder.name for run in registered})


def enough_seeds(registered: Sequence[Run], spread: Mapping[Contrast, float]) -> bool:
    """Return whether there are as many seeds as the ``spread`` over them asks for."""
    return max(spread.values()) <= MOST_SPREAD or len({run.seed for run in registered}) > FEW_SEEDS


def spreads(runs: Sequence[Run]) -> dict[Contrast, float]:
    """Return the standard deviation over seeds of each registered contrast, in points; nothing else is worked out."""
    table, resampler = tabulated(runs), Resampler(replicates=1)
    found = {}
    for contrast in default_contrasts(conditions(table)):
        pairing = paired(table, contrast, cells_of(table, contrast))
        gains = [[resampler.observed(x) - resampler.observed(y) for x, y in cell] for cell in pairing.runs]
        found[contrast] = float(100 * np.mean(gains, axis=0).std(ddof=1))
    return found


def with_related(runs: Sequence[Run], asked: dict[str, RunConfig]) -> list[Run]:
    """Return ``runs`` with slices by whether the true graph relates a pair, which the registered runs do not say."""
    full = {run.cell.task: asked[run.folder.name] for run in runs if run.condition == FULL}
    said = {
        (task, document_of(unit, config.task), subject, object): how
        for task, config in full.items()
        for (unit, subject, object), how in related(tested_on(config)).items()
    }
    return [replace(run, slices={**run.slices, **_related(run, said)}) for run in runs]


def _related(run: Run, said: dict[tuple[str, str, str, str], str]) -> dict[tuple[str, str], np.ndarray]:
    how = np.array([said.get((run.cell.task, *pair[:3]), APART) for pair in run.pairs.pairs])
    return {("related", value): how == value for value in (APART, DIRECT, PATH) if (how == value).any()}


def contrasts_beside(runs: Sequence[Run], registered: Sequence[Run]) -> tuple[Contrast, ...]:
    """Return the full system against every condition that was not registered."""
    beside = set(conditions(tabulated(runs))) - set(conditions(tabulated(registered)))
    return tuple(c for c in default_contrasts(conditions(tabulated(runs))) if c.y in beside)


def _registered(comparison: Comparison, runs: Sequence[Run]) -> Iterator[str]:
    draw(comparison, runs, PICTURES)
    yield ""
    yield f"**{comparison.claim}.**"
    yield ""
    yield from (f"- {note}" for note in comparison.notes())
    yield ""
    yield "![Gain by training size](pictures/gain.svg)"
    yield ""
    yield tables.text(comparison, format="markdown")


def _exploratory(comparison: Comparison) -> Iterator[str]:
    yield "## Exploratory"
    yield ""
    yield "Not registered: differences and intervals, no tests, no claims, and not the same cells and seeds everywhere."
    yield ""
    yield from map(tables.markdown, tables.untested(comparison))


if __name__ == "__main__":
    main()
