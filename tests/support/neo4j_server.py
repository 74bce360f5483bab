"""A real Neo4j for tests: one that is named, or one that is started in a folder of its own."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
URI, PASSWORD = "KGBERT_TEST_NEO4J", "KGBERT_TEST_NEO4J_PASSWORD"
HOME, REQUIRED = "KGBERT_NEO4J_HOME", "KGBERT_REQUIRE_NEO4J"
ADVICE = f"set {URI} (a URI, whose graph is overwritten) or {HOME} (a folder with neo4j-test-server)"

# Compiled lightly too: a test asks each question a few times only.
SMALL = {
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


# The shell that starts a server waits for the end of its input, which comes when whoever holds the other end closes it
# or is gone, in whatever way; then it kills the server. It is in a session of its own, where no signal to us ends it.
_KEEP = '"$0" start "$1" 0 || exit; cat; "$0" kill "$1"'


class Server:
    """A server in ``folder``, on a port that stays the same; it does not outlive this process."""

    password = "test-only-pw"

    def __init__(self, folder: Path, size: Mapping[str, str] = SMALL) -> None:
        self._folder, self._environment = folder, {**os.environ, **size}
        self._keeper: subprocess.Popen[str] | None = None
        self.address = ""

    def start(self) -> None:
        """Start it, again or for the first time, and wait until it answers."""
        pipe = subprocess.PIPE
        command = ["sh", "-c", _KEEP, str(script()), str(self._folder)]
        self._keeper = subprocess.Popen(
            command, env=self._environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )
        self.address = self._keeper.stdout.readline().strip()
        if not self.address:
            raise RuntimeError(f"{script()} start {self._folder}: {self._keeper.communicate()[1]}")

    def kill(self) -> None:
        """Send SIGKILL, if it runs; what was written is for the next start to recover."""
        if self._keeper is not None:
            self._keeper.communicate(timeout=60)
            self._keeper = None

    def admin(self, *words: str) -> None:
        """Run ``neo4j-admin`` while the server does not run."""
        command = [str(script()), "admin", str(self._folder), *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
