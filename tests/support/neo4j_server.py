"""A real Neo4j for tests: one that is named, or one that is started in a folder of its own."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
URI, PASSWORD = "KGBERT_TEST_NEO4J", "KGBERT_TEST_NEO4J_PASSWORD"
HOME, REQUIRED = "KGBERT_NEO4J_HOME", "KGBERT_REQUIRE_NEO4J"
ADVICE = f"set {URI} (a URI, whose graph is overwritten) or {HOME} (a folder with neo4j-test-server)"

# Small, and compiled lightly: a test asks each question a few times only.
_SIZE = {
    "NEO4J_HEAP": "512m",
    "NEO4J_PAGECACHE": "64m",
    "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:CICompilerCount=1",
}


def script() -> Path:
    """Return the script that starts and stops a server; it need not be there."""
    home = os.environ.get(HOME)
    return (Path(home) if home else ROOT.parent / "shared" / "neo4j") / "neo4j-test-server"


def is_required() -> bool:
    """Return whether a missing server is a failure."""
    return bool(os.environ.get("CI") or os.environ.get(REQUIRED))


class Server:
    """A server in ``folder``, on a port that stays the same."""

    password = "test-only-pw"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.address = ""

    def start(self) -> None:
        """Start it, again or for the first time, and wait until it answers."""
        self.address = self._do("start", "0").splitlines()[-1]

    def stop(self) -> None:
        self._do("stop")

    def kill(self) -> None:
        """Send SIGKILL."""
        self._do("kill")

    def _do(self, verb: str, *rest: str) -> str:
        command = [str(script()), verb, str(self._folder), *rest]
        done = subprocess.run(command, env=os.environ | _SIZE, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
        return done.stdout
