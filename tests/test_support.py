"""What the tests lean on."""

import os
import subprocess
import sys
import time
from pathlib import Path

import neo4j_server
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")

# Stands for the script that starts a server, and for the server: a sleep, whose process id it writes down.
STAND_IN = """#!/bin/sh
case $1 in
start) sleep 600 >/dev/null 2>&1 & echo $! >"$2/pid"; echo bolt://127.0.0.1:1 ;;
kill) kill -KILL "$(cat "$2/pid")" ;;
esac
"""
HOLDER = """
import pathlib, sys, time
import neo4j_server
server = neo4j_server.Server(pathlib.Path(sys.argv[1]))
server.start()
print(server.address, flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    script = tmp_path / "neo4j-test-server"
    script.write_text(STAND_IN)
    script.chmod(0o755)
    monkeypatch.setenv(neo4j_server.HOME, str(tmp_path))
    return tmp_path


def runs(pid: int) -> bool:
    """Return whether the process is there; a dead one that nobody has reaped yet is not."""
    try:
        os.kill(pid, 0)
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


def ends(pid: int) -> bool:
    deadline = time.monotonic() + 30
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not runs(pid)


def test_a_server_ends_with_the_process_that_started_it(home: Path) -> None:
    path = os.pathsep.join([str(Path(neo4j_server.__file__).parent), os.environ.get("PYTHONPATH", "")])
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, home], env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "bolt://127.0.0.1:1\n"
    server = int((home / "pid").read_text())
    assert runs(server)
    holder.kill()
    holder.communicate()
    assert ends(server)


def test_a_server_that_is_killed_can_be_started_again(home: Path) -> None:
    server = neo4j_server.Server(home)
    server.start()
    first = int((home / "pid").read_text())
    server.kill()
    assert ends(first)
    server.start()
    second = int((home / "pid").read_text())
    assert runs(second)
    server.kill()
    assert ends(second)


def test_a_server_that_does_not_start_says_why(home: Path) -> None:
    (home / "neo4j-test-server").write_text("#!/bin/sh\necho no room >&2; exit 1\n")
    with pytest.raises(RuntimeError, match="no room"):
        neo4j_server.Server(home).start()
