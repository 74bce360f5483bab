"""Subgraphs and paths from the whole of MeSH: the embedded store, SQLite alone, and networkx in memory.

    python benchmarks/subgraph.py

All three see the same relations in the same stored order, under the same retrieval code (graph/retrieve.py), and their
answers are compared before any time is taken. What differs is where a neighbourhood comes from: memory-mapped arrays,
an indexed SQLite table asked as retrieval goes, or a networkx.MultiDiGraph with a sorted neighbour list on every node.
The three take turns question by question, so that what else runs on the machine disturbs them alike; each has
answered a question once before it is timed.

Questions, drawn from concepts with at least two relations: a subgraph of 64 concepts around three of them, two hops;
the same with the paths between a pair; the paths between two concepts at random, and between two that a walk of one to
three edges joins. `cpu` is time of this thread, `wall` what a clock shows; milliseconds.
"""

import argparse
import json
import os
import platform
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Sequence, Set
from pathlib import Path
from typing import Any

import networkx as nx

from graph.adjacency import Facts
from graph.embedded_store import EmbeddedGraphStore
from graph.formats.mesh import read_mesh
from graph.retrieve import paths, subgraph
from graph.snapshot import Snapshot

RESULTS = Path(__file__).parent / "results" / "subgraph.json"
DATA = os.environ.get("KGBERT_DATA") or Path(__file__).parents[2] / "shared" / "data"
Row = tuple[int, int, int, int]


class Numbered:
    """What the two alternatives share: handles are the snapshot's numbers, names come from it too."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.predicate, self.source = snapshot.predicates.__getitem__, snapshot.sources.__getitem__

    def adjacency(self, predicates: frozenset[str] | None, excluded_sources: frozenset[str]) -> "Numbered":
        if predicates is not None or excluded_sources:
            raise ValueError("only whole graphs are compared")
        return self

    def nodes(self, ids: Sequence[str]) -> list[int]:
        return [number for id in ids if (number := self.snapshot.index(id)) is not None]

    def load(self, nodes: Iterable[int]) -> None:
        pass

    def within(self, node: int, inside: Set[int]) -> bool:
        return inside.issuperset(self.neighbours(node))


class Networkx(Numbered):
    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self.graph = nx.MultiDiGraph()
        everything = range(snapshot.n_concepts)
        for n in everything:
            facts = snapshot.id(n), snapshot.name(n), snapshot.types(n)
            self.graph.add_node(n, facts=facts, neighbours=snapshot.others(n).tolist())
        for subject, predicate, object_, source in snapshot.among(everything):
            self.graph.add_edge(subject, object_, predicate=predicate, source=source)

    def degree(self, node: int) -> int:
        return int(self.graph.degree[node])

    def neighbours(self, node: int) -> Sequence[int]:
        return self.graph.nodes[node]["neighbours"]

    def among(self, nodes: Collection[int]) -> list[Row]:
        return [
            (subject, edge["predicate"], object_, edge["source"])
            for subject in nodes
            for object_, edges in self.graph.succ[subject].items()
            if object_ in nodes
            for edge in edges.values()
        ]

    def facts(self, nodes: Sequence[int]) -> list[Facts]:
        return [self.graph.nodes[node]["facts"] for node in nodes]


class Sqlite(Numbered):
    def __init__(self, snapshot: Snapshot, path: Path) -> None:
        super().__init__(snapshot)
        self.connection = sqlite3.connect(path)
        self.connection.executescript(
            "CREATE TABLE concept (n INTEGER PRIMARY KEY, id TEXT, name TEXT, types TEXT, degree INTEGER);"
            "CREATE TABLE neighbour (n INTEGER, rank INTEGER, other INTEGER, PRIMARY KEY (n, rank)) WITHOUT ROWID;"
            "CREATE TABLE relation (s INTEGER, o INTEGER, p INTEGER, source INTEGER, PRIMARY KEY (s, o, p, source))"
            " WITHOUT ROWID; PRAGMA mmap_size = 2000000000; PRAGMA cache_size = -200000;"
        )
        s, everything = snapshot, range(snapshot.n_concepts)
        concepts = ((n, s.id(n), s.name(n), json.dumps(s.types(n)), s.degree(n)) for n in everything)
        neighbours = ((n, rank, other) for n in everything for rank, other in enumerate(s.others(n)))
        relations = ((subject, o, p, source) for subject, p, o, source in s.among(everything))
        with self.connection:
            self.connection.executemany("INSERT INTO concept VALUES (?, ?, ?, ?, ?)", concepts)
            self.connection.executemany("INSERT INTO neighbour VALUES (?, ?, ?)", neighbours)
            self.connection.executemany("INSERT INTO relation VALUES (?, ?, ?, ?)", relations)

    def degree(self, node: int) -> int:
        return int(self.connection.execute("SELECT degree FROM concept WHERE n = ?", (node,)).fetchone()[0])

    def neighbours(self, node: int) -> Sequence[int]:
        rows = self.connection.execute("SELECT other FROM neighbour WHERE n = ? ORDER BY rank", (node,))
        return [other for (other,) in rows]

    def among(self, nodes: Collection[int]) -> list[Row]:
        marks = ",".join("?" * len(nodes))
        query = f"SELECT s, p, o, source FROM relation WHERE s IN ({marks}) AND o IN ({marks})"
        return self.connection.execute(query, (*nodes, *nodes)).fetchall()

    def facts(self, nodes: Sequence[int]) -> list[Facts]:
        marks = ",".join("?" * len(nodes))
        rows = self.connection.execute(f"SELECT n, id, name, types FROM concept WHERE n IN ({marks})", tuple(nodes))
        found = {n: (id, name, tuple(json.loads(types))) for n, id, name, types in rows}
        return [found[node] for node in nodes]


def questions(snapshot: Snapshot, n: int, seed: int) -> dict[str, list[Callable[[Any], Any]]]:
    """Return ``n`` questions of each kind."""
    dice = random.Random(seed)
    linked = [number for number in range(snapshot.n_concepts) if snapshot.degree(number) > 1]

    def walk(number: int, n_edges: int) -> int:
        for _ in range(n_edges):
            others = snapshot.others(number)
            number = others[dice.randrange(len(others))]
        return number

    def ids(*numbers: int) -> list[str]:
        return [snapshot.id(number) for number in numbers]

    triples = [ids(*(dice.choice(linked) for _ in range(3))) for _ in range(n)]
    strangers = [ids(dice.choice(linked), dice.choice(linked)) for _ in range(n)]
    relatives = [ids(start, walk(start, dice.randint(1, 3))) for start in dice.choices(linked, k=n)]
    return {
        "subgraph": [lambda store, s=s: subgraph(store, s) for s in triples],
        "subgraph with a pair": [lambda store, s=s: subgraph(store, s, pairs=[(s[0], s[1])]) for s in relatives],
        "paths, at random": [lambda store, s=s: paths(store, *s) for s in strangers],
        "paths, joined": [lambda store, s=s: paths(store, *s) for s in relatives],
    }


def measure(stores: dict[str, Any], asked: list[Callable[[Any], Any]]) -> dict[str, Any]:
    """Ask every store every question, in turn, and return the times in milliseconds."""
    times: dict[str, dict[str, list[float]]] = {name: {"wall": [], "cpu": []} for name in stores}
    for question in asked:
        answers = [question(store) for store in stores.values()]
        if any(answer != answers[0] for answer in answers):
            raise AssertionError("the stores disagree")
        for name, store in stores.items():
            wall, cpu = time.perf_counter(), time.thread_time()
            question(store)
            times[name]["cpu"].append(round((time.thread_time() - cpu) * 1e3, 4))
            times[name]["wall"].append(round((time.perf_counter() - wall) * 1e3, 4))
    return times


def quantiles(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {f"p{q}": round(ordered[min(len(ordered) * q // 100, len(ordered) - 1)], 3) for q in (50, 99)}


def clocked(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Return what ``work`` returns, and the seconds that it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, {"wall": round(time.perf_counter() - wall, 4), "cpu": round(time.process_time() - cpu, 4)}


def opened_and_asked(path: Path, id: str) -> None:
    with EmbeddedGraphStore.open(path) as store:
        subgraph(store, [id])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder that holds ontologies/mesh")
    parser.add_argument("--questions", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    folder = Path(arguments.data) / "ontologies" / "mesh"
    mesh = read_mesh(folder / "mesh_descriptors.tsv.gz", folder / "mesh_supplementary.tsv.gz")
    megabytes_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "graph"
        store, build = clocked(lambda: EmbeddedGraphStore.from_ontologies(path, mesh))
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sqlite, sqlite_build = clocked(lambda: Sqlite(store.snapshot, Path(scratch) / "alternative.sqlite"))
        network, network_build = clocked(lambda: Networkx(store.snapshot))
        some_id = store.snapshot.id(store.snapshot.n_concepts // 2)
        report: dict[str, Any] = {
            "machine": {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()},
            "graph": store.count()._asdict() | {"release": store.release},
            "build_s": {"embedded": build, "sqlite": sqlite_build, "networkx": network_build},
            "build_mb": {"ontology in memory": round(megabytes_before), "peak": round(megabytes)},
            "disk_mb": {f.name: round(f.stat().st_size / 1e6, 1) for f in path.rglob("*") if f.is_file()},
            "open_ms": [clocked(lambda: EmbeddedGraphStore.open(path).close())[1]["wall"] * 1e3 for _ in range(50)],
            "open_and_ask_ms": [clocked(lambda: opened_and_asked(path, some_id))[1]["wall"] * 1e3 for _ in range(50)],
            "times_ms": {},
        }
        stores = {"embedded": store, "sqlite": sqlite, "networkx": network}
        for kind, asked in questions(store.snapshot, arguments.questions, arguments.seed).items():
            report["times_ms"][kind] = measure(stores, asked)
    report["summary"] = show(report)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(report) + "\n", encoding="utf-8")


def show(report: dict[str, Any]) -> dict[str, Any]:
    """Print and return the quantiles, and how many times longer the alternatives take."""
    print(
        f"graph {report['graph']}\nbuilt in s {report['build_s']}, MB {report['build_mb']}, disk MB {report['disk_mb']}"
    )
    summary: dict[str, Any] = {name: quantiles(report[name]) for name in ("open_ms", "open_and_ask_ms")}
    print(f"open {summary['open_ms']} ms; open and ask {summary['open_and_ask_ms']} ms")
    heads = ("wall p50", "p99", "cpu p50", "p99", "times: wall p50", "p99", "cpu p50", "p99")
    print(" " * 34 + "".join(f"{head:>{width}}" for head, width in zip(heads, (10,) * 4 + (16, 8, 8, 8), strict=True)))
    for kind, times in report["times_ms"].items():
        found = {name: {clock: quantiles(t) for clock, t in clocks.items()} for name, clocks in times.items()}
        summary[kind] = found
        for name, clocks in found.items():
            cells = [(clock, q) for clock in ("wall", "cpu") for q in ("p50", "p99")]
            ratios = [clocks[clock][q] / found["embedded"][clock][q] for clock, q in cells]
            columns = "".join(f"{clocks[clock][q]:10.3f}" for clock, q in cells)
            print(f"{kind:24}{name:10}{columns}{ratios[0]:16.1f}" + "".join(f"{ratio:8.1f}" for ratio in ratios[1:]))
    return summary


if __name__ == "__main__":
    main()
