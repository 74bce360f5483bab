"""The Metathesaurus and RxNorm become ontologies; every row is made up."""

import gzip
from dataclasses import astuple
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rrf_rows import atom, definition, relation, release, sty

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import CycleError, OntologyFormatError
from graph.formats import load
from graph.formats.distinct import Seen
from graph.formats.reading import Reading
from graph.relation import Relation

A, B, C, D = "C0000001", "C0000002", "C0000003", "C0000004"


def concepts(folder: Path, **reading: object) -> list[Concept]:
    return list(load(folder, reading=Reading(**reading)).concepts)


def relations(folder: Path, **reading: object) -> list[Relation]:
    return list(load(folder, reading=Reading(**reading)).relations)


def left_out(folder: Path, **reading: object) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Walk everything; return count and places (file and line) by reason."""
    asked = Reading(**reading)
    ontology = load(folder, reading=asked)
    list(ontology.concepts), list(ontology.relations)
    return {o.reason: (o.count, tuple(Path(place).name for place in o.places)) for o in asked.omissions}


def test_concept_carries_what_all_tables_say(tmp_path: Path) -> None:
    folder = release(
        tmp_path,
        MRCONSO=[
            atom(A, "Cold, common", ts="S", tty="ET", aui="A2", code="D1"),
            atom(A, "Common cold", aui="A1", code="D1"),
            atom(A, "Acute rhinitis", ts="S", sab="SNOMEDCT_US", aui="A3", code="77"),
            atom(B, "Fever"),
        ],
        MRSTY=[sty(A, "Disease or Syndrome"), sty(A, "Finding"), sty(B, "Finding")],
        MRDEF=[definition(A, "A3", "A stuffed nose.", sab="NCI"), definition(A, "A1", "It runs.")],
    )
    assert concepts(folder) == [
        Concept(
            "UMLS:C0000001",
            "Common cold",
            ("Cold, common", "Acute rhinitis"),
            ("Disease or Syndrome", "Finding"),
            "It runs.",
            ("MESH:D1", "SNOMEDCT:77"),
        ),
        Concept("UMLS:C0000002", "Fever", types=("Finding",)),
    ]


def test_folder_is_told_by_its_files_plain_or_compressed_here_or_below(tmp_path: Path) -> None:
    release(tmp_path / "2099AA" / "META", MRSTY=[sty(A, "Finding")], MRREL=[relation(A, "RO", B)])
    meta = tmp_path / "2099AA" / "META"
    (meta / "MRCONSO.RRF.gz").write_bytes(gzip.compress((meta / "MRCONSO.RRF").read_bytes()))
    (meta / "MRCONSO.RRF").unlink()
    (meta / "release.dat").write_text("umls.release.date=20990101\numls.release.name=2099AA\n")
    for folder in (tmp_path, meta):
        found = load(folder)
        assert (found.name, found.version, found.licence) == ("UMLS", "2099AA", "UMLS Metathesaurus License")
        assert [concept.types for concept in found.concepts] == [("Finding",)]
        assert len(list(found.relations)) == 1


def test_version_is_read_from_mrdoc_too(tmp_path: Path) -> None:
    assert load(release(tmp_path, MRDOC=["RELEASE|umls.release.name|release_info|2098AB|"])).version == "2098AB"


# Best first: each differs from the one before it in what decides next.
BY_PREFERENCE = [
    atom(A, "all flags, high rank", sab="SNOMEDCT_US", tty="PT"),
    atom(A, "all flags, low rank", sab="SNOMEDCT_US", tty="SY"),
    atom(A, "all flags, no rank", sab="NCI", tty="PT"),
    atom(A, "not the atom", ispref="N", sab="SNOMEDCT_US", tty="PT"),
    atom(A, "not the form", stt="VO", sab="SNOMEDCT_US", tty="PT"),
    atom(A, "not the term", ts="S", sab="SNOMEDCT_US", tty="PT"),
]
RANKS = ["0400|SNOMEDCT_US|PT|N|", "0012|SNOMEDCT_US|SY|N|"]


@pytest.mark.parametrize("order", [*list(permutations(range(6)))[::97]])
def test_preferred_name_is_that_of_the_release(tmp_path: Path, order: tuple[int, ...]) -> None:
    (found,) = concepts(release(tmp_path, MRCONSO=[BY_PREFERENCE[i] for i in order], MRRANK=RANKS))
    assert [found.name, *found.synonyms] == [row.split("|")[14] for row in BY_PREFERENCE]


def test_first_language_wanted_gives_the_name(tmp_path: Path) -> None:
    rows = [
        atom(A, "heart"),
        atom(A, "corazón", lat="SPA"),
        atom(A, "Herz", lat="GER", ts="S"),
        atom(B, "心", lat="CHI"),
    ]
    folder = release(tmp_path, MRCONSO=[*rows, atom(C, "cœur", lat="FRE"), atom(C, "cuore", lat="ITA")])
    assert [(c.name, c.synonyms) for c in concepts(folder, languages=("de", "en"))] == [
        ("Herz", ("heart",)),
        ("心", ()),
        ("cœur", ()),
    ]
    assert [c.name for c in concepts(folder, languages=("zh", "it"))] == ["heart", "心", "cuore"]
    assert concepts(folder, languages=())[0].synonyms == ("corazón", "Herz")
    assert left_out(folder)["name in another language"] == (
        3,
        ("MRCONSO.RRF:2", "MRCONSO.RRF:3", "MRCONSO.RRF:6"),
    )


@pytest.mark.parametrize("value", ["O", "E", "Y"])
def test_suppressed_rows_are_left_out_and_counted(tmp_path: Path, value: str) -> None:
    folder = release(
        tmp_path,
        MRCONSO=[atom(A, "old", suppress=value, code="D1"), atom(A, "one", ts="S"), atom(B, "two", suppress=value)],
        MRDEF=[definition(A, "A1", "Said once.", suppress=value)],
        MRREL=[relation(A, "RO", B, suppress=value)],
        MRSTY=[sty(A, "Finding")],
    )
    assert concepts(folder) == [Concept("UMLS:C0000001", "one", types=("Finding",))]
    assert relations(folder) == []
    assert left_out(folder) == {
        "suppressed name": (2, ("MRCONSO.RRF:1", "MRCONSO.RRF:3")),
        "concept without a name that is taken": (1, ("MRCONSO.RRF:3",)),
        "suppressed definition": (1, ("MRDEF.RRF:1",)),
        "suppressed relation": (1, ("MRREL.RRF:1",)),
    }


def test_only_wanted_sources_are_read(tmp_path: Path) -> None:
    folder = release(
        tmp_path,
        MRCONSO=[atom(A, "one", code="D1"), atom(A, "uno", sab="NCI", ts="S", code="C9", aui="A2"), atom(B, "two")],
        MRDEF=[definition(A, "A1", "By MeSH."), definition(A, "A2", "By NCI.", sab="NCI")],
        MRREL=[relation(A, "RO", B), relation(A, "RB", B, sab="NCI")],
        MRSTY=[sty(A, "Finding")],
    )
    wanted = {"sources": frozenset({"NCI"})}
    expected = Concept("UMLS:C0000001", "uno", (), ("Finding",), "By NCI.", ("NCIT:C9",))
    assert concepts(folder, **wanted) == [expected]
    assert relations(folder, **wanted) == [Relation("UMLS:C0000001", "is_a", "UMLS:C0000002", "NCI")]
    assert {reason: count for reason, (count, _) in left_out(folder, **wanted).items()} == {
        "name of another source": 2,
        "concept without a name that is taken": 1,
        "definition of another source": 1,
        "relation of another source": 1,
    }


def test_definition_is_in_the_language_of_the_name_it_hangs_on(tmp_path: Path) -> None:
    folder = release(
        tmp_path,
        MRCONSO=[atom(A, "heart", aui="A1"), atom(A, "Herz", lat="GER", aui="A2")],
        MRDEF=[definition(A, "A2", "Es schlägt."), definition(A, "A1", "It beats."), definition(B, "A9", "?")],
    )
    assert concepts(folder)[0].definition == "It beats."
    assert concepts(folder, languages=("de",))[0].definition == "Es schlägt."
    found = left_out(folder)
    assert found["definition in another language"] == (1, ("MRDEF.RRF:1",))
    assert found["definition of a concept that has no names"] == (1, ("MRDEF.RRF:3",))


@pytest.mark.parametrize(
    ("sab", "code", "expected"),
    [
        ("SNOMEDCT_US", "22298006", ("SNOMEDCT:22298006",)),
        ("MSH", "D009203", ("MESH:D009203",)),
        ("MSHGER", "D009203", ("MESH:D009203",)),
        ("HPO", "HP:0001658", ("HP:0001658",)),
        ("GO", "GO:0005575", ("GO:0005575",)),
        ("HGNC", "HGNC:5", ("HGNC:5",)),
        ("LNC", "LP7-1", ("LOINC:LP7-1",)),
        ("NCI", "C27996", ("NCIT:C27996",)),
        ("ICD10CM", "I21.9", ("ICD10CM:I21.9",)),
        ("MDR", "10028596", ("MDR:10028596",)),
        ("MED-RT", "N0000", ("MED-RT:N0000",)),
        ("OMIM", "608446", ("OMIM:608446",)),
        ("MTH", "NOCODE", ()),
        ("SRC", "V-MSH", ()),
        ("ICPC2P", "K75 001", ()),
    ],
)
def test_codes_become_cross_references(tmp_path: Path, sab: str, code: str, expected: tuple[str, ...]) -> None:
    folder = release(tmp_path, MRCONSO=[atom(A, "one", sab=sab, code=code), atom(A, "two", sab=sab, code=code)])
    assert concepts(folder)[0].xrefs == expected
    assert ("code that is no CURIE" in left_out(folder)) == (" " in code)


@pytest.mark.parametrize(
    ("rel", "rela", "expected"),
    [
        # A has the parent B, B the child A.
        ("PAR", "", (A, "is_a", B)),
        ("CHD", "", (B, "is_a", A)),
        ("RB", "", (A, "is_a", B)),
        ("RN", "", (B, "is_a", A)),
        ("PAR", "inverse_isa", (A, "is_a", B)),
        ("CHD", "isa", (B, "is_a", A)),
        ("RN", "isa", (B, "is_a", A)),
        # RELA says more than REL: B is part of A, not a kind of it.
        ("CHD", "part_of", (A, "has_part", B)),
        ("RO", "has_finding_site", (B, "has_finding_site", A)),
        ("RO", "finding_site_of", (A, "has_finding_site", B)),
        ("RO", "may_treat", (B, "may_treat", A)),
        ("RO", "may_be_treated_by", (A, "may_treat", B)),
        ("RO", "Has-Free Acid", (B, "has_free_acid", A)),
        ("RO", "interacts_with", (A, "interacts_with", B)),
        ("RO", "mapped_to", (B, "mapped_to", A)),
        ("QB", "", (B, "can_be_qualified_by", A)),
        ("AQ", "", (A, "can_be_qualified_by", B)),
        ("SIB", "", (A, "sibling_of", B)),
        ("RO", "", (A, "related_to", B)),
        ("SY", "", (A, "synonym_of", B)),
        ("RQ", "", (A, "possible_synonym_of", B)),
        ("RL", "", (A, "similar_to", B)),
    ],
)
def test_row_reads_from_its_second_concept(tmp_path: Path, rel: str, rela: str, expected: tuple[str, str, str]) -> None:
    doc = [
        "RELA|may_treat|rela_inverse|may_be_treated_by|",
        "RELA|may_be_treated_by|rela_inverse|may_treat|",
        "RELA|interacts_with|rela_inverse|interacts_with|",
        "RELA|interacts_with|expanded_form|Interacts with|",
        "REL|PAR|rel_inverse|CHD|",
    ]
    (found,) = relations(release(tmp_path, MRREL=[relation(A, rel, B, rela)], MRDOC=doc))
    assert found == Relation(f"UMLS:{expected[0]}", expected[1], f"UMLS:{expected[2]}", "MSH")


@pytest.mark.parametrize("block", [1, 120, 400, 10_000])
def test_an_edge_and_its_inverse_are_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr("graph.formats.blocks._BLOCK", block)
    rows = [
        relation(A, "PAR", B),
        relation(A, "PAR", B, sab="NCI"),
        relation(A, "RO", C, "has_ingredient"),
        relation(A, "SIB", D),
        relation(B, "CHD", A),
        relation(B, "CHD", A, sab="NCI"),
        relation(C, "RO", A, "ingredient_of"),
        relation(D, "SIB", A),
        relation(D, "SIB", A),
        relation(B, "PAR", A),
    ]
    folder = release(tmp_path, MRREL=rows)
    expected = [
        Relation(f"UMLS:{subject}", predicate, f"UMLS:{object_}", source)
        for subject, predicate, object_, source in (
            (A, "is_a", B, "MSH"),
            (A, "is_a", B, "NCI"),
            (C, "has_ingredient", A, "MSH"),
            (A, "sibling_of", D, "MSH"),
            (B, "is_a", A, "MSH"),
        )
    ]
    assert sorted(relations(folder), key=astuple) == sorted(expected, key=astuple)
    assert left_out(folder)["relation stated before, or its inverse"] == (
        5,
        tuple(f"MRREL.RRF:{line}" for line in range(5, 10)),
    )


def test_rows_that_relate_nothing_are_counted(tmp_path: Path) -> None:
    rows = [relation(A, "RO", A), relation(A, "XR", B), relation(A, "RO", ""), relation(A, "RO", "X-9")]
    folder = release(tmp_path, MRREL=rows)
    assert relations(folder) == [Relation("UMLS:X-9", "related_to", "UMLS:C0000001", "MSH")]
    assert left_out(folder) == {
        "semantic types: there is no MRSTY": (1, (tmp_path.name,)),
        "relation of a concept to itself": (1, ("MRREL.RRF:1",)),
        "row that states no relation": (1, ("MRREL.RRF:2",)),
        "relation between names, not concepts": (1, ("MRREL.RRF:3",)),
    }


@given(st.lists(st.lists(st.integers(0, 40) | st.integers(0, 2**64 - 1), max_size=30), max_size=12))
def test_keys_are_new_once(blocks: list[list[int]]) -> None:
    seen, known = Seen(), set()
    for block in blocks:
        expected = [key not in known and not known.add(key) for key in block]
        assert seen.add(np.array(block, np.uint64)).tolist() == expected


def test_retired_cuis_stand_among_the_others(tmp_path: Path) -> None:
    folder = release(
        tmp_path,
        MRCONSO=[atom("C0000002", "two"), atom("C0000006", "six")],
        MRSTY=[],
        MRCUI=[
            "C0000001|1999AA|SY|||C0000002|Y|",
            "C0000003|1993AA|DEL|||||",
            "C0000004|2003AB|RB|||C0000002|Y|",
            "C0000004|2003AB|RO|||C0000006|Y|",
            "C0000005|2001AA|SUBX|||||",
            "C0000006|2001AA|DEL|||||",
            "C0000007|2001AA|SY|||C0000002|Y|",
            "C0000007|2001AA|SY|||C0000006|Y|",
        ],
    )
    assert concepts(folder) == [
        Concept("UMLS:C0000001", "", obsolete=True, replaced_by="UMLS:C0000002"),
        Concept("UMLS:C0000002", "two"),
        Concept("UMLS:C0000003", "", obsolete=True),
        Concept("UMLS:C0000004", "", obsolete=True),
        Concept("UMLS:C0000006", "six"),
        Concept("UMLS:C0000007", "", obsolete=True),
    ]
    assert left_out(folder) == {
        "id that the subset lacks": (1, ("MRCUI.RRF:5",)),
        "retired id that is in use": (1, ("MRCUI.RRF:6",)),
    }


def test_files_that_are_not_sorted_give_the_same(tmp_path: Path) -> None:
    # A concept's rows may stand apart; of one concept they keep their order.
    tables = {
        "MRCONSO": [atom(A, "one"), atom(A, "eins", ts="S"), atom(B, "two"), atom(C, "three"), atom(D, "four")],
        "MRSTY": [sty(A, "Finding"), sty(A, "Sign"), sty(C, "Drug"), sty(D, "Gene")],
        "MRDEF": [definition(B, "A1", "2"), definition(C, "A1", "3")],
        "MRCUI": ["C0000009|1|SY|||C0000001|Y|", "C0000010|1|DEL|||||"],
    }
    expected = concepts(release(tmp_path / "sorted", **tables))
    assert len(expected) == 6
    for name, rows in tables.items():
        turned = tables | {name: rows[:1] + rows[2:] + rows[1:2] if len(rows) > 2 else rows[::-1]}
        assert concepts(release(tmp_path / name, **turned)) == expected


def test_rows_that_repeat_change_nothing(tmp_path: Path) -> None:
    tables = {
        "MRCONSO": [atom(A, "one", code="D1"), atom(A, "eins", ts="S"), atom(B, "two")],
        "MRSTY": [sty(A, "Finding")],
        "MRREL": [relation(A, "RO", B)],
        "MRCUI": ["C0000009|1|SY|||C0000001|Y|"],
    }
    once = release(tmp_path / "once", **tables)
    twice = release(tmp_path / "twice", **{name: [row for row in rows for _ in "ab"] for name, rows in tables.items()})
    assert concepts(twice) == concepts(once)
    assert relations(twice) == relations(once)


def test_a_second_walk_gives_the_same_and_notes_nothing_anew(tmp_path: Path) -> None:
    reading = Reading()
    ontology = load(release(tmp_path, MRCONSO=[atom(A, "one"), atom(A, "x", suppress="O")], MRSTY=[]), reading=reading)
    next(iter(ontology.concepts))
    assert list(reading.omissions) == []
    assert list(ontology.concepts) == list(ontology.concepts) == [Concept("UMLS:C0000001", "one")]
    assert [(o.reason, o.count) for o in reading.omissions] == [("suppressed name", 1)]


def test_release_without_types_or_relations(tmp_path: Path) -> None:
    assert concepts(release(tmp_path)) == [Concept("UMLS:C0000001", "one")]
    assert relations(tmp_path) == []
    assert left_out(tmp_path) == {"semantic types: there is no MRSTY": (1, (tmp_path.name,))}


@pytest.mark.parametrize("table", ["MRSTY", "MRREL", "RXNREL"])
def test_missing_names_are_an_error(tmp_path: Path, table: str) -> None:
    release(tmp_path, **{table: []})
    (tmp_path / "MRCONSO.RRF").unlink(missing_ok=True)
    with pytest.raises(OntologyFormatError, match=f"no {'RXNCONSO' if 'X' in table else 'MRCONSO'}.RRF") as caught:
        load(tmp_path)
    assert (caught.value.path, caught.value.line) == (str(tmp_path), 0)


@pytest.mark.parametrize(
    ("table", "rows", "line", "problem"),
    [
        ("MRCONSO", [atom(A, "one"), atom(B, "two")[:40]], 2, "columns and no | at the end; expected 18"),
        ("MRCONSO", [atom(A, "one"), atom(B, "two").removesuffix("|") + "256"], 2, "18 columns and no | at the end"),
        ("MRCONSO", [atom(A, "one"), "", atom(B, "two")], 2, "1 columns and no | at the end; expected 18"),
        ("MRCONSO", [atom(A, "one|more")], 1, "19 columns; expected 18"),
        ("MRCONSO", [atom("C 1", "one")], 1, "not a CURIE: 'UMLS:C 1'"),
        ("MRSTY", [sty(A, "x"), f"{B}|T1|"], 2, "2 columns; expected 6"),
        ("MRDEF", [definition(A, "A1", "a|b")], 1, "9 columns; expected 8"),
        ("MRREL", [relation(A, "RO", B), relation(A, "RO", B)[:30]], 2, "expected 16"),
        ("MRREL", [relation(A, "RO", "C 2")], 1, "not a CURIE: 'UMLS:C 2'"),
        ("MRCUI", ["C9|1|DEL||"], 1, "4 columns; expected 7"),
        ("MRRANK", ["high|MSH|MH|N|"], 1, "'high' is no rank"),
        ("MRDOC", ["RELA|x|"], 1, "2 columns; expected 4"),
    ],
)
def test_broken_rows_are_errors_with_their_place(
    tmp_path: Path, table: str, rows: list[str], line: int, problem: str
) -> None:
    folder = release(tmp_path, **({"MRREL": [relation(A, "RO", B)]} | {table: rows}))
    with pytest.raises(OntologyFormatError) as caught:
        left_out(folder)
    assert (Path(caught.value.path).name, caught.value.line) == (f"{table}.RRF", line)
    assert problem in caught.value.problem


def test_bytes_that_are_no_text_and_damaged_gzip(tmp_path: Path) -> None:
    folder = release(tmp_path / "a", MRCONSO=[atom(A, "one"), atom(B, "two")])
    names = folder / "MRCONSO.RRF"
    whole = names.read_bytes()
    names.write_bytes(whole.replace(b"two", b"tw\xf6"))
    with pytest.raises(OntologyFormatError, match=r"MRCONSO\.RRF:2: .*not UTF-8"):
        concepts(folder)
    names.write_bytes(gzip.compress(whole)[:-9])
    with pytest.raises(OntologyFormatError, match=r"MRCONSO\.RRF:\d+: compressed data is damaged"):
        concepts(folder)


def test_long_lines_are_read(tmp_path: Path) -> None:
    # Were the time to grow with the square of the length, this would not end.
    folder = release(tmp_path, MRCONSO=[atom(A, "x" * 20_000_000), atom(B, "two")])
    assert [len(concept.name) for concept in concepts(folder)] == [20_000_000, 3]
    (folder / "MRCONSO.RRF").write_text("|" * 20_000_000)
    with pytest.raises(OntologyFormatError, match="20000000 columns; expected 18") as caught:
        concepts(folder)
    assert len(str(caught.value)) < 500


INGREDIENT, BRAND, DRUG = "161", "202433", "10003"


def test_rxnorm(tmp_path: Path) -> None:
    folder = release(
        tmp_path / "rrf",
        RXNCONSO=[
            atom(INGREDIENT, "APAP", sab="VANDF", tty="IN", ts="", stt="", ispref="", code="4017513"),
            atom(INGREDIENT, "paracetamolum", sab="RXNORM", tty="SY", ts="", stt="", ispref="", code="161"),
            atom(INGREDIENT, "calmol", sab="RXNORM", tty="IN", ts="", stt="", ispref="", code="161"),
            atom(DRUG, "calmol 5 MG Tablet", sab="RXNORM", tty="SCD", code=DRUG),
            atom(BRAND, "Calmex", sab="RXNORM", tty="BN", code=BRAND),
            atom(BRAND, "Calmex old", sab="RXNORM", tty="BN", suppress="O"),
        ],
        RXNSTY=[sty(INGREDIENT, "Pharmacologic Substance")],
        RXNREL=[
            relation(INGREDIENT, "RO", DRUG, "has_ingredient", sab="RXNORM"),
            relation(INGREDIENT, "RO", BRAND, "tradename_of", sab="RXNORM"),
            relation(DRUG, "RO", INGREDIENT, "ingredient_of", sab="RXNORM"),
            relation(BRAND, "RO", INGREDIENT, "has_tradename", sab="RXNORM"),
            relation("", "RO", "", "has_permuted_term", sab="MSH"),
            relation(DRUG, "RB", BRAND, "inverse_isa", sab="RXNORM", suppress="O"),
        ],
        RXNCUI=["99|01AA|05AB|1|161|", "1000|01AA|05AB|2|161|", "1000|01AA|05AB|2|10003|", "20000|01AA|05AB|1|20000|"],
        RXNSAB=["|".join([*"ab", "RXNORM_9", "RXNORM", *"ef", "99AA_990101F", *"hijklmnopqrst", "Y", *"vwx"]) + "||"],
    )
    # The subset that NLM ships below the release is not what was asked for.
    release(tmp_path / "prescribe" / "rrf", RXNCONSO=[atom("5", "subset")])
    found = load(tmp_path)
    assert (found.name, found.version) == ("RxNorm", "99AA_990101F")
    assert list(found.concepts) == [
        Concept("RXNORM:99", "", obsolete=True, replaced_by="RXNORM:161"),
        Concept(
            "RXNORM:161",
            "calmol",
            ("paracetamolum", "APAP"),
            ("Pharmacologic Substance",),
            xrefs=("VANDF:4017513",),
        ),
        Concept("RXNORM:1000", "", obsolete=True),
        Concept("RXNORM:10003", "calmol 5 MG Tablet"),
        Concept("RXNORM:20000", "", obsolete=True),
        Concept("RXNORM:202433", "Calmex"),
    ]
    assert sorted(found.relations, key=astuple) == [
        Relation("RXNORM:10003", "has_ingredient", "RXNORM:161", "RXNORM"),
        Relation("RXNORM:161", "has_tradename", "RXNORM:202433", "RXNORM"),
    ]
    assert left_out(folder) == {
        "relation stated before, or its inverse": (2, ("RXNREL.RRF:3", "RXNREL.RRF:4")),
        "relation between names, not concepts": (1, ("RXNREL.RRF:5",)),
        "suppressed relation": (1, ("RXNREL.RRF:6",)),
        "suppressed name": (1, ("RXNCONSO.RRF:6",)),
    }


@pytest.fixture(scope="module")
def make_umls(pytestconfig: pytest.Config):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(pytestconfig.rootpath / "scripts")
        from make_umls import make_umls

        yield make_umls


def test_made_up_release_is_read_as_its_maker_counts_it(tmp_path: Path, make_umls) -> None:
    made = make_umls(tmp_path / "umls", concepts=2_000, names=7_500, relations=15_000, seed=3)
    reading = Reading()
    ontology = load(tmp_path / "umls", reading=reading)
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", ontology) as store:
        assert store.count() == (made.concepts, made.obsolete, made.names, made.relations)
        assert (made.concepts - made.obsolete, made.names, made.relations) == (2_000, 7_500, 15_000)
        assert store.dropped_relations == 0
        assert store.concepts(["UMLS:C0000001"])[0].name == next(iter(ontology.concepts)).name
        degrees = sorted(len(found) for found in store.relations([f"UMLS:C{n:07d}" for n in range(1, 2040)]))
        assert degrees[-1] > 20 * degrees[len(degrees) // 2]
    counted = {omission.reason: omission.count for omission in reading.omissions}
    assert counted["concept without a name that is taken"] == made.left_out_concepts
    not_taken = ("suppressed relation", "row that states no relation", "relation of a concept to itself")
    rows = made.relations + counted["relation stated before, or its inverse"] + sum(counted[key] for key in not_taken)
    assert rows == made.mrrel_rows
    assert len({relation.source for relation in ontology.relations}) > 4
    assert {"is_a", "may_treat", "has_ingredient", "sibling_of"} <= {r.predicate for r in ontology.relations}


def test_made_up_release_is_the_same_each_time_and_has_cycles_on_request(tmp_path: Path, make_umls) -> None:
    size = {"concepts": 120, "names": 300, "relations": 400}
    for name, more in (("a", {}), ("b", {}), ("c", {"seed": 1}), ("d", {"cycles": 2})):
        made = make_umls(tmp_path / name, **size, **more)
        assert made.relations == 400 + more.get("cycles", 0)
        assert len(relations(tmp_path / name)) == made.relations
    a, b, c = ([file.read_bytes() for file in sorted((tmp_path / name / "META").iterdir())] for name in "abc")
    assert a == b != c
    with pytest.raises(CycleError):
        EmbeddedGraphStore.from_ontologies(tmp_path / "graph", load(tmp_path / "d"))
