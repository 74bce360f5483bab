"""Put an encoder of names into the package, as low-rank changes of the packaged text encoder.

    python scripts/ship_names.py RUN --out kgbert/data/names --rank 64

RUN is the ``out`` folder of a finished ``kgbert align``. The model card beside the weights is written by hand.
"""

import argparse
from pathlib import Path

from kgbert import low_rank

ENCODER = "sentence-transformers/all-MiniLM-L6-v2"


def main() -> None:
    """Convert and report the size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path, help="folder of an aligned encoder")
    parser.add_argument("--out", type=Path, required=True, help="folder in the package")
    parser.add_argument("--rank", type=int, default=64, help="of the change of each matrix")
    args = parser.parse_args()
    low_rank.write(args.out, of=args.run, on=ENCODER, rank=args.rank)
    print(f"{args.out}: {(args.out / low_rank.WEIGHTS).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
