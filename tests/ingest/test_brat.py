"""brat, as its server writes it."""

from pathlib import Path

import pytest

from ingest.corpora.read import read_documents
from ingest.corpora.reading import Reading
from ingest.document import AnnotatedRelation, Document, Entity
from ingest.errors import CorpusFormatError

TEXT = "No rash. 𝛽-blockers\r\nand later statins caused it."
ANN = """\
T1\tDisease 3 7\trash
T2\tDrug 9 19;21 24\t𝛽-blockers and
T3\tDrug 9 19;31 38\t𝛽-blockers statins
T4\tTrigger 39 45\tcaused
A1\tNegation T1
A2\tFrequency T1 often
A3\tAssertion T2 Historical
N1\tReference T1 MESH:D005076\tExanthema
N2\tReference T1 UMLS:C0015230\tExanthema
R1\tCauses Arg1:T3 Arg2:T1\t
R2\tCauses Arg1:E1 Arg2:T1\t
E1\tTrigger:T4 Cause:T3
*\tEquiv T2 T3
#1\tAnnotatorNotes T1\tlook again
"""


def folder_of(folder: Path, ann: str = ANN, text: str = TEXT) -> Path:
    (folder / "ward").mkdir()
    (folder / "ward/note%201.txt").write_bytes(text.encode())
    (folder / "ward/note%201.ann").write_bytes(ann.encode())
    return folder


def test_a_folder_is_read_as_it_stands(tmp_path: Path) -> None:
    reading = Reading()
    (tmp_path / "bare.txt").write_text("A text without annotations.")
    assert list(read_documents(folder_of(tmp_path), reading=reading)) == [
        Document("bare", "A text without annotations."),
        Document(
            "ward/note 1",
            TEXT,
            entities=(
                Entity(3, 7, "rash", "Disease", "MESH:D005076", assertion="absent"),
                Entity(3, 7, "rash", "Disease", "UMLS:C0015230", assertion="absent"),
                Entity(9, 24, "𝛽-blockers\r\nand", "Drug", assertion="historical"),
                Entity(9, 38, "𝛽-blockers\r\nand later statins", "Drug", "mention:ward%2Fnote%201.T3"),
                Entity(39, 45, "caused", "Trigger"),
            ),
            relations=(
                AnnotatedRelation("mention:ward%2Fnote%201.T3", "Causes", "MESH:D005076"),
                AnnotatedRelation("mention:ward%2Fnote%201.T3", "Causes", "UMLS:C0015230"),
            ),
        ),
    ]
    assert {o.reason: o.count for o in reading.omissions} == {
        "attribute that states no assertion of an entity of brat": 1,
        "discontinuous mention, read as the span that covers it": 1,
        "equivalence of brat": 1,
        "event of brat": 1,
        "note of brat": 1,
        "relation of an event of brat": 1,
    }


def test_one_file_of_annotations_finds_its_text(tmp_path: Path) -> None:
    (document,) = read_documents(folder_of(tmp_path) / "ward/note%201.ann")
    assert (document.id, document.text, len(document.entities)) == ("note 1", TEXT, 5)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("3 7\trash", "4 8\trash", 1, "annotation 'T1': span [4, 8) does not match the text; what is given"),
        ("3 7\trash", "3 70\trash", 1, "span [3, 70) is not inside its text of 49 characters"),
        ("Disease 3 7", "Disease 3-7", 1, "expected type and spans"),
        ("T2\tDrug", "T1\tDrug", 2, "a second annotation 'T1'; the first is on line 1"),
        ("Reference T1 UMLS", "Reference T9 UMLS", 9, "a normalisation of 'T9'"),
        ("MESH:D005076", "a|b", 8, "expected"),
        ("Arg1:T3 Arg2:T1", "Arg1:T3", 10, "expected label and two ends"),
        ("Arg1:T3 Arg2:T1", "Arg1:T9 Arg2:T1", 10, "a relation has the end 'T9', which 0 sound"),
        ("E1\t", "X1\t", 12, "expected a line that begins with"),
    ],
)
def test_a_broken_line_is_named_without_its_text(old: str, new: str, line: int, problem: str, tmp_path: Path) -> None:
    assert old in ANN
    with pytest.raises(CorpusFormatError) as caught:
        list(read_documents(folder_of(tmp_path, ANN.replace(old, new))))
    assert problem in str(caught.value)
    expected = 1 if "a|b" in new else line  # an id stands where its annotation does
    assert f"note%201.ann:{expected}: " in str(caught.value)
    assert "statin" not in str(caught.value)


def test_offsets_in_other_units_are_explained(tmp_path: Path) -> None:
    with pytest.raises(CorpusFormatError, match="it would if offsets counted UTF-8 bytes; expected code points"):
        list(read_documents(folder_of(tmp_path, "T1\tDrug 5 9\trash\n", "ßß rash today")))


def test_annotations_without_a_text_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.ann").write_text("")
    with pytest.raises(CorpusFormatError, match=r"a\.ann:0: no a\.txt beside it"):
        list(read_documents(tmp_path))
