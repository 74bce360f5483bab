"""Detection: what becomes a mention, what must not, and texts of any kind."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import pairwise
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lexicons import TOYS, lexicon_of

from graph.concept import Concept
from ingest.detect import detect, detect_all
from ingest.document import Mention

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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tumours of the breast", ["tumours of the breast"]),
        ("breasts, tumors", ["tumors"]),
        ("the breast and ovarian tumors", ["ovarian tumors"]),
        ("bone marrow, and a disease of bone marrow", ["disease of bone marrow"]),
        ("cancer of the ovarian vein", ["cancer"]),
        ("hypoplastic thumbs", ["hypoplastic thumbs"]),
        ("a carbonate of lithium", []),
    ],
)
def test_words_in_another_order(text: str, expected: list[str]) -> None:
    new = [
        Concept("T:1", "Thumb hypoplasia", types=("Phenotype",)),
        Concept("T:2", "Bone Marrow Diseases", ("Disease of Bone Marrow",), ("Disease",)),
        Concept("T:3", "Neoplasms", ("Tumors", "Cancer"), ("Disease",)),
    ]
    assert [m.text for m in detect(text, lexicon_of(*TOYS, *new))] == expected


def test_without_types_what_the_lexicon_holds_is_found() -> None:
    fruit = [Concept("F:1", "apple", types=("Fruit",)), Concept("F:2", "pear")]
    assert [(m.text, m.type) for m in detect("apples and a pear", lexicon_of(*fruit))] == [
        ("apples", "Fruit"),
        ("pear", ""),
    ]
    assert [m.text for m in detect("apples and anemia", lexicon_of(*fruit, *TOYS))] == ["anemia"]
    assert detect("apples and a pear", lexicon_of()) == ()


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


@given(st.lists(TEXTS, max_size=6), st.integers(0, 6))
def test_texts_are_read_together_as_alone(texts: list[str], cut: int) -> None:
    alone = [detect(text, LEXICON) for text in texts]
    assert list(detect_all(texts, LEXICON)) == alone
    assert [*detect_all(texts[:cut], LEXICON), *detect_all(texts[cut:], LEXICON)] == alone


def test_batches_end_with_texts() -> None:
    texts = ["anemia " * 50_000, "", "AIDS", "x " * 300_000 + "HD", "Calcium"]
    assert list(detect_all(iter(texts), LEXICON)) == [detect(text, LEXICON) for text in texts]


def detected(text: str) -> tuple[Mention, ...]:
    return detect(text, LEXICON)


def test_workers_change_nothing() -> None:
    text = "Lithium carbonate (LC) caused anemia in {} breast tumours, and LC was stopped."
    texts = [text.format("word " * n) for n in range(64)]
    expected = [detected(text) for text in texts]
    assert min(map(len, expected)) == 5
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(detected, texts)) == expected
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert list(processes.map(detected, texts)) == expected


ANY_NAMES = st.lists(st.text(max_size=12) | NAMES | st.just("x" * 500), min_size=1, max_size=4)


@settings(max_examples=50)
@given(st.lists(ANY_NAMES, max_size=4), st.lists(ODD | st.text(max_size=5), max_size=3), st.data())
def test_any_lexicon(names: list[list[str]], between: list[str], data: st.DataObject) -> None:
    concepts = [Concept(f"M:{i}", name, tuple(others)) for i, (name, *others) in enumerate(names) if name.strip()]
    known = [name for concept in concepts for name in (concept.name, *concept.synonyms)]
    text = data.draw(st.permutations(known + between).map(" ".join))
    mentions = detect(text, lexicon_of(*concepts))
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert all(left.end <= right.start for left, right in pairwise(mentions))


def test_a_long_name_is_found_and_a_longer_one_is_not() -> None:
    long, longer = ("x" * 500, "one two three four five six seven eight nine")
    lexicon = lexicon_of(Concept("L:1", long), Concept("L:2", longer))
    assert [m.text for m in detect(f"a {long} and {longer}", lexicon)] == [long]


@pytest.mark.parametrize(
    ("filler", "megabytes"),
    [
        ("anemia ", 10),
        ("-", 10),
        *((filler, 1) for filler in ("a", " ", "病", "x ", "(", "\u0301", "\u202e", "\x00", "ab (")),
    ],
)
def test_megabytes_of_anything_are_read_to_the_end(filler: str, megabytes: int) -> None:
    text = filler * (megabytes * 1_000_000 // len(filler.encode())) + " anemia"
    mentions = detect(text, LEXICON)
    assert mentions[-1].text == "anemia"
    assert mentions[-1].end == len(text)
