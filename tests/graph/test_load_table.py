"""Tables become ontologies by their schema; broken ones are refused with file, line, and what was expected."""

from pathlib import Path

import pytest

from graph.concept import Concept
from graph.errors import OntologyFormatError
from graph.formats.recognise import load
from graph.formats.schema import End, IdRule, Layout, RelationSchema, TableSchema
from graph.formats.schema_file import schema_from_dict
from graph.formats.table import read_concepts, read_relations, read_table
from graph.relation import Relation

PLANTS = TableSchema(
    name="plants",
    layout=Layout(("code", "label", "also", "above", "kind"), header=True),
    id=("code",),
    ids=(IdRule("EX", r"\*?(P\d+)"), IdRule("OLD", r"\d+")),
    names=("label", "also"),
    types=("Plant",),
    types_column="kind",
    relations=(("above", "is_a"),),
)
ROWS = "code\tlabel\talso\tabove\tkind\nP1\ttree\t\t\t\nP2|P9|77\toak\tquercus|oak| \t*P1\tWood\n"


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "table.tsv"
    file.write_text(text, encoding="utf-8")
    return file


def test_row_becomes_concept_and_relations(tmp_path: Path) -> None:
    plants = read_concepts(write(tmp_path, ROWS), PLANTS)
    assert plants.concepts == (
        Concept("EX:P1", "tree", types=("Plant",)),
        Concept("EX:P2", "oak", ("quercus",), ("Plant", "Wood"), xrefs=("OLD:77",)),
        Concept("EX:P9", "oak", obsolete=True, replaced_by="EX:P2"),
    )
    assert plants.relations == (Relation("EX:P2", "is_a", "EX:P1", "plants"),)


def test_header_may_be_in_any_order_and_have_more(tmp_path: Path) -> None:
    shuffled = "kind\textra\tabove\tcode\talso\tlabel\n\tx\t\tP1\t\ttree\nWood\tx\tP1\tP2|P9|77\tquercus\toak\n"
    other = read_concepts(write(tmp_path, shuffled), PLANTS)
    assert other == read_concepts(write(tmp_path, ROWS), PLANTS)


@pytest.mark.parametrize(
    ("text", "line", "parts"),
    [
        ("", 0, ["empty"]),
        ("code\tlabel\talso\tkind\n", 1, ["no column above", "found code, label, also, kind", "expected code"]),
        (ROWS + "P3\tpine\n", 4, ["2 columns", "expected 5"]),
        (ROWS + "X3\tpine\t\t\t\n", 4, ["'X3'", "EX"]),
        (ROWS + "\tpine\t\t\t\n", 4, ["no id", "code"]),
        (ROWS + "P3\t\t\t\t\n", 4, ["no name", "label"]),
        (ROWS + "P1\tshrub\t\t\t\n", 4, ["EX:P1", "earlier row"]),
    ],
)
def test_broken_table_is_refused_where_it_breaks(tmp_path: Path, text: str, line: int, parts: list[str]) -> None:
    file = write(tmp_path, text)
    with pytest.raises(OntologyFormatError) as caught:
        read_concepts(file, PLANTS)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert all(part in str(caught.value) for part in parts)


def test_wrong_encoding_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.tsv"
    file.write_bytes(ROWS.encode() + b"P3\tpi\xf1on\t\t\t\n")
    with pytest.raises(OntologyFormatError, match="UTF-8") as caught:
        read_concepts(file, PLANTS)
    assert caught.value.line == 4


TREE = TableSchema(
    "trees",
    Layout(("id", "name", "places")),
    ids=(IdRule("T"),),
    tree_numbers="places",
    tree_types=(("F", "Mind"), ("F03", "Disease")),
)


def test_tree_numbers_make_the_hierarchy(tmp_path: Path) -> None:
    text = "1\tbehaviour\tF01\n2\tdisorder\tF03\n3\tphobia\tF03.5|F01.2\n4\torphan\tF03.9.1\n"
    trees = read_concepts(write(tmp_path, text), TREE)
    assert {(r.subject, r.object) for r in trees.relations} == {("T:3", "T:2"), ("T:3", "T:1")}
    assert [concept.types for concept in trees.concepts] == [("Mind",), ("Disease",), ("Disease", "Mind"), ("Disease",)]


def test_place_below_itself_makes_no_cycle(tmp_path: Path) -> None:
    trees = read_concepts(write(tmp_path, "1\teye movement\tC1|C1.5.2\n2\tsquint\tC1.5\n"), TREE)
    assert trees.relations == (Relation("T:2", "is_a", "T:1", "trees"),)


def test_tree_number_belongs_to_one_concept(tmp_path: Path) -> None:
    with pytest.raises(OntologyFormatError, match=r"C1 belongs to T:1 and to T:2"):
        read_concepts(write(tmp_path, "1\ta\tC1\n2\tb\tC1\n"), TREE)


def test_quoted_cell_may_hold_the_delimiter(tmp_path: Path) -> None:
    quoted = TableSchema("q", Layout(("id", "name"), quote='"', delimiter=","), ids=(IdRule("Q"),))
    table = read_concepts(write(tmp_path, '1,"sea, salt"\n2,"two ""quotes"""\n'), quoted)
    assert [concept.name for concept in table.concepts] == ["sea, salt", 'two "quotes"']


DRUGS = RelationSchema(
    "drugs",
    Layout(("drug", "what", "target", "papers"), header=True),
    subject=End("drug", (IdRule("D", r"D0*(\d+)"),)),
    object=End("target", (IdRule("P"),), name="target", types=("Protein",)),
    predicate_column="what",
    predicates=(("target", "has_target"),),
    evidence="papers",
)


def test_relations_are_merged_and_their_evidence_united(tmp_path: Path) -> None:
    text = "drug\twhat\ttarget\tpapers\nD007\ttarget\tA\t1|2\nD007\ttarget\tA\t2|3\nD8\tenzyme\tA\t4\nD9\ttarget\t\t5\n"
    drugs = read_relations(write(tmp_path, text), DRUGS)
    assert drugs.relations == (Relation("D:7", "has_target", "P:A", "drugs", ("PMID:1", "PMID:2", "PMID:3")),)
    assert drugs.concepts == (Concept("P:A", "A", types=("Protein",)),)


def test_schema_as_plain_data_reads_the_same(tmp_path: Path) -> None:
    plain = schema_from_dict(
        {
            "name": "plants",
            "columns": ["code", "label", "also", "above", "kind"],
            "header": True,
            "id": "code",
            "ids": {"EX": r"\*?(P\d+)", "OLD": r"\d+"},
            "names": ["label", "also"],
            "types": "Plant",
            "types_column": "kind",
            "relations": {"above": "is_a"},
        }
    )
    assert plain == PLANTS
    drugs = schema_from_dict(
        {
            "name": "drugs",
            "columns": ["drug", "what", "target", "papers"],
            "header": True,
            "subject": {"column": "drug", "ids": {"D": r"D0*(\d+)"}},
            "object": {"column": "target", "ids": "P", "name": "target", "types": "Protein"},
            "predicate_column": "what",
            "predicates": {"target": "has_target"},
            "evidence": "papers",
        }
    )
    text = "drug\twhat\ttarget\tpapers\nD007\ttarget\tA\t1\n"
    file = write(tmp_path, text)
    assert read_table(file, drugs) == read_table(file, DRUGS)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"name": "x", "columns": ["id", "name"], "colour": "red"}, "unknown key colour"),
        ({"columns": ["id", "name"]}, "no name"),
        ({"name": "x"}, "no columns"),
        ({"name": "x", "columns": ["id", "name"], "header": "yes"}, "header: expected true or false"),
        ({"name": "x", "columns": ["id", "name"], "relations": ["up"]}, "relations: expected a mapping"),
        ({"name": "x", "columns": ["id"]}, "no such column: name"),
        ({"name": "x", "columns": ["id", "id"]}, "each once"),
        ({"name": "x", "columns": ["a", "b"], "subject": "a", "object": "b"}, "either predicate"),
        ({"name": "x", "columns": ["a", "b"], "subject": "a", "predicate": "p"}, "no object"),
    ],
)
def test_wrong_schema_is_refused(data: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        schema_from_dict(data)


def test_a_table_is_read_by_the_schema_beside_it(tmp_path):
    table = tmp_path / "codes.csv"
    table.write_text("code,label\n1,Pain\n2,Fever\n")
    with pytest.raises(OntologyFormatError, match="unknown format"):
        load(table)
    beside = tmp_path / "codes.csv.yaml"
    beside.write_text(
        "name: codes\nheader: true\ncolumns: [code, label]\ndelimiter: ','\nid: code\nids: EX\nnames: label\n"
    )
    assert [(c.id, c.name) for c in load(table).concepts] == [("EX:1", "Pain"), ("EX:2", "Fever")]
    beside.write_text("name: codes\ncolumns: [code\nlabel: x\n")
    with pytest.raises(OntologyFormatError, match=r"codes\.csv\.yaml:3: not YAML"):
        load(table)
    beside.write_text("name: codes\ncolumns: [code]\nid: key\n")
    with pytest.raises(OntologyFormatError, match=r"codes\.csv\.yaml:0: no such column: key"):
        load(table)


def test_a_column_may_hold_the_predicates_themselves(tmp_path):
    table = tmp_path / "links.csv"
    table.write_text("who,how,whom\nA:1,treats,B:1\nA:2,,B:1\nA:2,part_of,B:2\n")
    Path(f"{table}.yaml").write_text(
        "name: links\nheader: true\ndelimiter: ','\ncolumns: [who, how, whom]\n"
        "subject: who\npredicate_column: how\nobject: whom\n"
    )
    assert load(table).relations == (
        Relation("A:1", "treats", "B:1", "links"),
        Relation("A:2", "part_of", "B:2", "links"),
    )
