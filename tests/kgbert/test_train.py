"""Training as a user starts it."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
import torch
import yaml
from safetensors.torch import load_file

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.formats.reading import Omissions
from graph.ontology import Ontology
from graph.relation import Relation
from ingest.corpora import pubtator
from ingest.corpora.read import format_named
from kgbert.errors import ConfigError, TaskError
from kgbert.model import KGBertForRelationExtraction
from kgbert.train import train
from kgbert.train_config import TrainConfig


@pytest.fixture
def write(tmp_path, encoder, graph_folder, gold):
    def write(**changes):
        values = {
            "train": [gold.name],
            "evaluate": [gold.name],
            "graph": str(graph_folder),
            "out": "run",
            "model": {
                "encoder": str(encoder),
                "lora_rank": 2,
                "trained_layers": 2,
                "fusion_layers": [1],
                "node_width": 16,
                "gnn_heads": 2,
                "fusion_heads": 2,
                "pair_groups": 3,
                "max_tokens": 64,
                "overlap": 16,
            },
            "optimisation": {"epochs": 2, "batch_size": 1},
        }
        path = tmp_path / "config.yaml"
        path.write_text(yaml.safe_dump({**values, **changes}), encoding="utf-8")
        return path

    return write


def test_it_trains_reports_and_does_not_train_again(write, tmp_path):
    config = TrainConfig.read(write())
    figures = train(config)
    assert set(figures) >= {"precision", "recall", "f1", "average_precision", "gates", "all", "gold_filter"}
    assert json.loads((tmp_path / "run" / "metrics.json").read_text())["f1"] == figures["f1"]
    model = KGBertForRelationExtraction.from_pretrained(tmp_path / "run")
    assert model.config.graph_release
    assert model.config.relation_types == ["has_side_effect", "is_a", "treats"]
    assert model.config.thresholds == {"CID": 0.5}
    assert model.kgbert.gates["1"] != 0.0, "the gate has a rate of its own and moves at once"
    assert train(config)["history"] == figures["history"]


def test_it_learns_from_any_format(write, gold, tmp_path):
    for name, form in (("gold.json", "bioc-json"), ("folder", "brat")):
        format_named(form).write(pubtator.read(gold), tmp_path / name, Omissions())
    short = {"optimisation": {"epochs": 1, "batch_size": 1}}
    figures = [
        train(TrainConfig.read(write(train=learnt, evaluate=[tested], out=f"run-{learnt}", **short)))
        for learnt, tested in ((gold.name, gold.name), ("folder", "gold.json"))
    ]
    assert figures[0]["examples"] == 2
    for key in ("examples", "average_precision", "all", "gates"):
        assert figures[1][key] == figures[0][key]


def test_in_half_precision_it_learns_alike_and_keeps_whole_weights(write, tmp_path):
    how = {"epochs": 2, "batch_size": 1}
    whole, half = (
        train(TrainConfig.read(write(out=out, optimisation={**how, "half": out == "half"})))
        for out in ("whole", "half")
    )
    whole, half = (figures["history"][-1]["train_loss"] for figures in (whole, half))
    assert half == pytest.approx(whole, rel=0.02)
    assert half != whole
    weights = load_file(tmp_path / "half" / "model.safetensors")
    assert {weight.dtype for weight in weights.values()} == {torch.float32}


def test_the_same_seed_gives_the_same_model(write, tmp_path):
    runs = [train(TrainConfig.read(write(out=f"run{i}")))["history"] for i in (1, 2)]
    assert [h["loss"] for h in runs[0] if "loss" in h] == [h["loss"] for h in runs[1] if "loss" in h]
    first, second = ((tmp_path / f"run{i}" / "model.safetensors").read_bytes() for i in (1, 2))
    assert first == second


def test_a_broken_run_goes_on_from_its_checkpoint(write, tmp_path):
    full = train(TrainConfig.read(write(out="full")))
    train(TrainConfig.read(write(out="broken")))
    for name in ("metrics.json", "model.safetensors"):
        (tmp_path / "broken" / name).unlink()
    (last,) = (tmp_path / "broken").glob("checkpoint-*")
    later = last.with_name(f"checkpoint-{int(last.name.rpartition('-')[2]) + 1}")
    later.mkdir()
    (later / "model.safetensors").write_bytes(b"the writing of this one was broken off")
    again = train(TrainConfig.read(write(out="broken")))
    assert again["average_precision"] == full["average_precision"]
    assert (tmp_path / "broken" / "model.safetensors").read_bytes() == (
        tmp_path / "full" / "model.safetensors"
    ).read_bytes()


OWN = {"name": "own", "labels": ["CID", "treats"], "argument_types": [["Drug", "Ill"]]}
CALLED = {"Chemical": "Drug", "Disease": "Ill"}


def test_a_task_of_ones_own_learns_from_files_that_call_its_types_otherwise(write, tmp_path):
    task, model = {**OWN, "called": CALLED}, yaml.safe_load(write().read_text())["model"]
    settings = {"task": task, "evaluate": [], "model": {**model, "mention_types": ["Drug", "Ill"]}}
    assert train(TrainConfig.read(write(**settings)))["examples"] == 2
    assert KGBertForRelationExtraction.from_pretrained(tmp_path / "run").config.task["labels"] == ["CID", "treats"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"task": "ChemProt"}, "ChemProt is asked of one sentence after another"),
        ({"task": {**OWN, "called": CALLED}}, r"own \(2 labels, by document\): .* kgbert experiment run"),
        ({"task": OWN, "evaluate": []}, "no document with a pair of task own: Drug and Ill"),
    ],
)
def test_a_task_that_is_not_for_this_is_refused_before_anything_is_trained(write, tmp_path, changes, said):
    with pytest.raises(TaskError, match=said):
        train(TrainConfig.read(write(**changes)))
    assert not list(tmp_path.glob("run/checkpoint*"))


def test_the_file_that_the_documentation_shows_is_one(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"(?ms)^```yaml\n(.*?)^```", page)
    config = TrainConfig.of(yaml.safe_load(shown), where=tmp_path / "config.yaml")
    assert {f.name for f in fields(TrainConfig)} == yaml.safe_load(shown).keys() | {"threshold"}
    assert (config.graph, config.out, config.tune) == ("packaged", tmp_path / "runs/cid", True)


def test_the_graph_may_be_the_packaged_one(write, tmp_path, graph_folder, monkeypatch):
    monkeypatch.setattr("graph.packaged.packaged_graph", lambda: graph_folder)
    train(TrainConfig.read(write(graph="packaged")))
    with EmbeddedGraphStore.open(graph_folder) as store:
        assert KGBertForRelationExtraction.from_pretrained(tmp_path / "run").config.graph_release == store.release


@pytest.mark.parametrize(("source", "predicate"), [("CTD", "is_a"), ("Toys", "induces")])
def test_a_graph_that_holds_the_answers_is_refused(write, tmp_path, source, predicate):
    concepts = (Concept("MESH:D001241", "aspirin"), Concept("MESH:D006470", "bleeding"))
    relations = (Relation("MESH:D001241", predicate, "MESH:D006470", source),)
    EmbeddedGraphStore.from_ontologies(tmp_path / "leak", Ontology(source, "", "", concepts, relations)).close()
    with pytest.raises(TaskError, match=f"holds answers of task CID: .*({source}|{predicate})"):
        train(TrainConfig.read(write(graph=str(tmp_path / "leak"))))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epoch": 3}, "unknown key 'epoch'"),
        ({"optimisation": {"rate": 1}}, "unknown key 'rate'"),
        ({"model": {"layers": 1}}, "model: unknown key 'layers'"),
        ({"graph": 5}, "graph: found 5, expected a path"),
        ({"train": 5}, "train: found 5, expected a path"),
        ({"evaluate": [None]}, "evaluate: found None, expected a path"),
    ],
)
def test_a_mistake_in_the_file_is_refused(write, changes, message):
    with pytest.raises(ConfigError, match=message):
        TrainConfig.read(write(**changes))


def test_a_missing_key_and_no_mapping_are_refused(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("train: a.txt\n")
    with pytest.raises(ConfigError, match="key 'out' is missing"):
        TrainConfig.read(path)
    path.write_text("- a\n")
    with pytest.raises(ConfigError, match="expected a mapping"):
        TrainConfig.read(path)
