"""How often the tests and intervals of `kgbert experiment compare` are right, on made-up runs.

    python benchmarks/significance.py [--trials 400]

Runs of two conditions are drawn from one distribution (or, last, with a gain) and compared as real ones are; each
figure is a share of the trials. A logit is strength x gold + noise, where the strength varies with the seed, with
condition and document, or not at all. Wanted: 5 % for the tests, 95 % for the interval.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgbert.experiment.contrast import Contrast, finding, paired
from kgbert.experiment.pairs import Pair, Pairs
from kgbert.experiment.resample import Resampler
from kgbert.experiment.runs import Cell, Run

CELL = Cell("T", 200)
N_DOCUMENTS, PER_DOCUMENT, SHARE = 60, 6, 0.25
REPLICATES = 400


@dataclass(frozen=True, slots=True)
class World:
    """What makes runs differ: strengths' standard deviations, and how much stronger the first condition is."""

    name: str
    n_seeds: int
    seeds: float = 0.0
    documents: float = 0.0
    gain: float = 0.0


WORLDS = (
    World("nothing but noise", 10),
    World("nothing but noise", 5),
    World("seeds differ", 10, seeds=0.3),
    World("seeds differ", 5, seeds=0.3),
    World("seeds differ", 3, seeds=0.3),
    World("seeds differ", 2, seeds=0.3),
    World("seeds differ", 1, seeds=0.3),
    World("conditions differ by document", 10, documents=0.5),
    World("seeds and documents", 10, seeds=0.3, documents=0.5),
    World("a gain of 0.3", 10, seeds=0.3, documents=0.5, gain=0.3),
)


def drawn_pairs(random: np.random.Generator) -> Pairs:
    true = random.random((N_DOCUMENTS, PER_DOCUMENT)) < SHARE
    return Pairs.of("T", ("r",), tuple(
        Pair(f"{document:03}", f"{number}", "o", ("r",) if true[document, number] else ())
        for document in range(N_DOCUMENTS) for number in range(PER_DOCUMENT)
    ))  # fmt: skip


def drawn_table(world: World, random: np.random.Generator) -> dict[tuple[Cell, str], dict[int, Run]]:
    pairs = drawn_pairs(random)
    table: dict[tuple[Cell, str], dict[int, Run]] = {}
    for condition, gain in (("X", world.gain), ("Y", 0.0)):
        by_document = random.normal(0, world.documents, N_DOCUMENTS)[pairs.document_of, None]
        for seed in range(world.n_seeds):
            strength = 1 + gain + random.normal(0, world.seeds) + by_document
            logit = strength * pairs.gold + random.normal(size=pairs.gold.shape)
            every = np.ones(len(pairs), bool)
            run = Run(Path(), CELL, condition, seed, "", "", pairs, 1 / (1 + np.exp(-logit)), every, {})
            table.setdefault((CELL, condition), {})[seed] = run
    return table


def true_gain(world: World, random: np.random.Generator) -> float:
    """The mean over many draws."""
    if not world.gain:
        return 0.0
    contrast, resampler = Contrast("X", "Y"), Resampler(replicates=1)
    pairings = (paired(drawn_table(world, random), contrast, [CELL]) for _ in range(2000))
    return float(np.mean([resampler.observed(x) - resampler.observed(y) for p in pairings for x, y in p.runs[0]]))


def measure(world: World, *, trials: int) -> dict[str, object]:
    random = np.random.default_rng(11)
    truth = true_gain(world, random)
    found = [
        finding(
            paired(drawn_table(world, random), Contrast("X", "Y"), [CELL]), Resampler(replicates=REPLICATES, seed=i)
        )
        for i in range(trials)
    ]
    shares = {
        "p < .05": [f.test.p < 0.05 for f in found],
        "p_seeds < .05": [f.test.p_seeds < 0.05 for f in found],
        "p_both < .05": [f.test.p_both < 0.05 for f in found],
        "interval holds the truth": [f.gain.low <= truth <= f.gain.high for f in found],
        "claimed": [max(f.test.p, f.test.p_both) < 0.05 and f.gain.mean > 0 for f in found],
    }
    about = {"world": world.name, "seeds": world.n_seeds, "true_gain": round(truth, 4)}
    return about | {name: float(np.mean(values)) for name, values in shares.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=400)
    trials = parser.parse_args().trials
    rows = []
    for world in WORLDS:
        rows.append(measure(world, trials=trials))
        print(json.dumps(rows[-1]), flush=True)
    out = Path(__file__).parent / "results" / "significance.json"
    out.write_text(json.dumps({"trials": trials, "replicates": REPLICATES, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
