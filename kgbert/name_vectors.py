"""Vectors of a lexicon's names by an encoder, made on first use and kept in the user's cache."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.cache import cache_folder
from ingest.dense import DenseIndex
from ingest.errors import LexiconError
from ingest.lexicon import Lexicon
from kgbert.encoder import checksum, find
from kgbert.features import NameEncoder
from kgbert.packaged import NAMES, PACKAGED

_REMEMBERED = 20_000


def encoder_folder(name: str) -> Path:
    """Return the folder of the encoder ``name``: a folder, a package, or ``packaged``.

    Raises:
        EncoderError: It is not found.
    """
    return NAMES if name == PACKAGED else find(name)


def vectors_over(lexicon: Lexicon, encoder: str) -> DenseIndex:
    """Return the vectors of the names in ``lexicon``.

    Args:
        lexicon: Whose names.
        encoder: Folder or name of the encoder, best one that was aligned on an ontology (:mod:`kgbert.align`);
            ``packaged`` for the one that comes with kgbert.

    Raises:
        EncoderError: The encoder is not found.
        OSError: The cache cannot be written.
    """
    folder = encoder_folder(encoder)
    made_with = checksum(folder)
    names = NameEncoder(folder, capacity=_REMEMBERED)

    def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors: npt.NDArray[np.float32] = names(texts).numpy()
        return vectors

    digest = hashlib.sha256(f"{made_with} {lexicon.keys_digest()}".encode()).hexdigest()[:16]
    path = cache_folder() / f"vectors-{digest}"
    try:
        return DenseIndex.open(path, encode, encoder=made_with, n_names=len(lexicon.keys))
    except LexiconError:
        return DenseIndex.compile(list(lexicon.keys), path, encode, encoder=made_with)
