"""What half precision saves in training: forward and backward passes of the text encoder, against those in full.

    python benchmarks/precision.py [--rounds 7]

The encoder is all-MiniLM-L6-v2 with low-rank updates in all layers, as in the experiments; the texts are abstracts of
BC5CDR (training part), cut to the length of a sentence and of an abstract. One thread; the median of interleaved
rounds, processor time. What a processor without instructions for bfloat16 makes of it was not measured.
"""

import argparse
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import torch
from transformers import AutoTokenizer, BatchEncoding

from ingest.corpora import pubtator
from kgbert import encoder as encoders
from kgbert.config import EncoderConfig
from kgbert.precision import train_in_half
from kgbert.pretrained import read_encoder

HERE = Path(__file__).parent
BATCHES = {"sentences": (8, 80), "abstracts": (4, 384)}
"""How many texts a step has, and how many word pieces each."""


def main() -> None:
    """Measure, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    data = Path(os.environ.get("KGBERT_DATA", HERE.parents[1] / "shared/data"))
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    torch.set_num_threads(1)
    documents = pubtator.read(args.data / "corpora/bc5cdr/CDR_TrainingSet.PubTator.txt")
    texts = [document.text for document, _ in zip(documents, range(8), strict=False)]
    figures = {name: measured(texts[:n], pieces, args.rounds) for name, (n, pieces) in BATCHES.items()}
    instructions = sorted({"avx512_bf16", "amx_bf16"} & set(Path("/proc/cpuinfo").read_text().split()))
    report = {"torch": torch.__version__, "instructions": instructions, **figures}
    print(json.dumps(report, indent=1))
    (HERE / "results" / "precision.json").write_text(json.dumps(report, indent=1) + "\n")


def measured(texts: list[str], pieces: int, rounds: int) -> dict[str, object]:
    """Return the seconds of a step in full and in half precision, every round, and the ratio of their medians."""
    steps = {name: step_of(texts, pieces, half=name == "half") for name in ("full", "half")}
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(rounds + 1):
        for name, step in steps.items():
            start = process_time()
            step()
            if turn:  # the first compiles kernels
                seconds[name].append(round(process_time() - start, 4))
    ratio = median(seconds["full"]) / median(seconds["half"])
    return {"texts": len(texts), "pieces": pieces, "seconds": seconds, "full_to_half": round(ratio, 3)}


def step_of(texts: list[str], pieces: int, *, half: bool) -> Callable[[], None]:
    """Return a step of training, without the optimiser's."""
    config = EncoderConfig(trained_layers=6)
    encoder = read_encoder(config)
    if half:
        train_in_half(encoder)
    tokenizer = AutoTokenizer.from_pretrained(encoders.find(config.encoder))
    tokens = tokenizer(texts, truncation=True, max_length=pieces, padding="max_length", return_tensors="pt")
    return partial(_step, encoder.train(), tokens)


def _step(encoder: torch.nn.Module, tokens: BatchEncoding) -> None:
    encoder(**tokens).last_hidden_state.square().mean().backward()
    encoder.zero_grad()


if __name__ == "__main__":
    main()
