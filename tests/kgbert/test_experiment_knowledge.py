"""Control graphs, which several processes may want at the same time."""

from types import SimpleNamespace

import pytest

from graph.shuffle import shuffled
from kgbert.experiment import knowledge
from kgbert.experiment.conditions import SHUFFLED, TRUE


@pytest.fixture
def run(graph_folder, tmp_path):
    knowledge._control.cache_clear()
    yield SimpleNamespace(graph=graph_folder, seed=3, out=tmp_path / "runs" / "one")
    knowledge._control.cache_clear()


def kept(run):
    return [path.name for path in (run.out.parent / knowledge.KEPT).iterdir()]


def test_a_control_graph_is_made_once(run, monkeypatch):
    first = knowledge.graph_for(run, SHUFFLED)
    knowledge._control.cache_clear()
    monkeypatch.setattr(knowledge, "shuffled", None)
    assert knowledge.graph_for(run, SHUFFLED).release == first.release


def test_the_graph_may_be_the_one_that_comes_with_kgbert(run, graph_folder, monkeypatch):
    knowledge._opened.cache_clear()
    there = {which: knowledge.graph_for(run, which).release for which in (TRUE, SHUFFLED)}
    monkeypatch.setattr("graph.packaged.packaged_graph", lambda: graph_folder)
    run.graph = "packaged"
    assert {which: knowledge.graph_for(run, which).release for which in (TRUE, SHUFFLED)} == there
    knowledge._opened.cache_clear()


def test_nobody_sees_a_control_graph_that_is_being_made(run, monkeypatch):
    def watched(true, path, *, seed):
        shuffled(true, path, seed=seed)
        assert all(name.startswith(".") for name in kept(run)), "an unfinished graph where others look for it"

    monkeypatch.setattr(knowledge, "shuffled", watched)
    assert knowledge.graph_for(run, SHUFFLED)
    assert len(kept(run)) == 1


def test_the_graph_of_the_process_that_ends_first_stands(run, monkeypatch):
    def overtaken(true, path, *, seed):
        shuffled(true, path, seed=seed)
        monkeypatch.setattr(knowledge, "shuffled", shuffled)
        knowledge._control.__wrapped__(run.graph, SHUFFLED, run.seed, run.out.parent / knowledge.KEPT)

    monkeypatch.setattr(knowledge, "shuffled", overtaken)
    assert knowledge.graph_for(run, SHUFFLED).release
    assert len(kept(run)) == 1


def test_an_error_in_the_making_leaves_nothing(run, monkeypatch):
    def failing(true, path, *, seed):
        shuffled(true, path, seed=seed)
        raise OSError("disk full")

    monkeypatch.setattr(knowledge, "shuffled", failing)
    with pytest.raises(OSError, match="disk full"):
        knowledge.graph_for(run, SHUFFLED)
    assert kept(run) == []
