"""Abbreviations that a text defines."""

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.abbreviations import Abbreviation, abbreviations, long_forms

PIECES = [
    "acute kidney injury",
    " ",
    "(",
    ")",
    "AKI",
    "(AKI)",
    "5-HT",
    "-",
    "[",
    "]",
    ", ",
    ". ",
    "\n",
    "é",
    "İ",
    "ß",
    '"',
    "1,3-",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tumour necrosis factor (TNF)", {"TNF": "tumour necrosis factor"}),
        ("TNF (tumour necrosis factor)", {"TNF": "tumour necrosis factor"}),
        ("methotrexate (MTX)-induced", {"MTX": "methotrexate"}),
        ("Hormone therapy (HT, oral) and", {"HT": "Hormone therapy"}),
        ("non-small cell lung cancer (SCLC)", {"SCLC": "small cell lung cancer"}),
        ("3-methyladenine (3MA) and", {"3MA": "3-methyladenine"}),
        ("of 2-bromoethylamine (BEA)", {"BEA": "2-bromoethylamine"}),
        ("N-(2-hydroxypropyl)methacrylamide (HPMA)", {"HPMA": "N-(2-hydroxypropyl)methacrylamide"}),
        ("given (R)-alpha-methylhistamine (RAMH)", {"RAMH": "(R)-alpha-methylhistamine"}),
        ("5-hydroxytryptamine (5-HT)", {"5-HT": "5-hydroxytryptamine"}),
        ('in the "real world" (RW)', {"RW": "real world"}),
        ("ataxia-\n telangiectasia (A-T)", {"A-T": "ataxia-\n telangiectasia"}),
        ("hexosaminidase A (Hex A)", {"Hex A": "hexosaminidase A"}),
    ],
)
def test_definitions(text: str, expected: dict[str, str]) -> None:
    assert long_forms(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(TNF) tumour necrosis factor",  # no word before the parentheses
        "tumour necrosis factor(TNF)",  # no blank before them
        "after 30 minutes (minutes)",  # the short form itself
        "in mice (p < 0.05) and men (n = 12)",  # no short forms
        "of 10 mg/kg (5mg/kg), a saline",  # a quantity
        "other drugs, in general (i.e. none)",
        "in controls (Group C) or 30 patients (Group P)",
        "(CYP7A), and sterol 27-hydroxylase (CYP27)",  # begins in an aside
        "seen. During treatment (SDT)",  # begins in another sentence
        "cells (a long story of cells with every letter)",  # an ordinary word is no short form
        "Kidney injury was acute (AKI)",  # letters in another order
        "((((",
        "))))",
    ],
)
def test_what_is_no_definition(text: str) -> None:
    assert abbreviations(text) == ()


def test_spans_point_into_the_text() -> None:
    text = "Größe: acute kidney injury (AKI)"
    assert abbreviations(text) == (Abbreviation(28, 31, 7, 26, "AKI", "acute kidney injury"),)


def test_the_first_definition_of_a_short_form_counts() -> None:
    text = "acute kidney injury (AKI). Later, ankle kicks in infants (AKI) and heart rate (HR)."
    assert long_forms(text) == {"AKI": "acute kidney injury", "HR": "heart rate"}


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_every_definition_fits_its_text(text: str) -> None:
    found = abbreviations(text)
    assert found == abbreviations(text)
    assert len({a.short for a in found}) == len(found)
    for a in found:
        assert text[a.short_start : a.short_end] == a.short
        assert text[a.long_start : a.long_end] == a.long
        assert len(a.short) < len(a.long)
        assert a.long_end <= a.short_start or a.short_end <= a.long_start
        assert a.long == a.long.strip()


@given(st.lists(st.sampled_from("bcdfg"), min_size=2, max_size=6))
def test_initials_of_words_are_found(letters: list[str]) -> None:
    long = " ".join(letter + "aa" for letter in letters)
    short = "".join(letters).upper()
    assert long_forms(f"1 2 {long} ({short})") == {short: long}


def test_a_long_line_gives_what_its_parts_give() -> None:
    part = "The patient had acute kidney injury (AKI) after cyclosporine A (CsA)-induced damage. "
    assert abbreviations(part * 2000) == abbreviations(part)


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "abbreviations.py"
    spec = importlib.util.spec_from_file_location("abbreviation_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("corpus", ["BC5CDR", "NCBI disease", "BioRED"])
def test_differences_from_scispacy_are_the_documented_ones(corpus: str, data_dir: Path, benchmark: ModuleType) -> None:
    pytest.importorskip("scispacy", reason="scispaCy is not installed")
    documents = benchmark.documents(data_dir, corpus)[:100]
    find, kinds, n_theirs, gold = benchmark.scispacy(), Counter[tuple[str, str]](), 0, Counter[tuple[str, str]]()
    for document in documents:
        ours, theirs = benchmark.found_by_us(document.text), find(document.text)
        n_theirs += len(theirs)
        kinds.update((who, kind) for who, _, kind in benchmark.differences(document.text, ours, theirs))
        gold.update(("ours", benchmark.judged(document, a)) for a in ours)
        gold.update(("scispaCy", benchmark.judged(document, a)) for a in theirs)
    assert "unexplained" not in {kind for _, kind in kinds}
    assert sum(n for (who, _), n in kinds.items() if who == "scispaCy") <= 0.1 * n_theirs
    assert gold["ours", "confirmed"] > gold["scispaCy", "confirmed"]
    assert gold["ours", "contradicted"] <= gold["scispaCy", "contradicted"]
