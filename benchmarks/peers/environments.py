"""A virtual environment for each peer, since no two of them agree on what they need."""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INSTALL_SECONDS = 3600


class PeerError(RuntimeError):
    """A peer could not be installed, or its script failed."""


def requirements(name: str) -> Path:
    """Return the file of what peer `name` needs."""
    return HERE / f"requirements-{name}.txt"


def python_of(name: str, cache: Path) -> Path:
    """Return the Python of peer `name`, installing it on first use and again when its requirements change.

    Raises:
        PeerError: It does not install.
    """
    pins = requirements(name)
    if not pins.exists():
        return Path(sys.executable)
    digest = hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
    folder = cache / f"{name}-{digest}"
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(pins)]
        run(pip, seconds=INSTALL_SECONDS, env=dict(os.environ))
        done.touch()
    return python


def confined(name: str, cache: Path) -> dict[str, str]:
    """Return the environment in which peer `name` runs: one thread, nothing to be fetched, no path of this project."""
    threads = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment |= {f"{library}_NUM_THREADS": "1" for library in threads}
    environment |= {f"{kind}_proxy": "http://127.0.0.1:9" for kind in ("http", "https")}
    environment |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONHASHSEED": "0"}
    environment |= {"NLTK_DATA": str(cache / "nltk" / name), "PYSTOW_HOME": str(cache / "pystow")}
    if not requirements(name).exists():
        environment["PYTHONPATH"] = str(ROOT)
    return environment


def run(command: list[str], *, seconds: float, env: dict[str, str], core: int | None = None) -> None:
    """Run `command`, on one core if asked.

    Raises:
        PeerError: It took more than `seconds`, or failed; the message ends with the last line of what it said.
    """
    pinned = ["taskset", "--cpu-list", str(core), *command] if core is not None else command
    try:
        done = subprocess.run(pinned, env=env, timeout=seconds, capture_output=True, text=True, check=False)
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"stopped after {seconds:g} s") from error
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise PeerError(f"exit code {done.returncode}: {said[-1] if said else 'it said nothing'}")
