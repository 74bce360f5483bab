"""KGX is recognised by content and read as its makers mean it; what breaks it is named with file and line."""

import gzip
import json
from pathlib import Path

import pytest

from graph.concept import Concept
from graph.errors import OntologyFormatError
from graph.formats import load
from graph.formats.format import look
from graph.formats.kgx import read_kgx
from graph.formats.reading import Omission, Reading
from graph.formats.recognise import FORMATS
from graph.relation import Relation

NODES = (
    "id\tcategory\tname\tsynonym\texact_synonym\txref\tdescription\tdeprecated\treplaced_by\tprovided_by\n"
    "HGNC:11603\tbiolink:NamedThing|biolink:BiologicalEntity|biolink:Gene\tTBX4\tSPS\tSPS|T-box 4\tUMLS:C1|not one\t"
    "A gene.\t\t\tgwas\n"
    "MONDO:1\tbiolink:NamedThing\t\t\t\t\t\t\t\tmondo\n"
    "MONDO:2\tDisease\told\t\t\t\t\ttrue\tMONDO:1\tmondo\n"
)
EDGES = (
    "id\tsubject\tpredicate\tobject\trelation\tprimary_knowledge_source\tcategory\tpublications\n"
    "urn:uuid:5\tHGNC:11603\tbiolink:contributes_to\tMONDO:1\tRO:0003304\tinfores:gwas\tbiolink:X\tPMID:1|PMID:2\n"
    "\tMONDO:2\tbiolink:subclass_of\tMONDO:1\t\t\t\t\n"
)
CONCEPTS = [
    Concept("HGNC:11603", "TBX4", ("SPS", "T-box 4"), ("BiologicalEntity", "Gene"), "A gene.", ("UMLS:C1",)),
    Concept("MONDO:1", "MONDO:1"),
    Concept("MONDO:2", "old", types=("Disease",), obsolete=True, replaced_by="MONDO:1"),
]
RELATIONS = [
    Relation("HGNC:11603", "contributes_to", "MONDO:1", "infores:gwas", ("PMID:1", "PMID:2")),
    Relation("MONDO:2", "is_a", "MONDO:1"),
]
LISTS = {"category", "synonym", "exact_synonym", "xref", "publications"}


def as_json_lines(table: str) -> str:
    """Return the table as KGX JSON Lines: lists as arrays, truth as truth, nothing for what is empty."""
    header, *rows = (line.split("\t") for line in table.splitlines())
    made = []
    for row in rows:
        cells = {column: cell for column, cell in zip(header, row, strict=True) if cell}
        values = {column: cell.split("|") if column in LISTS else cell for column, cell in cells.items()}
        made.append(json.dumps(values | ({"deprecated": True} if "deprecated" in values else {})))
    return "\n".join(made) + "\n"


def write_pair(folder: Path, shape: str) -> Path:
    convert = as_json_lines if shape == "jsonl" else str
    (folder / f"toy_nodes.{shape}").write_text(convert(NODES), encoding="utf-8")
    (folder / f"toy_edges.{shape}").write_text(convert(EDGES), encoding="utf-8")
    return folder


@pytest.mark.parametrize("shape", ["tsv", "jsonl"])
def test_a_folder_with_one_pair(tmp_path: Path, shape: str) -> None:
    ontology = load(write_pair(tmp_path, shape))
    assert ontology.name == "toy"
    assert list(ontology.concepts) == CONCEPTS
    assert list(ontology.relations) == RELATIONS
    assert list(ontology.concepts) == CONCEPTS, "a second walk sees the same"


@pytest.mark.parametrize("shape", ["tsv", "jsonl"])
def test_either_file_alone_whatever_it_is_called(tmp_path: Path, shape: str) -> None:
    write_pair(tmp_path, shape)
    nodes, edges = tmp_path / "a.gz", tmp_path / "b"
    nodes.write_bytes(gzip.compress((tmp_path / f"toy_nodes.{shape}").read_bytes()))
    (tmp_path / f"toy_edges.{shape}").rename(edges)
    first, second = load(nodes), load(edges)
    assert (first.name, list(first.concepts), list(first.relations)) == ("a", CONCEPTS, [])
    assert (second.name, list(second.concepts), list(second.relations)) == ("b", [], RELATIONS)


@pytest.mark.parametrize("shape", ["tsv", "jsonl"])
def test_what_is_left_out_is_counted_once(tmp_path: Path, shape: str) -> None:
    reading = Reading()
    ontology = load(write_pair(tmp_path, shape), reading=reading)
    for _ in range(2):
        list(ontology.concepts)
    place = f"{tmp_path / f'toy_nodes.{shape}'}:{2 if shape == 'tsv' else 1}"
    assert list(reading.omissions) == [Omission("cross-reference that is no CURIE", 1, (place,))]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("id\tname\tcategory\n", "KGX TSV"),
        ("subject\tpredicate\tobject\n", "KGX TSV"),
        ('{"category":["biolink:Gene"],"id":"A:1"}\n', "KGX JSONL"),
        ('{"object": "A:1", "predicate": "x", "subject": "A:2"}\n', "KGX JSONL"),
        ('{"id":"A:1","category":[],"name":"line\u2028separator"}\n', "KGX JSONL"),
        (
            '{"concept_id":"C1","canonical_name":"x","aliases":[],"types":["T1"],"id":"x","category":"y"}\n',
            "scispaCy KB",
        ),
        ('{"graphs":[{"id":"x","nodes":[{"id":"A:1","category":"x"}]}]}\n', "OBO Graphs"),
        ('{"@context":{},"@graph":[{"id":"A:1","category":"x"}]}\n', "RDF (OWL, SKOS)"),
        ('{"nodes":[{"id":"A:1","category":["x"]}],"edges":[]}\n', None),
        ("subject_id\tpredicate_id\tobject_id\n", None),
        ("id\tname\tkind\n", None),
        ('[{"id":"A:1","category":["x"]}]\n', None),
    ],
)
def test_recognised_by_content(tmp_path: Path, text: str, format: str | None) -> None:
    file = tmp_path / "x"
    file.write_text(text, encoding="utf-8")
    assert next((f.name for f in FORMATS if f.fits(look(file))), None) == format


@pytest.mark.parametrize("extra", ["other_nodes.tsv", "toy_edges.jsonl"])
def test_two_pairs_are_no_pair(tmp_path: Path, extra: str) -> None:
    write_pair(tmp_path, "tsv")
    (tmp_path / extra).touch()
    if extra.endswith("jsonl"):
        assert load(tmp_path).name == "toy"
    else:
        with pytest.raises(OntologyFormatError, match="unknown format"):
            load(tmp_path)


NODE, EDGE = "id\tcategory\tdeprecated\n", "subject\tpredicate\tobject\n"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (NODE + "A:1\tx\t\nA:2\tx\n", 3, "2 cells; expected 3"),
        (NODE + "\tx\t\n", 2, "node without id"),
        (NODE + "A:1\tx\t\nA 1\tx\t\n", 3, "id: not a CURIE: 'A 1'"),
        (NODE + "A:1\tx\t\n\nA:1\tx\t\n", 4, "A:1 stands in an earlier line"),
        (NODE + "A:1\tx\tmaybe\n", 2, "deprecated is 'maybe'; expected true or false"),
        (NODE.replace("deprecated", "replaced_by") + "A:1\tx\tlater\n", 2, "replaced_by: not a CURIE"),
        (EDGE + "A:1\t\tA:2\n", 2, "edge without predicate"),
        (EDGE + "A:1\tx\n", 2, "2 cells; expected 3"),
        (EDGE + "A:1\tx\ty\n", 2, "object: not a CURIE: 'y'"),
        ('{"id":"A:1","category":["x"]}\n{"id":\n', 2, "not JSON"),
        ('{"id":"A:1","category":["x"]}\n' + "[" * 100_000 + "\n", 2, "not JSON"),
        ('{"id":"A:1","category":["x"]}\n\n[1]\n', 3, "a JSON list; expected an object"),
        ('{"id":"A:1","category":["x"]}\n{"category":["x"]}\n', 2, "node without id"),
        ('{"id":17,"category":["x"]}\n', 1, "id: not a CURIE: '17'"),
        ('{"subject":"A:1","predicate":"x","object":"A:2"}\n{"subject":"A:1","object":"A:2"}\n', 2, "without"),
    ],
)
def test_broken_file_is_refused_where_it_breaks(tmp_path: Path, text: str, line: int, problem: str) -> None:
    file = tmp_path / "broken"
    file.write_text(text, encoding="utf-8")
    ontology = load(file)
    with pytest.raises(OntologyFormatError, match=problem) as caught:
        list(ontology.concepts), list(ontology.relations)
    assert (caught.value.path, caught.value.line) == (str(file), line)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("nodes.tsv", "id\tname\nA:1\tx\n", "no column category; found id, name"),
        ("edges.tsv", "subject\tobject\nA:1\tA:2\n", "no column predicate; found subject, object"),
    ],
)
def test_missing_column(tmp_path: Path, name: str, text: str, problem: str) -> None:
    (tmp_path / "nodes.tsv").write_text(NODE)
    (tmp_path / "edges.tsv").write_text(EDGE)
    (tmp_path / name).write_text(text)
    ontology = load(tmp_path)
    assert ontology.name == tmp_path.name
    with pytest.raises(OntologyFormatError, match=problem) as caught:
        list(ontology.concepts), list(ontology.relations)
    assert (caught.value.path, caught.value.line) == (str(tmp_path / name), 1)


def test_asked_for_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OntologyFormatError, match="no pair of files"):
        read_kgx(tmp_path, shape="tsv")
    (tmp_path / "x.tsv").write_text("a\tb\n")
    with pytest.raises(OntologyFormatError, match="neither nodes"):
        read_kgx(tmp_path / "x.tsv", shape="tsv")
