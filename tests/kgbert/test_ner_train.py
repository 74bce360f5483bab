"""A detector trained and used as a user does."""

import json

import pytest
import yaml
from toys import PUBTATOR

from ingest.document import Document
from kgbert.detector import Detector, find_with
from kgbert.errors import ConfigError, TaskError
from kgbert.packaged import DICTIONARY
from kgbert.pipeline import load
from kgbert.train_config import DetectorTrainConfig
from kgbert.train_detector import Hints, read_annotated, train_detector

TEXT = "aspirin caused severe bleeding and pain in the patient."
SETTINGS = {
    "train": ["gold.txt"],
    "evaluate": ["gold.txt"],
    "out": "run",
    "model": {"lora_rank": 0, "trained_layers": 3, "max_tokens": 64, "overlap": 16, "dropout": 0.0},
    "optimisation": {"epochs": 60, "batch_size": 2, "encoder_rate": 5e-3, "head_rate": 5e-3, "threads": 1},
}


@pytest.fixture
def write(tmp_path, encoder, gold):  # noqa: ARG001 (the file that SETTINGS name)
    def write(**changes):
        values = {**SETTINGS, **changes}
        values["model"] = {"encoder": str(encoder), **values["model"]}
        path = tmp_path / "config.yaml"
        path.write_text(yaml.safe_dump(values), encoding="utf-8")
        return path

    return write


def test_it_trains_reports_and_does_not_train_again(write, tmp_path):
    config = DetectorTrainConfig.read(write())
    figures = train_detector(config)
    assert figures["examples"] == 2
    assert figures["spans"]["gold.txt"]["all"]["gold"] == 8
    assert figures["spans"]["gold.txt"]["all"]["f1"] == 1.0
    assert set(figures["spans"]["gold.txt"]) == {"all", "Chemical", "Disease"}
    assert train_detector(config) == figures
    assert {m.text for m in Detector.load(tmp_path / "run")(TEXT)} >= {"aspirin", "bleeding"}


def test_the_same_seed_gives_the_same_model_and_a_broken_run_goes_on(write, tmp_path, graph_folder):
    short = {**SETTINGS["optimisation"], "epochs": 3, "batch_size": 1, "save_every": 1}
    runs = [
        train_detector(DetectorTrainConfig.read(write(out=out, graph=str(graph_folder), optimisation=short)))
        for out in ("full", "broken")
    ]
    weights = (tmp_path / "full" / "model.safetensors").read_bytes()
    assert (tmp_path / "broken" / "model.safetensors").read_bytes() == weights
    for name in ("metrics.json", "model.safetensors"):
        (tmp_path / "broken" / name).unlink()
    (last,) = (tmp_path / "broken").glob("checkpoint-*")
    assert last.name == "checkpoint-6"
    again = train_detector(DetectorTrainConfig.read(write(out="broken", graph=str(graph_folder), optimisation=short)))
    assert again["spans"] == runs[0]["spans"]
    assert (tmp_path / "broken" / "model.safetensors").read_bytes() == weights


def test_a_type_that_a_file_never_has_counts_as_not_annotated_there(write, tmp_path):
    """Aspirin stands unmarked in a second file: as that has diseases only, chemicals are found in it all the same."""
    rows = PUBTATOR.splitlines(keepends=True)
    (tmp_path / "diseases.txt").write_text("".join(row for row in rows if "Chemical" not in row and "CID" not in row))
    figures = train_detector(DetectorTrainConfig.read(write(train=["gold.txt", "diseases.txt"])))
    assert figures["spans"]["gold.txt"]["Chemical"]["recall"] == 1.0


def test_a_type_that_no_file_has_is_refused(write):
    config = DetectorTrainConfig.read(write(types={"Gene": ["Gene"], "Disease": ["Disease"]}))
    with pytest.raises(TaskError, match=r"no mention of type Gene in .*gold\.txt"):
        train_detector(config)


def test_names_that_one_text_annotates_are_hints_in_others_and_never_in_itself(write, graph_folder, tmp_path):
    """Four texts mark a word that no graph has. Two of them, one in each fold, are told so by the others of theirs."""
    text = "severe patient caused pain"
    rows = [f"{i}|t|{text}\n{i}|a|.\n{i}\t7\t14\tpatient\tDisease\tD006470\n\n" for i in range(4)]
    (tmp_path / "gold.txt").write_text("".join(rows))
    config = DetectorTrainConfig.read(write(graph=str(graph_folder), folds=2, types={"Disease": ["Disease"]}))
    documents = read_annotated(tmp_path / "gold.txt", config.types)
    told = [[m.text for m in mentions] for mentions in Hints(config, documents).of_each()]
    assert told == [["pain"], ["pain"], ["patient", "pain"], ["patient", "pain"]]
    assert [m.text for m in Hints(config, documents).of_all()(text)] == ["patient", "pain"]


def test_a_text_does_not_hear_of_its_own_names(write, graph_folder, tmp_path):
    texts = ["severe caused", "patient caused", "not caused", "after caused"]
    rows = [
        f"{i}|t|{t}\n{i}|a|.\n{i}\t0\t{len(w)}\t{w}\tDisease\tD006470\n\n"
        for i, t in enumerate(texts)
        for w in t.split()[:1]
    ]
    (tmp_path / "gold.txt").write_text("".join(rows))
    config = DetectorTrainConfig.read(write(graph=str(graph_folder), folds=2, types={"Disease": ["Disease"]}))
    documents = read_annotated(tmp_path / "gold.txt", config.types)
    hints = Hints(config, documents)
    assert list(hints.of_each()) == [()] * 4
    assert [m.text for m in hints.of_all()("severe patient and not after")] == ["severe", "patient", "not", "after"]


def test_it_goes_on_from_another_of_the_same_kind(write, tmp_path, graph_folder):
    few = {**SETTINGS["optimisation"], "epochs": 0.5, "encoder_rate": 0.0, "head_rate": 0.0}
    train_detector(DetectorTrainConfig.read(write()))
    more = {"start": "run", "out": "on", "model": {}, "optimisation": few}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({**SETTINGS, **more}))
    train_detector(DetectorTrainConfig.read(path))
    first, second = ((tmp_path / out / "model.safetensors").read_bytes() for out in ("run", "on"))
    assert first == second, "at a rate of zero it stays what it was"
    for changes, message in (
        ({"types": {"Disease": ["Disease"]}}, "has the types Chemical, Disease; expected Disease"),
        ({"graph": str(graph_folder)}, "reads no hints and takes no graph"),
    ):
        path.write_text(yaml.safe_dump({**SETTINGS, **more, "out": "else", **changes}))
        with pytest.raises(TaskError, match=message):
            train_detector(DetectorTrainConfig.read(path))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epoch": 3}, "unknown key 'epoch'"),
        ({"model": {"types": ["Gene"]}}, "model: unknown key 'types'"),
        ({"model": {"knowledge": True}}, "model: unknown key 'knowledge'"),
        ({"optimisation": {"rate": 1}}, "unknown key 'rate'"),
        ({"folds": 2}, "folds: annotated names join those of a graph, and there is none"),
        ({"folds": 1, "graph": "packaged"}, "folds: found 1, expected 0, or 2 and more"),
        ({"start": "run"}, r"model: the detector to go on from \(start\) has settings of its own"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(write, changes, message):
    with pytest.raises(ConfigError, match=message):
        DetectorTrainConfig.read(write(**changes))


def test_the_command_line_from_training_to_linked_entities(write, kgbert, graph_folder, model_folder, tmp_path):
    config = write(train=["aspirin.txt"], graph=str(graph_folder), types={"Chemical": ["Chemical"]})
    rows = PUBTATOR.splitlines(keepends=True)
    (tmp_path / "aspirin.txt").write_text("".join(row for row in rows if "Disease" not in row and "CID" not in row))
    kgbert("train-detector", config)
    figures = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert figures["spans"]["gold.txt"]["Chemical"]["f1"] == 1.0

    def found(*detectors: str) -> list[str]:
        given = [word for detector in detectors for word in ("--detector", detector)]
        settings = ("extract", "-", "--model", model_folder, "--graph", graph_folder, *given)
        return [e["text"] for e in json.loads(kgbert(*settings, stdin=TEXT.encode()).stdout)["entities"]]

    assert found("run") == ["aspirin"]
    assert found() == found("dictionary") == found("run", "dictionary") == ["aspirin", "bleeding", "pain"]

    ours = ("evaluate", "link", "gold.txt", "--graph", graph_folder, "--end-to-end")
    alone, both = (
        json.loads(kgbert(*ours, *("--detector", *detectors)).stdout) for detectors in (["run"], ["run", "dictionary"])
    )
    assert (alone["spans"]["predicted"], both["spans"]["predicted"]) == (4, 8)
    assert (alone["links"]["precision"], both["links"]["f1"]) == (1.0, 1.0)


def test_the_command_line_refuses_what_cannot_be(kgbert, graph_folder, model_folder, gold):
    settings = ("--graph", graph_folder)
    done = kgbert("evaluate", "link", gold, *settings, "--detector", "dictionary", check=False)
    assert done.returncode == 2
    assert b"--detector finds mentions in raw text: it needs --end-to-end" in done.stderr
    done = kgbert("extract", "-", "--model", model_folder, *settings, "--detector", "nowhere", stdin=b"a", check=False)
    assert done.returncode == 1
    assert b"model in nowhere: config.json is missing" in done.stderr
    done = kgbert(
        "extract", "-", "--model", model_folder, *settings, "--detector", model_folder, stdin=b"a", check=False
    )
    assert b"its kind is 'kgbert', expected 'kgbert-detector'" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_pipeline_takes_detectors_and_says_nothing_of_types_it_does_not_ask_for(
    write, tmp_path, graph_folder, model_folder
):
    train_detector(DetectorTrainConfig.read(write(evaluate=[])))
    settings = {"graph": graph_folder}
    by_default, learned = (
        load(model_folder, **settings, **more) for more in ({}, {"detectors": [tmp_path / "run", DICTIONARY]})
    )
    document = Document("d", TEXT)
    assert [e.text for e in by_default.annotate(document).entities] == ["aspirin", "bleeding", "pain"]
    entities = learned.annotate(document).entities
    assert {"aspirin", "bleeding"} <= {e.text for e in entities}
    assert all(e.text == TEXT[e.start : e.end] for e in entities)
    chemicals = find_with([tmp_path / "run"], None, types=frozenset({"Chemical"}))
    assert {m.type for m in chemicals(TEXT)} == {"Chemical"}
