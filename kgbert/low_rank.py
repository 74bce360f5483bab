"""An encoder kept as what training changed of a packaged one: for each matrix, the best change of a low rank.

By Eckart and Young (Psychometrika 1936) no change of that rank is nearer than the one kept here, in the Frobenius
norm. Vectors (biases and norms) are kept whole. Half precision.
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import AutoModel, PreTrainedModel

from kgbert.encoder import checksum, find
from kgbert.errors import CheckpointError

WEIGHTS, ABOUT = "model.safetensors", "low_rank.json"

State = dict[str, Tensor]


def write(folder: Path, *, of: Path, on: str, rank: int) -> None:
    """Write the encoder in the folder ``of`` as changes of the encoder named ``on``."""
    base_folder = find(on)
    base, whole = (AutoModel.from_pretrained(path).state_dict() for path in (base_folder, of))
    state: State = {}
    for name, weight in whole.items():
        change = weight - base[name]
        if change.ndim == 2:
            u, s, v = torch.linalg.svd(change, full_matrices=False)
            state[f"{name}.up"] = (u[:, :rank] * s[:rank]).half().contiguous()
            state[f"{name}.down"] = v[:rank].half().contiguous()
        elif change.any():
            state[f"{name}.change"] = change.half()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
    about = {"encoder": on, "encoder_sha256": checksum(base_folder), "rank": rank}
    (folder / ABOUT).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    (folder / "config.json").write_bytes((base_folder / "config.json").read_bytes())


def read(folder: Path, **settings: Any) -> tuple[PreTrainedModel, Path]:
    """Return the encoder in ``folder``, and the folder of its tokenizer; a whole encoder has both in one.

    ``settings`` are the library's, such as ``hidden_dropout_prob``.

    Raises:
        CheckpointError: The changes are damaged or do not fit the encoder they are of.
        EncoderError: That encoder is not found, or is another.
    """
    if not (folder / ABOUT).is_file():
        return AutoModel.from_pretrained(folder, **settings), folder
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        changes = load_file(folder / WEIGHTS)
        name, sha256 = about["encoder"], about["encoder_sha256"]
    except Exception as error:  # safetensors and json raise their own kinds
        raise CheckpointError(f"encoder in {folder}: cannot be read: {error}") from error
    base = find(name, sha256=sha256)
    model: PreTrainedModel = AutoModel.from_pretrained(base, **settings)
    try:
        model.load_state_dict({name: _changed(name, weight, changes) for name, weight in model.state_dict().items()})
    except RuntimeError as error:
        raise CheckpointError(f"encoder in {folder}: its changes do not fit {name}: {error}") from error
    return model, base


def _changed(name: str, weight: Tensor, changes: State) -> Tensor:
    if f"{name}.up" in changes:
        return weight + changes[f"{name}.up"].float() @ changes[f"{name}.down"].float()
    if f"{name}.change" in changes:
        return weight + changes[f"{name}.change"].float()
    return weight
