"""Lexicons: what is in them, where they come from, and files that cannot be trusted."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lexicons import CHEMICAL, DISEASE, TOYS, lexicon_of

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from ingest.errors import LexiconError
from ingest.lexicon import Lexicon
from ingest.names import compile_names
from ingest.normalize import key


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedGraphStore:
    return EmbeddedGraphStore.from_ontologies(tmp_path / "graph", Ontology("toys", concepts=TOYS))


def ids(lexicon: Lexicon, name: str) -> list[str]:
    (place,) = lexicon.find([key(name)])
    return [] if place < 0 else [lexicon.ids[name.concept] for name in lexicon.rows(place)]


def test_every_name_of_a_store_is_found(store: EmbeddedGraphStore, tmp_path: Path) -> None:
    lexicon = Lexicon.compile(store, tmp_path / "names")
    assert lexicon.release == store.release
    for concept in TOYS:
        assert all(concept.id in ids(lexicon, name) for name in (concept.name, *concept.synonyms))
        assert lexicon.name(concept.id) == concept.name
    assert ids(lexicon, "no such name") == []
    assert lexicon.name("MESH:D999999") == ""


def test_reopening_gives_the_same(store: EmbeddedGraphStore, tmp_path: Path) -> None:
    Lexicon.compile(store, tmp_path / "names", types=frozenset(CHEMICAL))
    lexicon = Lexicon.open(tmp_path / "names", release=store.release)
    assert ids(lexicon, "calcium") == ["MESH:D002118"]
    assert ids(lexicon, "anemia") == []
    assert [path.name for path in tmp_path.iterdir() if "names" in path.name] == ["names"]


def test_another_release_is_refused(store: EmbeddedGraphStore, tmp_path: Path) -> None:
    Lexicon.compile(store, tmp_path / "names")
    with pytest.raises(LexiconError, match=r"names: made from graph release .*, not 0123"):
        Lexicon.open(tmp_path / "names", release="0123")


@pytest.mark.parametrize(("start", "end"), [(0, 0), (0, -1), (0, 20), (0, 200), (1, None)])
def test_a_damaged_file_is_refused(store: EmbeddedGraphStore, tmp_path: Path, start: int, end: int | None) -> None:
    path = tmp_path / "names"
    Lexicon.compile(store, path)
    path.write_bytes(path.read_bytes()[start:end])
    with pytest.raises(LexiconError, match="names: "):
        Lexicon.open(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="nowhere"):
        Lexicon.open(tmp_path / "nowhere")


@settings(max_examples=30)
@given(st.permutations(TOYS), st.permutations([("APAP", "MESH:D000082"), ("HC", "MESH:D006816"), ("x", "NEW:1")]))
def test_order_changes_nothing(concepts: list[Concept], extra: list[tuple[str, str]]) -> None:
    meta, arrays = compile_names(concepts, types=None, extra_names=extra)
    expected_meta, expected = compile_names(TOYS, types=None, extra_names=sorted(extra))
    assert meta == expected_meta
    assert {name: array.tobytes() for name, array in arrays.items()} == {
        name: array.tobytes() for name, array in expected.items()
    }


def test_retired_concepts_lend_their_names_to_what_took_over() -> None:
    lexicon = lexicon_of(
        Concept("M:3", "quetiapine", ("Seroquel",), CHEMICAL),
        Concept("M:1", "ICI 204,636", types=CHEMICAL, obsolete=True, replaced_by="M:2"),
        Concept("M:2", "quetiapin", obsolete=True, replaced_by="M:3"),
        Concept("M:4", "forgotten", obsolete=True),
    )
    assert ids(lexicon, "ICI 204636") == []
    assert ids(lexicon, "ici-204,636") == ["M:3"]
    assert ids(lexicon, "forgotten") == []
    assert [lexicon.current(id) for id in ("M:1", "M:2", "M:3", "M:4", "M:5")] == ["M:3", "M:3", "M:3", "M:4", "M:5"]


def test_extra_names_are_counted_and_may_bring_new_concepts() -> None:
    extra = [("anaemic", "MESH:D000740")] * 2 + [("odd", "OMIM:1")]
    lexicon = lexicon_of(*TOYS, extra_names=extra)
    (name,) = lexicon.rows(lexicon.find([key("anaemic")])[0])
    assert (name.text, name.seen, name.preferred) == ("anaemic", 2, False)
    assert ids(lexicon, "odd") == ["OMIM:1"]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=12))
def test_any_names(names: list[str]) -> None:
    lexicon = lexicon_of(Concept("M:1", names[0], tuple(names[1:]), DISEASE))
    assert all(ids(lexicon, name) or not key(name) for name in names)
    assert {name.text for place in range(len(lexicon.keys)) for name in lexicon.rows(place)} == {
        name for name in names if key(name)
    }
