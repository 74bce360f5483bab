"""What every test can ask for."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import neo4j_server
import pytest
from hypothesis import settings
from neo4j_server import Server

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("kgbert", deadline=None)
settings.load_profile("kgbert")

_WITHOUT_NEO4J = "no Neo4j server"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real corpora and ontologies: ``KGBERT_DATA``, else ``../shared/data`` beside the checkout."""
    folder = Path(os.environ.get("KGBERT_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is not there; set KGBERT_DATA")
    return folder


@pytest.fixture(scope="session")
def neo4j_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Neo4j of our own, which may be killed and started again; started when first asked for."""
    with _server(tmp_path_factory.mktemp("neo4j")) as server:
        server.start()
        yield server


@pytest.fixture
def neo4j_offline(tmp_path: Path) -> Iterator[Server]:
    """A Neo4j of the test's own that never ran, for what is done before the first start."""
    with _server(tmp_path / "neo4j") as server:
        yield server


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[Server]:
    if not neo4j_server.script().exists():
        _miss(f"{neo4j_server.script()} is not there")
    server = Server(folder)
    try:
        yield server
    finally:
        server.kill()  # Nobody will read what it wrote, and an orderly stop takes seconds.


@pytest.fixture(scope="session")
def neo4j_address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Neo4j, whose credentials are in the environment."""
    named = os.environ.get(neo4j_server.URI)
    address = named or request.getfixturevalue("neo4j_process").address
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KGBERT_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("NEO4J_USERNAME", "neo4j")
        patch.setenv("NEO4J_PASSWORD", os.environ.get(neo4j_server.PASSWORD, "") if named else Server.password)
        patch.delenv("NEO4J_DATABASE", raising=False)
        yield address


def _miss(problem: str) -> None:
    if neo4j_server.is_required():
        pytest.fail(f"{_WITHOUT_NEO4J}: {problem}; {neo4j_server.ADVICE}")
    pytest.skip(f"{_WITHOUT_NEO4J}: {problem}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was left out for want of a server."""
    reports = terminalreporter.getreports("skipped")
    n_skipped = sum(_WITHOUT_NEO4J in str(report.longrepr) for report in reports)
    if n_skipped:
        terminalreporter.write_line(f"{n_skipped} tests on a real Neo4j were skipped: {neo4j_server.ADVICE}")
