"""What a run was done with: enough to do it again."""

import platform
import subprocess
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from kgbert import __version__

_PACKAGES = ("torch", "torch-geometric", "transformers", "peft", "numpy", "scikit-learn")


@lru_cache(maxsize=1)
def environment() -> dict[str, object]:
    """Return the versions of kgbert, Python and what computes, the processor's kind, and the commit of a checkout."""
    return {
        "kgbert": __version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        **{name: version(name) for name in _PACKAGES},
    }


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
