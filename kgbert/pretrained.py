"""What all models share: a text encoder that stays where it is, and weights of their own on top of it."""

import json
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel

from kgbert import encoder as encoders
from kgbert.config import EncoderConfig
from kgbert.device import default_device
from kgbert.errors import CheckpointError, EncoderError
from kgbert.nn.text import layers_of

_WEIGHTS = "model.safetensors"

State = dict[str, Tensor]
M = TypeVar("M", bound="KGBertPreTrainedModel")


class KGBertPreTrainedModel(PreTrainedModel):
    """What our models share: how they are made, saved and read.

    A saved model holds what training made (graph encoder, attention, heads, low-rank updates), not the frozen
    encoder, which is found again by name and checked by its sha256.
    """

    config: EncoderConfig
    config_class: type[EncoderConfig] = EncoderConfig
    base_model_prefix = "kgbert"
    _supports_sdpa = True

    def _init_weights(self, module: nn.Module) -> None:
        """Do nothing: every part initialises itself."""

    def save_pretrained(  # type: ignore[override]
        self, save_directory: str | Path, *, state_dict: State | None = None, **kwargs: Any
    ) -> None:
        """Write the configuration and the weights that training made; ``kwargs`` are the library's."""
        kept = self.owned_state_dict(state_dict)
        super().save_pretrained(save_directory, state_dict=kept, **kwargs)

    def owned_state_dict(self, state_dict: State | None = None) -> State:
        """Return the part of ``state_dict`` (default: the model's) that the frozen encoder does not supply."""
        frozen = {name for name, weight in self.named_parameters() if not weight.requires_grad}
        state = self.state_dict() if state_dict is None else state_dict
        return {name: weight.contiguous() for name, weight in state.items() if name not in frozen}

    def on(self: M, device: str | torch.device | None = None) -> M:
        """Move to ``device`` (:func:`~kgbert.device.default_device`) and return the model."""
        return nn.Module.to(self, device or default_device())

    def start_from(self, folder: Path) -> None:
        """Take the weights below the head from the model in ``folder``, which may have another head.

        Raises:
            CheckpointError: There is none, it is damaged, or its weights are not those of this model's shape.
            EncoderError: It is on another encoder.
        """
        try:
            about = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            state = load_file(folder / _WEIGHTS)
        except Exception as error:  # safetensors and json raise their own kinds
            raise CheckpointError(f"model in {folder}: cannot be read: {error}") from error
        if about.get("encoder_sha256") != self.config.encoder_sha256:
            raise EncoderError(f"model in {folder}: is on another encoder than {self.config.encoder!r}")
        prefix = f"{self.base_model_prefix}."
        given = {name: weight for name, weight in state.items() if name.startswith(prefix)}
        own = {name: weight for name, weight in self.owned_state_dict().items() if name.startswith(prefix)}
        unlike = sorted(own.keys() ^ given.keys()) or [n for n in own if own[n].shape != given[n].shape]
        if unlike:
            raise CheckpointError(f"model in {folder}: has another shape, first in {unlike[0]}")
        self.load_state_dict(given, strict=False)

    @classmethod
    def from_pretrained(cls: type[M], folder: str | Path, *, encoder: str | None = None) -> M:  # type: ignore[override]
        """Read a model from ``folder``; ``encoder`` overrides where its text encoder is looked for.

        Raises:
            CheckpointError: A file is missing or damaged, the model is of another kind, or its weights do not fit the
                configuration.
            EncoderError: The encoder is not found, or is not the one the model was trained on.
        """
        folder = Path(folder)
        for name in ("config.json", _WEIGHTS):
            if not (folder / name).is_file():
                raise CheckpointError(f"model in {folder}: {name} is missing")
        try:
            kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
        except (AttributeError, ValueError) as error:
            raise CheckpointError(f"model in {folder}: config.json cannot be read: {error}") from error
        if kind != cls.config_class.model_type:
            raise CheckpointError(f"model in {folder}: its kind is {kind!r}, expected {cls.config_class.model_type!r}")
        try:
            config = cls.config_class.from_pretrained(folder)
            state = load_file(folder / _WEIGHTS)
        except Exception as error:  # safetensors and json raise their own kinds
            raise CheckpointError(f"model in {folder}: cannot be read: {error}") from error
        if encoder is not None:
            config.encoder = encoder
        model = cls(config)
        missing = set(model.owned_state_dict()) ^ set(state)
        if missing:
            raise CheckpointError(f"model in {folder}: weights do not fit its configuration: {sorted(missing)[:3]}")
        try:
            model.load_state_dict(state, strict=False)
        except RuntimeError as error:
            raise CheckpointError(f"model in {folder}: weights do not fit its configuration: {error}") from error
        return model.eval()


def read_encoder(config: EncoderConfig) -> PreTrainedModel:
    """Read the frozen encoder, put low-rank updates into its layers, and note in ``config`` which one it is."""
    folder = encoders.find(config.encoder, sha256=config.encoder_sha256)
    config.encoder_sha256 = encoders.checksum(folder)
    shape = AutoConfig.from_pretrained(folder)
    shape.attention_probs_dropout_prob = 0.0  # doubles the cost of a training step on a CPU
    encoder = AutoModel.from_pretrained(folder, config=shape)
    _choose_trained(encoder, config)
    return encoder


def _choose_trained(encoder: PreTrainedModel, config: EncoderConfig) -> None:
    """Freeze everything but the top layers; put low-rank updates into these, or train them whole."""
    top = layers_of(encoder, encoder.config.num_hidden_layers)[-config.trained_layers :]
    encoder.requires_grad_(False)
    if config.lora_rank:
        from peft import LoraConfig, inject_adapter_in_model

        inside = {id(module) for module in top.modules() if isinstance(module, nn.Linear)}
        names = [name for name, module in encoder.named_modules() if id(module) in inside]
        low_rank = LoraConfig(r=config.lora_rank, lora_alpha=2 * config.lora_rank, target_modules=names)
        inject_adapter_in_model(low_rank, encoder)
    else:
        top.requires_grad_(True)
