"""Mentions in raw text, by a trained model."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoTokenizer

from graph.batches import batches
from ingest.detect import default_types
from ingest.document import Document, Mention
from ingest.find import Find, dictionary, in_turn, of_types
from ingest.lexicon import Lexicon
from kgbert import encoder as encoders
from kgbert.ner import KGBertForTokenClassification, TagCollator, TagExample, TagExampleMaker
from kgbert.packaged import DETECTOR, DICTIONARY, PACKAGED
from kgbert.words import Words, context

_AHEAD = 64


class Detector:
    """Finds the mentions of the types that its model was trained on.

    A text that is longer than the encoder can take is read in windows that overlap; each word is decided by the window
    in which it has most context, and the tags of the whole text are chosen together.
    """

    def __init__(self, model: KGBertForTokenClassification, tokenizer, *, dictionary: Find | None = None) -> None:
        """Put the parts together; :meth:`load` does so from a folder."""
        self.model = model.eval()
        self._dictionary = dictionary if model.config.hints else None
        self.types = frozenset(model.config.types)
        self._make = TagExampleMaker(tokenizer, model.config)
        self._collate = TagCollator(pad_token_id=tokenizer.pad_token_id)

    @classmethod
    def load(cls, folder: str | Path, *, encoder: str | None = None, dictionary: Find | None = None) -> "Detector":
        """Read a detector.

        Args:
            folder: Where it was saved.
            encoder: Where its text encoder is, if not where the detector says.
            dictionary: What gives it hints (:func:`ingest.find.dictionary`), if it was trained to read them.

        Raises:
            CheckpointError: The folder is damaged, or holds a model of another kind.
            EncoderError: The encoder is not found, or is not the one the detector was trained on.
        """
        model = KGBertForTokenClassification.from_pretrained(folder, encoder=encoder)
        weights = encoders.find(model.config.encoder, sha256=model.config.encoder_sha256)
        return cls(model, AutoTokenizer.from_pretrained(weights), dictionary=dictionary)

    def __call__(self, text: str) -> tuple[Mention, ...]:
        """Return the mentions in ``text``, by position; none overlaps another."""
        return next(self.pipe([Document("", text)])).mentions

    def pipe(self, documents: Iterable[Document], *, batch_size: int = 8) -> Iterator[Document]:
        """Yield each document, in order, with the mentions found in place of those it has.

        Args:
            documents: Texts; what else is in them is kept.
            batch_size: Windows that are encoded together, of like length.
        """
        for some in batches(documents, _AHEAD):
            found = [self._make.words(document.text) for document in some]
            hints = [self._dictionary(document.text) if self._dictionary else () for document in some]
            for document, words, scores in zip(some, found, self._scores(found, hints, batch_size), strict=True):
                tags = self._make.scheme.best(scores)
                yield replace(document, mentions=self._make.scheme.mentions(document.text, words, tags))

    def _scores(
        self, texts: Sequence[Words], hints: Sequence[Sequence[Mention]], batch_size: int
    ) -> list[NDArray[np.float32]]:
        """Return the log-probabilities of each text's tags, (words, tags), each from its word's best window."""
        n_tags = len(self._make.scheme.tags)
        scores = [np.zeros((len(words), n_tags), np.float32) for words in texts]
        best = [np.full(len(words), -1.0) for words in texts]
        sizes = [list(map(len, words.pieces)) for words in texts]
        both = enumerate(zip(texts, hints, strict=True))
        cut = [(i, window) for i, (words, hinted) in both for window in self._make.windows(words, hinted)]
        cut.sort(key=lambda part: len(part[1].input_ids))
        for part in batches(cut, batch_size):
            rows = self._run([window for _, window in part])
            for (i, window), row in zip(part, rows, strict=True):
                span = slice(window.first, window.last)
                room = context(sizes[i], window.first, window.last)
                better = room > best[i][span]
                scores[i][span][better] = row[: len(room)][better]
                best[i][span][better] = room[better]
        return scores

    @torch.inference_mode()
    def _run(self, windows: Sequence[TagExample]) -> NDArray[np.float32]:
        tensors = cast(dict[str, torch.Tensor], self._collate(windows))
        batch = {name: tensor.to(self.model.device) for name, tensor in tensors.items()}
        logits: torch.Tensor = self.model(**batch).logits
        return logits.log_softmax(-1).float().cpu().numpy()


def find_with(
    detectors: Iterable[str | Path],
    lexicon: Lexicon,
    *,
    types: frozenset[str] | None = None,
    encoder: str | None = None,
) -> Find:
    """Return what finds mentions of ``types`` by ``detectors`` in turn: where two overlap, the earlier one's stands.

    Args:
        detectors: Folders of detectors, ``packaged`` for the one that comes with kgbert, or ``dictionary`` for the
            names of ``lexicon``.
        lexicon: Names of a graph; they are also the hints of those detectors that read any.
        types: What mentions are about; by default what :func:`ingest.detect.default_types` says.
        encoder: Where the detectors' text encoder is, if not where they say.

    Raises:
        CheckpointError: A folder is damaged, or holds a model of another kind.
        EncoderError: The encoder is not found, or is not the one a detector was trained on.
    """
    types = types or default_types(lexicon)
    names = dictionary(lexicon, types=types)

    def way(detector: str | Path) -> Find:
        if detector == DICTIONARY:
            return names
        folder = DETECTOR if detector == PACKAGED else detector
        return of_types(Detector.load(folder, encoder=encoder, dictionary=names), types)

    return in_turn(*map(way, detectors))
