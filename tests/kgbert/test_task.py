"""What each task asks about."""

import pytest

from kgbert.errors import TaskError
from kgbert.task import BIORED, CID, DDI, NONE, named, task_of, tell

TYPES = {"a": "Chemical", "b": "Disease", "c": "Chemical", "d": "Gene", "e": "Variant"}


def test_a_directed_task_asks_from_subject_to_object():
    assert list(CID.pairs(TYPES)) == [("a", "b"), ("c", "b")]


def test_an_undirected_task_asks_once_about_each_two_in_their_order():
    assert list(DDI.pairs(dict.fromkeys("xyz", "Drug"))) == [("x", "y"), ("x", "z"), ("y", "z")]
    asked = list(BIORED.pairs(TYPES))
    assert ("a", "c") in asked
    assert ("b", "c") in asked
    assert ("c", "b") not in asked
    assert len(asked) == len(set(asked)) == 9, "every two of five but one: nothing is asked of a gene and a variant"


def test_labels_begin_with_none():
    assert named("ChemProt").all_labels[0] == NONE


def test_an_unknown_task_is_refused_with_those_there_are():
    with pytest.raises(TaskError, match="known: BioRED, CID, ChemProt, DDI2013"):
        named("nothing")


OWN = {
    "name": "Adverse",
    "labels": ["causes", "prevents"],
    "argument_types": [["Drug", "Event"]],
    "unit": "sentence",
    "called": {"MEDICINE": "Drug"},
    "concept_types": {"Drug": ["Chemical"]},
    "forbidden_sources": ["FAERS"],
}


def test_a_task_of_ones_own_is_told_by_its_fields():
    task = task_of(OWN)
    assert task.concept_types["Drug"] == {"Chemical"}
    assert list(task.pairs({"a": "Drug", "b": "Event"})) == [("a", "b")]
    assert task_of(tell(task)) == task
    assert tell(CID) == "CID"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"labels": []}, "labels"),
        ({"labels": ["none"]}, "without none"),
        ({"argument_types": [["Drug"]]}, "pairs of types"),
        ({"unit": "page"}, "unit 'page'"),
        ({"colour": 1}, "unknown key 'colour'"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused(change, told):
    with pytest.raises(TaskError, match=told):
        task_of({**OWN, **change})


def test_a_missing_field_is_named():
    with pytest.raises(TaskError, match="key 'labels' is missing"):
        task_of({"name": "x", "argument_types": [["a", "b"]]})
