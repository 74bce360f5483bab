"""Relation figures, worked by hand on the two toy documents."""

import pytest

from ingest.corpora import pubtator
from kgbert.errors import TaskError
from kgbert.evaluate import RelationEvaluation
from kgbert.task import BIORED, CHEMPROT, CID

ASPIRIN, BLEEDING, PAIN, ULCER = "MESH:D001241", "MESH:D006470", "MESH:D010146", "MESH:D014456"
# Document 1 is right; in document 2 the true pair and its more general shadow are both predicted.
SCORES = {
    ("1", ASPIRIN, BLEEDING): 0.9,
    ("1", ASPIRIN, PAIN): 0.2,
    ("2", ASPIRIN, ULCER): 0.6,
    ("2", ASPIRIN, BLEEDING): 0.7,
}


def test_the_three_conventions(gold, store):
    report = RelationEvaluation(pubtator.read(gold), CID, store).report(SCORES, threshold=0.5)
    assert (report.documents, report.true) == (2, 2)
    assert report.all.precision == pytest.approx(2 / 3)
    assert report.all.recall == 1.0
    assert report.all.f1 == pytest.approx(0.8)
    assert report.all.average_precision == pytest.approx((1 + 2 / 3) / 2), "ranks 1 and 3"
    assert report.gold_filter.f1 == report.gold_filter.average_precision == 1.0
    assert report.own_filter.f1 == 1.0, "bleeding is dropped: ulcer is predicted too, and is a bleeding"


@pytest.mark.parametrize("task", [BIORED, CHEMPROT])
def test_tasks_with_several_labels_or_by_sentence_are_refused(task):
    with pytest.raises(TaskError, match=f"{task.name} .* kgbert experiment run"):
        RelationEvaluation([], task, None)


def test_the_own_filter_needs_no_gold_and_can_err(gold, store):
    shifted = {**SCORES, ("1", ASPIRIN, ULCER): 0.8}
    report = RelationEvaluation(pubtator.read(gold), CID, store).report(shifted, threshold=0.5)
    assert report.own_filter.recall == 0.5, "the true bleeding of document 1 goes, for a false ulcer implies it"
    assert report.gold_filter.recall == 1.0


def test_a_true_pair_that_was_never_scored_counts_as_missed(gold, store):
    scores = {key: p for key, p in SCORES.items() if key[0] == "1"}
    report = RelationEvaluation(pubtator.read(gold), CID, store).report(scores, threshold=0.5)
    assert report.all.recall == 0.5
    assert report.all.average_precision < 1.0


def test_nothing_predicted(gold):
    report = RelationEvaluation(pubtator.read(gold), CID, None).report({}, threshold=0.5)
    assert (report.all.precision, report.all.recall, report.all.f1) == (0.0, 0.0, 0.0)


def test_the_best_threshold_separates(gold, store):
    evaluation = RelationEvaluation(pubtator.read(gold), CID, store)
    assert evaluation.best_threshold({**SCORES, ("2", ASPIRIN, BLEEDING): 0.3}) == 0.31
