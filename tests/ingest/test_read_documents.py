"""Any format, from files and from streams."""

import io
from pathlib import Path
from typing import IO

import pytest

from graph.formats.reading import Omissions
from ingest.corpora import text
from ingest.corpora.read import format_named, read_annotated, read_documents
from ingest.document import Document, Entity
from ingest.errors import CorpusFormatError

PUBTATOR = "1|t|It.\n1|a|Was.\n"
JSONL = '{"id": "1", "text": "It. Was."}\n'
NOTE = "It.\r\nWas.\u2028|t|{"
PAGES = [
    (PUBTATOR, Document("1", "It. Was.")),
    (f"\n\n{PUBTATOR}", Document("1", "It. Was.")),
    (JSONL, Document("1", "It. Was.")),
    (f"\n {JSONL}", Document("1", "It. Was.")),
    (NOTE, Document("page", NOTE)),
    (f"\n{NOTE}", Document("page", f"\n{NOTE}")),
    ("{braces} open this note", Document("page", "{braces} open this note")),
]


def stream_of(page: str, kind: str) -> IO[bytes] | IO[str]:
    return io.BytesIO(page.encode()) if kind == "bytes" else io.StringIO(page, newline="")


@pytest.mark.parametrize(("page", "expected"), PAGES)
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("kind", ["bytes", "text", "file"])
def test_the_content_says_the_format(page: str, expected: Document, bom: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(f"{bom}{page}".encode())
    source = path if kind == "file" else stream_of(f"{bom}{page}", kind)
    assert list(read_documents(source, name="page")) == [expected]


@pytest.mark.parametrize(("suffix", "expected"), [(".jsonl", "not JSON"), (".PubTator", "expected a title line")])
def test_a_known_ending_decides(suffix: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / f"page{suffix}"
    path.write_text("A plain note.")
    with pytest.raises(CorpusFormatError, match=expected) as caught:
        list(read_documents(path))
    assert str(caught.value).startswith(f"{path}:1: ")


def test_a_stream_without_a_name_is_standard_input() -> None:
    assert list(read_documents(io.StringIO("A note."))) == [Document("stdin", "A note.")]
    assert list(read_documents(io.StringIO('{"text": "A note."}'))) == [Document("stdin:1", "A note.")]


def test_annotated_documents_come_from_files_of_several_formats(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1|t|aspirin\n1|a|Was.\n1\t0\t7\taspirin\tChemical\tD001241\n\n2|t|It.\n2|a|Was.\n")
    (tmp_path / "b.jsonl").write_text('{"id": "3", "text": "pain", "entities": [{"start": 0, "end": 4}]}\n')
    documents = read_annotated([tmp_path / "b.jsonl", tmp_path / "a.txt"])
    assert [(document.id, len(document.entities)) for document in documents] == [("3", 1), ("1", 1), ("2", 0)]


def test_what_has_no_entity_is_not_annotated(tmp_path: Path) -> None:
    (tmp_path / "gold.txt").write_text("1|x|aspirin\n1|a|Was.\n1\t0\t7\taspirin\tChemical\tD001241\n")
    with pytest.raises(CorpusFormatError, match=r"gold\.txt:0: no entity; expected annotated documents"):
        read_annotated([tmp_path / "gold.txt"])


@pytest.mark.parametrize("page", ["", " \n\n", "\ufeff"])
@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".pubtator"])
def test_an_empty_file_is_an_error(page: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"empty{suffix}"
    path.write_text(page, encoding="utf-8")
    with pytest.raises(CorpusFormatError, match=rf"empty\{suffix}:0: no "):
        list(read_documents(path))


@pytest.mark.parametrize(
    ("page", "where"),
    [
        (b"na\xefve", "1: byte 2"),
        (b"A\nna\xefve", "2: byte 2"),
        (b"1|t|It.\n1|a|na\xefve", "2: byte 6"),
        (b'\n{"text": "na\xefve"}', "2: byte 12"),
    ],
)
def test_bytes_that_are_not_utf8_are_named_by_line_and_byte(page: bytes, where: str) -> None:
    with pytest.raises(CorpusFormatError, match=rf"stdin:{where} of the line \(0xef\) is not UTF-8"):
        list(read_documents(io.BytesIO(page)))


def test_a_text_file_is_one_document_with_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "note.2.txt"
    path.write_bytes(b"\xef\xbb\xbfA\r\nB\rC\n\n")
    assert list(text.read(path)) == [Document("note.2", "A\r\nB\rC\n\n")]


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read_documents(tmp_path / "none.txt"))


@pytest.mark.parametrize("page", ['<?xml version="1.0"?>\n<html></html>', '<!DOCTYPE a [<!ENTITY b "c">]>\n<a>&b;</a>'])
def test_xml_of_no_format_is_not_taken_for_text(page: str) -> None:
    with pytest.raises(CorpusFormatError, match="stdin:1: XML of no format that is known"):
        list(read_documents(io.StringIO(page)))


def test_a_folder_of_files_is_read_by_name_and_others_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(JSONL)
    (tmp_path / "a.pubtator").write_text(PUBTATOR.replace("1|", "0|"))
    (tmp_path / "README").write_text("A plain note.")
    assert [d.id for d in read_documents(tmp_path)] == ["0", "1"]
    (tmp_path / "none").mkdir()
    with pytest.raises(CorpusFormatError, match="no document; expected a folder of"):
        list(read_documents(tmp_path / "none"))


@pytest.mark.parametrize("form", ["pubtator", "jsonl", "bioc-xml", "bioc-json", "brat", "conll"])
def test_a_large_document_is_written_and_read(form: str, tmp_path: Path) -> None:
    text = "𝛽 no rash seen. " * 60_000
    entities = tuple(Entity(i * 16 + 5, i * 16 + 9, "rash", "Disease", "MESH:D005076") for i in range(0, 60_000, 50))
    document = Document("1", text.rstrip(), entities=entities)
    write = format_named(form).write
    assert write is not None
    write([document], tmp_path / "out", Omissions())
    assert list(read_documents(tmp_path / "out")) == [document]
