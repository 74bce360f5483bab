"""What a run was done with: enough to do it again."""

import platform
import subprocess
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import torch

from kgbert import __version__
from kgbert.device import default_device

ENVIRONMENT = "environment.json"
"""Where a run notes it, in its folder."""

_PACKAGES = ("torch", "torch-geometric", "transformers", "peft", "numpy", "scikit-learn")


@lru_cache(maxsize=1)
def environment() -> dict[str, object]:
    """Return the versions of kgbert, Python and what computes, where it computes, and the commit of a checkout."""
    return {
        "kgbert": __version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "device": _device(),
        **{name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    """Return the processor's name: not all round sums of floats alike. On some systems it is but the architecture's."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _device() -> str:
    """Return the kind of what models compute on: a GPU's name, or ``cpu``."""
    device = default_device()
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def _commit() -> str:
    """Return the commit of the checkout that this file is in, marked where files were changed; empty for none."""
    here = Path(__file__).parent
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=here,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.strip()
