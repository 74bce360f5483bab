"""Training a text encoder in half precision.

Its matrix products are computed in bfloat16 (Kalamkar et al. 2019, arXiv:1905.12322); weights, sums, norms and
attention stay in float32, for in bfloat16 torch's attention takes several times longer on a processor. Worth it only
where the processor has instructions for it (AVX-512 BF16, AMX), or on a GPU.
"""

from functools import wraps
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, PreTrainedModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

_ATTENTION = "sdpa_in_float32"


def train_in_half(encoder: PreTrainedModel) -> None:
    """Let ``encoder`` compute its matrix products in bfloat16 whenever it is in training; evaluation stays as it is."""
    if encoder.config._attn_implementation == "sdpa":
        encoder.set_attn_implementation(_ATTENTION)
    whole = encoder.forward

    @wraps(whole)
    def forward(*args: Any, **kwargs: Any) -> Any:
        with torch.autocast(encoder.device.type, torch.bfloat16, enabled=encoder.training):
            return whole(*args, **kwargs)

    encoder.forward = forward


def _attention(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, **rest: Any
) -> tuple[Tensor, None]:
    with torch.autocast(query.device.type, enabled=False):
        states, _ = sdpa_attention_forward(module, query.float(), key.float(), value.float(), mask, **rest)
    return states, None


AttentionInterface.register(_ATTENTION, _attention)
AttentionMaskInterface.register(_ATTENTION, sdpa_mask)
