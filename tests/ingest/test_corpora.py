"""Corpora in forms of their own: GSC+, DDI, ChemProt, case reports; by hand and as published."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from ingest.corpora.read import read_documents
from ingest.corpora.reading import Reading
from ingest.corpora.validate import validate
from ingest.document import AnnotatedRelation, Document, Entity
from ingest.errors import CorpusFormatError

GSC = "11\nNo short stature, deaf.\n3\t16\tshort stature\tHP:0004322\n18\t22\tdeaf\tHP:0000365\n\n12\nNothing here.\n\n"


def test_gsc_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "gold.tsv"
    path.write_bytes(GSC.replace("\n", "\r\n").encode())
    text = "No short stature, deaf."
    short = Entity(3, 16, "short stature", "Phenotype", "HP:0004322")
    deaf = Entity(18, 22, "deaf", "Phenotype", "HP:0000365")
    assert list(read_documents(path)) == [Document("11", text, entities=(short, deaf)), Document("12", "Nothing here.")]


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("3\t16", "4\t17", 3, "span [4, 17) does not match the text; what is given for it stands at [3, 16)"),
        ("18\t22\tdeaf", "18\tdeaf", 4, "expected start, end, text and id"),
        ("12\nNo", "twelve\nNo", 6, "expected a line with a PMID"),
        ("12\nNo", "11\nNo", 6, "document '11' is here a second time, and differs"),
    ],
)
def test_broken_gsc_is_named_without_its_text(old: str, new: str, line: int, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "gold.tsv"
    path.write_text(GSC.replace(old, new))
    with pytest.raises(CorpusFormatError) as caught:
        list(read_documents(path))
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert problem in str(caught.value)
    assert "deaf" not in str(caught.value)


DDI = """\
<?xml version="1.0" encoding="UTF-8"?>
<document id="DDI-D.d1">
  <sentence id="DDI-D.d1.s0" text="">
  </sentence>
  <sentence id="DDI-D.d1.s1" text="Alpha and beta blockers &lt; statins.&#xd;&#xa;">
    <entity id="DDI-D.d1.s1.e0" charOffset="0-4;15-22" type="group" text="Alpha blockers"/>
    <entity id="DDI-D.d1.s1.e1" charOffset="26-32" type="drug" text="statins"/>
    <pair id="DDI-D.d1.s1.p0" e1="DDI-D.d1.s1.e0" e2="DDI-D.d1.s1.e1" ddi="true" type="effect"/>
    <pair id="DDI-D.d1.s1.p1" e1="DDI-D.d1.s1.e1" e2="DDI-D.d1.s1.e0" ddi="true"/>
    <pair id="DDI-D.d1.s1.p2" e1="DDI-D.d1.s1.e0" e2="DDI-D.d1.s1.e1" ddi="false"/>
  </sentence>
</document>
"""
DDI_DOCUMENT = Document(
    "DDI-D.d1",
    "\nAlpha and beta blockers < statins.\r\n",
    entities=(
        Entity(1, 24, "Alpha and beta blockers", "group", "mention:DDI-D.d1.s1.e0"),
        Entity(27, 34, "statins", "drug", "mention:DDI-D.d1.s1.e1"),
    ),
    relations=(
        AnnotatedRelation("mention:DDI-D.d1.s1.e0", "effect", "mention:DDI-D.d1.s1.e1"),
        AnnotatedRelation("mention:DDI-D.d1.s1.e1", "int", "mention:DDI-D.d1.s1.e0"),
    ),
)


def test_ddi_is_read_from_a_file_a_folder_and_an_archive(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "d1.xml"
    path.write_text(DDI)
    with tarfile.open(tmp_path / "ddi.tar.gz", "w:gz") as archive:
        archive.add(path, "train/d1.xml")
        archive.addfile(tarfile.TarInfo("train/README"), io.BytesIO())
    for source in (path, path.parent, tmp_path / "ddi.tar.gz"):
        reading = Reading()
        assert list(read_documents(source, reading=reading)) == [DDI_DOCUMENT]
        assert {o.reason: o.count for o in reading.omissions} == {
            "discontinuous mention, read as the span that covers it": 1,
            "interaction without a type, read as int": 1,
        }


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ('"26-32"', '"25-31"', 7, "annotation 's1.e1': span [26, 33) does not match the text; what is given"),
        ('"26-32"', '"26"', 7, "no charOffset of the form"),
        ('e2="DDI-D.d1.s1.e1" ddi="true"', 'e2="DDI-D.d1.s1.e9" ddi="true"', 8, "a relation has the end 's1.e9'"),
        ('id="DDI-D.d1.s1.e1"', 'id="e1"', 7, "<entity> has no id that begins with the document's id"),
        ("</document>", "", 13, "not XML: no element found"),
    ],
)
def test_broken_ddi_is_named_without_its_text(old: str, new: str, line: int, problem: str, tmp_path: Path) -> None:
    (tmp_path / "d1.xml").write_text(DDI.replace(old, new))
    with pytest.raises(CorpusFormatError) as caught:
        list(read_documents(tmp_path / "d1.xml"))
    assert str(caught.value).startswith(f"{tmp_path}/d1.xml:{line}: ")
    assert problem in str(caught.value)
    assert "statins" not in str(caught.value)


def test_a_damaged_archive_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "ddi.tar"
    with tarfile.open(path, "w") as archive:
        member = tarfile.TarInfo("d1.xml")
        member.size = len(DDI)
        archive.addfile(member, io.BytesIO(DDI.encode()))
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(CorpusFormatError):
        list(read_documents(path))


CHEMPROT = {
    "abstracts": "9\tOn aspirin.\tIt stops COX-1.\n",
    "entities": "9\tT1\tCHEMICAL\t3\t10\taspirin\n9\tT2\tGENE-Y\t21\t26\tCOX-1\n",
    "relations": "9\tCPR:4\tY \tINHIBITOR\tArg1:T1\tArg2:T2\n9\tCPR:4\tY \tDOWNREGULATOR\tArg1:T1\tArg2:T2\n",
}


def chemprot(folder: Path, **tables: str) -> Path:
    for kind, table in (CHEMPROT | tables).items():
        (folder / f"toy_{kind}.tsv").write_text(table)
    return folder


def test_chemprot_is_read_as_it_stands(tmp_path: Path) -> None:
    reading = Reading()
    aspirin = Entity(3, 10, "aspirin", "CHEMICAL", "mention:9.T1")
    cox = Entity(21, 26, "COX-1", "GENE-Y", "mention:9.T2")
    relation = AnnotatedRelation("mention:9.T1", "CPR:4", "mention:9.T2")
    expected = Document("9", "On aspirin. It stops COX-1.", entities=(aspirin, cox), relations=(relation,))
    assert list(read_documents(chemprot(tmp_path), reading=reading)) == [expected]
    assert {o.reason: o.count for o in reading.omissions} == {
        "name of a relation within its group": 2,
        "relation that is stated twice": 1,
    }


def test_broken_chemprot_is_named_by_table_and_line(tmp_path: Path) -> None:
    chemprot(
        tmp_path,
        entities="9\tT1\tCHEMICAL\t3\t11\taspirin\n9\tT2\tGENE-Y\tx\t26\tCOX-1\n9\tT3\n8\tT4\tGENE-Y\t0\t1\tx\n",
        relations="9\tCPR:4\tY \tINHIBITOR\tT1\tArg2:T2\n",
    )
    found = [(Path(f.where).name, f.line, f.problem) for f in validate(tmp_path).findings]
    assert [(name, line) for name, line, _ in found] == [
        ("toy_entities.tsv", 2),
        ("toy_entities.tsv", 3),
        ("toy_relations.tsv", 1),
        ("toy_abstracts.tsv", 1),
        ("toy_abstracts.tsv", 0),
    ]
    assert "COX" not in str(found)


def test_case_reports_leave_out_what_is_not_annotated(tmp_path: Path) -> None:
    entities = [
        {"id": "1", "type": "finding", "text": "rash", "spans": [[3, 7]]},
        {"id": "2", "type": "modifier", "text": "No", "spans": [[0, 2]]},
    ]
    nodes = [{"refid": "1", "role": "Dependent"}, {"refid": "2", "role": "Governor"}]
    patient = [{"refid": "9", "role": "Governor"}, {"refid": "1", "role": "Dependent"}]
    relations = [{"id": str(n), "infons": {"type": "has"}, "nodes": ends} for n, ends in enumerate((nodes, patient))]
    path = tmp_path / "reports.json"
    path.write_text(
        json.dumps([{"id": "http://x/1", "text": "No rash", "entities": entities, "relations": relations}], indent=0)
    )
    reading = Reading()
    (document,) = read_documents(path, reading=reading)
    no, rash = "mention:http%3A%2F%2Fx%2F1.2", "mention:http%3A%2F%2Fx%2F1.1"
    assert document.entities == (Entity(0, 2, "No", "modifier", no), Entity(3, 7, "rash", "finding", rash))
    assert document.relations == (AnnotatedRelation(no, "has", rash),)
    assert [o.count for o in reading.omissions] == [1]


@pytest.mark.parametrize(
    ("path", "n_documents", "n_mentions", "n_relations", "omitted"),
    [
        ("corpora/hpo_gsc/GSCplus_dev_gold.tsv", 22, 173, 0, {}),
        ("corpora/hpo_gsc/GSCplus_test_gold.tsv", 206, 1949, 0, {}),
        (
            "corpora/ddi2013/train.tar.gz",
            714,
            14765,
            4021,
            {
                "discontinuous mention, read as the span that covers it": 38,
                "discontinuous mention that is not what is given for it": 1,
                "interaction without a type, read as int": 1,
            },
        ),
        (
            "corpora/chemprot/chemprot_training",
            1020,
            25752,
            6437 - 21,
            {"name of a relation within its group": 6437, "relation that is stated twice": 21},
        ),
        (
            "corpora/chemprot/chemprot_development",
            612,
            15567,
            3558 - 12,
            {"name of a relation within its group": 3558, "relation that is stated twice": 12},
        ),
        (
            "text/medical_case_reports/case_reports.json",
            53,
            4294,
            1056,
            {"relation with an end that nothing is annotated for": 2793},
        ),
    ],
)
def test_published_corpora(
    path: str, n_documents: int, n_mentions: int, n_relations: int, omitted: dict[str, int], data_dir: Path
) -> None:
    reading = Reading()
    documents = list(read_documents(data_dir / path, reading=reading))
    assert len(documents) == n_documents
    assert sum(len(d.entities) for d in documents) == n_mentions
    assert sum(len(d.relations) for d in documents) == n_relations
    assert {o.reason: o.count for o in reading.omissions} == omitted


@pytest.mark.parametrize(("part", "n_rows", "n_twice"), [("training", 4172, 15), ("development", 2427, 11)])
def test_evaluated_groups_of_chemprot(part: str, n_rows: int, n_twice: int, data_dir: Path) -> None:
    folder = data_dir / f"corpora/chemprot/chemprot_{part}"
    found = {(d.id, r) for d in read_documents(folder) for r in d.relations if r.label[4:] in {"3", "4", "5", "6", "9"}}
    gold = (folder / f"chemprot_{part}_gold_standard.tsv").read_text().splitlines()
    rows = (row.split("\t") for row in gold)
    ends = {(id, label, f"mention:{id}.{a[5:]}", f"mention:{id}.{b[5:]}") for id, label, a, b in rows}
    assert {(id, r.label, r.subject, r.object) for id, r in found} == ends
    assert len(found) == n_rows - n_twice
