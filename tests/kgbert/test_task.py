"""What each task asks about."""

import pytest

from kgbert.errors import TaskError
from kgbert.task import BIORED, CID, DDI, NONE, named

TYPES = {"a": "Chemical", "b": "Disease", "c": "Chemical", "d": "Gene", "e": "Variant"}


def test_a_directed_task_asks_from_subject_to_object():
    assert list(CID.pairs(TYPES)) == [("a", "b"), ("c", "b")]


def test_an_undirected_task_asks_once_about_each_two_in_their_order():
    assert list(DDI.pairs(dict.fromkeys("xyz", "Drug"))) == [("x", "y"), ("x", "z"), ("y", "z")]
    asked = list(BIORED.pairs(TYPES))
    assert ("a", "c") in asked
    assert ("b", "c") in asked
    assert ("c", "b") not in asked
    assert len(asked) == len(set(asked)) == 9, "every two of five but chemical and chemical's... all allowed ones"


def test_labels_begin_with_none():
    assert named("ChemProt").all_labels[0] == NONE


def test_an_unknown_task_is_refused_with_those_there_are():
    with pytest.raises(TaskError, match="known: BioRED, CID, ChemProt, DDI2013"):
        named("nothing")
