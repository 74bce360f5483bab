"""Sentences, as a reader of abstracts and of clinical notes would cut them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.sentences import sentences

PIECES = [
    "The patient",
    " ",
    ".",
    ". ",
    "\n",
    "\n\n",
    "Dr",
    "?",
    "PLAN:",
    "5",
    " mg",
    "i.v.",
    ")",
    '"',
    "é",
    "。",
    "\u2028",
    "- ",
]


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Famotidine-associated delirium.", "A series of six cases."],
        [
            "Dr. Smith gave 5 mg i.v. over 3.5 h.",
            "It helped (P < 0.05).",
            "E. coli grew, vs. none before, e.g. in Fig. 2.",
        ],
        ["The patient slept after 5 mg p.o.", "She woke at 7 a.m. on day 3."],
        ["Was it induced?", "Yes!", '"It was."', "(See ref. 4.)", "[5] agrees."],
        ["Mice died.", "p53 rose.", "mRNA fell.", "beta-Blockers helped."],
        ["Smith et al. [5] and John Q. Smith found no. 5.", "Jones et al.", "The rest did not."],
        ["Hypertension was seen (P < 0. 05).", "It was mild..."],
    ],
)
def test_abstracts(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


def test_a_note_is_cut_at_headings_items_and_empty_lines() -> None:
    note = (
        "CHIEF COMPLAINT:\nChest pain\n\nMEDICATIONS:\n1. Aspirin 81 mg daily\n2. Lisinopril\n- none other\n"
        "He was seen by the cardiology team, who thought that the pain came\nfrom the heart. PLAN: Admit."
    )
    assert cut(note) == [
        "CHIEF COMPLAINT:",
        "Chest pain",
        "MEDICATIONS:",
        "1. Aspirin 81 mg daily",
        "2. Lisinopril",
        "- none other",
        "He was seen by the cardiology team, who thought that the pain came\nfrom the heart.",
        "PLAN: Admit.",
    ]


def test_a_heading_inside_a_line_begins_a_sentence_but_a_symbol_does_not() -> None:
    assert cut("HISTORY:, Chest pain, no fever,ALLERGIES: None") == [
        "HISTORY:, Chest pain, no fever,",
        "ALLERGIES: None",
    ]
    assert cut("The role of COMT: a review") == ["The role of COMT: a review"]


@pytest.mark.parametrize("text", ["", " ", "\n\t\n"])
def test_no_text_has_no_sentence(text: str) -> None:
    assert sentences(text) == []


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
@example("a. B\u00a0. C")
def test_sentences_hold_all_text_once_and_in_order(text: str) -> None:
    found = sentences(text)
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in found)
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


@given(st.lists(st.sampled_from(["The dose was 5 mg.", "Did she recover?", "She slept well."]), min_size=1))
def test_plain_sentences_come_back(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


def test_a_long_line_is_cut_like_its_parts() -> None:
    part = "The patient had acute kidney injury (AKI) after 5 mg i.v. of Dr. Smith's drug. PLAN: None. "
    assert cut(part * 5000) == cut(part) * 5000
