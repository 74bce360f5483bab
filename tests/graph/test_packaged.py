"""The graph that ships is compiled into the cache once, in one step."""

import lzma
from pathlib import Path

import pytest

import graph.packaged as packaged
from graph.cache import cache_folder
from graph.embedded_store import EmbeddedGraphStore

ROWS = """\
D1\tFever|Pyrexia\tDisease\t\t\t
D2\tAgue\tDisease\tD1\t\t
C1\tcalmium\tChemical\t\tD3\t
D3\tSalt\tChemical\t\t\t
C9\told ague\t\t\t\tD2
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    (data / packaged.MESH_FILE).write_bytes(lzma.compress(ROWS.encode()))
    (data / packaged.THERAPIES_FILE).write_text("subject\tpredicate\tobject\nC1\ttreats\tD2\n")
    monkeypatch.setattr(packaged, "DATA", data)
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    return data


@pytest.mark.usefixtures("small")
def test_tables_become_a_graph() -> None:
    with EmbeddedGraphStore.open(packaged.packaged_graph()) as store:
        retired, fever = store.concepts(["MESH:C9", "MESH:D1"])
        assert retired is not None
        assert retired.replaced_by == "MESH:D2"
        assert fever is not None
        assert fever.synonyms == ("Pyrexia",)
        (around,) = store.relations(["MESH:C1"])
        assert {(r.predicate, r.object) for r in around} == {("mapped_to", "MESH:D3"), ("treats", "MESH:D2")}
        assert {source.name: source.licence for source in store.sources} == {
            "MeSH": packaged.MESH.licence,
            "PharmacotherapyDB": "CC0 1.0",
        }


@pytest.mark.usefixtures("small")
def test_second_use_only_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first = packaged.packaged_graph()
    monkeypatch.setattr(packaged, "_compile", lambda _: pytest.fail("compiled twice"))
    assert packaged.packaged_graph() == first


def test_other_tables_are_another_graph(small: Path) -> None:
    first = packaged.packaged_graph()
    (small / packaged.MESH_FILE).write_bytes(lzma.compress(ROWS.replace("Ague", "Chill").encode()))
    assert packaged.packaged_graph() != first


@pytest.mark.usefixtures("small")
def test_loser_of_a_race_keeps_the_winners_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_graph = packaged._compile

    def overtaken(folder: Path) -> None:
        monkeypatch.setattr(packaged, "_compile", compile_graph)
        packaged.packaged_graph()
        compile_graph(folder)

    monkeypatch.setattr(packaged, "_compile", overtaken)
    folder = packaged.packaged_graph()
    EmbeddedGraphStore.open(folder).close()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_failure_leaves_nothing(small: Path) -> None:
    (small / packaged.MESH_FILE).write_bytes(lzma.compress(b"D1\tFever\n"))
    with pytest.raises(ValueError, match="6"):
        packaged.packaged_graph()
    assert list(cache_folder().iterdir()) == []
