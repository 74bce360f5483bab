"""The mention model: ``tags(text) = head(mean over a word's pieces of encode(text + hints))``.

Hints are the tags that a dictionary gives the words of the text, as vectors that start at zero and are added to those
of the word pieces: the names of an ontology reach the model without being any of its weights, so another ontology can
be put beneath it. It also learns from windows without hints, and so can do without.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

import torch
from torch import Tensor, nn
from transformers.utils import ModelOutput

from ingest.document import Document, Mention
from kgbert.config import DetectorConfig
from kgbert.pretrained import KGBertPreTrainedModel, read_encoder
from kgbert.tagging import OUTSIDE, Scheme
from kgbert.words import Words, windows, words


@dataclass
class TagOutput(ModelOutput):
    """What :class:`KGBertForTokenClassification` returns.

    Attributes:
        loss: Mean over words of minus the log-probability of their acceptable tags; ``None`` without these.
        logits: (windows, words, tags).
    """

    loss: Tensor | None = None
    logits: Tensor | None = None


class KGBertForTokenClassification(KGBertPreTrainedModel):
    """One tag for every word (:class:`~kgbert.tagging.Scheme`)."""

    config: DetectorConfig
    config_class = DetectorConfig

    def __init__(self, config: DetectorConfig) -> None:
        """Make a model; the text encoder's weights are read from where ``config.encoder`` is found."""
        super().__init__(config)
        self.encoder = read_encoder(config)
        self.dropout = nn.Dropout(config.dropout)
        width, n_tags = self.encoder.config.hidden_size, len(Scheme(tuple(config.types)).tags)
        self.head = nn.Linear(width, n_tags)
        self.hint = nn.Embedding(n_tags, width, padding_idx=OUTSIDE) if config.hints else None
        if self.hint is not None:
            nn.init.zeros_(self.hint.weight)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        word: Tensor,
        hints: Tensor | None = None,
        acceptable: Tensor | None = None,
    ) -> TagOutput:
        """Score the tags of a :class:`TagBatch`."""
        embeddings = self.encoder.get_input_embeddings()(input_ids)
        if self.hint is not None and hints is not None:
            embeddings = embeddings + self.hint(self._without_some(hints))
        hidden = self.encoder(inputs_embeds=embeddings, attention_mask=attention_mask).last_hidden_state
        logits = self.head(self.dropout(word_means(hidden, word)))
        return TagOutput(loss=None if acceptable is None else tagset_loss(logits, acceptable), logits=logits)

    def _without_some(self, hints: Tensor) -> Tensor:
        if not self.training:
            return hints
        return hints * (torch.rand(len(hints), 1, device=hints.device) >= self.config.hint_dropout)


def word_means(hidden: Tensor, word: Tensor) -> Tensor:
    """Return the mean state of each word's pieces: (windows, words, width).

    Args:
        hidden: (windows, tokens, width).
        word: (windows, tokens); 0 for a token of no word, else 1 + the word's number.
    """
    places = word.unsqueeze(-1)
    sums = hidden.new_zeros(len(hidden), int(word.max()) + 1, hidden.shape[-1])
    sums = sums.scatter_add(1, places.expand_as(hidden), hidden)
    counts = sums.new_zeros(*sums.shape[:2], 1).scatter_add(1, places, torch.ones_like(places, dtype=sums.dtype))
    return sums[:, 1:] / counts[:, 1:].clamp(min=1)


def tagset_loss(logits: Tensor, acceptable: Tensor) -> Tensor:
    """Return the mean over words of minus the log-probability that the tag is among the acceptable ones.

    A corpus that annotates some types only says of its other words that they are outside or of another type. This is
    the marginal likelihood of such partial labels (Tsuboi et al. 2008, COLING), word by word.

    Args:
        logits: (windows, words, tags).
        acceptable: The same shape; words without any (padding) do not count.
    """
    real = acceptable.any(-1)
    scores, may = logits[real], acceptable[real]
    held = scores.masked_fill(~may, -torch.inf).logsumexp(-1)
    return (scores.logsumexp(-1) - held).mean()


@dataclass(frozen=True, slots=True)
class TagExample:
    """A window of a text.

    Attributes:
        first: Number of its first word in the text.
        input_ids: Word pieces with special tokens.
        word: As long as ``input_ids``; 0 for a special token, else 1 + the word's number in the window.
        hints: As long; the tag that a dictionary gives the token's word.
        acceptable: Which tags each word may have, (words, tags); ``None`` where it is not known.
    """

    first: int
    input_ids: tuple[int, ...]
    word: tuple[int, ...]
    hints: tuple[int, ...]
    acceptable: Tensor | None = None

    @property
    def last(self) -> int:
        """One past the number of its last word in the text."""
        return self.first + max(self.word)


class TagExampleMaker:
    """Cuts texts into windows."""

    def __init__(self, tokenizer, config: DetectorConfig) -> None:
        """Make windows for a model with ``config`` and its fast ``tokenizer``."""
        self.tokenizer = tokenizer
        self.config = config
        self.scheme = Scheme(tuple(config.types))
        special = tuple(tokenizer("")["input_ids"])
        cut = special.index(tokenizer.cls_token_id) + 1
        self._front, self._back = special[:cut], special[cut:]
        self._room = config.max_tokens - len(special)

    def words(self, text: str) -> Words:
        """Return the words of ``text``, none with more pieces than a window can take."""
        found = words(text, self.tokenizer)
        return Words(found.spans, tuple(pieces[: self._room] for pieces in found.pieces))

    def windows(self, found: Words, hinted: Iterable[Mention] = ()) -> Iterator[TagExample]:
        """Yield the windows of a text whose words are ``found``; ``hinted`` is what a dictionary found there."""
        tags = self.scheme.tagged(found, hinted)
        front, back = (0,) * len(self._front), (0,) * len(self._back)
        sizes = list(map(len, found.pieces))
        for first, last in windows(sizes, room=self._room, overlap=self.config.overlap):
            numbers = [i for i in range(first, last) for _ in found.pieces[i]]
            yield TagExample(
                first,
                self._front + tuple(piece for pieces in found.pieces[first:last] for piece in pieces) + self._back,
                front + tuple(1 + i - first for i in numbers) + back,
                front + tuple(tags[i] for i in numbers) + back,
            )

    def labelled(
        self, document: Document, *, annotated: frozenset[str], hinted: Iterable[Mention] = ()
    ) -> Iterator[TagExample]:
        """Yield the windows of ``document``, whose entities are all that there are of the ``annotated`` types."""
        found = self.words(document.text)
        tags = self.scheme.tagged(found, document.entities)
        acceptable = torch.from_numpy(self.scheme.acceptable(tags, annotated))
        for window in self.windows(found, hinted):
            yield replace(window, acceptable=acceptable[window.first : window.last])


class TagBatch(TypedDict, total=False):
    """What the model reads.

    Attributes:
        input_ids: (windows, tokens) word pieces, padded on the right.
        attention_mask: (windows, tokens) 1 for a token, 0 for padding.
        word: (windows, tokens) 0, or 1 + the number of the token's word in its window.
        hints: (windows, tokens) the tag that a dictionary gives the token's word.
        acceptable: (windows, words, tags); absent where not known.
    """

    input_ids: Tensor
    attention_mask: Tensor
    word: Tensor
    hints: Tensor
    acceptable: Tensor


class TagCollator:
    """Makes a :class:`TagBatch` of examples."""

    def __init__(self, *, pad_token_id: int) -> None:
        """Pad with ``pad_token_id``."""
        self.pad_token_id = pad_token_id

    def __call__(self, examples: Sequence[TagExample]) -> TagBatch:
        """Return the batch of ``examples``, in their order."""
        batch = TagBatch(
            input_ids=_padded([torch.tensor(e.input_ids) for e in examples], self.pad_token_id),
            attention_mask=_padded([torch.ones(len(e.input_ids), dtype=torch.long) for e in examples], 0),
            word=_padded([torch.tensor(e.word) for e in examples], 0),
            hints=_padded([torch.tensor(e.hints) for e in examples], OUTSIDE),
        )
        acceptable = [e.acceptable for e in examples if e.acceptable is not None]
        if len(acceptable) == len(examples):
            batch["acceptable"] = _padded(acceptable, 0)
        return batch


def _padded(rows: list[Tensor], filler: int) -> Tensor:
    return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=filler)
