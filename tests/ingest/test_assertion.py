"""What a text asserts: worked examples by class, each rule of the algorithm, and any text at all."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.assertion import AFFIRMATION, PRECEDENCE, asserted, assertion, findings, most_affirmed
from ingest.assertion_rules import Node, phrases, sections
from ingest.assertion_scopes import MAX_SCOPE
from ingest.corpora import jsonl
from ingest.document import ASSERTIONS, Document, Entity, Mention
from ingest.errors import CorpusFormatError

EXAMPLES = Path(__file__).parent / "data" / "assertion.txt"
FIRST_SCORE = {"present": 62, "absent": 63, "possible": 33, "hypothetical": 25, "historical": 23, "family": 21}
"""Right answers of each class when the examples were first scored."""


def read(marked: str) -> tuple[str, list[tuple[int, int]], list[str]]:
    """Return the text, the spans and the statuses of "No {fever|absent}"."""
    text, spans, statuses = "", [], []
    for part in re.split(r"(\{[^}]*\})", marked.replace("\\n", "\n")):
        words, bar, status = part.strip("{}").rpartition("|")
        if part.startswith("{") and bar:
            spans.append((len(text), len(text) + len(words)))
            statuses.append(status)
            text += words
        else:
            text += part
    return text, spans, statuses


def wrong(marked: str) -> list[tuple[str, str, str]]:
    text, spans, statuses = read(marked)
    said = map(assertion, findings(text, spans))
    return [(text[slice(*at)], w, s) for at, w, s in zip(spans, statuses, said, strict=True) if s != w]


def test_worked_examples_by_class() -> None:
    lines = [line for line in EXAMPLES.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    gold, right = Counter[str](), Counter[str]()
    for line in lines:
        text, spans, statuses = read(line)
        gold.update(statuses)
        right.update(w for w, s in zip(statuses, map(assertion, findings(text, spans)), strict=True) if w == s)
    assert len(lines) == 171
    assert gold.keys() == ASSERTIONS
    assert {status: right[status] for status in FIRST_SCORE if right[status] < FIRST_SCORE[status]} == {}, right


@pytest.mark.parametrize(
    "marked",
    [
        "No {fever|absent}. {Cough|present} today.",  # the sentence
        "No {fever|absent} but {cough|present}.",  # the end of a scope
        "No {fever|absent}, {cough|absent}, severe nocturnal {chest pain|absent} or {rash|absent}.",  # a list
        "No one of them ever came back to us later with {fever|present}.",  # the reach
        "No {pain in the small joints of both of her hands|absent} {rash|absent}.",  # words of an entity: uncounted
        "{Fever|absent} was ruled out.",  # backward
        "{Rash|absent}: no. {Aspirin|present}: no {bleeding|absent}.",  # an answer, and a heading
        "He with {fever|present} denied {cough|absent}.",  # forward alone
        "No increase in {pain|present}.",  # a pseudo-trigger
        "{No-reflow phenomenon|present} and {rash|present}.",  # words of an entity
        "Old {infarct|historical}, {pneumonia|present} now.",  # no list: a comma ends
        "No changes suggestive of {ischemia|absent}.",  # a doubt denied
        "Findings suggestive of {ischemia|possible}, no {infarct|absent}.",
        "He doesn’t have {asthma|absent}.",  # a curly apostrophe
        "NO {FEVER|absent}",
    ],
)
def test_each_rule_of_a_scope(marked: str) -> None:
    assert wrong(marked) == []


@pytest.mark.parametrize(
    "marked",
    [
        "No family history of {cancer|family}.",
        "No history of {stroke|absent}.",
        "If possible {pneumonia|hypothetical} is found, call.",
        "History of possible {stroke|possible}.",
    ],
)
def test_precedence(marked: str) -> None:
    assert wrong(marked) == []


def test_all_that_is_said_is_told() -> None:
    text = "No family history of cancer."
    assert findings(text, [(21, 27)]) == [{"absent", "family"}]


@pytest.mark.parametrize(
    "marked",
    [
        "PAST MEDICAL HISTORY:\nAsthma\n{Gout|historical}\nMEDICATIONS:\n{Aspirin|present}",
        "Family history:\n\n{Gout|family}.\n\nHe has {asthma|present}.",  # an empty line before, and one after
        "PMH:, {asthma|historical}.,FHX:, {gout|family}.,SHX:, {alcohol|present}",
        "1. Past surgical hx: {hernia|historical}\n2. Exam: {rash|present}",
        "{ALLERGIES|hypothetical}: {penicillin|hypothetical}. NKA otherwise, no {rash|absent}.",
        "History of present illness: {cough|present}.",
    ],
)
def test_headings(marked: str) -> None:
    assert wrong(marked) == []


def test_the_entities_of_a_document_change_in_nothing_else() -> None:
    text = "No fever. Cough."
    fever = Entity(3, 8, "fever", "Disease", id="HP:0001945", name="Fever", score=0.5, assertion="historical")
    document = Document("d", text, (Mention(3, 8, "fever"),), (fever, fever, Entity(10, 15, "Cough")))
    after = asserted(document)
    assert [e.assertion for e in after.entities] == ["absent", "absent", "present"]
    assert asserted(after) == after
    assert (after.id, after.text, after.mentions, after.relations) == ("d", text, document.mentions, ())
    assert after.entities[0] == Entity(3, 8, "fever", "Disease", "HP:0001945", "Fever", 0.5, "absent")


def test_mentions_of_one_concept_are_summed_up() -> None:
    assert most_affirmed(["absent", "family", "possible"]) == "possible"
    assert most_affirmed(["absent", "present"]) == "present"
    assert most_affirmed([]) == "present"
    assert set(AFFIRMATION) == {*PRECEDENCE, "present"} == ASSERTIONS


def every(node: Node) -> list[Node]:
    return [node, *(below for after in node.words.values() for below in every(after))]


def test_the_table_says_only_what_there_is() -> None:
    held = [node.phrase for node in every(phrases()) if node.phrase]
    assert len(held) > 2000
    assert {t.status for phrase in held for t in phrase.triggers} == set(PRECEDENCE)
    assert {t.direction for phrase in held for t in phrase.triggers} == {"forward", "backward"}
    assert {t.unless for phrase in held for t in phrase.triggers} == {"", "absent"}
    assert {status for phrase in held for status in phrase.ends} == set(PRECEDENCE)
    assert {status for status, _ in sections()} < set(PRECEDENCE)


def test_an_assertion_that_does_not_exist_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="assertion 'negated'; expected one of absent, family"):
        Entity(0, 1, "a", assertion="negated")
    path = tmp_path / "d.jsonl"
    path.write_text('{"text": "a", "entities": [{"start": 0, "end": 1, "assertion": "negated"}]}\n')
    with pytest.raises(CorpusFormatError, match=r"d\.jsonl:1: .*'negated'"):
        list(jsonl.read(path))


PIECES = st.sampled_from(
    [
        "no ",
        "fever",
        ", ",
        ". ",
        "\n",
        "\n\n",
        "PMH: ",
        "mother ",
        "but ",
        "\x00",
        "\u202b",
        "آسم ",
        "if ",
        "?",
        "'",
        "_",
        "é",
    ]
)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(st.text() | st.lists(PIECES, max_size=30).map("".join))
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    spans = draw(st.lists(places, max_size=8)) if text else []
    return text, [(start, end) for start, end in spans if start < end]


@given(marked_texts(), st.randoms())
def test_any_text_and_any_spans_in_any_order(marked: tuple[str, list[tuple[int, int]]], random) -> None:
    text, spans = marked
    said = findings(text, spans)
    assert all(found <= set(PRECEDENCE) for found in said)
    order = random.sample(range(len(spans)), len(spans))
    assert findings(text, [spans[i] for i in order]) == [said[i] for i in order]


@pytest.mark.parametrize("text", ["", " \n ", "\x00\x1b", "fever"])
def test_nothing_to_read(text: str) -> None:
    assert findings(text, []) == []
    assert asserted(Document("d", text)) == Document("d", text)
    assert findings(text, [(0, len(text))]) == [frozenset()]


def test_a_scope_is_bounded_however_long_its_list() -> None:
    text = "no " + "fever, " * 100
    spans = [(m.start(), m.end()) for m in re.finditer("fever", text)]
    said = [assertion(found) for found in findings(text, spans)]
    assert said == ["absent"] * (MAX_SCOPE // 2) + ["present"] * (100 - MAX_SCOPE // 2)


@pytest.mark.parametrize("part", ["no ", "Mother: x ", "fever, ", "a:", "PMH:\n", "a"])
def test_a_text_of_megabytes_without_a_sentence_is_read_to_its_end(part: str) -> None:
    text = part * (1_000_000 // len(part)) + " but no fever"
    spans = [(i, i + 3) for i in range(0, len(text) - 30, 40)] + [(len(text) - 5, len(text))]
    assert "absent" in findings(text, spans)[-1]
