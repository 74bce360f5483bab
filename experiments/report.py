"""Write RESULTS.md from the finished runs of the registered experiment.

    kgbert experiment run experiments/primary.yaml --processes 2      some nine hours of two cores, in pieces
    python experiments/report.py

The runs are in experiments/results, without their models. Nothing in RESULTS.md is written by hand.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from graph.atomic import write_lines
from kgbert.experiment import tables
from kgbert.experiment.compare import Comparison, compare
from kgbert.experiment.config import ExperimentConfig
from kgbert.experiment.found import find

HERE = Path(__file__).parent


def main() -> None:
    """Read the runs, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replicates", type=int, default=2000, help="draws behind each interval and p-value")
    arguments = parser.parse_args()
    asked = [run.out.name for run in ExperimentConfig.read(HERE / "primary.yaml").runs()]
    found = find(HERE / "results")
    missing = sorted(set(asked) - {run.folder.name for run in found.finished})
    comparison = None if missing else compare(found, replicates=arguments.replicates)
    write_lines(report(asked, missing, comparison), HERE / "RESULTS.md")


def report(asked: list[str], missing: list[str], comparison: Comparison | None) -> Iterator[str]:
    """Yield the lines of the report; before all runs are finished nothing is compared, so that nobody looks early."""
    yield "# Does knowledge help relation extraction here? Results"
    yield ""
    yield "Registered in [PREREGISTRATION.md](PREREGISTRATION.md); made by `python experiments/report.py` from the runs"
    yield "in `experiments/results`. What each figure is: [docs](../docs/experiments.md#comparing-runs)."
    yield ""
    yield f"{len(asked) - len(missing)} of {len(asked)} registered runs are finished."
    if comparison is None:
        yield "There is no result before all of them are: nothing is compared until then. Missing, by seed:"
        yield ""
        by_seed = Counter(int(name.rpartition("-")[2]) for name in missing)
        yield ", ".join(f"{seed}: {n}" for seed, n in sorted(by_seed.items()))
        return
    yield ""
    yield f"Claim: {comparison.claim}."
    yield ""
    yield from (f"- {note}" for note in comparison.notes())
    yield ""
    yield tables.text(comparison, format="markdown")


if __name__ == "__main__":
    main()
