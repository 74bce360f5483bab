"""Detection: what becomes a mention, what must not, and texts of any kind."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lexicons import TOYS, lexicon_of

from ingest.detect import detect

LEXICON = lexicon_of(*TOYS)


def found(text: str) -> list[tuple[str, str]]:
    return [(mention.text, mention.type) for mention in detect(text, LEXICON)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Breast tumours and ANAEMIA.", [("Breast tumours", "Disease"), ("ANAEMIA", "Disease")]),
        ("lithium-carbonate-induced anemia", [("lithium-carbonate", "Chemical"), ("anemia", "Disease")]),
        ("Huntington's disease", [("Huntington's disease", "Disease")]),
        ("The patient took no drugs.", []),
        ("All ALL were all", [("ALL", "Disease")]),
        ("hearing aids for AIDS", [("AIDS", "Disease")]),
        ("ca. 5 mM Ca", [("Ca", "Chemical")]),
        ("preanemia anemiax", []),
        ("after breast. Neoplasms grew", []),
    ],
)
def test_worked_examples(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_defined_short_form_follows_its_long_form() -> None:
    text = "Lithium carbonate (LC) worked; LC is cheap. LCs no, XLC no."
    assert [m.start for m in detect(text, LEXICON)] == [0, text.index("(LC") + 1, text.index("LC is")]
    assert found("Computed hearing data (CHD) here. CHD is no disease. High demand (HD): HD again.") == []


def test_types_decide() -> None:
    text = "The patient had anemia."
    assert [m.text for m in detect(text, LEXICON, frozenset({"Person"}))] == ["patient"]
    assert [m.text for m in detect(text, LEXICON, frozenset())] == []


NAMES = st.sampled_from([name for concept in TOYS for name in (concept.name, *concept.synonyms)])
ODD = st.sampled_from(["\x00", "\u0301", "\u200f", "א", "\n", "\U0001d51e", "ß", "İ", "½", "(", "'s", "_"])
TEXTS = st.lists(st.text(max_size=6) | NAMES | ODD, max_size=14).flatmap(
    lambda parts: st.sampled_from(["", " ", "-", ". "]).map(lambda glue: glue.join(parts))
)


@given(TEXTS)
def test_any_text_gives_exact_ordered_spans(text: str) -> None:
    mentions = detect(text, LEXICON)
    assert all(text[m.start : m.end] == m.text and m.type in {"Chemical", "Disease"} for m in mentions)
    assert all(left.end <= right.start for left, right in pairwise(mentions))


@settings(max_examples=30)
@given(TEXTS)
def test_order_of_concepts_changes_nothing(text: str) -> None:
    assert detect(text, lexicon_of(*TOYS[::-1])) == detect(text, LEXICON)


def test_a_long_line_is_read_to_its_end() -> None:
    sentence = "Lithium carbonate (LC) caused anemia, and LC was stopped in the patient. " + "-" * 2000
    text = sentence * 1000
    mentions = detect(text, LEXICON)
    assert len(text) > 2_000_000
    assert len(mentions) == 4 * 1000
    assert mentions[-1].text == "LC"
    assert text[mentions[-1].start :].startswith("LC was stopped")
