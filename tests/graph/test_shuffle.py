"""Control graphs keep what they promise to keep, and nothing else."""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import StoreError
from graph.ontology import Ontology
from graph.packaged import packaged_ontologies
from graph.relation import IS_A, Relation
from graph.retrieve import subgraph
from graph.shuffle import ShuffleReport, rewired, shuffled

Make = Callable[..., ShuffleReport]
Facts = set[tuple[str, str, str, str]]

TYPES = ("Chemical", "Gene", "Disease")


@st.composite
def stated(draw: st.DrawFn) -> Ontology:
    """An ontology of up to 14 concepts of three types, one of them retired, with up to 40 relations and no cycle."""
    n = draw(st.integers(2, 14))
    concepts = tuple(
        Concept(f"X:{i}", f"name {i}", types=(draw(st.sampled_from(TYPES)),), obsolete=i == 13) for i in range(n)
    )
    end = st.integers(0, n - 1)
    ends = st.tuples(end, end)
    predicate, source = st.sampled_from([IS_A, "treats", "binds"]), st.sampled_from(["one", "two"])
    rows = draw(st.lists(st.tuples(ends, predicate, source), max_size=40, unique=True))
    relations = [
        Relation(f"X:{max(s, o)}", p, f"X:{min(s, o)}", src, ("P:1",))
        if p == IS_A
        else Relation(f"X:{s}", p, f"X:{o}", src)
        for (s, o), p, src in rows
        if s != o or p != IS_A
    ]
    return Ontology("toy", "1", "", concepts, tuple(relations))


def facts(store: EmbeddedGraphStore) -> Facts:
    ids = [concept.id for concept in store.iterate()]
    return {(r.subject, r.predicate, r.object, r.source) for found in store.relations(ids) for r in found}


@contextmanager
def copied(make: Make, ontology: Ontology, *, seed: int) -> Iterator[tuple[EmbeddedGraphStore, EmbeddedGraphStore]]:
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        true = opened.enter_context(EmbeddedGraphStore.from_ontologies(folder / "true", ontology))
        make(true, folder / "copy", seed=seed)
        yield true, opened.enter_context(EmbeddedGraphStore.open(folder / "copy"))


def degrees(store: EmbeddedGraphStore) -> Counter[tuple[str, ...]]:
    """How often each concept is subject, and object, of a predicate of a source with an end of some type."""
    type_of = {concept.id: concept.types[0] for concept in store.iterate()}
    counts: Counter[tuple[str, ...]] = Counter()
    for s, p, o, source in facts(store):
        counts[s, "subject", p, source, type_of[o]] += 1
        counts[o, "object", p, source, type_of[s]] += 1
    return counts


@given(stated(), st.integers(0, 3))
@settings(max_examples=40)
def test_a_shuffle_keeps_every_degree_by_predicate_source_and_types(ontology: Ontology, seed: int) -> None:
    with copied(shuffled, ontology, seed=seed) as (true, copy):
        assert degrees(copy) == degrees(true)


@given(stated(), st.integers(0, 3))
@settings(max_examples=40)
def test_a_rewired_graph_keeps_what_each_concept_is_subject_of(ontology: Ontology, seed: int) -> None:
    with copied(rewired, ontology, seed=seed) as (true, copy):
        kept = [{key: n for key, n in degrees(store).items() if key[1] == "subject"} for store in (true, copy)]
        assert kept[0] == kept[1]


@given(stated(), st.sampled_from([shuffled, rewired]))
@settings(max_examples=40)
def test_a_copy_is_a_sound_graph_of_the_same_concepts(ontology: Ontology, make: Make) -> None:
    with copied(make, ontology, seed=1) as (true, copy):
        copy.verify()
        assert list(copy.iterate()) == list(true.iterate())
        assert copy.count() == true.count()
        loops = [{f for f in facts(store) if f[0] == f[2]} for store in (true, copy)]
        assert loops[0] == loops[1]


@given(stated(), st.sampled_from([shuffled, rewired]))
@settings(max_examples=30)
def test_the_same_seed_makes_the_same_graph_in_whatever_order_it_was_told(ontology: Ontology, make: Make) -> None:
    turned = Ontology("toy", "1", "", ontology.concepts[::-1], ontology.relations[::-1])
    with copied(make, ontology, seed=5) as (_, first), copied(make, turned, seed=5) as (_, second):
        assert first.release == second.release


def bipartite(n: int) -> Ontology:
    """n drugs with three targets each, and a hierarchy of two levels above them."""
    drugs = [Concept(f"D:{i:03}", f"drug {i}", types=("Chemical",)) for i in range(n)]
    genes = [Concept(f"G:{i:03}", f"gene {i}", types=("Gene",)) for i in range(n)]
    classes = [Concept(f"K:{i:03}", f"class {i}", types=("Chemical",)) for i in range(10)]
    targets = [Relation(f"D:{i:03}", "binds", f"G:{(i + k) % n:03}", "x") for i in range(n) for k in range(3)]
    below = [Relation(f"D:{i:03}", IS_A, f"K:{i % 9 + 1:03}", "x") for i in range(n)]
    top = [Relation(f"K:{i:03}", IS_A, "K:000", "x") for i in range(1, 10)]
    return Ontology("toy", "1", "", (*drugs, *genes, *classes), (*targets, *below, *top))


@pytest.mark.parametrize("make", [shuffled, rewired])
def test_little_stays_true_and_the_report_says_how_much(make: Make, tmp_path: Path) -> None:
    with EmbeddedGraphStore.from_ontologies(tmp_path / "true", bipartite(100)) as store:
        report = make(store, tmp_path / "copy", seed=3)
        with EmbeddedGraphStore.open(tmp_path / "copy") as copy:
            both = facts(copy) & facts(store)
        assert report.unchanged == len(both)
        assert report.relations == 409
        by_predicate = Counter(predicate for _, predicate, _, _ in both)
        assert report.by_predicate == (("binds", 300, by_predicate["binds"]), (IS_A, 109, by_predicate[IS_A]))
        assert by_predicate["binds"] < 30


@pytest.mark.parametrize("make", [shuffled, rewired])
def test_another_seed_makes_another_graph(make: Make, tmp_path: Path) -> None:
    with EmbeddedGraphStore.from_ontologies(tmp_path / "true", bipartite(100)) as store:
        for seed in (1, 2):
            make(store, tmp_path / str(seed), seed=seed)
    with EmbeddedGraphStore.open(tmp_path / "1") as one, EmbeddedGraphStore.open(tmp_path / "2") as two:
        assert facts(one) != facts(two)
        assert "seed 1" in str(one.sources)


def test_every_outcome_of_a_small_shuffle_is_about_as_likely(tmp_path: Path) -> None:
    """Three drugs with a target each: 3! ways to give the targets away."""
    drugs = [Concept(f"D:{i}", "drug", types=("Chemical",)) for i in range(3)]
    genes = [Concept(f"G:{i}", "gene", types=("Gene",)) for i in range(3)]
    relations = tuple(Relation(f"D:{i}", "binds", f"G:{i}", "x") for i in range(3))
    seen: Counter[frozenset[tuple[str, str, str, str]]] = Counter()
    with EmbeddedGraphStore.from_ontologies(
        tmp_path / "true", Ontology("toy", "", "", (*drugs, *genes), relations)
    ) as s:
        for seed in range(120):
            shuffled(s, tmp_path / str(seed), seed=seed)
            with EmbeddedGraphStore.open(tmp_path / str(seed)) as copy:
                seen[frozenset(facts(copy))] += 1
    assert len(seen) == 6
    assert min(seen.values()) >= 8  # 20 expected of each; below 8 once in a thousand draws


def test_what_admits_no_other_graph_stays_as_it_is(tmp_path: Path) -> None:
    """Every drug with every gene but one: objects can be given away in one way only."""
    drugs = [Concept(f"D:{i}", "drug", types=("Chemical",)) for i in range(4)]
    genes = [Concept(f"G:{i}", "gene", types=("Gene",)) for i in range(3)]
    relations = tuple(Relation(d.id, "binds", g.id, "x") for d in drugs for g in genes)
    with EmbeddedGraphStore.from_ontologies(
        tmp_path / "true", Ontology("toy", "", "", (*drugs, *genes), relations)
    ) as s:
        for make in (shuffled, rewired):
            report = make(s, tmp_path / make.__name__, seed=1)
            assert report.unchanged == report.relations == 12


def test_there_must_be_no_graph_yet(tmp_path: Path) -> None:
    with EmbeddedGraphStore.from_ontologies(tmp_path / "true", bipartite(5)) as store:
        with pytest.raises(StoreError, match="already"):
            shuffled(store, tmp_path / "true", seed=1)
        assert facts(store)


def test_a_graph_whose_manifest_knows_no_digest_of_concepts_gives_the_same_copy(tmp_path: Path) -> None:
    releases = set()
    for name in ("new", "old"):
        EmbeddedGraphStore.from_ontologies(tmp_path / name, bipartite(5)).close()
        if name == "old":
            (manifest,) = (tmp_path / name).rglob("manifest.json")
            text = manifest.read_text()
            before, _, after = text.partition(', "concepts": "')
            manifest.write_text(before + after.partition('"')[2])
        with EmbeddedGraphStore.open(tmp_path / name) as store:
            shuffled(store, tmp_path / f"{name}-copy", seed=1)
        with EmbeddedGraphStore.open(tmp_path / f"{name}-copy") as copy:
            copy.verify()
            releases.add(copy.release)
    assert len(releases) == 1


@pytest.fixture(scope="module")
def sample() -> list[Ontology]:
    """The concepts of the packaged graph that a therapy is stated of, and all above them."""
    mesh, therapies = packaged_ontologies()
    above = defaultdict(set)
    for relation in mesh.relations:
        above[relation.subject].add(relation.object)
    kept, ahead = set(), sorted({end for r in therapies.relations for end in (r.subject, r.object)})
    while ahead:
        id = ahead.pop()
        ahead += above[id] - kept
        kept.add(id)
    concepts = tuple(c for c in mesh.concepts if c.id in kept)
    relations = tuple(r for r in mesh.relations if r.subject in kept and r.object in kept)
    return [Ontology("MeSH", "", "", concepts, relations), therapies]


def test_the_packaged_graph_is_shuffled(sample: list[Ontology], tmp_path: Path) -> None:
    with EmbeddedGraphStore.from_ontologies(tmp_path / "true", *sample) as store:
        report = shuffled(store, tmp_path / "copy", seed=11)
        shares = {predicate: unchanged / relations for predicate, relations, unchanged in report.by_predicate}
        assert shares["treats"] < 0.15
        assert shares[IS_A] < 0.25
        with EmbeddedGraphStore.open(tmp_path / "copy") as copy:
            copy.verify()
            seed = next(r.subject for r in sample[1].relations)
            assert len(subgraph(copy, [seed], budget=20).concepts) > 5
