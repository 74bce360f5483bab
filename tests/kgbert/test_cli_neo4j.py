"""Graphs and documents on a real Neo4j, by way of the command line."""

import json

import pytest

from graph.open_graph import clear_graph

TEXT = "aspirin caused severe bleeding and pain in the patient."


@pytest.fixture
def address(neo4j_address):
    clear_graph(neo4j_address)
    yield neo4j_address
    clear_graph(neo4j_address)


def test_a_graph_goes_there_and_back(kgbert, graph_folder, address):
    first = kgbert("graph", "push", graph_folder, address).stdout
    assert kgbert("graph", "push", graph_folder, address).stdout == first
    there, here = (json.loads(kgbert("graph", "info", where, "--json").stdout) for where in (address, graph_folder))
    assert there == here
    seeds = ("MESH:D001241", "MESH:D006470")
    there, here = (kgbert("graph", "subgraph", where, *seeds, "--json").stdout for where in (address, graph_folder))
    assert there == here
    kgbert("graph", "pull", address, "--out", "pulled")
    assert not any(json.loads(kgbert("graph", "diff", "pulled", address, "--json").stdout).values())


def test_notes_are_ingested_with_relations(kgbert, graph_folder, model_folder, address, tmp_path):
    kgbert("graph", "push", graph_folder, address)
    (tmp_path / "note.txt").write_text(TEXT)
    words = ("ingest", "note.txt", "--store", address, "--model", model_folder, "--relations", "--json")
    report = json.loads(kgbert(*words).stdout)
    assert (report["written"], report["mentions"], report["unknown"]) == (1, 3, 0)
    assert report["relations"] > 0
    assert json.loads(kgbert(*words).stdout)["unchanged"] == 1
    done = kgbert("ingest", "--store", address, "--delete", "note", "--delete", "other")
    assert b"1 of 2 documents removed" in done.stderr


def test_entities_are_ingested_over_any_graph_without_a_model_for_it(kgbert, graph_folder, address, tmp_path):
    kgbert("graph", "push", graph_folder, address)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "two.jsonl").write_text(
        f'{{"id": "1", "text": "{TEXT}"}}\n{{"id": "2", "text": "no pain"}}\n'
    )
    report = json.loads(kgbert("ingest", "notes", "--store", address, "--json").stdout)
    assert (report["written"], report["mentions"], report["relations"]) == (2, 4, 0)
    refused = kgbert("ingest", "notes", "--store", address, "--relations", check=False)
    assert b"--swap-graph" in refused.stderr


def test_a_wrong_password_is_one_line_without_it(kgbert, address, monkeypatch):
    monkeypatch.setenv("NEO4J_PASSWORD", "guessed-wrong")
    done = kgbert("graph", "info", address, check=False)
    assert done.returncode == 1
    assert b"NEO4J_PASSWORD" in done.stderr
    assert b"guessed-wrong" not in done.stderr
    assert b"Traceback" not in done.stderr
