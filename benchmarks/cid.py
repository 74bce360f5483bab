"""BC5CDR: document-level chemical-induced disease from text alone and with knowledge, same encoder, same budget.

    python benchmarks/cid.py --runs DIR [--graph GRAPH] [--seeds 0 1 2] [--conditions text knowledge] [--split test|dev]

``test`` trains on train+dev and reads the test part at the end of each run; ``dev`` trains on train and is what choices
were made on. Gold entities. A run that was broken off goes on, a finished one is not run again, so the command can be
given in pieces and in several processes; whenever it ends it writes what there is to ``results/cid.json``.
"""

import argparse
import json
import os
from pathlib import Path
from statistics import mean, stdev

from graph.packaged import packaged_graph
from kgbert.train import train
from kgbert.train_config import Optimisation, TrainConfig

HERE = Path(__file__).parent
PARTS = {name: f"CDR_{name}Set.PubTator.txt" for name in ("Training", "Development", "Test")}
SPLITS = {"dev": (("Training",), "Development"), "test": (("Training", "Development"), "Test")}
THRESHOLD = {"text": 0.26, "knowledge": 0.15}
"""Chosen on the development part."""

MODEL = {"trained_layers": 6, "lora_rank": 16, "text_loss": 1.0}
BUDGET = {
    "epochs": 5,
    "batch_size": 4,
    "encoder_rate": 5e-4,
    "head_rate": 5e-4,
    "gate_rate": 5e-3,
    "warmup": 0.1,
    "threads": 1,
}


def config(args: argparse.Namespace, condition: str, seed: int) -> TrainConfig:
    """Return the run of one condition and seed."""
    corpus = args.data / "corpora" / "bc5cdr"
    train_parts, evaluated = SPLITS[args.split]
    return TrainConfig(
        train=tuple(corpus / PARTS[part] for part in train_parts),
        evaluate=(corpus / PARTS[evaluated],),
        tune=args.split == "dev",
        threshold=THRESHOLD[condition],
        graph=args.graph or packaged_graph(),
        out=args.runs / f"{args.split}-{condition}-{seed}",
        model={**MODEL, "knowledge": condition == "knowledge"},
        optimisation=Optimisation(seed=seed, **BUDGET),
    )


def summary(args: argparse.Namespace) -> dict[str, object]:
    """Return mean and standard deviation over the finished seeds of every condition, with each seed's figures."""
    table: dict[str, object] = {"budget": BUDGET, "model": MODEL, "split": args.split}
    for condition in THRESHOLD:
        runs = {
            path.parent.name: json.loads(path.read_text())
            for path in sorted(args.runs.glob(f"{args.split}-{condition}-*/metrics.json"))
        }
        if runs:
            table[condition] = {
                "seeds": len(runs),
                **{
                    f"{measure} ({convention})": _spread([run[convention][measure] for run in runs.values()])
                    for convention in ("all", "gold_filter", "own_filter")
                    for measure in ("f1", "average_precision")
                },
                "runs": {
                    name: {key: run[key] for key in ("threshold", "gates", "all", "gold_filter", "own_filter")}
                    for name, run in runs.items()
                },
            }
    return table


def _spread(values: list[float]) -> dict[str, float]:
    return {"mean": round(100 * mean(values), 2), "sd": round(100 * stdev(values), 2) if len(values) > 1 else 0.0}


def main() -> None:
    """Run what is asked for and is not there yet; print and write the summary."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("KGBERT_DATA", HERE.parents[1] / "shared/data"))
    )
    parser.add_argument("--runs", type=Path, required=True, help="folder of the runs")
    parser.add_argument("--graph", type=Path, help="folder of the graph; default the packaged one")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--conditions", nargs="*", choices=sorted(THRESHOLD), default=sorted(THRESHOLD))
    parser.add_argument("--split", choices=sorted(SPLITS), default="test")
    args = parser.parse_args()
    for seed in args.seeds:
        for condition in args.conditions:
            train(config(args, condition, seed))
    table = summary(args)
    out = HERE / "results" / f"cid-{args.split}.json"
    out.write_text(json.dumps(table, indent=1) + "\n")
    print(
        json.dumps(
            {
                name: {k: v for k, v in row.items() if k != "runs"} if isinstance(row, dict) else row
                for name, row in table.items()
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
