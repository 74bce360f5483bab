"""A detector trained and used as a user does."""

import json

import pytest
import yaml
from toys import PUBTATOR

from ingest.document import Document
from kgbert.detector import DICTIONARY, Detector, find_with
from kgbert.errors import ConfigError, TaskError
from kgbert.pipeline import load
from kgbert.train_config import DetectorTrainConfig
from kgbert.train_detector import train_detector

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


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epoch": 3}, "unknown key 'epoch'"),
        ({"model": {"types": ["Gene"]}}, "model: unknown key 'types'"),
        ({"model": {"knowledge": True}}, "model: unknown key 'knowledge'"),
        ({"optimisation": {"rate": 1}}, "unknown key 'rate'"),
    ],
)
def test_an_unknown_key_is_refused(write, changes, message):
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
