"""What knowledge costs: a window with the graph against the same encoder without, and many pairs against two.

    python benchmarks/overhead.py [--windows 32] [--rounds 7]

Windows are real abstracts (BC5CDR test) over the packaged graph. Subgraphs and name vectors are cached, as in a service
that has seen the concepts; retrieval is timed apart. One thread; the median of interleaved rounds.
"""

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

import torch

import kgbert
from ingest.corpora import pubtator
from kgbert.batch import Collator
from kgbert.example import Example
from kgbert.score import run

HERE = Path(__file__).parent
N_PAIRS = 200


def seconds(work) -> float:
    """Return how long ``work()`` takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def with_pairs(example: Example, n: int) -> Example:
    """Return ``example`` with ``n`` pairs, its own repeated; each keeps its paths."""
    order = [i % len(example.pairs) for i in range(n)]
    return replace(
        example, pairs=tuple(example.pairs[i] for i in order), paths=tuple(example.paths[i] for i in order), labels=None
    )


def main() -> None:
    """Measure, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("KGBERT_DATA", HERE.parents[1] / "shared/data"))
    )
    parser.add_argument("--windows", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    torch.set_num_threads(1)
    kg = kgbert.load(link=False)
    documents = list(pubtator.read(args.data / "corpora/bc5cdr/CDR_TestSet.PubTator.txt"))[: args.windows]
    retrieval = perf_counter()
    examples = [example for document in documents for example in kg.examples(document)]
    retrieval = (perf_counter() - retrieval) / len(examples)
    plain = Collator(pad_token_id=kg.collator.pad_token_id)
    dense = max(examples, key=lambda e: len(e.pairs))
    work = {
        "with knowledge": lambda: list(run(kg.model, kg.collator, examples, batch_size=8)),
        "without": lambda: list(run(kg.model, plain, examples, batch_size=8)),
        f"{N_PAIRS} pairs": lambda: list(run(kg.model, kg.collator, [with_pairs(dense, N_PAIRS)] * 4, batch_size=1)),
        "2 pairs": lambda: list(run(kg.model, kg.collator, [with_pairs(dense, 2)] * 4, batch_size=1)),
    }
    times: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(args.rounds + 1):
        for name, job in work.items():
            spent = seconds(job)
            if turn:  # the first fills caches
                times[name].append(spent)
    middle = {name: median(spent) for name, spent in times.items()}
    figures = {
        "windows": len(examples),
        "ms_per_window": {
            name: round(1000 * middle[name] / len(examples), 2) for name in ("with knowledge", "without")
        },
        "retrieval_and_marking_ms_per_window": round(1000 * retrieval, 2),
        "ratio_with_knowledge_to_without": round(middle["with knowledge"] / middle["without"], 3),
        f"ratio_{N_PAIRS}_pairs_to_2": round(middle[f"{N_PAIRS} pairs"] / middle["2 pairs"], 3),
        "rounds": times,
    }
    (HERE / "results" / "overhead.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps({key: value for key, value in figures.items() if key != "rounds"}, indent=1))


if __name__ == "__main__":
    main()
