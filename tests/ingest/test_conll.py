"""CoNLL, as others write it."""

from pathlib import Path

import pytest

from graph.formats.reading import Omissions
from ingest.corpora.read import format_named, read_documents
from ingest.corpora.reading import Reading
from ingest.document import Document, Entity
from ingest.errors import CorpusFormatError

TEXT = "No lung cancer\nafter PCR ."
ENTITIES = (Entity(3, 14, "lung cancer", "Disease"), Entity(21, 24, "PCR", "Test"))
IOB2 = "No\tO\nlung\tB-Disease\ncancer\tI-Disease\n\nafter\tO\nPCR\tB-Test\n.\tO\n"


def read(page: str, folder: Path, reading: Reading | None = None, suffix: str = "") -> list[Document]:
    path = folder / f"page{suffix}"
    path.write_bytes(page.encode())
    return list(read_documents(path, reading=reading))


@pytest.mark.parametrize(
    "page",
    [
        IOB2,
        IOB2.replace("\n", "\r\n"),
        f"\ufeff{IOB2}",
        IOB2.replace("I-Disease", "L-Disease").replace("B-Test", "U-Test"),
        IOB2.replace("I-Disease", "E-Disease").replace("B-Test", "S-Test"),
        IOB2.replace("\tO", "\tNN\t_\tO").replace("\tB", "\tNN\t_\tB").replace("\tI", "\tNN\t_\tI"),
    ],
)
def test_every_scheme_is_read(page: str, tmp_path: Path) -> None:
    assert read(page, tmp_path) == [Document("page:1", TEXT, entities=ENTITIES)]


def test_columns_may_stand_between_blanks_where_the_ending_says_conll(tmp_path: Path) -> None:
    assert read(IOB2.replace("\t", " NN "), tmp_path, suffix=".conll") == [Document("page:1", TEXT, entities=ENTITIES)]


@pytest.mark.parametrize("start", ["-DOCSTART- ({})\n\n", "# newdoc id = {}\n", "-DOCSTART- -X- O O\n\n"])
def test_documents_begin_where_it_is_said(start: str, tmp_path: Path) -> None:
    ids = ["a b", "7%0A"] if "{" in start else ["page:1", "page:2"]
    page = "".join(start.format(id) + IOB2 for id in ids)
    expected = [id.replace("%0A", "\n") if "-D" in start else id for id in ids]
    assert read(page, tmp_path) == [Document(id, TEXT, entities=ENTITIES) for id in expected]


def test_a_tag_that_goes_on_with_nothing_begins(tmp_path: Path) -> None:
    reading = Reading()
    page = IOB2.replace("B-Disease", "I-Disease").replace("B-Test", "I-Test")
    assert read(page, tmp_path, reading) == [Document("page:1", TEXT, entities=ENTITIES)]
    assert [o.count for o in reading.omissions] == [2]


def test_two_entities_side_by_side_stay_two(tmp_path: Path) -> None:
    (document,) = read("lung\tB-X\ncancer\tB-X\nPCR\tI-Y\n\nagain\tI-Y\n", tmp_path)
    assert [e.text for e in document.entities] == ["lung", "cancer", "PCR", "again"]


def test_what_is_written_can_be_read_by_eye(tmp_path: Path) -> None:
    text = "No  lung-cancer. After 𝛽!"
    entities = (Entity(4, 8, "lung", "Site"), Entity(9, 15, "cancer", "Disease", "MESH:D9"), Entity(23, 24, "𝛽", "X"))
    document = Document("a)\n%", text, entities=entities)
    write = format_named("conll").write
    assert write is not None
    write([document], tmp_path / "out", Omissions())
    assert (tmp_path / "out").read_text(encoding="utf-8") == (
        "-DOCSTART- (a)%0A%25)\n\n"
        "No\t0\t2\t_\tO\nlung\t4\t8\t-\tB-Site\n-\t8\t9\t_\tO\ncancer\t9\t15\tMESH:D9\tB-Disease\n"
        ".\t15\t16\t_\tO\n\nAfter\t17\t22\t_\tO\n𝛽\t23\t24\t-\tB-X\n!\t24\t25\t_\tO\n\n"
    )
    assert list(read_documents(tmp_path / "out")) == [document]


@pytest.mark.parametrize(
    ("page", "line", "problem"),
    [
        ("No\tO\nsecret\n", 2, "one column"),
        ("No\tO\nsecret\tNN\n", 2, "the last column is no tag"),
        ("-DOCSTART- (1)\nNo\t0\t2\t_\tO\nsecret\t1\t7\t_\tO\n", 3, "token at 1, the one before it ends at 2"),
        ("-DOCSTART- (1)\nNo\t0\t3\t_\tO\n", 2, "token at [0, 3) has 2 characters"),
        ("-DOCSTART- (1)\nNo\t99999999\t100000001\t_\tO\n", 2, "token at 99999999"),
        ("-DOCSTART- (1)\nNo\tO\n-DOCSTART- (1)\nsecret\tO\n", 3, "document '1' is here a second time, and differs"),
        ("-DOCSTART- (1)\nNo\t0\t2\ta b\tB-X\n", 2, "an id is not a CURIE"),
    ],
)
def test_a_broken_line_is_named_without_its_text(page: str, line: int, problem: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusFormatError) as caught:
        read(page, tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}/page:{line}: ")
    assert problem in str(caught.value)
    assert "secret" not in str(caught.value)
