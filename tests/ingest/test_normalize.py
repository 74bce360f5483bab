"""Keys: spellings that must meet, spellings that must not, and any text at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.loose import loose_key
from ingest.normalize import key, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Beta-Carotene", "beta carotene"),
        ("β-carotene", "beta-carotene"),
        ("Sjögren's syndrome", "Sjogren syndrome"),
        ("Sjo\u0308gren syndrome", "Sjögren syndrome"),
        ("haemolytic anaemias", "hemolytic anemia"),
        ("Tumours", "tumor"),
        ("oesophageal", "esophageal"),
        ("metastases", "metastasis"),
        ("diseases", "disease"),
        ("localised naevi, colour fibres", "localized nevi, color fibers"),
        ("قَلْب", "قلب"),
        ("neuropathies", "neuropathy"),
        ("ﬁbrosis", "fibrosis"),
        ("\uff21\uff33\uff30\uff29\uff32\uff29\uff2e", "aspirin"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("virus", "viru"), ("diagnosis", "diagnosi"), ("vitamin B1", "vitamin B2"), ("as", "a")]
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_the_loose_key_forgets_order_function_words_and_near_synonyms() -> None:
    assert loose_key(key("Cancer of the Kidney")) == loose_key(key("renal tumours"))
    assert loose_key(key("Diabetes mellitus, type II")) == loose_key(key("type 2 diabetes mellitus"))
    assert loose_key(key("Hypoplastic thumbs")) == loose_key(key("hypoplasia of the thumb"))
    assert loose_key(key("malformed mandible")) == loose_key(key("mandibular malformation"))
    assert loose_key(key("abnormal clavicular shape")) == loose_key(key("Anomaly of the collarbone"))
    assert loose_key(key("branchial fistulae")) == loose_key(key("Branchial fistula"))
    assert loose_key(key("coarse facies")) == loose_key(key("coarse face"))
    assert loose_key(key("first finger")) == loose_key(key("finger 1"))
    assert loose_key(key("kidney cancer")) != loose_key(key("liver cancer"))
    assert loose_key(key("ferric chloride")) != loose_key(key("ferrous chloride"))
    assert loose_key(key("癌肺")) != loose_key(key("肺癌"))
    assert loose_key(key("the disease")) == ""


@given(st.text())
def test_tokens_are_in_order_and_spell_the_key(text: str) -> None:
    found = tokens(text)
    assert " ".join(token.form for token in found) == key(text)
    assert all(token.form and not re.search(r"[\s_]", token.form) for token in found)
    ends = [0, *(token.end for token in found)]
    assert all(end <= token.start < token.end <= len(text) for end, token in zip(ends, found, strict=False))


def test_what_has_no_letter_or_digit_has_no_key() -> None:
    assert key(" \u200f\x00-+(),\u0301") == ""
