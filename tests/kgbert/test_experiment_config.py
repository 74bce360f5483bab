"""What the YAML file of an experiment says."""

import pytest
import yaml

from kgbert.errors import ConfigError
from kgbert.experiment.config import ExperimentConfig

GRID = {
    "task": ["ChemProt", "DDI2013"],
    "data": {"ChemProt": ["chemprot"], "DDI2013": "ddi.tar.gz"},
    "evaluate_on": {"ChemProt": ["dev"], "DDI2013": 0.2},
    "evaluate_sample": 400,
    "train_size": [200, 1000],
    "condition": ["A0", "A8"],
    "seed": [0, 1],
    "epochs": {200: 10, 1000: 4},
    "graph": "graph",
    "out": "runs",
    "optimisation": {"batch_size": 16},
}


@pytest.fixture
def read(tmp_path):
    def read(**changes):
        path = tmp_path / "grid.yaml"
        path.write_text(yaml.safe_dump({**GRID, **changes}), encoding="utf-8")
        return list(ExperimentConfig.read(path).runs())

    return read


def test_lists_make_a_grid_one_seed_after_the_other(read, tmp_path):
    runs = read()
    assert [run.out.name for run in runs[:4]] == [
        "ChemProt-200-A0-0",
        "ChemProt-200-A8-0",
        "ChemProt-1000-A0-0",
        "ChemProt-1000-A8-0",
    ]
    assert len(runs) == 16
    assert [run.seed for run in runs] == [0] * 8 + [1] * 8
    assert {run.optimisation.epochs for run in runs if run.train_size == 200} == {10}
    assert {run.optimisation.seed for run in runs[8:]} == {1}
    assert {run.optimisation.batch_size for run in runs} == {16}
    ddi = runs[-1]
    assert (ddi.data, ddi.evaluate_on) == ((tmp_path / "ddi.tar.gz",), 0.2)
    assert ddi.graph == tmp_path / "graph"


def test_a_graph_is_in_a_folder_or_comes_with_kgbert_or_is_on_a_server(read, tmp_path, monkeypatch):
    monkeypatch.setenv("SERVER", "bolt://graphs:7687")
    graphs = {"ChemProt": "packaged", "DDI2013": "$SERVER"}
    runs = read(graph=graphs, other_graph="packaged", start="packaged")
    assert [run.graph for run in runs[:1] + runs[-1:]] == ["packaged", "bolt://graphs:7687"]
    assert {run.other_graph for run in runs} == {"packaged"}
    assert {run.start for run in runs} == {tmp_path / "packaged"}, "the word is about graphs"
    assert runs[-1].to_dict()["graph"] == "$SERVER"


def test_a_run_is_written_down_with_paths_as_they_were_told(read, monkeypatch):
    monkeypatch.setenv("SOMEWHERE", "/mnt/secret")
    run = read(graph="$SOMEWHERE/graph")[0]
    assert str(run.graph) == "/mnt/secret/graph"
    written = yaml.safe_load(yaml.safe_dump(run.to_dict()))
    assert (written["condition"], written["graph"], written["data"]) == ("A0", "$SOMEWHERE/graph", ["chemprot"])
    assert written["optimisation"]["epochs"] == 10


def test_what_tests_a_model_begins_and_lies_where_that_does(read, tmp_path):
    start = {"A0": "text", "A8": "masked"}
    runs = read(condition=["A12", "A8", "A1"], start=start, train_size=200, seed=0, task=["ChemProt"])
    assert [run.start for run in runs] == [tmp_path / "masked", tmp_path / "masked", None]
    assert [run.trained_in for run in runs] == [runs[1].out, runs[1].out, runs[2].out]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"condition": "A99"}, "unknown condition 'A99'"),
        ({"seed": -1}, "seed: found -1"),
        ({"evaluate_skip": -5}, "evaluate_skip: found -5"),
        ({"train_size": "many"}, "train_size: found 'many'"),
        ({"model": {"widht": 3}}, "model: unknown key 'widht'"),
        ({"optimisation": {"epocs": 3}}, "unknown key 'epocs'"),
        ({"optimisation": {"head_rate": "1e-3"}}, "head_rate is '1e-3'.*1.0e-3 for a number"),
        ({"sede": 1}, "unknown key 'sede'"),
        ({"data": 3}, "data: found 3"),
        ({"evaluate_on": 1.5}, "evaluate_on: found 1.5"),
        ({"epochs": {7: 3}}, "epochs"),
        ({"out": 3}, "grid.yaml: out: found 3, expected a path"),
        ({"data": [["deep"]]}, r"grid.yaml: data: found \['deep'\], expected a path"),
        ({"graph": 3}, "graph: found 3, expected a folder for ChemProt"),
        ({"graph": {"CID": "graph"}}, "graph: found .+ expected a folder for ChemProt"),
        ({"start": ["masked"]}, "start: found .+ expected a folder for ChemProt"),
        ({"extends": 3}, "extends: found 3"),
        ({"extends": "nowhere.yaml"}, "nowhere.yaml: cannot be read"),
        ({"extends": "grid.yaml"}, "extends grid.yaml, which extends it in turn"),
    ],
)
def test_a_mistake_is_told_before_anything_runs(read, changes, told):
    with pytest.raises(ConfigError, match=told):
        read(**changes)


def test_a_file_that_extends_another_says_what_is_different(read, tmp_path):
    read(graph={"ChemProt": "graph", "DDI2013": "graph"})
    more = {"extends": "grid.yaml", "seed": 7, "graph": {"DDI2013": "drugs"}, "optimisation": {"half": True}}
    (tmp_path / "more.yaml").write_text(yaml.safe_dump(more), encoding="utf-8")
    (tmp_path / "most.yaml").write_text("extends: more.yaml\ndata: {DDI2013: other}\n", encoding="utf-8")
    runs = list(ExperimentConfig.read(tmp_path / "most.yaml").runs())
    assert {run.seed for run in runs} == {7}
    assert {(run.optimisation.batch_size, run.optimisation.half) for run in runs} == {(16, True)}
    chemprot, ddi = runs[0], runs[-1]
    assert (chemprot.data, ddi.data) == ((tmp_path / "chemprot",), (tmp_path / "other",))
    assert (chemprot.graph, ddi.graph) == (tmp_path / "graph", tmp_path / "drugs")


def test_what_is_extended_must_be_a_mapping(read, tmp_path):
    (tmp_path / "list.yaml").write_text("- 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"list\.yaml: expected a mapping, which grid\.yaml extends; found list"):
        read(extends="list.yaml")
