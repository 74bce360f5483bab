"""Clinical and biomedical text to predictions that are grounded in a knowledge graph.

``kgbert.load()`` gives a :class:`Pipeline`; calling it with a text gives a :class:`Prediction`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbert.config import KGBertConfig
    from kgbert.model import KGBertForRelationExtraction, KGBertModel
    from kgbert.pipeline import Pipeline, load
    from kgbert.prediction import Prediction

__version__ = "0.1.0"
__all__ = ["KGBertConfig", "KGBertForRelationExtraction", "KGBertModel", "Pipeline", "Prediction", "load"]

_HOME = {
    "KGBertConfig": "kgbert.config",
    "KGBertForRelationExtraction": "kgbert.model",
    "KGBertModel": "kgbert.model",
    "Pipeline": "kgbert.pipeline",
    "Prediction": "kgbert.prediction",
    "load": "kgbert.pipeline",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that ``import kgbert`` stays light (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'kgbert' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
