"""The Hugging Face ``Trainer`` as all our training uses it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from transformers import PreTrainedModel, Trainer, TrainingArguments, set_seed
from transformers.trainer_pt_utils import LengthGroupedSampler

from kgbert.device import default_device
from kgbert.precision import train_in_half
from kgbert.pretrained import KGBertPreTrainedModel
from kgbert.train_config import Optimisation


class HasPieces(Protocol):
    """An example: it has word pieces, which say how long it is."""

    @property
    def input_ids(self) -> tuple[int, ...]:
        """Word pieces with special tokens."""


E = TypeVar("E", bound=HasPieces)


class ListDataset(torch.utils.data.Dataset[E]):
    """Examples in memory."""

    def __init__(self, examples: Sequence[E]) -> None:
        """Hold ``examples``."""
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, i: int) -> E:
        return self.examples[i]


class PartTrainer(Trainer):
    """The library's trainer, with a learning rate for each part, and windows of like length together."""

    def __init__(
        self, network: PreTrainedModel, examples: Sequence[HasPieces], optimisation: Optimisation, **rest: Any
    ) -> None:
        """Train ``network`` on ``examples`` by ``optimisation``; ``rest`` is the library's."""
        if optimisation.half:
            for module in network.modules():
                if isinstance(module, PreTrainedModel) and not isinstance(module, KGBertPreTrainedModel):
                    train_in_half(module)
        super().__init__(model=network, train_dataset=ListDataset(examples), **rest)
        self.network: PreTrainedModel = network
        self.examples = examples
        self.optimisation = optimisation
        self.model_accepts_loss_kwargs = False

    def create_optimizer(self, model=None):  # noqa: ARG002, D102 (inherited)
        if self.optimizer is None:
            groups: dict[tuple[float, float], list] = {}
            for name, weight in self.network.named_parameters():
                if weight.requires_grad:
                    groups.setdefault(self._rate_and_decay(name, weight), []).append(weight)
            self.optimizer = torch.optim.AdamW(
                [{"params": p, "lr": rate, "weight_decay": decay} for (rate, decay), p in groups.items()]
            )
        return self.optimizer

    def _rate_and_decay(self, name: str, weight: torch.Tensor) -> tuple[float, float]:
        how = self.optimisation
        if name.endswith("gamma"):
            return how.gate_rate, 0.0
        rate = how.encoder_rate if "encoder" in name.split(".") else how.head_rate
        return rate, how.weight_decay if weight.ndim > 1 else 0.0

    def _get_train_sampler(self, train_dataset=None):  # noqa: ARG002
        lengths = [len(example.input_ids) for example in self.examples]
        return LengthGroupedSampler(self.args.train_batch_size, lengths=lengths)


def settle(how: Optimisation) -> None:
    """Set threads and seed before anything is made."""
    if how.threads:
        torch.set_num_threads(how.threads)
    set_seed(how.seed)


def go_on(trainer: Trainer, out: Path) -> None:
    """Train from the last whole checkpoint in folder ``out``, or from the beginning."""
    # The library writes a checkpoint's state last: without it the writing, or the removal, was broken off.
    whole = [state.parent for state in out.glob("checkpoint-*/trainer_state.json")]
    last = max(whole, key=lambda checkpoint: int(checkpoint.name.rpartition("-")[2]), default=None)
    trainer.train(resume_from_checkpoint=str(last) if last else None)


def arguments(how: Optimisation, *, out: Path, labels: str) -> TrainingArguments:
    """Return what the library is told of a run into folder ``out``; ``labels`` names the input that holds labels."""
    return TrainingArguments(
        output_dir=str(out),
        num_train_epochs=how.epochs,
        per_device_train_batch_size=how.batch_size,
        lr_scheduler_type="linear",
        warmup_steps=how.warmup,
        max_grad_norm=how.max_grad_norm,
        seed=how.seed,
        logging_steps=25,
        save_strategy="steps" if how.save_every else "epoch",
        save_steps=how.save_every or 500,
        save_total_limit=1,
        remove_unused_columns=False,
        label_names=[labels],
        report_to=list(how.report_to) or "none",
        disable_tqdm=True,
        use_cpu=default_device().type == "cpu",
        dataloader_pin_memory=False,
    )
