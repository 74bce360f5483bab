"""The command line, run as a process."""

import json
import os
import subprocess
import sys
from threading import Timer

import pytest
from toys import copied_with

from graph.formats.reading import Omissions
from ingest.corpora import pubtator
from ingest.corpora.read import format_named

TEXT = "aspirin caused severe bleeding and pain in the patient."


def test_extract_reads_standard_input_and_writes_jsonl(kgbert, model_folder, graph_folder):
    done = kgbert("extract", "-", "--model", model_folder, "--graph", graph_folder, stdin=TEXT.encode())
    record = json.loads(done.stdout)
    assert [e["text"] for e in record["entities"]] == ["aspirin", "bleeding", "pain"]
    assert record["relations"][0]["evidence"]
    assert done.stderr == b"", "a pipe sees results and nothing else"


def test_extract_writes_all_or_nothing(kgbert, model_folder, graph_folder, tmp_path):
    (tmp_path / "good.txt").write_text(TEXT)
    (tmp_path / "bad.txt").write_bytes(b"secret \xff\xfe")
    settings = ("--model", model_folder, "--graph", graph_folder, "--out", "out.jsonl")
    kgbert("extract", "good.txt", *settings)
    before = (tmp_path / "out.jsonl").read_text()
    done = kgbert("extract", "good.txt", "bad.txt", *settings, check=False)
    assert done.returncode == 1
    assert b"bad.txt:1" in done.stderr
    assert b"secret" not in done.stderr
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "out.jsonl").read_text() == before
    assert [path.name for path in tmp_path.glob(".out.jsonl*")] == []


def test_extract_shows_a_table(kgbert, model_folder, graph_folder, tmp_path):
    (tmp_path / "note.txt").write_text(TEXT)
    settings = ("--model", model_folder, "--graph", graph_folder, "--format", "table")
    shown = kgbert("extract", "note.txt", *settings).stdout.decode()
    assert "MESH:D001241" in shown
    assert "aspirin (MESH:D001241)  CID  pain (MESH:D010146)" in shown
    assert "path 1.00  aspirin -treats- pain" in shown


def test_extract_says_what_is_absent_unless_told_not_to(kgbert, model_folder, graph_folder, tmp_path):
    (tmp_path / "note.txt").write_text("aspirin caused no bleeding")
    settings = ("extract", "note.txt", "--model", model_folder, "--graph", graph_folder)
    said, silent = (json.loads(kgbert(*settings, *more).stdout) for more in ((), ("--no-assertion",)))
    assert [e["assertion"] for e in said["entities"]] == ["present", "absent"]
    assert [r["object_assertion"] for r in said["relations"]] == ["absent"]
    assert [e["assertion"] for e in silent["entities"]] == ["present", "present"]
    assert "bleeding (MESH:D006470) absent" in kgbert(*settings, "--format", "table").stdout.decode()


def test_extract_writes_before_it_has_read_all(model_folder, graph_folder, tmp_path):
    words = ("extract", "-", "--model", model_folder, "--graph", graph_folder, "--batch-size", "1")
    padding = "nothing " * 5000
    with subprocess.Popen(
        [sys.executable, "-m", "kgbert.cli", *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "KGBERT_CACHE": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
    ) as process:
        guard = Timer(120, process.kill)
        guard.start()
        for number in range(33):
            process.stdin.write(json.dumps({"id": f"d{number}", "text": padding}).encode() + b"\n")
        process.stdin.flush()
        first = process.stdout.readline()
        guard.cancel()
        assert first.startswith(b'{"id": "d0"'), "nothing was written while more might have come"
        process.stdin.write(json.dumps({"id": "last", "text": TEXT}).encode() + b"\n")
        rest = process.communicate()[0].splitlines()
    assert [json.loads(line)["id"] for line in rest] == [*(f"d{n}" for n in range(1, 33)), "last"]
    assert process.returncode == 0


def test_extract_in_several_processes_writes_the_same(kgbert, model_folder, graph_folder, tmp_path):
    records = ({"id": f"d{i}", "text": f"{'Then ' * (i % 3)}{TEXT}"} for i in range(12))
    (tmp_path / "notes.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    words = ("extract", "notes.jsonl", "--model", model_folder, "--graph", graph_folder, "--batch-size", "2")
    alone = kgbert(*words).stdout
    assert [json.loads(line)["id"] for line in alone.splitlines()] == [f"d{i}" for i in range(12)]
    shared = kgbert(*words, "--workers", "2")
    assert shared.stdout == alone
    assert shared.stderr == b""


def test_a_threshold_leaves_out_links_that_are_too_unlikely(kgbert, model_folder, graph_folder, gold):
    settings = ("--graph", graph_folder, "--threshold")
    for threshold, share in (("0", 1.0), ("1", 0.0)):
        found = kgbert("extract", gold, "--model", model_folder, *settings, threshold).stdout.decode().splitlines()
        linked = [e["id"] is not None for line in found for e in json.loads(line)["entities"]]
        assert sum(linked) == share * len(linked)
        figures = json.loads(kgbert("evaluate", "link", gold, *settings, threshold, "--stages").stdout)
        assert figures["accuracy_at_1"] == share
        assert max(without["accuracy_at_1"] for without in figures["without"].values()) == share
    done = kgbert("extract", gold, *settings, "1.5", check=False)
    assert done.returncode == 2
    assert b"0.0<=x<=1.0" in done.stderr


def test_annotated_entities_are_kept_when_asked(kgbert, model_folder, graph_folder, gold):
    settings = ("--model", model_folder, "--graph", graph_folder)
    kept = kgbert("extract", gold, "--keep-entities", *settings).stdout.decode().splitlines()
    assert [e["id"] for e in json.loads(kept[1])["entities"]][-1] == "MESH:C000001"


def test_evaluate_relations(kgbert, model_folder, graph_folder, gold, tmp_path):
    kgbert("evaluate", "relations", gold, "--model", model_folder, "--graph", graph_folder, "--json", "figures.json")
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert {"precision", "recall", "f1", "protocol", "all", "gold_filter", "own_filter"} <= figures.keys()
    assert figures["all"]["recall"] == 1.0


def test_evaluate_relations_reads_any_format(kgbert, model_folder, graph_folder, gold, tmp_path):
    for name, form in (("gold.xml", "bioc-xml"), ("folder", "brat")):
        format_named(form).write(pubtator.read(gold), tmp_path / name, Omissions())
    settings = ("--model", model_folder, "--graph", graph_folder)
    said = [kgbert("evaluate", "relations", name, *settings).stdout for name in (gold, "gold.xml", "folder")]
    assert json.loads(said[0])["all"]["recall"] == 1.0
    assert said[1] == said[2] == said[0]


def test_evaluate_link_takes_several_dictionaries(kgbert, graph_folder, gold, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("9|t|pains\n9|a|x\n9\t0\t5\tpains\tDisease\tD010146\n\n")
    words = ("evaluate", "link", gold, "--types", "Chemical, Disease", "--graph", graph_folder)
    plain = json.loads(kgbert(*words).stdout)
    assert plain["mentions"] == 8
    assert plain["accuracy_at_1"] == 1.0
    assert plain["protocol"].startswith("K")
    aided = json.loads(kgbert(*words, "--dictionary", other, other, "--json", "figures.json").stdout)
    assert aided["protocol"].startswith("A")
    assert aided["mentions"] == 8, "the second dictionary is no gold file"
    assert json.loads((tmp_path / "figures.json").read_text()) == aided


def test_evaluate_link_finds_mentions_and_counts_by_document(kgbert, graph_folder, gold):
    words = ("evaluate", "link", gold, "--types", "Chemical,Disease", "--graph", graph_folder)
    found = json.loads(kgbert(*words, "--end-to-end").stdout)
    assert found["protocol"].endswith("raw text")
    assert found["spans"]["gold"] == 8
    assert 0 < found["links"]["true_positives"] <= found["spans"]["true_positives"] <= 8
    by_document = json.loads(kgbert(*words, "--by-document").stdout)
    assert by_document["protocol"].endswith("gold spans")
    concepts = by_document["concepts"]
    assert concepts["true_positives"] == concepts["predicted"] == concepts["gold"] < 8
    both = json.loads(kgbert(*words, "--by-document", "--end-to-end").stdout)
    assert both["concepts"]["gold"] == concepts["gold"]


def test_graphs_are_built_and_looked_into(kgbert, tmp_path):
    (tmp_path / "toy.obo").write_text(
        "ontology: toy\n\n[Term]\nid: T:1\nname: disease\n\n[Term]\nid: T:2\nname: ulcer\nis_a: T:1\n"
    )
    kgbert("graph", "build", "toy.obo", "--out", "toy")
    facts = json.loads(kgbert("graph", "info", "toy", "--json").stdout)
    assert (facts["concepts"], facts["relations"]) == (2, 1)
    found = json.loads(kgbert("graph", "subgraph", "toy", "T:2", "--json").stdout)
    assert found["concepts"] == [
        {"id": "T:2", "name": "ulcer", "role": "seed", "distance": 0},
        {"id": "T:1", "name": "disease", "role": "neighbour", "distance": 1},
    ]
    assert found["relations"] == [{"subject": "T:2", "predicate": "is_a", "object": "T:1"}]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("graph", "subgraph", "toys", "MESH:D999999"), b"unknown concept 'MESH:D999999'"),
        (("graph", "info", "empty"), b"empty"),
        (("graph", "build", "cycle.obo", "--out", "new"), b"T:1 -> T:2 -> T:1"),
        (("extract", "empty.txt", "--model", "toy", "--graph", "toys"), b"empty.txt"),
        (("train", "config.yaml"), b"config.yaml"),
        (("evaluate", "relations", "gold.txt", "--model", "toy", "--graph", "toys"), b"gold.txt:3"),
        (("evaluate", "relations", "note.txt", "--model", "toy", "--graph", "toys"), b"note.txt:0: no entity"),
    ],
)
def test_bad_input_is_named_in_one_line_and_leaves_nothing(
    kgbert, words, message, tmp_path, graph_folder, model_folder
):
    (tmp_path / "toys").symlink_to(graph_folder)
    (tmp_path / "toy").symlink_to(model_folder)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "note.txt").write_text("aspirin and bleeding")
    (tmp_path / "config.yaml").write_text("train: [\n")
    (tmp_path / "cycle.obo").write_text(
        "ontology: t\n\n[Term]\nid: T:1\nname: a\nis_a: T:2\n\n[Term]\nid: T:2\nname: b\nis_a: T:1\n"
    )
    (tmp_path / "gold.txt").write_text("1|t|aspirin\n1|a|bleeding\n1\t1\t8\taspirin\tChemical\tD001241\n\n")
    done = kgbert(*words, check=False)
    assert done.returncode == 1
    assert message in done.stderr
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "new" / "current.json").exists()


def test_a_graph_of_another_release_is_refused_unless_swapped(kgbert, model_folder, tmp_path):
    (tmp_path / "toy.obo").write_text("ontology: toy\n\n[Term]\nid: T:1\nname: bleeding\n")
    (tmp_path / "note.txt").write_text(TEXT)
    kgbert("graph", "build", "toy.obo", "--out", "other")
    done = kgbert("extract", "note.txt", "--model", model_folder, "--graph", "other", check=False)
    assert done.returncode == 1
    assert b"--swap-graph" in done.stderr
    swapped = kgbert("extract", "note.txt", "--model", model_folder, "--graph", "other", "--swap-graph")
    assert json.loads(swapped.stdout)["relations"] == []
    assert swapped.stderr == b"", "a model that was told of no relation types reads all"


def test_relation_types_that_the_model_never_met_are_named(kgbert, model_folder, tmp_path):
    copied_with(model_folder, tmp_path / "model", relation_types=["treats"])
    (tmp_path / "toy.obo").write_text("ontology: toy\n\n[Term]\nid: T:1\nname: a\n\n[Term]\nid: T:2\nis_a: T:1\n")
    (tmp_path / "note.txt").write_text(TEXT)
    kgbert("graph", "build", "toy.obo", "--out", "other")
    done = kgbert("extract", "note.txt", "--model", "model", "--graph", "other", "--swap-graph")
    assert done.stderr.decode().splitlines() == ["not read, the model never met such relations: is_a"]


def test_a_graph_that_no_model_fits_gives_entities_only_and_says_so(kgbert, tmp_path):
    (tmp_path / "toy.obo").write_text(
        "ontology: toy\n\n[Term]\nid: T:1\nname: bleeding\n\n[Term]\nid: T:2\nname: nose bleed\nis_a: T:1\n"
    )
    (tmp_path / "note.txt").write_text("No bleeding, but a nose bleed.")
    kgbert("graph", "build", "toy.obo", "--out", "other")
    done = kgbert("extract", "note.txt", "--graph", "other", "--out", "found.jsonl")
    assert b"no relation model was trained on other: entities only" in done.stderr
    found = json.loads((tmp_path / "found.jsonl").read_text())
    assert [(e["id"], e["start"], e["end"], e["assertion"]) for e in found["entities"]] == [
        ("T:1", 3, 11, "absent"),
        ("T:2", 19, 29, "present"),
    ]
    assert found["relations"] == []


def test_each_stage_of_linking_is_left_out(kgbert, gold, graph_folder):
    shown = json.loads(kgbert("evaluate", "link", gold, "--graph", graph_folder, "--stages").stdout)
    assert set(shown["without"]) == {"abbreviations", "parts", "similar", "prior", "context"}
    for without in shown["without"].values():
        assert without["worth"] == pytest.approx(shown["accuracy_at_1"] - without["accuracy_at_1"])
    done = kgbert("evaluate", "link", gold, "--stages", "--end-to-end", check=False)
    assert done.returncode == 2
    assert b"--stages is about gold spans" in done.stderr


def test_which_names_are_mentions_is_said_by_options(kgbert, gold, graph_folder):
    settings = ("evaluate", "link", gold, "--graph", graph_folder)
    plain = json.loads(kgbert(*settings, "--end-to-end").stdout)
    more = json.loads(kgbert(*settings, "--end-to-end", "--nested", "--composite", "--no-short-forms").stdout)
    assert more["protocol"] == plain["protocol"] + "; nested; composite; no short forms"
    for words in (("--nested",), ("--end-to-end", "--composite", "--detector", "packaged")):
        done = kgbert(*settings, *words, check=False)
        assert done.returncode == 2
        assert b"--nested, --composite and --no-short-forms" in done.stderr


def test_short_forms_are_extracted_unless_told_not_to(kgbert, model_folder, graph_folder, tmp_path):
    (tmp_path / "note.txt").write_text("aspirin (ASP) caused bleeding; ASP was stopped")
    settings = ("extract", "note.txt", "--model", model_folder, "--graph", graph_folder)
    said, written_out = (json.loads(kgbert(*settings, *more).stdout) for more in ((), ("--no-short-forms",)))
    assert [e["text"] for e in said["entities"]] == ["aspirin", "ASP", "bleeding", "ASP"]
    assert [e["text"] for e in written_out["entities"]] == ["aspirin", "bleeding"]
    assert kgbert(*settings, "--composite", "--detector", "packaged", check=False).returncode == 2


def test_links_by_the_vectors_of_an_encoder(kgbert, gold, graph_folder, encoder):
    settings = ("evaluate", "link", gold, "--graph", graph_folder, "--vectors", encoder)
    assert json.loads(kgbert(*settings).stdout)["mentions"] > 0
    assert "dense" in json.loads(kgbert(*settings, "--stages").stdout)["without"]


def test_help_is_light():
    code = """
import sys
from kgbert.cli import main
try:
    main(["--help"])
except SystemExit:
    heavy = {"torch", "transformers", "numpy", "neo4j", "spacy", "rich"} & sys.modules.keys()
    sys.exit(f"imported: {heavy}" if heavy else 0)
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
