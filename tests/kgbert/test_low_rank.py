"""An encoder kept as low-rank changes of another gives the same vectors, as near as its rank allows."""

import json

import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from kgbert import low_rank
from kgbert.errors import CheckpointError, EncoderError
from kgbert.features import NameEncoder

NAMES = ["heart attack", "renal failure", "aspirin"]


@pytest.fixture
def trained(encoder, tmp_path):
    """The encoder with every weight moved: a matrix by a change of rank two."""
    model = AutoModel.from_pretrained(encoder)
    torch.manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim == 2:
                weight += 0.3 * torch.randn(weight.shape[0], 2) @ torch.randn(2, weight.shape[1])
            else:
                weight += 0.1 * torch.randn_like(weight)
    model.save_pretrained(tmp_path / "trained")
    AutoTokenizer.from_pretrained(encoder).save_pretrained(tmp_path / "trained")
    return tmp_path / "trained"


def test_a_change_of_the_rank_that_is_kept_is_kept(encoder, trained, tmp_path):
    low_rank.write(tmp_path / "kept", of=trained, on=str(encoder), rank=2)
    low_rank.write(tmp_path / "less", of=trained, on=str(encoder), rank=1)
    before, truth, kept, less = (
        NameEncoder(folder)(NAMES) for folder in (encoder, trained, tmp_path / "kept", tmp_path / "less")
    )
    assert torch.allclose(kept, truth, atol=5e-3)
    assert (less - truth).norm() > 10 * (kept - truth).norm()
    assert (before - truth).norm() > (less - truth).norm()


def test_changes_of_another_encoder_are_refused(encoder, trained, tmp_path):
    low_rank.write(tmp_path / "kept", of=trained, on=str(encoder), rank=2)
    about = json.loads((tmp_path / "kept" / low_rank.ABOUT).read_text())
    (tmp_path / "kept" / low_rank.ABOUT).write_text(json.dumps({**about, "encoder_sha256": "0" * 64}))
    with pytest.raises(EncoderError, match="expected 0000"):
        NameEncoder(tmp_path / "kept")
    (tmp_path / "kept" / low_rank.ABOUT).write_text("{")
    with pytest.raises(CheckpointError, match="cannot be read"):
        NameEncoder(tmp_path / "kept")
