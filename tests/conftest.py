"""What every test can ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("kgbert", deadline=None)
settings.load_profile("kgbert")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real corpora and ontologies: ``KGBERT_DATA``, else ``../shared/data`` beside the checkout."""
    folder = Path(os.environ.get("KGBERT_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is not there; set KGBERT_DATA")
    return folder
