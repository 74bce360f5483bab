"""Fixtures for model tests, over the toys in ``tests/support``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from toys import PUBTATOR, opened, save_encoder, small_config, toy_ontology

from graph.embedded_store import EmbeddedGraphStore
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


@pytest.fixture(scope="session")
def graph_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the toy graph."""
    folder = tmp_path_factory.mktemp("graphs") / "toys"
    EmbeddedGraphStore.from_ontologies(folder, toy_ontology()).close()
    return folder


@pytest.fixture
def store(graph_folder: Path):
    with EmbeddedGraphStore.open(graph_folder) as store:
        yield store


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """PubTator file of the two toy documents."""
    path = tmp_path / "gold.txt"
    path.write_text(PUBTATOR, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory, encoder, graph_folder):
    """A saved toy model that finds every pair related."""
    with EmbeddedGraphStore.open(graph_folder) as store:
        config = small_config(encoder, graph_release=store.release, thresholds={"CID": 0.0})
    folder = tmp_path_factory.mktemp("models") / "toy"
    opened(KGBertForRelationExtraction(config)).save_pretrained(folder)
    return folder


@pytest.fixture
def kgbert(tmp_path):
    def run(*words, stdin=None, check=True):
        done = subprocess.run(
            [sys.executable, "-m", "kgbert.cli", *map(str, words)],
            input=stdin,
            capture_output=True,
            env={**os.environ, "KGBERT_CACHE": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
            cwd=tmp_path,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr.decode()
        return done

    return run
