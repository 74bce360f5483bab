"""Texts as words, and mentions as tags: nothing may move by a character."""

from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from ingest.corpora import pubtator
from ingest.document import Mention
from kgbert.tagging import Scheme
from kgbert.words import context, windows, words

SCHEME = Scheme(("Chemical", "Disease"))
SPEECH = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ODD = st.text(
    st.sampled_from("ab Zé\u0301\u0300\u20dd\x00\x07\u200b\u200f\u202e\u05d0\u0644中한½ﬁß🫀👩‍🔬.-()\n\t\ud7ff"),
    max_size=40,
)


@pytest.fixture(scope="module")
def tokenizer(encoder):
    return AutoTokenizer.from_pretrained(encoder)


def mention(text: str, start: int, end: int, type: str = "Disease") -> Mention:
    return Mention(start, end, text[start:end], type)


@given(text=st.one_of(st.text(max_size=60), ODD))
@SPEECH
def test_words_stand_apart_in_order_and_hold_every_letter(tokenizer, text):
    found = words(text, tokenizer)
    assert all(found.pieces)
    spans = found.spans
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    held = {i for start, end in spans for i in range(start, end)}
    assert not [c for i, c in enumerate(text) if c.isascii() and c.isprintable() and c != " " and i not in held]


def test_a_word_has_its_combining_marks_and_controls_stand_between_words(tokenizer):
    text = "cafe\u0301 pain\u0301\u0302.\x00 \u200b 疼痛\u0300!"
    shown = [text[start:end] for start, end in words(text, tokenizer).spans]
    assert shown[:3] == ["cafe\u0301", "pain\u0301\u0302", "."]
    assert shown[-3:] == ["疼", "痛\u0300", "!"]


def test_no_text_has_no_words(tokenizer):
    for text in ("", " \n\t", "\x00\x01"):
        found = words(text, tokenizer)
        assert len(found) == 0
        assert SCHEME.tagged(found, ()) == SCHEME.best(np.zeros((0, 5))) == []


@given(data=st.data(), text=ODD)
@SPEECH
def test_spans_to_tags_to_spans(tokenizer, data, text):
    """Spans of whole words come back exactly, also where two touch; others come back as the words they touch."""
    found = words(text, tokenizer)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(found)), max_size=6)))
    pairs = [pair for pair in pairwise(cuts) if data.draw(st.booleans())]
    gold = tuple(
        mention(text, found.spans[first][0], found.spans[last - 1][1], data.draw(st.sampled_from(SCHEME.types)))
        for first, last in pairs
    )
    assert SCHEME.mentions(text, found, SCHEME.tagged(found, gold)) == gold


@given(data=st.data(), text=ODD)
@SPEECH
def test_any_spans_give_legal_tags_and_mentions_that_match_the_text(tokenizer, data, text):
    found = words(text, tokenizer)
    places = st.integers(0, len(text)) if text else st.nothing()
    spans = data.draw(st.lists(st.tuples(places, places).filter(lambda s: s[0] < s[1]), max_size=5)) if text else []
    tags = SCHEME.tagged(found, [mention(text, *span, data.draw(st.sampled_from(SCHEME.types))) for span in spans])
    assert SCHEME.best(np.eye(5)[tags] if tags else np.zeros((0, 5))) == tags
    again = SCHEME.mentions(text, found, tags)
    assert all(m.text == text[m.start : m.end] for m in again)
    assert SCHEME.tagged(found, again) == tags


def test_the_longest_of_overlapping_mentions_is_kept_then_the_first(tokenizer):
    text = "severe bleeding ulcer pain"
    found = words(text, tokenizer)
    spans = [(7, 15), (0, 15), (16, 26), (7, 21)]
    tags = SCHEME.tagged(found, [mention(text, *span) for span in spans])
    assert [m.text for m in SCHEME.mentions(text, found, tags)] == ["severe bleeding", "ulcer pain"]


def test_a_mention_inside_a_word_is_widened_and_an_unknown_type_left_out(tokenizer):
    text = "nonbleeding ulcer"
    found = words(text, tokenizer)
    tags = SCHEME.tagged(found, [mention(text, 3, 11), mention(text, 12, 17, "Gene")])
    assert [m.text for m in SCHEME.mentions(text, found, tags)] == ["nonbleeding"]


@pytest.mark.parametrize("part", ["Training", "Development"])
def test_gold_spans_of_a_corpus_come_back(data_dir: Path, tokenizer, part):
    """All but the few that stand inside a word ("5-HT6"), which come back as that word."""
    exact, all_spans = 0, 0
    for document in list(pubtator.read(data_dir / "corpora" / "bc5cdr" / f"CDR_{part}Set.PubTator.txt")):
        found = words(document.text, tokenizer)
        gold = {(e.start, e.end, e.type) for e in document.entities}
        again = SCHEME.mentions(document.text, found, SCHEME.tagged(found, document.entities))
        exact += len(gold & {(m.start, m.end, m.type) for m in again})
        all_spans += len(gold)
    assert exact == {"Training": 9385, "Development": 9591 - 10}[part]
    assert all_spans == {"Training": 9385, "Development": 9591}[part]


@given(sizes=st.lists(st.integers(1, 9), max_size=60), room=st.integers(9, 30), overlap=st.integers(0, 8))
def test_windows_hold_every_word_within_room_and_share_no_more_than_overlap(sizes, room, overlap):
    found = list(windows(sizes, room=room, overlap=overlap))
    assert {i for first, last in found for i in range(first, last)} == set(range(len(sizes)))
    assert all(sum(sizes[first:last]) <= room for first, last in found)
    for (first, last), (next_first, next_last) in pairwise(found):
        assert first < next_first <= last < next_last
        assert sum(sizes[next_first:last]) <= overlap
    if sum(sizes) <= room:
        assert found == ([(0, len(sizes))] if sizes else [])


def test_a_word_longer_than_the_room_is_a_window_by_itself():
    assert list(windows([2, 9, 2], room=4, overlap=1)) == [(0, 1), (1, 2), (2, 3)]


def test_context_counts_pieces_to_the_nearer_cut():
    sizes = [1, 2, 3, 1, 2]
    assert context(sizes, 0, 5).tolist() == [np.inf] * 5
    assert context(sizes, 0, 3).tolist() == [5, 3, 0]
    assert context(sizes, 2, 5).tolist() == [0, 3, 4]
    assert context(sizes, 1, 4).tolist() == [0, 1, 0]


@given(data=st.data(), n=st.integers(1, 5))
def test_the_search_finds_the_best_legal_tags(data, n):
    values = st.lists(st.integers(-9, 9), min_size=5 * n, max_size=5 * n)
    scores = np.array(data.draw(values), float).reshape(n, 5)

    def total(path):
        return sum(scores[i, tag] for i, tag in enumerate(path))

    def legal(path):
        return all(
            now % 2 or not now or now in (before, before + 1) for before, now in zip((0, *path), path, strict=False)
        )

    found = SCHEME.best(scores)
    assert legal(found)
    assert total(found) == max(total(path) for path in product(range(5), repeat=n) if legal(path))


def test_words_of_types_that_nobody_annotated_may_be_anything_of_them():
    may = SCHEME.acceptable([0, 3, 4], frozenset({"Disease"}))
    assert SCHEME.tags == ("O", "B-Chemical", "I-Chemical", "B-Disease", "I-Disease")
    assert may.tolist() == [
        [True, True, True, False, False],
        [False, False, False, True, False],
        [False, False, False, False, True],
    ]
    assert SCHEME.acceptable([0], frozenset(SCHEME.types)).tolist() == [[True, False, False, False, False]]
