"""Fixtures for model tests, over the toys in ``tests/support``."""

from pathlib import Path

import pytest
from toys import opened, save_encoder, small_config

from kgbert.batch import Collator
from kgbert.features import NameEncoder
from kgbert.model import KGBertForRelationExtraction


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a small BERT."""
    return save_encoder(tmp_path_factory.mktemp("encoder"), "bert")


@pytest.fixture(scope="session")
def names(encoder: Path) -> NameEncoder:
    return NameEncoder(encoder)


@pytest.fixture(scope="session")
def collate(names: NameEncoder) -> Collator:
    return Collator(pad_token_id=0, names=names)


@pytest.fixture
def model(encoder: Path) -> KGBertForRelationExtraction:
    """A small model in which every gate and zero-initialised weight has been opened, as training would."""
    return opened(KGBertForRelationExtraction(small_config(encoder)))
