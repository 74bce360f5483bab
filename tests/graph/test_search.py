"""Whatever way the best names are found in, they are those of the contract."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from graph.search import NameSearch

words = st.text("aäbz", min_size=1, max_size=3)
names = st.lists(words, min_size=1, max_size=4).map(" ".join)
concepts = st.lists(st.lists(names, min_size=1, max_size=3), max_size=25)


@pytest.mark.parametrize(("few", "run"), [(1 << 14, 1000), (0, 1000), (0, 0)])
@given(concepts, st.lists(words, min_size=1, max_size=3).map(" ".join), st.integers(1, 5))
@settings(max_examples=60)
def test_every_way_gives_what_the_contract_says(memory_store, few, run, named, text, limit):
    ontology = Ontology(
        "o", concepts=tuple(Concept(f"A:{n:02}", first, (*more,)) for n, (first, *more) in enumerate(named))
    )
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr("graph.search._FEW", few)
        patch.setattr("graph.search._RUN", run)
        with EmbeddedGraphStore.from_ontologies(Path(folder), ontology) as store:
            found = store.search(text, limit=limit)
            assert found == memory_store(ontology).search(text, limit=limit)


def test_the_best_are_found_among_very_many(tmp_path):
    many = [f"acute x{n:05} syndrome of the {'long ' * (n % 7)}kind" for n in range(9000)]
    ontology = Ontology("o", concepts=tuple(Concept(f"A:{n:05}", name) for n, name in enumerate(many)))
    with EmbeddedGraphStore.from_ontologies(tmp_path, ontology) as store:
        best = sorted(range(9000), key=lambda n: (len(many[n]), n))
        assert NameSearch(store.snapshot).find("kind syn", 10) == best[:10]
        assert NameSearch(store.snapshot).find("acute", 10) == best[:10]
        assert NameSearch(store.snapshot).find("kind x08999", 10) == [8999]
        assert NameSearch(store.snapshot).find("kind of nothing", 10) == []
        assert NameSearch(store.snapshot).find("acute x0", 20_000) == best
