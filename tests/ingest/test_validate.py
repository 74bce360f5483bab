"""Everything that is wrong in a file, not only the first thing."""

import json
from pathlib import Path

import pytest

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from ingest.corpora.validate import ERROR, WARNING, validate

PAGE = """\
1|t|Secret tamoxifen.
1|a|Breast cancer, rash.
1\t7\t16\ttamoxifen\tChemical\tD013629
1\t7\t16\ttamoxifen\tChemical\tD013629
1\t18\t24\tBreast\tSite\tD001940
1\t18\t31\tBreast cancer\tDisease\tD001943
1\t25\t31\tcancer\tDisease\ta b
1\t26\t32\tcancer\tDisease\tD009369
1\t33\t400\trash\tDisease\tD005076
1\t33\trash
1\tCID\tD013629\tD001943
1\tCID\tD013629\tD001943
1\tCID\tD013629\tD999999
stray

2|t|Again.

1|t|Other.
1|a|

3|t|Fine
3|a|rash
3\t5\t9\trash\tDisease\tD000001
"""
DOCUMENT_1 = [
    (ERROR, 7, "an id is not a CURIE"),
    (ERROR, 8, "span [26, 32) does not match the text; what is given for it stands at [25, 31)"),
    (ERROR, 9, "span [33, 400) is not inside its text of 38 characters"),
    (ERROR, 10, "3 columns; a mention (id, start, end, text, type, ids) has at least 5"),
    (ERROR, 14, "line of another document"),
    (WARNING, 4, "the entity at [7, 16) is here a second time"),
    (WARNING, 6, "the entity at [18, 31) overlaps that at [18, 24)"),
    (WARNING, 12, "the relation from MESH:D013629 to MESH:D001943 is here a second time"),
    (ERROR, 13, "a relation has the end MESH:D999999, which no entity of the document has"),
]
OTHERS = [
    (ERROR, 16, "document '2': no abstract line"),
    (ERROR, 18, "document '1' is here a second time, and differs"),
]


def page(folder: Path) -> Path:
    path = folder / "page.txt"
    path.write_text(PAGE)
    return path


def test_every_problem_is_listed_with_its_line(tmp_path: Path) -> None:
    report = validate(page(tmp_path))
    expected = sorted([*DOCUMENT_1, *OTHERS], key=lambda f: f[1])
    found = sorted(report.findings, key=lambda f: f.line)
    assert [(f.level, f.line) for f in found] == [(level, line) for level, line, _ in expected]
    for finding, (_, _, problem) in zip(found, expected, strict=True):
        assert problem in finding.problem
        assert finding.where == str(tmp_path / "page.txt")
    assert (report.documents, report.errors) == (3, 8)


def test_no_text_is_quoted(tmp_path: Path) -> None:
    said = str(validate(page(tmp_path)).to_dict())
    assert not [word for word in ("Secret", "tamoxifen", "Breast", "cancer", "rash", "stray") if word in said]


def test_ids_are_looked_up_in_a_graph(tmp_path: Path) -> None:
    concepts = (
        Concept("MESH:D013629", "Tamoxifen"),
        Concept("MESH:D001943", "Breast Neoplasms"),
        Concept("MESH:D001940", "Breast, old", obsolete=True, replaced_by="MESH:D001943"),
        Concept("MESH:D000001", "Gone", obsolete=True),
    )
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", Ontology("toy", concepts=concepts)) as store:
        report = validate(page(tmp_path), store=store)
    plain = validate(page(tmp_path))
    new = [(f.level, f.line, f.problem) for f in report.findings if f not in plain.findings]
    assert new == [
        (WARNING, 5, "document '1': MESH:D001940 was retired; MESH:D001943 took over"),
        (ERROR, 13, "document '1': MESH:D999999 is unknown to the graph"),
        (WARNING, 23, "document '3': MESH:D000001 was retired; nothing took over"),
    ]


@pytest.mark.parametrize("form", [".jsonl", ".xml", ".json"])
def test_a_file_that_cannot_be_read_is_a_finding(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"page{form}"
    path.write_text({".jsonl": "{", ".xml": "<collection>", ".json": '{"documents": ['}[form])
    good = tmp_path / "good.jsonl"
    good.write_text('{"text": "fine"}\n')
    report = validate(path, good)
    assert [(f.level, f.where, f.line) for f in report.findings][:1] == [(ERROR, str(path), 1)]
    assert report.documents == 1


def test_every_broken_part_of_a_record_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "page.jsonl"
    entities = [{"start": 0, "end": 9}, {"start": "0"}, {"start": 0, "end": 4, "text": "fine", "id": "7"}]
    record = {"id": "1", "text": "fine", "entities": entities, "relations": [{"subject": 1}]}
    path.write_text(f'{json.dumps(record)}\n{{"id": 2}}\n')
    problems = [(f.line, f.problem) for f in validate(path).findings]
    assert problems == [
        (1, "entities[1]: 'start' is str; expected int"),
        (1, "relations[0]: 'subject' is int; expected str"),
        (1, "document '1': span [0, 9) is not inside its text of 4 characters"),
        (1, "document '1': an id is not a CURIE and becomes none; expected such as MESH:D003000"),
        (2, "'text' is NoneType; expected str"),
    ]
