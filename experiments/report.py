"""Write RESULTS.md from the finished runs of the registered experiments.

    kgbert experiment run experiments/primary.yaml --processes 2      some nine hours of two cores, in pieces
    kgbert experiment run experiments/second.yaml --processes 2       some three hours
    python experiments/report.py

The runs are in experiments/results and experiments/second, without their models: those that were registered, and
others, which are reported apart and without tests. Those of full size are in experiments/full, those with one thing
changed in experiments/scaled, experiments/started, experiments/aligned and experiments/scaled-full. Nothing in
RESULTS.md is written by hand.
KGBERT_DATA and KGBERT_GRAPHS are read as the experiments read them.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.atomic import write_lines
from kgbert.example import Example
from kgbert.experiment import tables
from kgbert.experiment.claim import FULL
from kgbert.experiment.compare import Comparison, compare, default_contrasts
from kgbert.experiment.conditions import CONDITIONS
from kgbert.experiment.config import ExperimentConfig, RunConfig
from kgbert.experiment.contrast import Contrast, cells_of, conditions, paired, tabulated
from kgbert.experiment.environment import ENVIRONMENT
from kgbert.experiment.found import Runs, find
from kgbert.experiment.plots import draw
from kgbert.experiment.predictions import APART, related, walked
from kgbert.experiment.resample import Resampler
from kgbert.experiment.run import tested_on
from kgbert.experiment.runs import Cell, Run
from kgbert.run_folder import METRICS, finished
from kgbert.score import PairKey
from kgbert.units import document_of

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"


class Registration(NamedTuple):
    """An experiment whose outcome decides on a claim, by rules that were written down before it began.

    Attributes:
        file: What asks for its runs.
        folder: Where they are.
        rules: What was written down.
        title: Of what is said about it.
        most_spread: Points: where a contrast varies more over so many seeds as :data:`FEW_SEEDS`, the rules ask for as
            many more before any test; ``None`` where they do not.
    """

    file: str
    folder: str
    rules: str
    title: str
    most_spread: float | None = None


FEW_SEEDS = 10
FIRST = Registration("primary.yaml", "results", "PREREGISTRATION.md", "Three tasks", most_spread=2.0)
SECOND = Registration("second.yaml", "second", "PREREGISTRATION-2.md", "BC5CDR, with names that do not drown")


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered experiment as far as it is.

    Attributes:
        how: Its rules.
        asked: Its runs, by the names of their folders.
        runs: Those that are finished.
        beside: These and others in the same folder.
        spread: Standard deviation over seeds of each registered contrast, in points; empty before all are finished.
    """

    how: Registration
    asked: Mapping[str, RunConfig]
    runs: Sequence[Run]
    beside: Runs
    spread: Mapping[Contrast, float]

    @classmethod
    def of(cls, how: Registration, asked: Mapping[str, RunConfig], runs: Sequence[Run], beside: Runs) -> "Registered":
        """Return the experiment, its spread worked out if it may be: from no other figure than that."""
        finished = asked.keys() <= {run.folder.name for run in runs}
        return cls(how, asked, runs, beside, spreads(runs) if finished else {})

    @property
    def missing(self) -> list[str]:
        """Names of the runs that are not finished."""
        return sorted(self.asked.keys() - {run.folder.name for run in self.runs})

    @property
    def is_steady(self) -> bool:
        """Whether there are as many seeds as the rules ask for."""
        most = self.how.most_spread
        return most is None or max(self.spread.values()) <= most or len({run.seed for run in self.runs}) > FEW_SEEDS

    @property
    def may_be_read(self) -> bool:
        """Whether its runs may be compared."""
        return not self.missing and self.is_steady


class Altered(NamedTuple):
    """Runs of another folder done once more with one thing changed.

    Attributes:
        folder: Where they are, and the name of the file that asks for them.
        of: The folder of the others.
        mark: Put behind the names of their conditions.
        title: Of what is said about them.
        about: What was changed.
    """

    folder: str
    of: str
    mark: str
    title: str
    about: tuple[str, ...]


FULL_SIZES = "full"
"""Folder of the runs of full size."""

SCALED = Altered(
    "scaled",
    FIRST.folder,
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
    SECOND.folder,
    "*",
    "Started from masked language modelling",
    (
        "Before the task the model was taught masked words and whole mentions ([starts](starts)), with the graph or,",
        "for A0, without it ([started.yaml](started.yaml)). These runs have a star.",
    ),
)
ALIGNED = Altered(
    "aligned",
    SECOND.folder,
    "'",
    "With an encoder that knows synonyms",
    (
        "Text and names are read by the encoder of names that comes with kgbert, which was taught which names mean the",
        "same ([aligned.yaml](aligned.yaml)), instead of the one that it was made of. These runs have an apostrophe.",
    ),
)
SCALED_FULL = Altered(
    "scaled-full",
    FULL_SIZES,
    "+",
    "Full sizes with the vectors of names scaled up",
    (
        "The system as it is unless set otherwise ([scaled-full.yaml](scaled-full.yaml)), beside the runs of",
        "[full sizes](#full-sizes). These runs have a plus.",
    ),
)

TEXT_ONLY = "A0"

Slice = tuple[str, str]
"""What a slice goes by, and a value of that."""

HEAD = (
    "# Does knowledge help relation extraction here? Results",
    "",
    "Made by `python experiments/report.py` from the runs beside it. What each figure is:",
    "[docs](../docs/experiments.md#comparing-runs).",
)


def main() -> None:
    """Read the runs, compare what may be compared, write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replicates", type=int, default=2000, help="draws behind each interval and p-value")
    replicates = parser.parse_args().replicates
    experiments = {how: read(how) for how in (FIRST, SECOND)}
    plain = {how.folder: experiment.runs for how, experiment in experiments.items() if experiment.may_be_read}
    full = runs_in(FULL_SIZES)
    plain[FULL_SIZES] = full.finished
    sections = [report(experiment, replicates) for experiment in experiments.values()]
    sections += [full_sizes(full, replicates)]
    sections += [
        beside(how, runs_in(how.folder).finished, plain.get(how.of, ()), replicates)
        for how in (SCALED, STARTED, ALIGNED, SCALED_FULL)
        if (HERE / how.folder).is_dir()
    ]
    write_lines(chain(HEAD, *sections), HERE / "RESULTS.md")


def read(how: Registration) -> Registered:
    """Return a registered experiment; what other runs propose must not touch its own, so these are read first."""
    asked = {run.out.name: run for run in ExperimentConfig.read(HERE / how.file).runs()}
    return Registered.of(how, asked, runs_in(how.folder, names=asked.keys()).finished, runs_in(how.folder))


def runs_in(folder: str, *, names: Collection[str] | None = None) -> Runs:
    """Return the runs in a folder beside this file; none where it holds none that is finished."""
    return find(HERE / folder, names=names) if any((HERE / folder).glob(f"*/{METRICS}")) else Runs((), ())


def report(experiment: Registered, replicates: int) -> Iterator[str]:
    """Yield the lines about one experiment; before all registered runs are finished nothing is compared."""
    how, runs = experiment.how, experiment.runs
    yield ""
    yield f"## {how.title}"
    yield ""
    yield f"Registered in [{how.rules}]({how.rules}), settings in [{how.file}]({how.file})."
    yield f"{len(runs)} of {len(experiment.asked)} registered runs are finished{computed_on(runs)}."
    if experiment.missing:
        yield "There is no result before all of them are: nothing is compared until then. Missing, by seed:"
        yield ""
        by_seed = Counter(int(name.rpartition("-")[2]) for name in experiment.missing)
        yield ", ".join(f"{seed}: {n}" for seed, n in sorted(by_seed.items()))
        return
    spread = ", ".join(f"{contrast} {sd:.2f}" for contrast, sd in experiment.spread.items())
    yield ""
    yield f"Standard deviation over seeds, in points: {spread}."
    if not experiment.is_steady:
        yield f"One is above {how.most_spread:.0f}: seeds 10 to 19 are to be run before any test is looked at."
        return
    extended = with_related(runs, experiment.asked)
    yield from _registered(compare(Runs(tuple(extended), ()), replicates=replicates), extended, PICTURES / how.folder)
    if (opened := gates(runs)).rows:
        yield tables.markdown(opened)
    if others := contrasts_beside(experiment.beside.finished, runs):
        yield f"## {how.title}: beside the registered runs"
        yield ""
        yield from _exploratory(compare(experiment.beside, contrasts=others, replicates=replicates))


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


def spreads(runs: Sequence[Run]) -> dict[Contrast, float]:
    """Return the standard deviation over seeds of each registered contrast, in points; nothing else is worked out."""
    table, resampler = tabulated(runs), Resampler(replicates=1)
    found = {}
    for contrast in default_contrasts(conditions(table)):
        pairing = paired(table, contrast, cells_of(table, contrast))
        gains = [[resampler.observed(x) - resampler.observed(y) for x, y in cell] for cell in pairing.runs]
        found[contrast] = float(100 * np.mean(gains, axis=0).std(ddof=1))
    return found


def with_related(runs: Sequence[Run], asked: Mapping[str, RunConfig]) -> list[Run]:
    """Return ``runs`` with slices by how the true graph relates a pair, which the registered runs do not say."""
    full = {run.cell.task: asked[run.folder.name] for run in runs if run.condition == FULL}
    said = {
        (task, document_of(unit, config.task), subject, object): slices
        for task, config in full.items()
        for (unit, subject, object), slices in slices_of(tested_on(config)).items()
    }
    return [replace(run, slices={**run.slices, **_related(run, said)}) for run in runs]


def slices_of(examples: Sequence[Example]) -> dict[PairKey, set[Slice]]:
    """Return the slices of each pair that the graph relates: how far apart, and by which relation types directly."""
    found = {key: {("related", how)} for key, how in related(examples).items()}
    for key, paths in walked(examples):
        found[key] |= {("stated", path.steps[0].predicate) for path in paths if len(path.steps) == 1}
    return found


def _related(run: Run, said: Mapping[tuple[str, str, str, str], set[Slice]]) -> dict[Slice, NDArray[np.bool_]]:
    how = [said.get((run.cell.task, *pair[:3]), {("related", APART)}) for pair in run.pairs.pairs]
    return {slice: np.array([slice in of for of in how]) for slice in sorted(set(chain.from_iterable(how)))}


def contrasts_beside(runs: Sequence[Run], registered: Sequence[Run]) -> tuple[Contrast, ...]:
    """Return the full system against every condition that was not registered, and then :func:`retested`."""
    there = conditions(tabulated(runs))
    beside = set(there) - set(conditions(tabulated(registered)))
    return (*(c for c in default_contrasts(there) if c.y in beside), *retested(beside))


def retested(names: Collection[str]) -> Iterator[Contrast]:
    """Yield, for each model but the full one that is tested twice, its tests, and the second against the full one's."""
    again = {name: CONDITIONS[name] for name in sorted(names) if CONDITIONS[name].trained_as}
    for name, condition in again.items():
        if condition.trained_as != FULL:
            yield Contrast(condition.trained_as, name)
            likewise = (
                o for o, other in again.items() if (other.trained_as, other.test_graph) == (FULL, condition.test_graph)
            )
            yield from (Contrast(name, other) for other in likewise)


def _registered(comparison: Comparison, runs: Sequence[Run], pictures: Path) -> Iterator[str]:
    draw(comparison, runs, pictures)
    yield ""
    yield f"**{comparison.claim}.**"
    yield ""
    yield from (f"- {note}" for note in comparison.notes())
    yield ""
    yield f"![Gain by training size](pictures/{pictures.name}/gain.svg)"
    yield ""
    yield tables.text(comparison, format="markdown")


def _exploratory(comparison: Comparison) -> Iterator[str]:
    yield "Not registered: differences and intervals, no tests, no claims, and not the same cells and seeds everywhere."
    yield ""
    yield from map(tables.markdown, tables.untested(comparison))


if __name__ == "__main__":
    main()
