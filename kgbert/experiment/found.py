"""The finished runs in a folder, all evaluated on the same."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from kgbert.errors import RunError
from kgbert.experiment.pairs import Pair, check_same
from kgbert.experiment.runs import PREDICTIONS, Cell, Run, read
from kgbert.run_folder import KEPT, METRICS

_REPORTS = frozenset({".csv", ".md", ".png", ".svg", ".tex"})
"""Suffixes of files that a comparison writes."""


class Runs(NamedTuple):
    """What a folder holds.

    Attributes:
        finished: By cell, condition and seed.
        unfinished: Folders of runs that have no metrics yet; nothing of them is used.
    """

    finished: tuple[Run, ...]
    unfinished: tuple[Path, ...]


def find(folder: Path, *, names: Collection[str] | None = None) -> Runs:
    """Read the finished runs in ``folder``, at any depth; with ``names`` those alone whose folders are called so.

    A finished run has metrics and predictions (a trained model beside them has metrics alone), and no name that begins
    with a dot, for such a folder is still being written. Unfinished is called a folder that holds files other than
    tables and pictures, and lies neither above nor below a finished run.

    Raises:
        RunError: There is no finished run; one is damaged or is there twice; or two runs of a task were evaluated on
            different pairs. Says where.
    """
    places = sorted(path.parent for path in folder.rglob(METRICS) if _is_run(path.parent, folder))
    if names is not None:
        places = [place for place in places if place.name in names]
    unfinished = tuple(_unfinished(folder, frozenset(places)))
    if not places:
        raise RunError(
            f"{folder}: no finished run (a folder with {METRICS} and {PREDICTIONS}), {len(unfinished)} unfinished"
        )
    runs: dict[tuple[Cell, str, int], Run] = {}
    shared: dict[str, Run] = {}
    for run in _among_all_pairs([read(place) for place in places]):
        key = (run.cell, run.condition, run.seed)
        if key in runs:
            same = f"{run.condition} on {run.cell}, seed {run.seed}"
            raise RunError(f"{runs[key].folder} and {run.folder}: both are {same}; expected one run of each")
        first = shared.setdefault(run.cell.task, run)
        runs[key] = _sharing(run, first)
    return Runs(tuple(runs[key] for key in sorted(runs)), unfinished)


def _among_all_pairs(runs: Sequence[Run]) -> Iterator[Run]:
    """Yield each run on its pairs and all that a run of its task proposed."""
    proposed: dict[str, set[Pair]] = {}
    for run in runs:
        proposed.setdefault(run.cell.task, set()).update(run.proposed)
    return (run.among(proposed[run.cell.task]) for run in runs)


def _sharing(run: Run, first: Run) -> Run:
    """Return ``run`` with the pairs of ``first``, which are the same."""
    check_same(first.pairs, first.folder, run.pairs, run.folder)
    if run.evaluation_sha256 != first.evaluation_sha256:
        raise RunError(
            f"{first.folder} and {run.folder}: evaluation_sha256 is {first.evaluation_sha256} in the first,"
            f" {run.evaluation_sha256} in the second; runs of {run.cell.task} must evaluate the same to compare"
        )
    return replace(run, pairs=first.pairs)


def _unfinished(root: Path, finished: frozenset[Path]) -> Iterator[Path]:
    """Yield the topmost folders that look like runs and are above and below none that is finished, sorted."""
    above = {parent for place in finished for parent in place.parents}
    seen: set[Path] = set(finished)
    folders = (path for path in root.rglob("*") if path.is_dir() and KEPT not in path.relative_to(root).parts)
    for path in sorted(folders):
        if seen.isdisjoint((path, *path.parents)) and path not in above and _holds_work(path):
            seen.add(path)
            yield path


def _holds_work(folder: Path) -> bool:
    return any(path.is_file() and path.suffix not in _REPORTS for path in folder.iterdir())


def _is_run(path: Path, root: Path) -> bool:
    return (path / PREDICTIONS).is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
