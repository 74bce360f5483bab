"""Things that share words: what they name, where they stand, and that any text is read to its end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lexicons import TOYS, lexicon_of

from graph.concept import Concept
from ingest.composite import parts
from ingest.convention import Convention
from ingest.detect import detect, detect_all
from ingest.document import Document
from ingest.link import Linker

PHENOTYPES = (
    Concept("P:1", "Renal anomaly"),
    Concept("P:2", "Otic anomaly"),
    Concept("P:3", "Branchial anomaly"),
    Concept("P:4", "Hypopigmentation of the skin"),
    Concept("P:5", "Hypopigmentation of hair"),
    Concept("P:6", "Short nose"),
    Concept("P:7", "Short philtrum"),
    Concept("P:8", "Lens opacity"),
    Concept("P:9", "Posterior subcapsular lens opacity"),
    Concept("P:10", "Ataxia"),
)
LEXICON = lexicon_of(*PHENOTYPES)
EACH = Convention(nested=True, composite=True)
ONE = Convention(composite=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "branchial, otic and renal anomalies were",
            ["branchial, otic and renal anomalies", "otic and renal anomalies", "renal anomalies"],
        ),
        ("otic, and/or renal anomalies", ["otic, and/or renal anomalies", "renal anomalies"]),
        ("otic and/or renal anomalies", ["otic and/or renal anomalies", "renal anomalies"]),
        ("otic/renal anomaly", ["otic/renal anomaly", "renal anomaly"]),
        (
            "hypopigmentation of skin or hair",
            ["hypopigmentation of skin or hair", "hypopigmentation of skin"],
        ),
        ("a short nose and philtrum", ["short nose and philtrum", "short nose"]),
        (
            "posterior subcapsular or mixed lens opacities",
            ["posterior subcapsular or mixed lens opacities", "lens opacities"],
        ),
        ("ataxia and renal anomalies", ["ataxia", "renal anomalies"]),
        ("otic. And renal anomalies", ["renal anomalies"]),
        ("otic and a renal anomaly", ["renal anomaly"]),
        ("short nose, and philtrum", ["short nose"]),
        ("otic and", []),
        ("nose and, otic and renal anomalies", ["otic and renal anomalies", "renal anomalies"]),
        ("and/or renal anomalies and", ["renal anomalies"]),
    ],
)
def test_each_part_goes_from_its_first_word_to_the_last_that_is_shared(text: str, expected: list[str]) -> None:
    assert [m.text for m in detect(text, LEXICON, convention=EACH)] == expected
    assert [m.text for m in detect(text, LEXICON, convention=ONE)][:1] == expected[:1]


def test_a_part_that_is_found_is_linked_to_what_it_names() -> None:
    text = "hypopigmentation of skin or hair, branchial, otic and renal anomalies, a short nose and philtrum"
    document = Document("d", text, mentions=detect(text, LEXICON, convention=EACH))
    assert [entity.id for entity in Linker(LEXICON).link(document).entities] == [
        *("P:5", "P:4"),
        *("P:3", "P:2", "P:1"),
        *("P:7", "P:6"),
    ]


def test_one_thing_has_no_parts() -> None:
    assert list(parts("breast cancer")) == []
    assert list(parts("breast and ovarian cancer"))[:2] == ["breast cancer", "ovarian cancer"]
    assert "posterior lens opacities" in list(parts("posterior or mixed lens opacities"))
    assert list(parts("loss of hair and teeth"))[-1] == "loss of teeth"


@pytest.mark.parametrize("filler", ["otic and ", "x, ", "and/or ", "renal anomaly and ", "otic/", "short nose or the "])
def test_a_megabyte_is_read_to_its_end(filler: str) -> None:
    text = filler * (1_000_000 // len(filler)) + " renal anomalies"
    assert detect(text, LEXICON, convention=EACH)[-1].end == len(text)


NAMES = st.sampled_from([name for concept in (*PHENOTYPES, *TOYS) for name in (concept.name, *concept.synonyms)])
WORDS = st.sampled_from(["and", "or", "/", ",", "and/or", "otic", "of the", "nose", "(", "HD", "\n", "'s", "-"])
TEXTS = st.lists(NAMES | WORDS, max_size=12).flatmap(
    lambda some: st.sampled_from(["", " ", ", "]).map(lambda glue: glue.join(some))
)


@given(st.lists(TEXTS, max_size=4))
def test_texts_are_read_together_as_alone(texts: list[str]) -> None:
    lexicon = lexicon_of(*PHENOTYPES, *TOYS)
    for convention in (EACH, ONE):
        alone = [detect(text, lexicon, convention=convention) for text in texts]
        assert list(detect_all(texts, lexicon, convention=convention)) == alone
