"""A SNOMED CT snapshot becomes an ontology; every component is made up."""

import gzip
from pathlib import Path

import pytest

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import OntologyFormatError
from graph.formats import load
from graph.formats.reading import Reading
from graph.relation import Relation

HEADERS = {
    "Terminology/sct2_Concept_Snapshot_INT": "definitionStatusId",
    "Terminology/sct2_Description_Snapshot-en_INT": "conceptId languageCode typeId term caseSignificanceId",
    "Terminology/sct2_TextDefinition_Snapshot-en_INT": "conceptId languageCode typeId term caseSignificanceId",
    "Terminology/sct2_Relationship_Snapshot_INT": (
        "sourceId destinationId relationshipGroup typeId characteristicTypeId modifierId"
    ),
    "Terminology/sct2_StatedRelationship_Snapshot_INT": (
        "sourceId destinationId relationshipGroup typeId characteristicTypeId modifierId"
    ),
    "Refset/Language/der2_cRefset_LanguageSnapshot-en_INT": "refsetId referencedComponentId acceptabilityId",
    "Refset/Content/der2_cRefset_AssociationSnapshot_INT": "refsetId referencedComponentId targetComponentId",
}
CONCEPT, DESCRIPTION, DEFINITION, RELATIONSHIP, STATED, LANGUAGE, ASSOCIATION = HEADERS
FSN, SYNONYM, TEXT = "900000000000003001", "900000000000013009", "900000000000550004"
US, GB = "900000000000509007", "900000000000508004"
PREFERRED, ACCEPTABLE = "900000000000548007", "900000000000549004"
SAME_AS, REPLACED_BY, WAS_A = "900000000000527005", "900000000000526001", "900000000000528000"
IS_A, SITE = "116680003", "363698007"
INFERRED, ADDITIONAL = "900000000000011006", "900000000000227009"
LAST = "20990131"


def concept(id: int, *, active: int = 1, time: str = LAST) -> tuple[object, ...]:
    return id, time, active, 1, 1


def described(id: int, of: int | str, term: str, type: str = SYNONYM, language: str = "en", active: int = 1):
    return id, LAST, active, 1, of, language, type, term, 1


def related(subject: int, object_: int, type: str = IS_A, *, active: int = 1, kind: str = INFERRED, group: int = 0):
    return 1, LAST, active, 1, subject, object_, group, type, kind, 1


def member(uuid: str, refset: str, of: int, value: int | str, active: int = 1) -> tuple[object, ...]:
    return uuid, LAST, active, 1, refset, of, value


ROWS = {
    CONCEPT: [concept(10), concept(20), concept(30, active=0), concept(40, active=0), concept(50)],
    DESCRIPTION: [
        described(101, 20, "Sore heart (disorder)", FSN),
        described(102, 20, "Heart ache"),
        described(103, 20, "Cardiac anaemia pain"),
        described(104, 20, "Cardiac anemia pain"),
        described(105, 20, "Bad heart", active=0),
        described(106, 10, "Heart (structure) (body structure)", FSN),
        described(107, 30, "Old heart (disorder)", FSN),
        described(108, SITE, "Finding-site (attribute)", FSN),
        described(109, 50, "Untagged", FSN),
        described(110, IS_A, "Is a (attribute)", FSN),
    ],
    DEFINITION: [described(201, 20, "A heart that hurts.", TEXT)],
    RELATIONSHIP: [
        related(20, 50),
        related(20, 10, SITE, group=1),
        related(20, 10, SITE, group=2),
        related(20, 30, active=0),
        related(50, 10, kind=ADDITIONAL),
        related(50, 50, SITE),
    ],
    STATED: [related(10, 20)],
    LANGUAGE: [
        member("a", US, 104, PREFERRED),
        member("b", GB, 103, PREFERRED),
        member("c", US, 102, ACCEPTABLE),
        member("d", US, 102, PREFERRED, active=0),
    ],
    ASSOCIATION: [member("e", SAME_AS, 30, 20), member("f", REPLACED_BY, 30, 10), member("g", WAS_A, 40, 20)],
}


def snapshot(
    folder: Path, rows: dict[str, list[tuple[object, ...]]] = ROWS, *, bom: str = "", end: str = "\r\n"
) -> Path:
    for name, header in HEADERS.items():
        if name in rows:
            lines = [("id", "effectiveTime", "active", "moduleId", *header.split()), *rows[name]]
            file = folder / "Snapshot" / f"{name}_{LAST}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            text = bom + "".join("\t".join(map(str, line)) + end for line in lines)
            file.write_text(text, encoding="utf-8", newline="")
    return folder


def read(folder: Path, **asked: object) -> tuple[list[Concept], list[Relation], dict[str, list[str]]]:
    reading = Reading(**asked)
    found = load(folder, reading=reading)
    values = list(found.concepts), list(found.relations)
    return *values, {o.reason: [place.rpartition("/")[2] for place in o.places] for o in reading.omissions}


EXPECTED = [
    Concept("SNOMEDCT:10", "Heart (structure)", types=("body structure",)),
    Concept(
        "SNOMEDCT:20",
        "Cardiac anemia pain",
        ("Cardiac anaemia pain", "Heart ache", "Sore heart"),
        ("disorder",),
        "A heart that hurts.",
    ),
    Concept("SNOMEDCT:30", "Old heart", types=("disorder",), obsolete=True, replaced_by="SNOMEDCT:20"),
    Concept("SNOMEDCT:40", "", obsolete=True),
    Concept("SNOMEDCT:50", "Untagged"),
]
EDGES = [
    Relation("SNOMEDCT:20", "is_a", "SNOMEDCT:50", "SNOMED CT"),
    Relation("SNOMEDCT:20", "finding_site", "SNOMEDCT:10", "SNOMED CT"),
]


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_snapshot(tmp_path: Path, bom: str, end: str) -> None:
    concepts, relations, left_out = read(snapshot(tmp_path, bom=bom, end=end))
    assert concepts == EXPECTED
    assert relations == EDGES
    name = f"{RELATIONSHIP}_{LAST}.txt".rpartition("/")[2]
    assert left_out == {
        "inactive description": [f"{DESCRIPTION}_{LAST}.txt:6".rpartition("/")[2]],
        "relation stated before, or its inverse": [f"{name}:4"],
        "inactive relationship": [f"{name}:5"],
        "relationship that is not inferred": [f"{name}:6"],
        "relation of a concept to itself": [f"{name}:7"],
    }


def test_ontology_says_what_it_is_and_fills_a_store(tmp_path: Path) -> None:
    found = load(snapshot(tmp_path / "in"))
    assert (found.name, found.version, found.licence) == (
        "SNOMED CT",
        LAST,
        "SNOMED CT licence of SNOMED International",
    )
    assert list(found.concepts) == list(found.concepts)
    with EmbeddedGraphStore.from_ontologies(tmp_path / "out", found) as store:
        assert store.count() == (5, 2, 7, 2)
        assert store.concepts(["SNOMEDCT:20"]) == [EXPECTED[1]]


@pytest.mark.parametrize(
    ("languages", "name"),
    [
        (("en",), "Cardiac anemia pain"),
        (("en-US",), "Cardiac anemia pain"),
        (("en-GB",), "Cardiac anaemia pain"),
        (("es", "en"), "Dolor"),
        (("en", "es"), "Cardiac anemia pain"),
        (("sv",), "Cardiac anemia pain"),
        ((), "Cardiac anemia pain"),
    ],
)
def test_language_reference_set_gives_the_name(tmp_path: Path, languages: tuple[str, ...], name: str) -> None:
    rows = dict(ROWS)
    rows[DESCRIPTION] = [
        described(90, 20, "Pena", language="es"),
        described(91, 20, "Dolor", language="es"),
        *ROWS[DESCRIPTION],
    ]
    rows[LANGUAGE] = [*ROWS[LANGUAGE], member("h", "450828004", 91, PREFERRED)]
    concepts, _, left_out = read(snapshot(tmp_path, rows), languages=languages)
    assert concepts[1].name == name
    assert ("Pena" in concepts[1].synonyms) == (languages in ((), ("es", "en"), ("en", "es"), ("sv",)))
    assert ("description in another language" in left_out) == (languages in (("en",), ("en-US",), ("en-GB",)))


@pytest.mark.parametrize(
    ("members", "heir"),
    [
        ([member("a", SAME_AS, 30, 10), member("b", SAME_AS, 30, 20)], None),
        ([member("a", REPLACED_BY, 30, 10)], "SNOMEDCT:10"),
        ([member("a", REPLACED_BY, 30, 10, active=0)], None),
        ([member("a", WAS_A, 30, 10)], None),
        ([member("a", SAME_AS, 20, 10)], None),
    ],
)
def test_heir_of_a_retired_concept(tmp_path: Path, members: list[tuple[object, ...]], heir: str | None) -> None:
    concepts, _, _ = read(snapshot(tmp_path, ROWS | {ASSOCIATION: members}))
    assert [concept.replaced_by for concept in concepts] == [None, None, heir, None, None]


def test_extension_beside_the_international_edition_speaks_last(tmp_path: Path) -> None:
    snapshot(tmp_path / "international")
    later = {
        CONCEPT: [concept(50, active=0, time="20990601"), concept(10, active=0, time="20000101"), concept(60)],
        DESCRIPTION: [described(300, 60, "Local pain (finding)", FSN)],
    }
    concepts, relations, _ = read(snapshot(tmp_path / "extension", later).parent)
    assert [(c.id, c.obsolete) for c in concepts] == [
        ("SNOMEDCT:10", False),
        ("SNOMEDCT:20", False),
        ("SNOMEDCT:30", True),
        ("SNOMEDCT:40", True),
        ("SNOMEDCT:50", True),
        ("SNOMEDCT:60", False),
    ]
    assert relations == EDGES


def test_compressed_files_and_concepts_without_names(tmp_path: Path) -> None:
    folder = snapshot(tmp_path, {CONCEPT: [concept(10), concept(70)], DESCRIPTION: ROWS[DESCRIPTION]})
    file = folder / "Snapshot" / f"{DESCRIPTION}_{LAST}.txt"
    file.with_name(file.name + ".gz").write_bytes(gzip.compress(file.read_bytes()))
    file.unlink()
    concepts, relations, left_out = read(folder)
    assert (concepts, relations) == (EXPECTED[:1], [])
    assert left_out["concept without a name that is taken"] == [f"sct2_Concept_Snapshot_INT_{LAST}.txt:3"]


def test_attribute_without_a_name_is_called_by_its_id(tmp_path: Path) -> None:
    described_ = [row for row in ROWS[DESCRIPTION] if row[4] != SITE]
    _, relations, _ = read(snapshot(tmp_path, ROWS | {DESCRIPTION: described_}))
    assert [relation.predicate for relation in relations] == ["is_a", f"attribute_{SITE}"]


@pytest.mark.parametrize("missing", [CONCEPT, DESCRIPTION])
def test_missing_file_is_an_error(tmp_path: Path, missing: str) -> None:
    folder = snapshot(tmp_path, {name: rows for name, rows in ROWS.items() if name != missing})
    with pytest.raises(OntologyFormatError, match="no snapshot of") as caught:
        load(folder)
    assert (caught.value.path, caught.value.line) == (str(folder), 0)


@pytest.mark.parametrize("name", [CONCEPT, DESCRIPTION, DEFINITION, RELATIONSHIP, LANGUAGE, ASSOCIATION])
@pytest.mark.parametrize(
    ("broken", "problem"),
    [(lambda row: row[:-1], "columns; expected"), (lambda row: (*row, 1), "columns; expected")],
    ids=["truncated", "widened"],
)
def test_row_of_another_width_is_an_error(tmp_path: Path, name: str, broken, problem: str) -> None:
    rows = ROWS[name]
    folder = snapshot(tmp_path, ROWS | {name: [rows[0], broken(rows[0]), *rows[1:]]}, bom="\ufeff")
    with pytest.raises(OntologyFormatError, match=problem) as caught:
        read(folder)
    assert (caught.value.path.rpartition("/")[2], caught.value.line) == (f"{name.rpartition('/')[2]}_{LAST}.txt", 3)


@pytest.mark.parametrize(
    ("name", "row", "problem"),
    [
        (CONCEPT, ("C1", LAST, 1, 1, 1), "'C1' is no number"),
        (CONCEPT, ("", LAST, 1, 1, 1), "'' is no number"),
        (DESCRIPTION, described(9, "1" * 19, "x"), "is no number; expected one of 1 to 18 digits"),
        (RELATIONSHIP, (1, LAST, 1, 1, "x", 10, 0, IS_A, INFERRED, 1), "'x' is no number"),
    ],
)
def test_identifier_that_is_none_is_an_error(tmp_path: Path, name: str, row: tuple[object, ...], problem: str) -> None:
    with pytest.raises(OntologyFormatError) as caught:
        read(snapshot(tmp_path, ROWS | {name: [row]}))
    assert caught.value.line == 2
    assert problem in caught.value.problem


def test_other_header_and_other_encoding_are_errors(tmp_path: Path) -> None:
    file = snapshot(tmp_path) / "Snapshot" / f"{CONCEPT}_{LAST}.txt"
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"definitionStatusId", b"status"))
    with pytest.raises(OntologyFormatError, match=r"_Concept_.*:1: the header has columns id .*; expected id "):
        read(tmp_path)
    file.write_bytes(whole.replace(b"\r\n20\t", b"\r\n2\xe90\t"))
    with pytest.raises(OntologyFormatError, match=r"_Concept_.*:3: .*not UTF-8"):
        read(tmp_path)
