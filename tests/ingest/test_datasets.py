"""Hugging Face datasets, as others make them."""

import sys
from pathlib import Path
from typing import Any

import datasets as library
import pytest
from annotated import TOY

from graph.formats.reading import Omissions
from ingest.corpora import datasets
from ingest.corpora.read import read_documents
from ingest.corpora.reading import Reading
from ingest.document import AnnotatedRelation, Document, Entity
from ingest.errors import CorpusFormatError, MissingLibraryError

TEXT = "On 𝛽-blockers. Lung and breast cancer followed."


def bigbio(**changes: object) -> dict[str, Any]:
    """A row as the loaders of BigBIO make it: two passages, a discontinuous entity, two databases."""
    return {
        "id": "0",
        "document_id": "7",
        "passages": [
            {"id": "1", "type": "title", "text": ["On 𝛽-blockers."], "offsets": [[0, 14]]},
            {"id": "2", "type": "abstract", "text": ["Lung and breast cancer followed."], "offsets": [[15, 47]]},
        ],
        "entities": [
            {
                "id": "3",
                "type": "Disease",
                "text": ["Lung", "cancer"],
                "offsets": [[15, 19], [31, 37]],
                "normalized": [{"db_name": "MESH", "db_id": "D008175"}, {"db_name": "HPO", "db_id": "HP:0100526"}],
            },
            {"id": "4", "type": "Drug", "text": ["𝛽-blockers"], "offsets": [[3, 13]], "normalized": []},
        ],
        "events": [],
        "coreferences": [],
        "relations": [{"id": "5", "type": "CID", "arg1_id": "4", "arg2_id": "3", "normalized": []}],
        **changes,
    }


def dataset(*rows: dict[str, Any]) -> library.Dataset:
    return library.Dataset.from_list(list(rows))


def test_a_row_of_bigbio_is_read_as_it_stands() -> None:
    reading = Reading()
    covering = TEXT[15:37]
    assert list(datasets.from_dataset(dataset(bigbio()), reading=reading)) == [
        Document(
            "7",
            TEXT,
            entities=(
                Entity(3, 13, "𝛽-blockers", "Drug", "mention:7.4"),
                Entity(15, 37, covering, "Disease", "MESH:D008175"),
                Entity(15, 37, covering, "Disease", "HP:0100526"),
            ),
            relations=(
                AnnotatedRelation("mention:7.4", "CID", "MESH:D008175"),
                AnnotatedRelation("mention:7.4", "CID", "HP:0100526"),
            ),
        )
    ]
    assert [o.reason for o in reading.omissions] == ["discontinuous mention, read as the span that covers it"]


def test_splits_are_read_one_after_another(tmp_path: Path) -> None:
    splits = library.DatasetDict(train=dataset(bigbio()), test=dataset(bigbio(document_id="8")))
    assert [d.id for d in datasets.from_dataset(splits)] == ["7", "8"]
    splits.save_to_disk(str(tmp_path / "disk"))
    assert [d.id for d in read_documents(tmp_path / "disk")] == ["7", "8"]
    twice = library.DatasetDict(train=dataset(bigbio()), test=dataset(bigbio(events=[], relations=[])))
    with pytest.raises(CorpusFormatError, match=r"dataset\[test\]:1: document '7' is here a second time, and differs"):
        list(datasets.from_dataset(twice))


@pytest.mark.parametrize("as_text", [True, False])
def test_tokens_and_tags_are_read(as_text: bool) -> None:
    names = ["O", "B-Disease", "I-Disease"]
    rows = [
        {"id": "0", "tokens": ["No", "lung", "cancer"], "ner_tags": ["O", "B-Disease", "I-Disease"]},
        {"id": "1", "tokens": ["Rash"], "ner_tags": ["B-Disease"]},
    ]
    found = library.Dataset.from_list(rows)
    if not as_text:
        tags = library.Sequence(library.ClassLabel(names=names))
        found = library.Dataset.from_list(
            [row | {"ner_tags": [names.index(tag) for tag in row["ner_tags"]]} for row in rows],
            features=library.Features(
                {"id": library.Value("string"), "tokens": [library.Value("string")], "ner_tags": tags}
            ),
        )
    assert list(datasets.from_dataset(found)) == [
        Document("0", "No lung cancer", entities=(Entity(3, 14, "lung cancer", "Disease"),)),
        Document("1", "Rash", entities=(Entity(0, 4, "Rash", "Disease"),)),
    ]


def test_documents_become_tokens_and_tags() -> None:
    omissions = Omissions()
    found = datasets.to_dataset([TOY], tokens=True, omissions=omissions)
    names = found.features["ner_tags"].feature.names
    assert names[0] == "O"
    assert [row["document_id"] for row in found] == ["7", "7"]
    tags = {token: names[tag] for row in found for token, tag in zip(row["tokens"], row["ner_tags"], strict=True)}
    assert {token: tags[token] for token in ("Naïve", "mice", "Breast", "cancer", "tamoxifen", "rash")} == {
        "Naïve": "O",
        "mice": "B-Species",
        "Breast": "B-Disease",
        "cancer": "I-Disease",
        "tamoxifen": "B-Chemical",
        "rash": "B-Disease",
    }
    assert {o.reason: o.count for o in omissions}["concept of an entity, left out"] == 2
    (back,) = datasets.from_dataset(found)
    assert [e.text for e in back.entities] == ["mice", "Breast and ovarian cancer", "tamoxifen", "rash"]


def test_the_columns_are_those_of_bigbio() -> None:
    found = datasets.to_dataset([TOY])
    assert found.column_names == [*bigbio()]
    assert [*found[0]["entities"][0]] == [*bigbio()["entities"][0]]
    assert found[0]["relations"][0]["arg1_id"] == found[0]["entities"][1]["id"]


@pytest.mark.parametrize(
    ("row", "line", "problem"),
    [
        (
            bigbio(entities=[bigbio()["entities"][1] | {"offsets": [[4, 14]]}]),
            1,
            "annotation '4': span [4, 14) does not match",
        ),
        (bigbio(entities=[bigbio()["entities"][1] | {"offsets": []}]), 1, "entities[0]: 'offsets' is empty"),
        (bigbio(entities=[bigbio()["entities"][1]]), 1, "a relation has the end '3'"),
        ({"id": "1", "text": "secret"}, 0, "the columns are of no schema that is known"),
        ({"id": "1", "tokens": ["secret"], "ner_tags": ["O", "O"]}, 1, "1 tokens and 2 tags"),
        ({"id": "1", "tokens": ["secret"], "ner_tags": ["Q-X"]}, 1, "the last column is no tag"),
    ],
)
def test_a_broken_row_is_named_without_its_text(row: dict[str, Any], line: int, problem: str) -> None:
    with pytest.raises(CorpusFormatError) as caught:
        list(datasets.from_dataset(dataset(row), name="corpus"))
    assert str(caught.value).startswith(f"corpus:{line}: ")
    assert problem in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "blockers" not in str(caught.value)


def test_a_damaged_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "dataset_info.json").write_text("{}")
    with pytest.raises(CorpusFormatError, match="not what save_to_disk writes"):
        list(read_documents(tmp_path))


def test_the_library_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingLibraryError, match=r"datasets is not installed; pip install 'kgbert\[datasets\]'"):
        datasets.to_dataset([TOY])
