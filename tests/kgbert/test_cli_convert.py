"""``kgbert convert`` and ``kgbert validate``, as a user meets them."""

import json
from pathlib import Path

import pytest
from annotated import TOY
from click.testing import CliRunner, Result

from ingest.corpora import jsonl
from ingest.corpora.read import FORMATS, read_documents
from ingest.document import Document
from kgbert.cli import main


def run(*args: object, input: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=input)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.jsonl"
    jsonl.write([TOY, Document("8", "A note.")], path)
    return path


def test_documents_are_converted_and_what_is_lost_is_said(notes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("convert", notes, "--out", out, "--to", "pubtator")
    assert done.exit_code == 0, done.output
    assert f"{out}: 2 documents, 1 mentions, 4 entities, 1 relations" in done.output
    assert "writing: line break or tab, written as a space (2; document 7, document 7)" in done.output
    assert [d.id for d in read_documents(out)] == ["7", "8"]


def test_the_report_is_json_where_asked_for(notes: Path, tmp_path: Path) -> None:
    done = run("convert", notes, "--out", tmp_path / "out.json", "--to", "bioc-json", "--json")
    assert json.loads(done.stdout) == {
        "out": str(tmp_path / "out.json"),
        "documents": 2,
        "mentions": 1,
        "entities": 4,
        "relations": 1,
        "omissions": {"reading": [], "writing": []},
    }
    assert list(read_documents(tmp_path / "out.json")) == list(read_documents(notes))


def test_standard_input_and_several_inputs_are_one(notes: Path, tmp_path: Path) -> None:
    done = run("convert", notes, "-", "--out", tmp_path / "brat", "--to", "brat", input=b"9|t|Rash.\n9|a|\n")
    assert done.exit_code == 0, done.output
    assert [d.id for d in read_documents(tmp_path / "brat")] == ["7", "8", "9"]


def test_one_id_in_two_inputs_is_refused_and_nothing_written(notes: Path, tmp_path: Path) -> None:
    done = run("convert", notes, "-", "--out", tmp_path / "out", "--to", "conll", input=b"8|t|Rash.\n8|a|\n")
    assert done.exit_code == 1
    assert "Error: stdin:1: document '8' is here a second time, and differs" in done.output
    assert list(tmp_path.iterdir()) == [notes]


def test_a_bare_id_takes_the_prefix_that_is_asked_for(tmp_path: Path) -> None:
    page = b"9|t|Rash.\n9|a|\n9\t0\t4\tRash\tFinding\tC0015230\n"
    run("convert", "-", "--out", tmp_path / "out.jsonl", "--to", "jsonl", "--id-prefix", "UMLS", input=page)
    (document,) = read_documents(tmp_path / "out.jsonl")
    assert document.entities[0].id == "UMLS:C0015230"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--to", "docx"], "unknown format 'docx'; known: pubtator"),
        (["--to", "ddi"], "'ddi' is only read"),
        (["--to", "jsonl", "--from", "docx"], "unknown format 'docx'"),
        (["--to", "jsonl", "--from", "pubtator"], "notes.jsonl:1: expected a title line"),
    ],
)
def test_a_format_that_cannot_be_is_refused(arguments: list[str], problem: str, notes: Path, tmp_path: Path) -> None:
    done = run("convert", notes, "--out", tmp_path / "out", *arguments)
    assert done.exit_code in (1, 2)
    assert problem in done.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_empty_is_left_alone(notes: Path, tmp_path: Path) -> None:
    done = run("convert", notes, "--out", tmp_path, "--to", "brat")
    assert done.exit_code == 1
    assert "expected a new or an empty folder" in done.output
    assert list(tmp_path.iterdir()) == [notes]


def test_the_help_names_every_format() -> None:
    said = " ".join(run("convert", "--help").output.replace("-\n", "-").split()).replace("- ", "-")
    assert [form.name for form in FORMATS if form.name not in said] == []


def test_a_file_without_errors_is_fine(notes: Path) -> None:
    done = run("validate", notes)
    assert done.exit_code == 0, done.output
    assert done.output == "2 documents, 4 entities, 1 relations: 0 errors, 0 warnings\n"


def test_errors_are_listed_and_make_the_exit_status(notes: Path) -> None:
    record = jsonl.record(TOY) | {"relations": [{"subject": "X:1", "label": "CID", "object": "MESH:D001943"}]}
    notes.write_text(
        json.dumps(record) + "\n" + json.dumps({"id": "9", "text": "a", "entities": [{"start": 1, "end": 2}]})
    )
    done = run("validate", notes)
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        f"{notes}:1: error: document '7': a relation has the end X:1, which no entity of the document has",
        f"{notes}:2: error: document '9': span [1, 2) is not inside its text of 1 characters",
        "2 documents, 4 entities, 1 relations: 2 errors, 0 warnings",
    ]
    found = json.loads(run("validate", notes, "--json").stdout)
    assert (found["errors"], found["findings"][0]["line"]) == (2, 1)


def test_ids_are_looked_up_in_the_graph_that_is_named(notes: Path, graph_folder: Path) -> None:
    done = run("validate", notes, "--graph", graph_folder)
    assert "document '7': NCBITaxon:10090 is unknown to the graph" in done.output
    assert done.exit_code == 1
