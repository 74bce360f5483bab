"""The project as a whole: what it declares, what it imports, what it tracks, and what its README shows."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import kgbert

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SET_UP = ("datasets", "dev", "minilm", "plot")
"""The extras that `make` installs."""

IMPORT_NAMES = {
    "import-linter": "importlinter",
    "neo4j-rust-ext": "neo4j._rust",
    "pytest-xdist": "xdist",
    "pyyaml": "yaml",
    "scikit-learn": "sklearn",
}
HEAVY = {"matplotlib", "neo4j", "networkx", "peft", "rdflib", "scispacy", "sklearn", "spacy", "torch", "transformers"}


def declared() -> list[Requirement]:
    """What this Python needs: the dependencies, and those of the extras that are set up."""
    lines = PROJECT["dependencies"] + [line for extra in SET_UP for line in PROJECT["optional-dependencies"][extra]]
    return [r for r in map(Requirement, lines) if r.marker is None or r.marker.evaluate()]


def pins() -> list[Requirement]:
    """The lines of constraints.txt, in their order."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def tracked() -> list[Path]:
    """Every file that git tracks and that is there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def run(*command: str, cwd: Path = ROOT) -> str:
    """Run ``command``; its output, or the test fails with it."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_declared_dependencies_import_together() -> None:
    names = [canonicalize_name(requirement.name) for requirement in declared()]
    imported = [IMPORT_NAMES.get(n, n.replace("-", "_")) for n in names if not n.startswith("types-")]
    run(sys.executable, "-c", "\n".join(f"import {module}" for module in sorted(imported)))


def test_every_dependency_is_pinned_within_its_range() -> None:
    pinned = {canonicalize_name(p.name): p for p in pins() if p.marker is None or p.marker.evaluate()}
    if sys.version_info[:2] == (3, 11):
        assert {canonicalize_name(r.name) for r in declared()} <= set(pinned)
    for requirement in declared():
        for pin in (str(s.version) for s in getattr(pinned.get(canonicalize_name(requirement.name)), "specifier", ())):
            assert requirement.specifier.contains(pin), f"{requirement} is pinned to {pin}"


def test_pins_are_exact_sorted_and_begin_with_torch() -> None:
    names = [p.name.lower() for p in pins()]
    assert names == ["torch", *sorted(set(names) - {"torch"})]
    assert all([s.operator for s in p.specifier] == ["=="] for p in pins())


def test_the_version_is_written_once() -> None:
    assert "version" not in PROJECT
    assert version("kgbert") == kgbert.__version__, "the installed metadata is stale: make clean"
    literal = re.compile(r"""(?m)^__version__\s*=\s*["']""")
    sources = [path for path in tracked() if path.suffix == ".py"]
    assert [p for p in sources if literal.search(p.read_text(encoding="utf-8"))] == [ROOT / "kgbert" / "__init__.py"]


def test_imports_go_one_way() -> None:
    run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")


def modules(package: str) -> list[str]:
    """Every module of ``package``."""
    files = sorted((ROOT / package).rglob("*.py"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files]


@pytest.mark.parametrize("names", [["kgbert"], modules("graph"), modules("ingest")], ids=["kgbert", "graph", "ingest"])
def test_an_import_loads_nothing_heavy(names: list[str]) -> None:
    loaded = run(sys.executable, "-c", f"import {', '.join(names)}, sys; print(*sorted(sys.modules))").split()
    assert set(names) <= set(loaded)
    assert not HEAVY & set(loaded)


def pickles(path: Path) -> Iterator[str]:
    """What in ``path`` is a pickle: the file, or members of a zip (as torch.save writes them)."""
    with path.open("rb") as file:
        start = file.read(2)
    if start[:1] == b"\x80" and start[1:] in {b"\x02", b"\x03", b"\x04", b"\x05"}:
        yield str(path)
    if path.suffix in {".pkl", ".pickle", ".pt", ".pth", ".joblib", ".ckpt"}:
        yield str(path)
    if zipfile.is_zipfile(path):
        yield from (f"{path}!{name}" for name in zipfile.ZipFile(path).namelist() if name.endswith(".pkl"))


def test_nothing_tracked_is_a_pickle() -> None:
    assert [found for path in tracked() for found in pickles(path)] == []


def test_a_pickle_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x80\x04K\x01.")
    with zipfile.ZipFile(tmp_path / "weights", "w") as archive:
        archive.writestr("archive/data.pkl", b"")
    assert [len(list(pickles(tmp_path / name))) for name in ("model.bin", "weights")] == [1, 1]


def test_the_repository_stays_small() -> None:
    assert sum(path.stat().st_size for path in tracked()) < 60e6


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_between_pages_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_changelog_names_this_version_or_what_is_unreleased() -> None:
    headings = re.findall(r"(?m)^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert headings[0] in {"Unreleased", kgbert.__version__}


def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"(?ms)^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert blocks
    run(sys.executable, "-W", "error::DeprecationWarning:__main__", "-c", "\n".join(blocks), cwd=tmp_path)
