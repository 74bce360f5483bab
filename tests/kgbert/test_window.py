"""Markers and windows."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Entity
from kgbert.window import mark

WORDS = st.lists(st.integers(1, 6), min_size=1, max_size=60)


def text_of(lengths):
    """Return a text of words with these lengths, and the words' spans."""
    spans, at = [], 0
    for length in lengths:
        spans.append((at, at + length))
        at += length + 1
    return "x" * at, spans


@st.composite
def marked_texts(draw):
    text, offsets = text_of(draw(WORDS))
    entities = []
    for i in range(draw(st.integers(0, 8))):
        first = draw(st.integers(0, len(offsets) - 1))
        last = min(first + draw(st.integers(0, 3)), len(offsets) - 1)
        start, end = offsets[first][0], offsets[last][1]
        entities.append(Entity(start, end, text[start:end], draw(st.sampled_from(["A", "B"])), f"T:{i}"))
    return offsets, entities


def marks(offsets, entities):
    return mark(range(100, 100 + len(offsets)), offsets, entities, placeholder=4, numbers={"A": 1, "B": 2})


@given(marked_texts())
def test_each_mention_has_one_marker_before_its_first_piece(case):
    offsets, entities = case
    marked = marks(offsets, entities)
    assert [id for id, m in zip(marked.input_ids, marked.markers, strict=True) if not m] == [
        *range(100, 100 + len(offsets))
    ]
    for mention in marked.mentions:
        assert marked.input_ids[mention.start] == 4
        assert marked.markers[mention.start] == {"A": 1, "B": 2}[mention.type]
        words = [id for id in marked.input_ids[mention.start : mention.end] if id != 4]
        span = (offsets[words[0] - 100][0], offsets[words[-1] - 100][1])
        assert {e.id for e in entities if (e.start, e.end, e.type) == (*span, mention.type)} == set(mention.ids)
    assert {id for m in marked.mentions for id in m.ids} == {e.id for e in entities}


@given(marked_texts(), st.integers(8, 40), st.integers(0, 7))
def test_windows_cover_everything_within_their_size_and_overlap(case, size, overlap):
    marked = marks(*case)
    windows = list(marked.windows(size, overlap))
    assert all(len(w.input_ids) == len(w.markers) <= size for w in windows)
    if len(marked.input_ids) <= size:
        assert windows == [marked]
        return
    at, previous_end, seen = 0, 0, set()
    for i, window in enumerate(windows):
        starts = [s for s in range(at, len(marked.input_ids)) if marked._part(s, s + size) == window]
        assert starts, "windows go forward and are parts of the whole"
        assert i == 0 or starts[0] + overlap <= previous_end, "neighbours share at least the overlap"
        at, previous_end = starts[0], starts[0] + size
        seen |= {(m.start + at, m.ids) for m in window.mentions}
        for mention in window.mentions:
            assert window.input_ids[mention.start] == 4
    assert previous_end >= len(marked.input_ids)
    short = {(m.start, m.ids) for m in marked.mentions if m.end - m.start <= overlap}
    assert short <= seen, "a mention no longer than the overlap is whole in some window"


def test_a_composite_mention_has_one_marker_and_several_ids():
    both = [Entity(0, 3, "xxx", "A", "T:1"), Entity(0, 3, "xxx", "A", "T:2")]
    marked = marks([(0, 3)], both)
    assert marked.input_ids == (4, 100)
    assert marked.mentions[0].ids == ("T:1", "T:2")
