"""Experiments on the command line."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from graph.relation import Relation
from kgbert.cli.main import main
from kgbert.experiment.conditions import CONDITIONS, protocol

ROOT = Path(__file__).parents[2]


@pytest.fixture
def experiment(tmp_path, encoder, graph_folder, gold):
    """A file of an experiment on two toy documents."""
    small = {"lora_rank": 2, "fusion_layers": [1], "node_width": 16, "gnn_heads": 2, "fusion_heads": 2}
    config = {
        "task": "CID",
        "data": gold.name,
        "evaluate_on": gold.name,
        "epochs": 1,
        "graph": str(graph_folder),
        "out": "runs",
        "model": {"encoder": str(encoder), "pair_groups": 3, "max_tokens": 64, "overlap": 16, **small},
    }
    path = tmp_path / "experiment.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def other(tmp_path):
    """Makes a graph that calls aspirin by another id and name: the id in the texts is retired there."""

    def made(predicate, source="Other"):
        concepts = (
            Concept("CHEBI:1", "acetylsalicylic acid", types=("Chemical",)),
            Concept("MESH:D001241", "aspirin", types=("Chemical",), obsolete=True, replaced_by="CHEBI:1"),
            Concept("MESH:D006470", "bleeding", types=("Disease",)),
        )
        stated = (Relation("CHEBI:1", predicate, "MESH:D006470", source),)
        ontology = Ontology(source, "1", "CC0 1.0", concepts, stated)
        EmbeddedGraphStore.from_ontologies(tmp_path / "other", ontology).close()
        return tmp_path / "other"

    return made


def invoke(*words):
    return CliRunner().invoke(main, list(map(str, words)), catch_exceptions=False)


def test_the_whole_protocol_runs_and_is_compared(experiment, tmp_path):
    done = invoke("ablate", experiment, "--replicates", 20, "--json", tmp_path / "out.json")
    assert done.exit_code == 0, done.output
    names = protocol(unfiltered=False, other=False)
    assert {path.name.split("-")[2] for path in (tmp_path / "runs").iterdir() if path.name[0] != "."} == set(names)
    assert "no claim that knowledge helps" in done.stderr
    assert all(f"| {name} |" in done.stdout for name in names)
    said = json.loads((tmp_path / "out.json").read_text())
    assert {f"{c['x']}:{c['y']}" for c in said["contrasts"]} == {f"A8:{name}" for name in names if name != "A8"}
    assert f"CID-0-A13-0: finished ({len(names)} of {len(names)})" in done.stderr
    assert "AP 0." not in done.stderr, "which way it goes is not shown before all is compared"
    again = invoke("ablate", experiment, "--replicates", 20)
    assert again.stdout == done.stdout, "draws have a seed"
    assert f"{len(names)} of {len(names)} runs were finished before" in again.stderr
    assert "CID-0" not in again.stderr, "none is done again"


def test_every_other_condition_runs_too(experiment, other):
    others = [name for name in CONDITIONS if not name.startswith("A")]
    graph = other("has_side_effect")
    text = yaml.safe_load(experiment.read_text()) | {"condition": others, "other_graph": str(graph)}
    experiment.write_text(yaml.safe_dump(text))
    done = invoke("experiment", "run", experiment, "--figures")
    assert done.exit_code == 0, done.output
    assert "finished, AP 0." in done.stderr
    assert [line.split(":")[0] for line in done.stderr.splitlines() if line.startswith("CID")] == [
        f"CID-0-{name}-0" for name in others
    ]


def test_several_processes_share_the_runs(experiment, tmp_path):
    text = yaml.safe_load(experiment.read_text()) | {"condition": ["A12", "A0", "A11", "A8"]}
    experiment.write_text(yaml.safe_dump(text))
    command = [sys.executable, "-m", "kgbert.cli", "experiment", "run", str(experiment), "--processes", "2"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "runs").glob("CID-*/metrics.json"))) == 4, "what tests a model waits for it"


def test_a_run_that_another_process_is_at_is_left_to_it(experiment, tmp_path):
    import fcntl

    folder = tmp_path / "runs" / "CID-0-A8-0"
    folder.mkdir(parents=True)
    with (folder / ".running").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = invoke("experiment", "run", experiment)
    assert done.exit_code == 0
    assert "another process is at this run" in done.stderr
    assert not (folder / "metrics.json").exists()


def test_a_condition_without_its_graph_is_told(experiment):
    text = yaml.safe_load(experiment.read_text()) | {"condition": "A9"}
    experiment.write_text(yaml.safe_dump(text))
    done = CliRunner().invoke(main, ["experiment", "run", str(experiment)])
    assert done.exit_code == 1
    assert "A9 (full, unfiltered: the size of the leak) needs unfiltered_graph" in done.output


def test_an_unfiltered_graph_is_read_whole(experiment, other, tmp_path):
    graph = other("associated_with", source="CTD")
    text = yaml.safe_load(experiment.read_text()) | {"condition": ["A9"], "unfiltered_graph": str(graph)}
    experiment.write_text(yaml.safe_dump(text))
    done = invoke("experiment", "run", experiment)
    assert done.exit_code == 0, done.output
    rows = gzip.decompress((tmp_path / "runs/CID-0-A9-0/predictions.jsonl.gz").read_bytes()).splitlines()
    assert "direct" in [json.loads(row)["slices"]["related"] for row in rows], "CTD is what the task must not see"


def swapped(experiment, graph):
    text = yaml.safe_load(experiment.read_text()) | {"condition": ["A8", "A14"], "other_graph": str(graph)}
    experiment.write_text(yaml.safe_dump(text))
    return CliRunner().invoke(main, ["experiment", "run", str(experiment)])


def test_a_trained_model_is_tested_over_another_ontology(experiment, other, tmp_path):
    done = swapped(experiment, other("has_side_effect"))
    assert done.exit_code == 0, done.output
    trained, tested = (tmp_path / f"runs/CID-0-{name}-0" for name in ("A8", "A14"))
    assert not (tested / "model.safetensors").exists(), "nothing is trained"
    with EmbeddedGraphStore.open(tmp_path / "other") as store:
        said = json.loads((tested / "metrics.json").read_text())
        assert said["test_graph_release"] == store.release != said["graph_release"]
    rows = {run: gzip.decompress((run / "predictions.jsonl.gz").read_bytes()).splitlines() for run in (trained, tested)}
    related = {run: [json.loads(row)["slices"]["related"] for row in rows[run]] for run in rows}
    assert "direct" in related[tested]
    assert related[tested] != related[trained]


def test_another_ontology_that_holds_the_answers_is_refused(experiment, other, tmp_path):
    done = swapped(experiment, other("induces"))
    assert done.exit_code == 1
    assert "holds answers of task CID: relation type induces" in done.output
    assert (tmp_path / "runs/CID-0-A8-0/metrics.json").exists(), "what it has nothing to do with is done"


def test_leakage_is_what_looking_up_scores(graph_folder, gold, tmp_path):
    done = invoke("leakage", "CID", graph_folder, gold, "--json", tmp_path / "leak.json")
    assert done.exit_code == 0, done.output
    assert "CID: 6 pairs, 2 related" in done.output
    assert "treats  0 / 1" in done.output
    said = json.loads((tmp_path / "leak.json").read_text())
    assert (said["found"], said["right"], said["forbidden predicates"]) == (3, 1, [])


def test_an_unknown_task_is_told(graph_folder, gold):
    done = invoke("leakage", "CDI", graph_folder, gold)
    assert done.exit_code == 1
    assert "unknown task 'CDI'; known: BioRED" in done.output
