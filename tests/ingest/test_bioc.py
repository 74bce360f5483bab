"""BioC, as others write it."""

import json
from pathlib import Path

import pytest

from ingest.corpora.read import read_documents
from ingest.corpora.reading import Reading
from ingest.document import AnnotatedRelation, Document, Entity
from ingest.errors import CorpusFormatError

BC5CDR = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE collection SYSTEM "BioC.dtd">
<collection><source></source><date></date><key></key>
<document>
<id>7</id>
<passage><infon key="type">title</infon><offset>0</offset><text>Naïve &lt;mice&gt;.</text>
<annotation id="0"><infon key="type">Species</infon><infon key="NCBI Taxonomy">10090</infon>
<location offset="7" length="4"/><text>mice</text></annotation>
</passage>
<passage><infon key="type">abstract</infon><offset>14</offset><text>Breast, later ovarian cancer.</text>
<annotation id="1"><infon key="type">Disease</infon><infon key="MESH">D001943|D010051</infon>
<location offset="14" length="6"/><location offset="36" length="6"/><text>Breast cancer</text></annotation>
<annotation id="2"><infon key="type">Disease</infon>
<location offset="28" length="14"/><text>ovarian cancer</text></annotation>
</passage>
<relation id="R0"><infon key="relation">CID</infon><infon key="Chemical">10090</infon>
<infon key="Disease">D001943</infon></relation>
<relation id="R1"><infon key="type">in</infon><node refid="2" role="Object"/><node refid="0" role="Subject"/></relation>
<relation id="R2"><infon key="type">of</infon><node refid="R1" role=""/><node refid="0" role=""/></relation>
</document>
</collection>
"""
TEXT = "Naïve <mice>. Breast, later ovarian cancer."


def read(page: str | bytes, folder: Path, reading: Reading | None = None) -> list[Document]:
    path = folder / "page"
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    return list(read_documents(path, reading=reading))


def test_a_page_is_read_as_it_stands(tmp_path: Path) -> None:
    reading = Reading()
    assert read(BC5CDR, tmp_path, reading) == [
        Document(
            "7",
            TEXT,
            entities=(
                Entity(7, 11, "mice", "Species", "NCBITaxon:10090"),
                Entity(14, 42, "Breast, later ovarian cancer", "Disease", "MESH:D001943"),
                Entity(14, 42, "Breast, later ovarian cancer", "Disease", "MESH:D010051"),
                Entity(28, 42, "ovarian cancer", "Disease", "mention:7.2"),
            ),
            relations=(
                AnnotatedRelation("NCBITaxon:10090", "CID", "MESH:D001943"),
                AnnotatedRelation("NCBITaxon:10090", "in", "mention:7.2"),
            ),
        )
    ]
    assert {o.reason: o.places for o in reading.omissions} == {
        "discontinuous mention, read as the span that covers it": (f"{tmp_path}/page:11",),
        "relation of relations, or of another number of ends than two": (f"{tmp_path}/page:19",),
    }


def pubtator3(**changes: object) -> dict[str, object]:
    span = {"id": "4", "infons": {"identifier": "7157;7158", "type": "Gene", "score": None}, "text": "TNF-s"}
    annotation = span | {"locations": [{"offset": 3, "length": 5}]} | changes
    sentences = [
        {"offset": 0, "text": "𝛽: ", "annotations": []},
        {"offset": 3, "text": "TNF-ß.", "annotations": [annotation]},
    ]
    return {"id": 5, "infons": {}, "passages": [{"infons": {}, "offset": 0, "sentences": sentences}], "relations": []}


@pytest.mark.parametrize(
    "page",
    [
        json.dumps({"PubTator3": [pubtator3()]}),
        json.dumps([{"source": "PMC", "documents": [pubtator3()]}], indent=1),
        json.dumps(pubtator3()),
        "\ufeff"
        + json.dumps({"bioctype": "BioCCollection", "documents": [pubtator3()]}, indent=1).replace("\n", "\r\n"),
    ],
)
def test_json_is_read_in_every_dress(page: str, tmp_path: Path) -> None:
    reading = Reading()
    entities = tuple(Entity(3, 8, "TNF-ß", "Gene", f"NCBIGene:{id}") for id in ("7157", "7158"))
    assert read(page, tmp_path, reading) == [Document("5", "𝛽: TNF-ß.", entities=entities)]
    reasons = [o.reason for o in reading.omissions]
    assert reasons == ["text of an annotation in ASCII, which the document writes otherwise"]


def test_documents_one_after_another_are_read_as_they_come(tmp_path: Path) -> None:
    page = "\n".join(json.dumps(pubtator3() | {"id": str(n)}) for n in range(2000))
    path = tmp_path / "page"
    path.write_text(page)
    assert [d.id for d in read_documents(path)] == [str(n) for n in range(2000)]
    path.write_text(page[: len(page) // 2])
    found = read_documents(path)
    assert next(found).id == "0"
    with pytest.raises(CorpusFormatError, match=r"page:1001: not JSON: Unterminated|page:100\d: not JSON"):
        list(found)


def test_offsets_that_count_bytes_are_taken_so(tmp_path: Path) -> None:
    page = BC5CDR.replace('offset="7" length="4"', 'offset="8" length="4"')  # ï is two bytes
    reading = Reading()
    assert read(page, tmp_path, reading)[0].entities[0] == Entity(7, 11, "mice", "Species", "NCBITaxon:10090")
    assert "span that counts bytes of UTF-8" in {o.reason for o in reading.omissions}


def test_an_annotation_that_stands_elsewhere_is_explained(tmp_path: Path) -> None:
    page = json.dumps(pubtator3(text="TNF", locations=[{"offset": 0, "length": 3}]))
    with pytest.raises(CorpusFormatError) as caught:
        read(page, tmp_path)
    problem = "span [0, 3) does not match the text; what is given for it stands at [3, 6)"
    assert str(caught.value) == f"{tmp_path}/page:1: document '5': annotation '4': {problem}"


LAUGHS = '<!DOCTYPE collection [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE collection [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
DOCTYPE = '<!DOCTYPE collection SYSTEM "BioC.dtd">'


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        (DOCTYPE, LAUGHS, 2, "declares the entity 'a'"),
        (DOCTYPE, OUTSIDE, 2, "declares the entity 'a'"),
        ("Breast, later", "Breast, &alpha;", 10, "uses the entity 'alpha'"),
        ("</collection>\n", "", 21, "not XML: no element found"),
        ("</passage>\n<relation", "<relation", 19, "not XML: mismatched tag"),
        ("Naïve", "Na\x01ve", 6, "not XML: not well-formed"),
        ('offset="14" length="6"', 'offset="14"', 11, "no offset or length that is a number"),
        ('<location offset="28" length="14"/>', "", 13, "no location"),
        ('offset="28" length="14"', 'offset="28" length="140"', 13, "span [28, 168) is not inside its text"),
        ('offset="28" length="14"', 'offset="27" length="14"', 13, "span [27, 41) does not match the text"),
        (
            "<offset>14</offset>",
            "<offset>3</offset>",
            10,
            "a passage or sentence begins at 3, the one before it ends at 13",
        ),
        ("<offset>14</offset>", "<offset>14000000</offset>", 10, "begins at 14000000"),
        ('refid="2"', 'refid="9"', 18, "a relation has the end '9', which 0 sound annotations are called"),
        ('<annotation id="2">', '<annotation id="0">', 18, "the end '0', which 2 sound annotations are called"),
        ('<infon key="type">in</infon>', "", 18, "relation 'R1' has no label"),
        ("D001943|", "a b|", 11, "an id is not a CURIE"),
    ],
)
def test_broken_xml_is_named_without_its_text(old: str, new: str, line: int, problem: str, tmp_path: Path) -> None:
    assert old in BC5CDR
    with pytest.raises(CorpusFormatError) as caught:
        read(BC5CDR.replace(old, new), tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}/page:{line}: ")
    assert problem in str(caught.value)
    assert "cancer" not in str(caught.value)


@pytest.mark.parametrize(
    ("page", "line", "problem"),
    [
        ('{"documents": [\n{"id": "1", "passages": [', 2, "not JSON: Expecting value"),
        ('{"documents": [\n{"id": "1"}]}', 2, "no passages"),
        ('{"documents": [\n"secret"]}', 2, "expected a JSON object"),
        ('{"documents": []}', 0, "no document"),
        ('{"passages": [{"offset": 0, "text": "secret"}]}', 1, "'id' is NoneType; expected str or int"),
        ('{"id": 1,\n"passages": {}}', 1, "'passages' is dict; expected list"),
        ('{"id": 1, "passages": [{"offset": "0"}]}', 1, "passages[0]: 'offset' is str; expected int"),
        ('{"id": 1, "passages": [{"offset": 0, "text": "\\ud800"}]}', 1, "half of a surrogate pair"),
        ('{"id": 1, "passages": [' + "[" * 100_000, 1, "not JSON: beyond what can be read"),
        (b'{"id": 1,\n"passages": "na\xefve"}', 2, "byte 15 of the line (0xef) is not UTF-8"),
    ],
)
def test_broken_json_is_named_without_its_text(page: str | bytes, line: int, problem: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusFormatError) as caught:
        read(page, tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}/page:{line}: ")
    assert problem in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_large_document_is_read(tmp_path: Path) -> None:
    text = "𝛽 word " * 1_500_000
    document = {"id": "1", "passages": [{"offset": 0, "text": text, "annotations": [], "relations": []}]}
    assert read(json.dumps({"documents": [document]}, ensure_ascii=False), tmp_path)[0].text == text
    page = f"<document><id>1</id><passage><offset>0</offset><text>{text}</text></passage></document>"
    assert read(f"<collection>{page}</collection>", tmp_path)[0].text == text
