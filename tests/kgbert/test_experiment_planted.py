"""A rule that only the graph can answer is learnt with the graph, and not without it or with a shuffled one."""

import json

import pytest
import torch
import yaml
from click.testing import CliRunner
from planted import planted

from kgbert.cli.main import main
from kgbert.device import default_device
from kgbert.experiment.runs import read

CONDITIONS = ("A0", "A2", "A8", "A12", "A13")


@pytest.fixture(scope="module")
def runs(tmp_path_factory, encoder):
    folder = tmp_path_factory.mktemp("planted")
    train, test, graph = planted(folder)
    small = {"lora_rank": 2, "fusion_layers": [1], "node_width": 16, "gnn_heads": 2, "fusion_heads": 2}
    config = {
        "task": "CID",
        "data": train.name,
        "evaluate_on": test.name,
        "condition": list(CONDITIONS),
        "epochs": 6,
        "graph": graph.name,
        "out": "runs",
        "model": {"encoder": str(encoder), "pair_groups": 3, "max_tokens": 64, "overlap": 16, **small},
        "optimisation": {"batch_size": 8, "head_rate": 0.01, "encoder_rate": 0.001},
    }
    (folder / "planted.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    done = CliRunner().invoke(main, ["experiment", "run", str(folder / "planted.yaml")], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return {name: read(folder / "runs" / f"CID-0-{name}-0") for name in CONDITIONS}


def accuracy(run) -> float:
    return float(((run.probability[:, 0] >= 0.5) == run.pairs.gold[:, 0]).mean())


def test_the_graph_answers(runs):
    assert accuracy(runs["A8"]) >= 0.95


@pytest.mark.parametrize("condition", ["A0", "A2", "A12"])
def test_neither_text_nor_a_shuffled_graph_answers(runs, condition):
    assert 0.36 <= accuracy(runs[condition]) <= 0.64, "half of 120 texts, three standard errors either way"


def test_all_were_tested_on_the_same(runs):
    assert len({run.evaluation_sha256 for run in runs.values()}) == 1
    assert all(run.candidate.all() for run in runs.values())


def test_what_a_run_leaves_behind(runs):
    folder = runs["A8"].folder
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["gates"].keys() == {"1"}
    assert metrics["graph_release"]
    assert metrics["examples"] == 240
    assert yaml.safe_load((folder / "config.yaml").read_text())["condition"] == "A8"
    environment = json.loads((folder / "environment.json").read_text())
    assert environment["torch"]
    assert isinstance(environment["processor"], str)
    assert environment["device"] == ("cpu" if default_device().type == "cpu" else torch.cuda.get_device_name())
    assert (folder / "model.safetensors").is_file()
    assert not list(folder.glob("checkpoint-*"))
    assert not (runs["A12"].folder / "model.safetensors").exists(), "it tests the model of A8"
