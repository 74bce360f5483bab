"""Stores to test: the embedded one, and a slow one of plain dicts that says what the contract means."""

import contextlib
import dataclasses
import hashlib
import json
import struct
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.errors import CycleError
from graph.merge import merge
from graph.neo4j.store import Neo4jGraphStore
from graph.ontology import Ontology
from graph.open_graph import clear_graph
from graph.relation import IS_A, Relation
from graph.search import fold
from graph.store import Counts, Source


class MemoryGraphStore:
    """The contract in plain words; everything is worked out anew at every question."""

    def __init__(self, *ontologies: Ontology) -> None:
        self._ontologies: tuple[Ontology, ...] = ()
        self.add(*ontologies)

    @property
    def release(self) -> str:
        concepts, relations = list(self.iterate()), sorted(self._relations(), key=by_ends)
        lines = [dataclasses.astuple(concept) for concept in concepts]
        ids = [concept.id for concept in concepts]
        predicates = sorted({relation.predicate for relation in relations})
        sources = sorted({relation.source for relation in relations})
        columns = (
            [ids.index(r.subject) for r in relations],
            [ids.index(r.object) for r in relations],
            [predicates.index(r.predicate) for r in relations],
            [sources.index(r.source) for r in relations],
        )
        cited = [(row, relation.evidence) for row, relation in enumerate(relations) if relation.evidence]
        packed = b"".join(struct.pack("<i", value) for column in columns for value in column)
        said = json_lines(lines), json_lines([predicates, sources]) + packed + json_lines(cited)
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in said)).hexdigest()

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(sorted({Source(o.name, o.version, o.licence) for o in self._ontologies}))

    def add(self, *ontologies: Ontology) -> None:
        before, self._ontologies = self._ontologies, (*self._ontologies, *ontologies)
        cycle = self._cycle()
        if cycle:
            self._ontologies = before
            raise CycleError("memory", cycle)

    def concepts(self, ids):
        found = {concept.id: concept for concept in self.iterate()}
        return [found.get(id) for id in ids]

    def relations(self, ids):
        everything = self._relations()
        degree = Counter(end for relation in everything for end in {relation.subject, relation.object})
        return [self._neighbour_order(id, everything, degree) for id in ids]

    def search(self, text, *, limit=10):
        wanted, best = fold(text), {}
        for concept in self.iterate():
            for name in () if concept.obsolete or not wanted else (concept.name, *concept.synonyms):
                words = fold(name)
                if all(any(word.startswith(part) for word in words.split()) for part in wanted.split()):
                    rank = (words != wanted, not words.startswith(wanted), len(words), concept.id)
                    best[concept] = min(rank, best.get(concept, rank))
        return sorted(best, key=best.__getitem__)[: max(limit, 0)]

    def iterate(self):
        said = defaultdict(list)
        for ontology in self._ontologies:
            for concept in ontology.concepts:
                said[concept.id].append((ontology.name, concept))
        return iter([merge(said[id]) for id in sorted(said)])

    def count(self):
        concepts = list(self.iterate())
        names = sum(bool(concept.name) + len(concept.synonyms) for concept in concepts)
        return Counts(len(concepts), sum(c.obsolete for c in concepts), names, len(self._relations()))

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def _relations(self):
        live = {concept.id for concept in self.iterate() if not concept.obsolete}
        evidence = defaultdict(set)
        for ontology in self._ontologies:
            for r in ontology.relations:
                if {r.subject, r.object} <= live:
                    evidence[r.subject, r.predicate, r.object, r.source].update(r.evidence)
        return [Relation(*key, evidence=tuple(sorted(evidence[key]))) for key in sorted(evidence)]

    def _cycle(self):
        broader = defaultdict(list)
        for relation in self._relations():
            if relation.predicate == IS_A:
                broader[relation.subject].append(relation.object)
        for start in sorted(broader):
            walks = {start: [start]}
            for at in walks_growing(walks, broader):
                if start in broader[at]:
                    return [*walks[at], start]
        return []

    @staticmethod
    def _neighbour_order(id, relations, degree):
        def other(relation):
            return relation.object if relation.subject == id else relation.subject

        groups = defaultdict(list)
        for relation in relations:
            if id in (relation.subject, relation.object):
                groups[relation.predicate, relation.subject != id].append(relation)
        dealt = []
        for group, members in groups.items():
            others = sorted({other(relation) for relation in members}, key=lambda end: (degree[end], end))
            dealt += [(others.index(other(r)), *group, r.source, r) for r in members]
        return [relation for *_, relation in sorted(dealt, key=lambda row: row[:-1])]


def by_ends(relation: Relation) -> tuple[str, str, str, str]:
    return relation.subject, relation.object, relation.predicate, relation.source


def json_lines(values: list[Any]) -> bytes:
    return b"".join(json.dumps(v, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for v in values)


def walks_growing(walks, broader):
    """Yield what is reached, while ``walks`` learns a way to each."""
    queue = list(walks)
    for at in queue:
        yield at
        for above in broader.get(at, ()):
            if above not in walks:
                walks[above] = [*walks[at], above]
                queue.append(above)


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_disks() -> Iterator[None]:
    """No test can cut the power, so none waits until the disk has written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def memory_store() -> Callable[..., MemoryGraphStore]:
    return MemoryGraphStore


@pytest.fixture(params=["embedded", "memory", "neo4j"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def n_examples(kind: str) -> int:
    """How many random graphs a property is tried on: a server takes its time over each."""
    return 5 if kind == "neo4j" else 40


@pytest.fixture
def make_store(kind: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., object]]:
    """Makes stores of each kind that hold the given ontologies; on a server the last one made is the one there is."""
    if kind == "neo4j":
        yield from neo4j_stores(request.getfixturevalue("neo4j_address"))
        return
    with tempfile.TemporaryDirectory() as folder:
        n_made = iter(range(1_000_000))

        def embedded(*ontologies: Ontology) -> EmbeddedGraphStore:
            return EmbeddedGraphStore.from_ontologies(Path(folder) / str(next(n_made)), *ontologies)

        yield embedded if kind == "embedded" else MemoryGraphStore


@pytest.fixture
def make_neo4j_store(neo4j_address: str) -> Iterator[Callable[..., Neo4jGraphStore]]:
    """Makes stores on the server, one after the other."""
    yield from neo4j_stores(neo4j_address)


def neo4j_stores(address: str) -> Iterator[Callable[..., Neo4jGraphStore]]:
    with contextlib.ExitStack() as made:

        def make(*ontologies: Ontology) -> Neo4jGraphStore:
            made.close()
            clear_graph(address)
            return made.enter_context(Neo4jGraphStore.from_ontologies(address, *ontologies))

        yield make


def graphs(n_ids: int = 5, max_relations: int = 30) -> st.SearchStrategy[list[Ontology]]:
    """Return a strategy for up to three ontologies that overlap, dangle, retire and repeat themselves."""
    ids = [f"{prefix}{n}" for prefix in ("A:", "A:Ä") for n in range(n_ids)]
    texts = st.sampled_from(["", "heart", "Heart failure", "coeur", "Cœur", "β-blocker", "a"])
    end, source = st.sampled_from(ids), st.sampled_from(["", "x", "y"])

    def concept(id: str, name: str, synonyms: list[str], type: str, fate: str | None) -> Concept:
        obsolete = fate is not None
        return Concept(id, name, tuple(synonyms), (type,) if type else (), obsolete=obsolete, replaced_by=fate or None)

    fates = st.sampled_from([None] * 9 + ["", *ids[:3]])
    concepts = st.lists(st.builds(concept, end, texts, st.lists(texts, max_size=2), texts, fates), max_size=14)
    predicate, evidence = st.sampled_from(["part_of", "treats", "causes"]), st.sampled_from([(), ("P:2", "P:1")])
    relation = st.builds(Relation, end, predicate, end, source, evidence)
    # Always towards the lower id, so that no hierarchy has a cycle.
    two = st.sets(end, min_size=2, max_size=2)
    is_a = st.builds(lambda ends, source: Relation(max(ends), IS_A, min(ends), source), two, source)
    relations = st.lists(st.one_of(relation, is_a), max_size=max_relations)
    ontology = st.builds(
        lambda name, c, r: Ontology(name, "1", "", tuple(c), tuple(r)), st.sampled_from("nmo"), concepts, relations
    )
    return st.lists(ontology, min_size=1, max_size=3)


@pytest.fixture(scope="session")
def ontologies_strategy() -> Callable[..., st.SearchStrategy[list[Ontology]]]:
    return graphs
