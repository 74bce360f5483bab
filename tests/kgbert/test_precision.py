"""An encoder in half precision: in training alone, and only its matrix products."""

import pytest
import torch
from toys import save_encoder
from transformers import AutoModel

from kgbert.precision import train_in_half


@pytest.mark.parametrize("kind", ["bert", "roberta", "distilbert"])
def test_only_training_is_in_half(tmp_path, kind):
    folder = save_encoder(tmp_path, kind)
    whole, half = AutoModel.from_pretrained(folder), AutoModel.from_pretrained(folder)
    train_in_half(half)
    ids = torch.randint(5, 20, (2, 8))
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    for encoder in (whole, half):
        for module in encoder.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0

    def states(encoder):
        return encoder(input_ids=ids, attention_mask=mask).last_hidden_state[mask.bool()]

    assert torch.equal(states(half.eval()), states(whole.eval()))
    trained, exact = states(half.train()), states(whole.train())
    assert trained.dtype == torch.float32
    assert not torch.equal(trained, exact)
    assert torch.allclose(trained, exact, atol=0.05)
    trained.square().sum().backward()
    gradients = [weight.grad for weight in half.parameters() if weight.grad is not None]
    assert gradients
    assert all(gradient.dtype == torch.float32 and gradient.isfinite().all() for gradient in gradients)
