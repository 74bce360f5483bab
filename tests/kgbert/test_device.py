"""Where models compute, and that it does not change what they say."""

from pathlib import Path

import pytest
import torch

import kgbert
from ingest.corpora.read import read_documents

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU that torch can use")


def scores(device: str) -> dict[tuple[str, str, str], float]:
    kg = kgbert.load(device=device)
    return kg.scores(kg.annotate_all(read_documents(EXAMPLES / "abstracts.pubtator")))


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_model_and_names_compute_where_told(device):
    kg = kgbert.load(device=device, link=False)
    assert kg.model.device.type == kg.collator.names.encoder.device.type == device


@needs_gpu
def test_a_gpu_is_taken_where_there_is_one():
    assert kgbert.load(link=False).model.device.type == "cuda"


@needs_gpu
def test_a_gpu_says_what_a_processor_says():
    gpu, processor = scores("cuda"), scores("cpu")
    assert len(gpu) > 20
    assert gpu == pytest.approx(processor, abs=1e-4)
