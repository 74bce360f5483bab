"""Our JSON lines, read and written."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.corpora import jsonl
from ingest.document import AnnotatedRelation, Document, Entity, Mention
from ingest.errors import CorpusFormatError

MICE = {"start": 6, "end": 10, "text": "mice", "id": "MESH:D051379", "name": "Mice", "type": "Species", "score": 0.5}
RECORD = {
    "id": "7",
    "text": "Naïve mice.",
    "entities": [MICE],
    "relations": [
        {"subject": "MESH:D1", "object": "MESH:D2", "label": "CID"},
        {"subject": "MESH:D1", "object": "MESH:D3", "label": "CID", "score": 0.9, "evidence": []},
    ],
}


def parse(*records: object) -> list[Document]:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    return list(jsonl.parse(lines, "notes.jsonl"))


def test_a_record_is_read_as_it_stands_and_predictions_are_no_annotations() -> None:
    assert parse(RECORD) == [
        Document(
            "7",
            "Naïve mice.",
            entities=(Entity(6, 10, "mice", "Species", "MESH:D051379", "Mice", 0.5),),
            relations=(AnnotatedRelation("MESH:D1", "CID", "MESH:D2"),),
        )
    ]


def test_only_the_text_is_needed() -> None:
    assert parse({"text": "a"}, "", {"id": 5, "text": ""}, {"text": "b", "id": None}) == [
        Document("notes:1", "a"),
        Document("5", ""),
        Document("notes:4", "b"),
    ]


def test_an_entity_without_an_id_is_nil() -> None:
    (document,) = parse({"text": "mice", "entities": [{"start": 0, "end": 4, "id": None}]})
    assert document.entities == (Entity(0, 4, "mice"),)


def entity(**changes: object) -> dict[str, object]:
    return {"id": "7", "text": "secret mice", "entities": [{"start": 7, "end": 11, "text": "mice", **changes}]}


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ('{"text": "secret', "not JSON at character 9"),
        ('["secret"]', "a JSON list; expected an object"),
        ("[" * 100_000, "JSON beyond what can be read"),
        ({"id": "7"}, "'text' is NoneType; expected str"),
        ({"text": ["secret"]}, "'text' is list; expected str"),
        ({"text": "secret", "id": True}, "'id' is bool; expected str or int"),
        ('{"text": "secret \\ud800"}', "character 7 of the text is half of a surrogate pair"),
        ({"text": "secret", "entities": {}}, "'entities' is dict; expected list"),
        ({"text": "secret", "entities": ["secret"]}, "'entities' holds something else than objects"),
        (entity(start=6), "span [6, 11) does not match the text"),
        (entity(end=12), "span [7, 12) is not inside its text of 11 characters"),
        (entity(start=11, end=7), "span [11, 7) is not inside its text"),
        (entity(start=True), "'start' is bool; expected int"),
        (entity(start=7.0), "'start' is float; expected int"),
        (entity(score=2), "score 2.0 is outside [0, 1]"),
        (entity(id="D051379"), "not a CURIE"),
        ({"text": "secret", "relations": [{"subject": "X:1", "object": "2", "label": "CID"}]}, "not a CURIE"),
        ({"text": "secret", "relations": [{"subject": "X:1", "object": "X:2"}]}, "'label' is NoneType"),
        ({"id": "1", "text": "secret"}, "document '1' is here a second time"),
    ],
)
def test_a_broken_record_is_named_without_its_text(record: object, problem: str) -> None:
    with pytest.raises(CorpusFormatError) as caught:
        parse({"id": "1", "text": "fine"}, record)
    assert str(caught.value).startswith("notes.jsonl:2: ")
    assert problem in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("records", [[], [""], ["", " "]])
def test_no_record_is_an_error(records: list[str]) -> None:
    with pytest.raises(CorpusFormatError, match=r"notes\.jsonl:0: no document"):
        parse(*records)


CURIE = st.from_regex(r"[A-Z]{2,4}:[A-Za-z0-9|+,.-]{1,6}", fullmatch=True).filter(lambda id: "|" not in id)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    found = []
    for id in draw(st.lists(TEXT, unique=True, min_size=1, max_size=3)):
        text = draw(TEXT)
        places = st.integers(0, len(text))
        spans = sorted((a, b) for a, b in draw(st.lists(st.tuples(places, places), max_size=4)) if a < b)
        mentions = tuple(Mention(a, b, text[a:b], draw(TEXT)) for a, b in spans[::2])
        scores, assertions = st.floats(0, 1), st.sampled_from(["present", "absent"])
        entities = tuple(
            Entity(a, b, text[a:b], draw(TEXT), draw(st.none() | CURIE), draw(TEXT), draw(scores), draw(assertions))
            for a, b in spans
        )
        relations = tuple(draw(st.lists(st.builds(AnnotatedRelation, CURIE, TEXT, CURIE), max_size=3)))
        found.append(Document(id, text, mentions, entities, relations))
    return found


@settings(max_examples=50)
@given(documents())
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, documents: list[Document]) -> None:
    path = tmp_path_factory.getbasetemp() / "written.jsonl"
    jsonl.write(documents, path)
    assert list(jsonl.read(path)) == documents


def test_a_text_that_is_not_unicode_is_refused_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(CorpusFormatError, match=r"out\.jsonl:2: character"):
        jsonl.write([Document("1", "fine"), Document("2", "\ud800")], tmp_path / "out.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_the_record_has_the_published_keys() -> None:
    document = Document(
        "1", "mice", entities=(Entity(0, 4, "mice"),), relations=(AnnotatedRelation("X:1", "CID", "X:2"),)
    )
    assert jsonl.record(document) == {
        "id": "1",
        "text": "mice",
        "entities": [{"start": 0, "end": 4, "text": "mice", "id": None, "name": "", "type": "", "score": 1.0}],
        "relations": [{"subject": "X:1", "object": "X:2", "label": "CID"}],
    }
