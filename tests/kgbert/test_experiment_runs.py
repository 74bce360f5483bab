"""Runs are read from their folders, and only finished ones that were evaluated on the same."""

import json
from dataclasses import replace

import numpy as np
import pytest

from experiments import read_predictions, toy_pairs, toy_run, toy_slices, write_predictions, write_run
from kgbert.errors import RunError
from kgbert.experiment.found import find
from kgbert.experiment.pairs import Pairs
from kgbert.experiment.runs import read

LABELS = ("CPR:3", "CPR:4")
PAIRS = toy_pairs("ChemProt", labels=LABELS, n_documents=4)


def run(condition="A0", seed=0, pairs=PAIRS):
    return toy_run(pairs, np.random.default_rng(seed), condition=condition, seed=seed)


def test_a_run_is_read_as_it_was_written(tmp_path):
    written = run(seed=3)
    found = read(write_run(written, tmp_path / "run"))
    assert (found.cell, found.condition, found.seed) == (("ChemProt", 200), "A0", 3)
    assert found.pairs.pairs == PAIRS.pairs
    assert found.pairs.labels == LABELS
    np.testing.assert_array_equal(found.pairs.gold, PAIRS.gold)
    np.testing.assert_array_equal(found.probability, written.probability)
    assert found.candidate.all()
    assert list(found.slices) == list(written.slices) == sorted(found.slices)
    for slice, there in written.slices.items():
        np.testing.assert_array_equal(found.slices[slice], there)


def test_the_order_of_lines_does_not_matter(tmp_path):
    folder = write_run(run(), tmp_path / "run")
    before = read(folder)
    write_predictions(folder, "\n".join(reversed(read_predictions(folder).splitlines())))
    after = read(folder)
    assert after.pairs.pairs == before.pairs.pairs
    np.testing.assert_array_equal(after.probability, before.probability)
    np.testing.assert_array_equal(after.slices["seen", "one"], before.slices["seen", "one"])


def test_runs_are_found_at_any_depth_and_share_their_pairs(tmp_path):
    write_run(run("A8", 1), tmp_path / "deep" / "er" / "one")
    write_run(run("A0", 1), tmp_path / "two")
    found = find(tmp_path)
    assert [r.condition for r in found.finished] == ["A0", "A8"]
    assert found.finished[0].pairs is found.finished[1].pairs
    assert found.unfinished == ()


def test_unfinished_runs_are_named_and_not_used(tmp_path):
    write_run(run(), tmp_path / "done" / "checkpoint" / "run")
    (tmp_path / "done" / "grid.yaml").write_text("above a finished run")
    (tmp_path / "done" / "checkpoint" / "run" / "logs").mkdir()
    (tmp_path / "done" / "checkpoint" / "run" / "logs" / "log.txt").write_text("below one")
    for name in ("begun", "cut/short"):
        (write_run(run(seed=7), tmp_path / name) / "metrics.json").unlink()
    (tmp_path / "begun" / "weights").mkdir()
    (tmp_path / "begun" / "weights" / "model.safetensors").touch()
    write_run(run(seed=8), tmp_path / ".one.3f2a")
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "gain.png").touch()
    (tmp_path / ".kept" / "shuffled").mkdir(parents=True)
    (tmp_path / ".kept" / "links.json").write_text("what runs share")
    found = find(tmp_path)
    assert [r.seed for r in found.finished] == [0]
    assert [path.relative_to(tmp_path).as_posix() for path in found.unfinished] == [".one.3f2a", "begun", "cut/short"]


def test_the_metrics_of_a_trained_model_are_no_run(tmp_path):
    for name in ("done", "begun"):
        model = write_run(run(seed=len(name)), tmp_path / name) / "model"
        model.mkdir()
        (model / "metrics.json").write_text('{"loss": 1}')
    (tmp_path / "begun" / "metrics.json").unlink()
    found = find(tmp_path)
    assert [r.folder.name for r in found.finished] == ["done"]
    assert [path.name for path in found.unfinished] == ["begun"]


def test_a_folder_without_finished_runs_is_refused(tmp_path):
    (write_run(run(), tmp_path / "begun") / "metrics.json").unlink()
    with pytest.raises(RunError, match=r"no finished run .* 1 unfinished"):
        find(tmp_path)


def test_a_run_that_is_there_twice_is_refused(tmp_path):
    write_run(run(), tmp_path / "one")
    write_run(run(), tmp_path / "two")
    with pytest.raises(RunError, match=r"one and .*two: both are A0 on ChemProt 200, seed 0"):
        find(tmp_path)


def other_pairs(change) -> Pairs:
    return Pairs.of(PAIRS.task, LABELS, tuple(sorted(change(list(PAIRS.pairs)))))


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (other_pairs(lambda p: p[1:]), r"1 pair \(10000 S0 O\) only in the first, 0 pairs only in the second"),
        (other_pairs(lambda p: [p[0]._replace(gold=("CPR:4",)), *p[1:]]), r"1 pair \(10000 S0 O\) with other gold"),
        (other_pairs(lambda p: [p[0], *p]), "32 pairs in the first, 33 in the second"),
        (
            Pairs.of("ChemProt", (*LABELS, "CPR:9"), PAIRS.pairs),
            "the labels are CPR:3, CPR:4 in the first, CPR:3, CPR:4",
        ),
    ],
)
def test_runs_on_other_pairs_are_refused_with_both_names(tmp_path, pairs, said):
    write_run(run(), tmp_path / "one")
    write_run(run("A8", 5, pairs), tmp_path / "two")
    with pytest.raises(RunError, match=rf"one and .*two: {said}"):
        find(tmp_path)


def test_of_some_runs_nothing_of_the_others_is_seen(tmp_path):
    write_run(run(), tmp_path / "one")
    write_run(run("A8", 5, other_pairs(lambda p: p[1:])), tmp_path / "two")
    assert [found.folder.name for found in find(tmp_path, names={"one"}).finished] == ["one"]
    with pytest.raises(RunError, match="no finished run"):
        find(tmp_path, names={"three"})


def test_runs_may_slice_the_same_pairs_differently(tmp_path):
    write_run(run(), tmp_path / "one")
    write_run(replace(run("A8"), slices=toy_slices(len(PAIRS), seed=1)), tmp_path / "two")
    one, two = find(tmp_path).finished
    assert one.pairs is two.pairs
    assert (one.slices["seen", "both"] != two.slices["seen", "both"]).any()


def test_runs_with_another_checksum_are_refused(tmp_path):
    write_run(run(), tmp_path / "one")
    write_run(replace(run("A8"), evaluation_sha256="f"), tmp_path / "two")
    with pytest.raises(RunError, match=r"one and .*two: evaluation_sha256 is e in the first, f in the second"):
        find(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gold": ["secret"]}, "gold label 'secret' is none"),
        ({"probability": [0.5]}, "1 probabilities; expected 2"),
        ({"probability": [0.6, 0.6]}, "sum above 1"),
        ({"probability": [-0.1, 0.6]}, "outside"),
        ({"probability": ["high", 0.6]}, "not supported"),
        ({"candidate": False, "probability": [0.1, 0]}, "no candidate"),
        ({"document": 7}, "must be strings"),
    ],
)
def test_a_damaged_line_is_placed(tmp_path, change, said):
    folder = write_run(run(), tmp_path / "run")
    lines = read_predictions(folder).splitlines()
    lines[1] = json.dumps(json.loads(lines[1]) | change)
    write_predictions(folder, "\n".join(lines))
    with pytest.raises(RunError, match=rf"predictions.jsonl.gz:2: .*{said}"):
        read(folder)


def test_a_missing_field_is_named(tmp_path):
    folder = write_run(run(), tmp_path / "run")
    write_predictions(folder, '{"document": "1"}\n')
    with pytest.raises(RunError, match=r"jsonl.gz:1: no field 'gold'"):
        read(folder)


@pytest.mark.parametrize(
    "change", [{"seed": "3"}, {"seed": True}, {"labels": []}, {"labels": ["a", "a"]}, {"labels": [1]}, {"task": None}]
)
def test_damaged_metrics_are_refused(tmp_path, change):
    folder = write_run(run(), tmp_path / "run", **change)
    with pytest.raises(RunError, match=rf"metrics.json: {next(iter(change))}"):
        read(folder)


def test_cut_metrics_and_missing_predictions_are_refused(tmp_path):
    folder = write_run(run(), tmp_path / "run")
    predictions = folder / "predictions.jsonl.gz"
    predictions.write_bytes(predictions.read_bytes()[:-9])
    with pytest.raises(RunError, match=r"predictions.jsonl.gz: damaged"):
        read(folder)
    predictions.unlink()
    with pytest.raises(RunError, match=r"predictions.jsonl.gz: not there"):
        read(folder)
    (folder / "metrics.json").write_text('{"task":\n "Che')
    with pytest.raises(RunError, match=r"metrics.json:2: not JSON"):
        read(folder)


def test_a_pair_that_one_run_proposed_was_no_candidate_in_the_others(tmp_path):
    write_run(run("A8"), tmp_path / "gold")
    folder = write_run(run("A11"), tmp_path / "found")
    new = {"document": "10000", "subject": "new", "object": "O", "gold": [], "probability": [0.6, 0.1]}
    line = json.dumps({**new, "candidate": True, "proposed": True})
    write_predictions(folder, f"{read_predictions(folder)}{line}\n")
    (found, gold) = find(tmp_path).finished
    assert found.pairs is gold.pairs
    assert len(gold.pairs) == len(PAIRS) + 1
    row = [pair.subject for pair in gold.pairs.pairs].index("new")
    assert (found.candidate[row], gold.candidate[row]) == (True, False)
    assert (found.probability[row].tolist(), gold.probability[row].tolist()) == ([0.6, 0.1], [0, 0])
    keep = np.arange(len(gold.pairs)) != row
    np.testing.assert_array_equal(gold.within(keep).probability, read(tmp_path / "gold").probability)
