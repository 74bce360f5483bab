"""Candidates: tiers, ties, types, and independence of the batch."""

from hypothesis import given, settings
from hypothesis import strategies as st
from lexicons import CHEMICAL, DISEASE, TOYS, lexicon_of

from graph.concept import Concept
from ingest.candidates import ALIKE_SCORE, LOOSE_SCORE, Candidate, candidates

LEXICON = lexicon_of(*TOYS)


def test_the_same_name_then_the_same_words_then_what_looks_alike() -> None:
    same, loose, alike, nothing = candidates(
        LEXICON, ["breast tumours", "tumour of the breast", "acetominophen", "qqqq"], threshold=0.5
    )
    assert same == [Candidate("MESH:D001943", "Breast Tumor", 1.0, DISEASE)]
    assert [(c.id, c.score) for c in loose] == [("MESH:D001943", LOOSE_SCORE)]
    assert alike[0].id == "MESH:D000082"
    assert 0.5 * ALIKE_SCORE <= alike[0].score < ALIKE_SCORE
    assert nothing == []


def test_ties_are_broken_by_spelling_use_preference_names_then_id() -> None:
    concepts = [
        Concept("M:5", "cold"),
        Concept("M:4", "cold"),
        Concept("M:3", "cold", ("chill",)),
        Concept("M:2", "y", ("cold", "a", "b", "c")),
        Concept("M:1", "z", ("Colds",)),
    ]
    lexicon = lexicon_of(*concepts)
    (plain,), (capital,) = candidates(lexicon, ["cold"]), candidates(lexicon, ["Colds"])
    assert [c.id for c in plain] == ["M:3", "M:4", "M:5", "M:2", "M:1"]
    assert capital[0].id == "M:1"
    used = lexicon_of(*concepts, extra_names=[("cold", "M:2")])
    assert candidates(used, ["cold"], limit=1)[0][0].id == "M:2"


def test_a_type_leaves_only_concepts_that_have_it_or_none() -> None:
    lexicon = lexicon_of(
        Concept("M:1", "mercury", types=CHEMICAL),
        Concept("M:2", "mercury", types=("Planet",)),
        Concept("M:3", "mercury"),
    )
    (found,) = candidates(lexicon, ["mercury"], types=[frozenset({"Planet"})])
    assert [c.id for c in found] == ["M:2", "M:3"]


NAMES = st.sampled_from([name for concept in TOYS for name in (concept.name, *concept.synonyms)])
MENTIONS = st.lists(st.text(max_size=12) | NAMES | NAMES.map(lambda name: name[1:]), max_size=8)


@settings(max_examples=30)
@given(MENTIONS, st.integers(0, 8))
def test_a_batch_is_its_mentions_one_by_one(mentions: list[str], cut: int) -> None:
    together = candidates(LEXICON, mentions, threshold=0.3)
    assert together == candidates(LEXICON, mentions[:cut], threshold=0.3) + candidates(
        LEXICON, mentions[cut:], threshold=0.3
    )
    for found in together:
        assert len({c.id for c in found}) == len(found)
        assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
        assert all(0.3 * ALIKE_SCORE <= c.score <= 1.0 for c in found)


@settings(max_examples=30)
@given(MENTIONS)
def test_the_limit_cuts_the_same_list(mentions: list[str]) -> None:
    whole = candidates(LEXICON, mentions, threshold=0.2)
    assert candidates(LEXICON, mentions, threshold=0.2, limit=2) == [found[:2] for found in whole]
