"""PubTator, read and written."""

from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.corpora import pubtator
from ingest.document import AnnotatedRelation, Document, Entity
from ingest.errors import CorpusFormatError

PAGE = """\
7|t|Naïve mice.
7|a|Breast and ovarian cancer followed tamoxifen.
7\t12\t37\tBreast and ovarian cancer\tDisease\tD001943|D010051\tbreast cancer|ovarian cancer
7\t0\t5\tNaïve\tSpecies\t10090
7\t47\t56\ttamoxifen\tChemical\t-1
7\tCID\tD013629\tD001943
7\tAssociation\t10090\tD001943\tNovel
"""


def parse(page: str, **options: str) -> list[Document]:
    return list(pubtator.parse(page.split("\n"), "corpus.txt", **options))


def test_a_page_is_read_as_it_stands() -> None:
    text = "Naïve mice. Breast and ovarian cancer followed tamoxifen."
    assert parse(PAGE) == [
        Document(
            "7",
            text,
            entities=(
                Entity(0, 5, "Naïve", "Species", "NCBITaxon:10090"),
                Entity(12, 37, "Breast and ovarian cancer", "Disease", "MESH:D001943"),
                Entity(12, 37, "Breast and ovarian cancer", "Disease", "MESH:D010051"),
                Entity(47, 56, "tamoxifen", "Chemical", None),
            ),
            relations=(
                AnnotatedRelation("MESH:D013629", "CID", "MESH:D001943"),
                AnnotatedRelation("NCBITaxon:10090", "Association", "MESH:D001943"),
            ),
        )
    ]


def test_offsets_count_code_points() -> None:
    page = "1|t|𝛽-blockers\n1|a|help 👩‍⚕️ with asthma\n1\t26\t32\tasthma\tDisease\tD001249"
    (document,) = parse(page)
    (entity,) = document.entities
    assert document.text[entity.start : entity.end] == "asthma"


@pytest.mark.parametrize(
    ("raw", "type", "expected"),
    [
        ("D003000", "Chemical", ["MESH:D003000"]),
        (" MESH:C535662 ", "Disease", ["MESH:C535662"]),
        ("OMIM:604370|D010051", "Disease", ["OMIM:604370", "MESH:D010051"]),
        ("D007153+D040181", "Disease", ["MESH:D007153", "MESH:D040181"]),
        ("5870,84084", "GeneOrGeneProduct", ["NCBIGene:5870", "NCBIGene:84084"]),
        ("9606", "OrganismTaxon", ["NCBITaxon:9606"]),
        ("rs771966860", "SequenceVariant", ["dbSNP:rs771966860"]),
        ("c|SUB|G|2554+1|T", "SequenceVariant", ["tmVar:c%7CSUB%7CG%7C2554%2B1%7CT"]),
        ("|DEL|46|S", "SequenceVariant", ["tmVar:%7CDEL%7C46%7CS"]),
        ("CVCL_0224", "CellLine", ["Cellosaurus:CVCL_0224"]),
        ("D002544|-1", "Disease", ["MESH:D002544", None]),
        ("-", "Disease", [None]),
        ("", "Disease", [None]),
    ],
)
def test_ids_become_curies(raw: str, type: str, expected: list[str | None]) -> None:
    (document,) = parse(f"1|t|It.\n1|a|\n1\t0\t2\tIt\t{type}\t{raw}")
    assert [entity.id for entity in document.entities] == expected


def test_the_prefix_of_bare_ids_is_a_setting() -> None:
    (document,) = parse("1|t|It.\n1|a|\n1\t0\t2\tIt\tDisease\tC0020538", id_prefix="UMLS")
    assert document.entities[0].id == "UMLS:C0020538"


def test_a_repeated_document_is_read_once() -> None:
    assert parse(f"\n{PAGE}\n{PAGE}") == parse(PAGE)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("\t47\t56\t", "\t46\t55\t", 5, "does not match the text"),
        ("\t47\t56\t", "\t47\t560\t", 5, "not inside its text"),
        ("\t47\t56\t", "\t56\t47\t", 5, "not inside its text"),
        ("\t47\t56\t", "\t-47\t56\t", 5, "expected a start offset"),
        ("\t47\t56\ttamoxifen\tChemical\t-1", "\t47\t56\ttamoxifen", 5, "4 columns"),
        ("\t47\t56\ttamoxifen\tChemical\t-1", "\t47\t56\ttamoxifen\tChemical\ta b", 5, "not a CURIE"),
        ("\t47\t56\t", "\t47\ttamoxifen\t", 5, "expected an end offset"),
        ("\tCID\tD013629\t", "\tof\ttamoxifen and\t", 6, "not a CURIE"),
        ("\tCID\tD013629\tD001943", "\tCID\tD013629", 6, "3 columns"),
        ("\tCID\tD013629\t", "\tCID\t-1\t", 6, "a concept at both ends"),
        ("7|a|", "8|a|", 2, "expected its abstract line"),
        ("7|a|Breast and ovarian cancer followed tamoxifen.\n", "", 2, "expected its abstract line"),
        ("7\t0\t5", "8\t0\t5", 4, "line of another document"),
        ("7\t0\t5", "7|a|Again.\n7\t0\t5", 4, "second abstract"),
        ("7|t|", "7|x|", 1, "expected a title line"),
        ("7\t0\t5", "\n7\t0\t5", 5, "expected a title line"),
    ],
)
def test_a_broken_line_is_named_without_its_text(old: str, new: str, line: int, problem: str) -> None:
    broken = PAGE.replace(old, new)
    assert broken != PAGE
    with pytest.raises(CorpusFormatError) as caught:
        parse(broken)
    assert str(caught.value).startswith(f"corpus.txt:{line}: ")
    assert problem in str(caught.value)
    assert "tamoxifen" not in str(caught.value)


@pytest.mark.parametrize("page", ["", "\n\n", "1|t|Only a title."])
def test_a_page_without_a_document_is_an_error(page: str) -> None:
    with pytest.raises(CorpusFormatError):
        parse(page)


def test_two_documents_with_one_id_are_an_error() -> None:
    with pytest.raises(CorpusFormatError, match=r"corpus\.txt:9: document '7' is here a second time"):
        parse(f"{PAGE}\n{PAGE.replace('mice', 'rats')}")


def test_bytes_that_are_not_utf8_are_named_by_line_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes(b"1|t|ok\n1|a|na\xefve\n")
    with pytest.raises(CorpusFormatError, match=r"latin\.txt:2: byte 6 of the line \(0xef\) is not UTF-8"):
        list(pubtator.read(path))


def test_windows_line_ends_and_byte_order_mark_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "windows.txt"
    path.write_bytes(b"\xef\xbb\xbf" + PAGE.replace("\n", "\r\n").encode())
    assert list(pubtator.read(path)) == parse(PAGE)


def test_documents_are_read_as_they_come() -> None:
    endless = (line for n in count() for line in (f"{n}|t|It.", f"{n}|a|", ""))
    documents = pubtator.parse(endless, "endless")
    assert [next(documents).id, next(documents).id] == ["0", "1"]


WORD = st.text("abcDE.é𝛽()|?\u2028 ", min_size=1)
CURIE = st.from_regex(r"[A-Z]{2,4}:[A-Za-z0-9_%.-]{1,6}", fullmatch=True)


@st.composite
def gold(draw: st.DrawFn) -> list[Document]:
    documents = []
    for id in draw(st.lists(st.from_regex(r"[0-9A-Za-z-]{1,5}", fullmatch=True), unique=True, min_size=1, max_size=3)):
        text = draw(WORD)
        spans = draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))), max_size=4))
        found = [
            Entity(a, b, text[a:b], draw(st.sampled_from(["", "Gene", "Disease"])), draw(st.none() | CURIE))
            for a, b in sorted(spans)
            if a < b
        ]
        relations = draw(st.lists(st.builds(AnnotatedRelation, CURIE, st.sampled_from(["CID", "Drug_Use"]), CURIE)))
        documents.append(Document(id, text, entities=tuple(found), relations=tuple(relations)))
    return documents


@settings(max_examples=50)
@given(gold())
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, documents: list[Document]) -> None:
    path = tmp_path_factory.getbasetemp() / "written.txt"
    pubtator.write(documents, path)
    assert list(pubtator.read(path)) == documents


@pytest.mark.parametrize(
    "document",
    [
        Document("1", "a\nb"),
        Document("1 2", "a"),
        Document("1", "a\tb", entities=(Entity(0, 3, "a\tb"),)),
        Document("1", "ab", entities=(Entity(0, 1, "a", "", "X:1+2"),)),
        Document("1", "ab", relations=(AnnotatedRelation("X:1", "5", "X:2"),)),
        Document("1", "\ud800"),
    ],
)
def test_what_pubtator_cannot_hold_is_refused_and_nothing_written(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    with pytest.raises(CorpusFormatError, match=r"out\.txt"):
        pubtator.write([Document("0", "fine"), document], path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("pattern", "n_documents", "n_mentions", "n_relations"),
    [
        ("bc5cdr/CDR_*Set.PubTator.txt", 1500, 28785, 3116),
        ("ncbi_disease/NCBI*_corpus.txt", 792, 6881, 0),
        ("biored/*.PubTator", 500, 16884, 5344),  # 5,340 lines, four of which have two objects
    ],
)
def test_real_corpora(
    pattern: str, n_documents: int, n_mentions: int, n_relations: int, data_dir: Path, tmp_path: Path
) -> None:
    documents = [d for path in sorted((data_dir / "corpora").glob(pattern)) for d in pubtator.read(path)]
    assert len(documents) == n_documents
    assert sum(len({(e.start, e.end, e.type) for e in d.entities}) for d in documents) == n_mentions
    assert sum(len({(r.subject, r.label, r.object) for r in d.relations}) for d in documents) == n_relations
    pubtator.write(documents, tmp_path / "again.txt")
    assert list(pubtator.read(tmp_path / "again.txt")) == documents
