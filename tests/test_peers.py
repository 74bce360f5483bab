"""The benchmark beside other linkers: what the peers are given, how they are scored, what becomes of one that fails."""

import json
import os
import re
import shutil
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from graph.concept import Concept
from graph.ontology import Ontology
from graph.relation import IS_A, Relation
from ingest.document import Document, Entity

PEERS = Path(__file__).parents[1] / "benchmarks" / "peers"
sys.path.insert(0, str(PEERS))

import environments  # noqa: E402
import run  # noqa: E402
import work  # noqa: E402
from environments import PeerError  # noqa: E402
from peer import Link, Name, one_concept_each, read_names, read_texts  # noqa: E402
from scoring import score  # noqa: E402
from table import markdown  # noqa: E402

TEXT = "Rats given lithium (Li) got nephrogenic diabetes insipidus and renal damage; lithium did not."
CONCEPTS = (
    Concept("X:1", "Lithium", ("lithium salt\tdry",), ("Element", "Chemical")),
    Concept("X:2", "Diabetes Insipidus, Nephrogenic", ("nephrogenic diabetes insipidus",), ("Disease", "Chemical")),
    Concept("X:3", "Kidney Injury", ("renal damage", "dégât rénal"), ("Disease",)),
    Concept("X:4", "Rats", (), ("Organism",)),
    Concept("X:5", "old lithium", (), ("Chemical",), obsolete=True, replaced_by="X:1"),
)
LITHIUM, RENAL = TEXT.index("lithium"), TEXT.index("renal")
DISEASE = TEXT.index("nephrogenic")


def entity(start: int, text: str, type: str, id: str | None) -> Entity:
    return Entity(start, start + len(text), text, type, id=id)


DOCUMENT = Document(
    "7",
    TEXT,
    entities=(
        entity(LITHIUM, "lithium", "Chemical", "X:5"),
        entity(TEXT.index("Li)"), "Li", "Chemical", None),
        entity(DISEASE, "nephrogenic diabetes insipidus", "Disease", "X:2"),
        entity(RENAL, "renal damage", "Disease", "X:2"),
        entity(RENAL, "renal damage", "Disease", "X:3"),
        entity(TEXT.rindex("lithium"), "lithium", "Chemical", "X:1"),
    ),
)
TASK = work.Task("toy", "Toy", "dev.txt", "test.txt", "train.txt")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> work.Work:
    """The shared work of a toy task, from a PubTator file."""
    names = tuple(work.names_of(CONCEPTS, types=("Disease", "Chemical")))
    vocabulary = work.Vocabulary(names, lambda id: {"X:5": "X:1"}.get(id, id))
    monkeypatch.setitem(work.VOCABULARIES, "Toy", lambda _: vocabulary)
    monkeypatch.setattr(work, "gold", lambda path, **_: iter([replace(DOCUMENT, id=path.stem)]))
    return work.prepare(TASK, tmp_path, tmp_path / "work", test=False, max_names=None, max_documents=None)


def test_peers_get_the_live_names_of_the_types(made: work.Work) -> None:
    assert read_names(made.names) == [
        Name("X:1", "Lithium", True, "Chemical"),
        Name("X:1", "lithium salt\tdry", False, "Chemical"),
        Name("X:2", "Diabetes Insipidus, Nephrogenic", True, "Disease"),
        Name("X:2", "nephrogenic diabetes insipidus", False, "Disease"),
        Name("X:3", "Kidney Injury", True, "Disease"),
        Name("X:3", "renal damage", False, "Disease"),
        Name("X:3", "dégât rénal", False, "Disease"),
    ]


def test_peers_see_where_something_is_marked_but_not_what_it_is(made: work.Work) -> None:
    (text,) = read_texts(made.texts)
    assert (text.id, text.text) == ("dev", TEXT)
    assert [(TEXT[start:end], type) for start, end, type in text.mentions] == [
        ("lithium", "Chemical"),
        ("Li", "Chemical"),
        ("nephrogenic diabetes insipidus", "Disease"),
        ("renal damage", "Disease"),
        ("lithium", "Chemical"),
    ]
    assert "X:" not in made.texts.read_text()
    assert [(text.id, text.mentions) for text in read_texts(made.unlabelled)] == [("train", ())]


def test_below_follows_is_a_only() -> None:
    relations = [
        Relation("X:2", IS_A, "X:1", source="toy"),
        Relation("X:3", IS_A, "X:2", source="toy"),
        Relation("X:4", "part_of", "X:1", source="toy"),
    ]
    assert work.below(Ontology("toy", relations=relations), "X:1") == {"X:1", "X:2", "X:3"}


def test_a_name_of_several_concepts_stands_for_the_one_that_prefers_it() -> None:
    names = [Name("X:1", "Cold", False, "D"), Name("X:3", "cold", True, "D"), Name("X:2", "COLD", True, "D")]
    assert one_concept_each([*names, Name("X:1", "flu", False, "D")], str.lower, shortest=4) == {"cold": "X:2"}


def link(start: int, text: str, id: str, type: str = "") -> Link:
    return Link(start, start + len(text), id, 1.0, type)


def test_raw_text_is_scored_strictly(made: work.Work) -> None:
    found = [
        link(LITHIUM, "lithium", "X:1"),  # the gold id is one that it took over from
        link(DISEASE, "nephrogenic diabetes", "X:2"),  # too short, but the document's concept is right
        link(RENAL, "renal damage", "X:3"),
        link(RENAL, "renal damage", "X:3"),  # counts once
        link(0, "Rats", "X:3"),
    ]
    scores = score(made, "raw", {"dev": found})
    counts = ("true_positives", "predicted", "gold")
    assert tuple(scores["links"][count] for count in counts) == (2, 4, 5)
    assert tuple(scores["spans"][count] for count in counts) == (2, 4, 5)
    assert tuple(scores["concepts"][count] for count in counts) == (3, 3, 3)


def test_a_marked_span_has_one_answer(made: work.Work) -> None:
    found = [
        link(LITHIUM, "lithium", "X:1", "Chemical"),
        link(DISEASE, "nephrogenic diabetes insipidus", "X:3", "Disease"),
        link(DISEASE, "nephrogenic diabetes insipidus", "X:2", "Disease"),  # comes too late
        link(RENAL, "renal damage", "X:3", "Disease"),  # one of the two that it names
        link(TEXT.rindex("lithium"), "lithium", "X:1", "Disease"),  # not what was asked
        link(TEXT.index("Li)"), "Li", "X:1", "Chemical"),  # has no gold id
    ]
    expected = {"mentions": 4, "answered": 3, "correct": 2, "accuracy_at_1": 0.5}
    assert score(made, "gold", {"dev": found}) == expected


@pytest.mark.parametrize("wrong", [Link(90, 900, "X:1", 1.0), Link(3, 3, "X:1", 1.0), Link(0, 4, "X:9", 1.0)])
def test_a_link_to_nowhere_is_the_peers_fault(made: work.Work, wrong: Link) -> None:
    with pytest.raises(PeerError, match=re.escape(f"[{wrong.start}, {wrong.end}) {wrong.id} in document dev")):
        score(made, "raw", {"dev": [wrong]})


def settings(cache: Path) -> Namespace:
    return Namespace(cache=cache, core=None, minutes=2, repeats=2)


def test_kgbert_is_measured_like_any_peer(made: work.Work, tmp_path: Path) -> None:
    rows = list(run.measure("kgbert", made, settings(tmp_path)))
    by_mode = {row["mode"]: row for row in rows}
    assert list(by_mode) == ["raw", "raw-dictionary", "gold"]
    assert by_mode["raw"]["links"]["true_positives"] == 4
    assert by_mode["raw-dictionary"]["links"]["true_positives"] == 4
    assert by_mode["gold"]["correct"] == 4
    for row in rows:
        assert len(row["runs"]) == 2
        assert row["run_seconds"] == min(row["runs"])
        assert min(row[f"{part}_processor_seconds"] for part in ("build", "open", "run")) >= 0
        assert "numpy" in row["versions"]


def test_a_peer_without_a_script_is_reported(made: work.Work, tmp_path: Path) -> None:
    (row,) = run.measure("nobody", made, settings(tmp_path))
    assert row["failed"].startswith("exit code 2: ")
    assert "peer_nobody.py" in row["failed"]


def test_a_peer_that_does_not_install_is_reported(
    made: work.Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = tmp_path / "requirements.txt"
    pins.write_text("nowhere==9\n")

    def create(folder: Path, **_: object) -> None:
        python = folder / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text('#!/bin/sh\necho "no $(cat $7) to be had" >&2; echo >&2; exit 3\n')
        python.chmod(0o755)

    monkeypatch.setattr(environments, "requirements", lambda _: pins)
    monkeypatch.setattr(environments.venv, "create", create)
    (row,) = run.measure("gilda", made, settings(tmp_path))
    assert row == {"failed": "exit code 3: no nowhere==9 to be had"}
    assert not list(tmp_path.glob("gilda-*/installed"))


def test_one_mode_may_fail_alone(made: work.Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(run.PEERS, "kgbert", ("no such mode", "gold"))
    failed, fine = run.measure("kgbert", made, settings(tmp_path))
    assert failed["failed"] == "exit code 1: KeyError: 'no such mode'"
    assert fine["correct"] == 4


def test_the_table_tells_failures_too(made: work.Work, tmp_path: Path) -> None:
    about = {"task": "toy", "set": "dev", **run.size(made)}
    measured = [{**about, "peer": "kgbert", **row} for row in run.measure("kgbert", made, settings(tmp_path))]
    text = markdown([*measured, {**about, "peer": "gilda", "failed": "exit code 3: no"}])
    assert text.startswith("### toy dev: 1 documents, 7 names of Toy\n")
    assert len(re.findall(r"^\| kgbert \| raw", text, re.MULTILINE)) == 2
    assert re.search(r"^\| kgbert \| [\d.]+ \| .* \| 1\.000 \| 1\.000 \|$", text, re.MULTILINE)
    assert text.endswith("- gilda all: exit code 3: no\n")


@pytest.mark.skipif(shutil.which("taskset") is None, reason="peers are pinned to a core with taskset")
def test_rows_are_kept_when_one_peer_is_run_anew(
    made: work.Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "TASKS", (TASK,))
    out = tmp_path / "rows.json"
    old = {"task": "toy", "set": "dev", **run.size(made), "failed": "old"}
    run.write_rows(out, [{"peer": peer, **old} for peer in ("gilda", "kgbert")])
    options = ["--only", "kgbert", "--tasks", "toy", "--repeats", "1", "--cache", str(tmp_path), "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["run.py", *options, "--core", str(min(os.sched_getaffinity(0)))])
    run.main()
    rows = json.loads(out.read_text())["rows"]
    assert [(row["peer"], row.get("failed")) for row in rows] == [("gilda", "old"), *[("kgbert", None)] * 3]


@pytest.mark.parametrize("name", run.PEERS)
def test_every_peer_has_a_script_and_exact_versions(name: str) -> None:
    assert (PEERS / f"peer_{name}.py").exists()
    if name != "kgbert":
        pins = environments.requirements(name).read_text().splitlines()
        assert pins
        assert all(re.fullmatch(r"[a-z0-9_\-]+(\[\w+\])?==[\w.]+", pin) for pin in pins)
