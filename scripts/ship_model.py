"""Put a trained model into the package: its weights in half precision, its configuration, nothing else.

    python scripts/ship_model.py RUN --out kgbert/data/cid
    python scripts/ship_model.py RUN --out kgbert/data/detector

RUN is the ``out`` folder of a finished ``kgbert train`` or ``kgbert train-detector``. The model card beside the weights
is written by hand.
"""

import argparse
import json
from pathlib import Path

from safetensors.torch import load_file, save_file

from kgbert.config import DetectorConfig, KGBertConfig

KINDS = {kind.model_type: kind for kind in (KGBertConfig, DetectorConfig)}


def main() -> None:
    """Convert and report the size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path, help="folder of a finished training run")
    parser.add_argument("--out", type=Path, required=True, help="folder in the package")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    weights = {name: weight.half() for name, weight in load_file(args.run / "model.safetensors").items()}
    save_file(weights, args.out / "model.safetensors", metadata={"format": "pt"})
    kind = KINDS[json.loads((args.run / "config.json").read_text(encoding="utf-8"))["model_type"]]
    kind.from_pretrained(args.run).save_pretrained(args.out)
    size = (args.out / "model.safetensors").stat().st_size
    print(f"{args.out}: {sum(w.numel() for w in weights.values()):,} weights, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
