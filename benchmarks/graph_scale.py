"""A graph of 300,000 concepts and one of the size of UMLS: built from RRF files, opened, and asked.

    python benchmarks/graph_scale.py --work FOLDER                            # 300,000 concepts, 2.0 M relations
    python benchmarks/graph_scale.py --work FOLDER --concepts 4000000         # 15 M names, 30 M relations
    python benchmarks/graph_scale.py --work FOLDER --concepts 4000000 --against sqlite

scripts/make_umls.py makes the release up (kept in FOLDER, so that a second run needs no minutes for it); `kgbert graph
build` compiles it, as a process whose peak memory is read afterwards. Then the embedded store and the alternatives, in
the same run, answer the same questions, in turn, and must agree (the embedded store is asked alone before, too: the
others' memory drives it out of the processor's caches): subgraphs and paths as in benchmarks/subgraph.py
(plain SQLite with an indexed table of sorted neighbours, networkx in memory, ladybug with the neighbours of a node in
a list), and fewer name searches (SQLite's FTS5 with the same ranking, which reads all matches to rank them). networkx,
ladybug and FTS5 are left out above a million concepts. Raw results go to
benchmarks/results/graph-scale-CONCEPTS.json as they come.
"""

import argparse
import json
import os
import platform
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from graph.adjacency import Facts
from graph.embedded_store import EmbeddedGraphStore
from graph.search import NameSearch, fold
from graph.snapshot import Snapshot
from subgraph import Networkx, Numbered, Row, Sqlite, clocked, measure, quantiles, questions

ROOT = Path(__file__).parents[1]
LARGE, FEW = 1_000_000, 50


class Ladybug(Numbered):
    def __init__(self, snapshot: Snapshot, folder: Path) -> None:
        import ladybug
        import numpy as np
        import pyarrow as pa
        from pyarrow import parquet

        super().__init__(snapshot)
        folder.mkdir()
        everything = range(snapshot.n_concepts)
        start, columns = snapshot.relations()
        near = pa.LargeListArray.from_arrays(
            pa.array(np.asarray(start)), pa.array(np.asarray(columns.other), pa.int64())
        )
        nodes = {
            "n": pa.array(np.arange(snapshot.n_concepts)),
            "id": [snapshot.id(n) for n in everything],
            "name": [snapshot.name(n) for n in everything],
            "types": [json.dumps(snapshot.types(n)) for n in everything],
            "near": near.cast(pa.list_(pa.int64())),
        }
        parquet.write_table(pa.table(nodes), folder / "nodes.parquet")
        united = snapshot.united({})
        live = slice(united.n_live)
        names = ("subject", "object", "predicate", "source")
        edges = {name: pa.array(getattr(united, name)[live].astype(np.int64)) for name in names}
        parquet.write_table(pa.table(edges), folder / "edges.parquet")
        self.connection = ladybug.Connection(ladybug.Database(str(folder / "graph.lbug")))
        for command in (
            "CREATE NODE TABLE Concept(n INT64, id STRING, name STRING, types STRING, near INT64[], PRIMARY KEY(n))",
            "CREATE REL TABLE Rel(FROM Concept TO Concept, predicate INT64, source INT64)",
            f"COPY Concept FROM '{folder / 'nodes.parquet'}'",
            f"COPY Rel FROM '{folder / 'edges.parquet'}'",
        ):
            self.connection.execute(command)

    def ask(self, query: str, **parameters: Any) -> list[list[Any]]:
        return list(self.connection.execute(query, parameters))

    def degree(self, node: int) -> int:
        return int(self.ask("MATCH (c:Concept {n: $n}) RETURN size(c.near)", n=node)[0][0])

    def neighbours(self, node: int) -> Sequence[int]:
        return list(self.ask("MATCH (c:Concept {n: $n}) RETURN c.near", n=node)[0][0])

    def among(self, nodes: Collection[int]) -> list[Row]:
        query = (
            "UNWIND CAST($nodes AS INT64[]) AS n MATCH (s:Concept {n: n})-[r:Rel]->(o:Concept)"
            " WHERE list_contains(CAST($nodes AS INT64[]), o.n) RETURN s.n, r.predicate, o.n, r.source"
        )
        return [(s, p, o, source) for s, p, o, source in self.ask(query, nodes=list(nodes))]

    def facts(self, nodes: Sequence[int]) -> list[Facts]:
        rows = self.ask(
            "UNWIND CAST($nodes AS INT64[]) AS n MATCH (c:Concept {n: n}) RETURN c.n, c.id, c.name, c.types",
            nodes=list(nodes),
        )
        found = {n: (id, name, tuple(json.loads(types))) for n, id, name, types in rows}
        return [found[node] for node in nodes]


class EmbeddedNames:
    def __init__(self, snapshot: Snapshot) -> None:
        self.names = NameSearch(snapshot)

    def find(self, text: str) -> list[int]:
        return self.names.find(text, 10)


class SqliteNames:
    """FTS5 over the same folded names, in the store's order."""

    def __init__(self, snapshot: Snapshot, path: Path) -> None:
        self.connection = sqlite3.connect(path)
        self.connection.executescript(
            "CREATE TABLE name (id INTEGER PRIMARY KEY, concept INTEGER, words TEXT);"
            "CREATE VIRTUAL TABLE word USING fts5(words, content='', detail=none, columnsize=0, tokenize='ascii');"
            "PRAGMA mmap_size = 4000000000; PRAGMA cache_size = -200000;"
        )
        start, data, concept = (snapshot.column(name) for name in ("text_start", "text_bytes", "text_concept"))
        rows = ((n, concept[n], str(data[start[n] : start[n + 1]], "utf-8")) for n in range(len(concept)))
        with self.connection:
            self.connection.executemany("INSERT INTO name VALUES (?, ?, ?)", rows)
            self.connection.execute("INSERT INTO word (rowid, words) SELECT id, words FROM name")

    def find(self, text: str) -> list[int]:
        words = fold(text)
        rows = self.connection.execute(
            "SELECT name.concept FROM word JOIN name ON name.id = word.rowid WHERE word MATCH ? GROUP BY name.concept"
            " ORDER BY min((substr(name.words, 1, ?) <> ?) * 1000000000 + length(name.words)), name.concept LIMIT 10",
            (" AND ".join(f'"{word}"*' for word in words.split()), len(words), words),
        )
        return [number for (number,) in rows]


def searches(snapshot: Snapshot, n: int, seed: int) -> dict[str, list[Callable[[Any], Any]]]:
    """Return ``n`` searches of each kind, made of the names of concepts that were drawn."""
    dice = random.Random(seed)
    names = []
    while len(names) < n:
        name = fold(snapshot.name(dice.randrange(snapshot.n_concepts)))
        if len(name.split()) > 1:
            names.append(name)

    def cut(name: str, low: int, high: int) -> str:
        return name[: dice.randint(low, high)].strip()

    def parts(name: str) -> str:
        words = dice.sample(name.split(), 2)
        return " ".join(word[: dice.randint(1, len(word))] for word in words)

    texts = {
        "names, first 1 to 3 letters": [cut(name, 1, 3) for name in names],
        "names, first 4 to 8 letters": [cut(name, 4, 8) for name in names],
        "names, whole": names,
        "names, two of their words cut": [parts(name) for name in names],
    }
    return {kind: [lambda store, t=text: store.find(t) for text in found] for kind, found in texts.items()}


def built(source: Path, out: Path) -> dict[str, float]:
    """Build the graph in a process of its own, and return what it took."""
    shutil.rmtree(out, ignore_errors=True)
    began = time.perf_counter()
    command = [sys.executable, "-m", "kgbert.cli", "graph", "build", str(source), "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the build ended with status {status}")
    seconds, cpu = time.perf_counter() - began, usage.ru_utime + usage.ru_stime
    return {"wall_s": round(seconds, 1), "cpu_s": round(cpu, 1), "peak_mb": round(usage.ru_maxrss / 1024)}


def release(folder: Path, n_concepts: int) -> Path:
    """Return the made-up release of this size, made on first use."""
    source = folder / f"umls-{n_concepts}"
    if not (source / "made").exists():
        sizes = "--concepts", n_concepts, "--names", n_concepts * 15 // 4, "--relations", n_relations(n_concepts)
        command = [sys.executable, ROOT / "scripts" / "make_umls.py", source, *sizes]
        subprocess.run(list(map(str, command)), check=True)
        (source / "made").touch()
    return source


def n_relations(n_concepts: int) -> int:
    return 2_000_000 if n_concepts == 300_000 else n_concepts * 15 // 2


def alternatives(names: Sequence[str], snapshot: Snapshot, work: Path) -> dict[str, tuple[Any, dict[str, float]]]:
    """Return each alternative, and what it took to build."""
    makers: dict[str, Callable[[], Any]] = {
        "sqlite": lambda: Sqlite(snapshot, work / "graph.sqlite"),
        "networkx": lambda: Networkx(snapshot),
        "ladybug": lambda: Ladybug(snapshot, work / "ladybug"),
    }
    return {name: clocked(makers[name]) for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=Path, required=True, help="folder for the release and the graphs")
    parser.add_argument("--concepts", type=int, default=300_000)
    parser.add_argument("--against", nargs="*", choices=("sqlite", "networkx", "ladybug"))
    parser.add_argument("--questions", type=int, default=500, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="go on with the graph and report of an earlier run")
    arguments = parser.parse_args()
    against = arguments.against
    if against is None:
        against = ["sqlite"] if arguments.concepts > LARGE else ["sqlite", "networkx", "ladybug"]
    out = Path(__file__).parent / "results" / f"graph-scale-{arguments.concepts}.json"
    path = arguments.work / f"graph-{arguments.concepts}"
    report: dict[str, Any] = json.loads(out.read_text()) if arguments.keep and out.exists() else {}

    def note(**found: Any) -> None:
        report.update(found)
        out.write_text(json.dumps(report) + "\n", encoding="utf-8")
        print({name: value for name, value in found.items() if name != "times_ms"}, flush=True)

    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()}
    note(machine=machine)
    if not arguments.keep:
        note(build=built(release(arguments.work, arguments.concepts), path))
    scratch = arguments.work / "alternatives"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    opened = [clocked(lambda: EmbeddedGraphStore.open(path).close())[1]["wall"] * 1e3 for _ in range(50)]
    with EmbeddedGraphStore.open(path) as store:
        sizes = {file.name: round(file.stat().st_size / 1e6, 1) for file in path.rglob("*") if file.is_file()}
        note(graph=store.count()._asdict(), disk_mb=sizes, open_ms=quantiles(opened))
        asked = questions(store.snapshot, arguments.questions, arguments.seed)
        ask({"embedded": store}, {f"{kind}, alone": those for kind, those in asked.items()}, report, note)
        others = alternatives(against, store.snapshot, scratch)
        took = report.get("alternatives_build_s", {}) | {name: seconds for name, (_, seconds) in others.items()}
        note(alternatives_build_s=took)
        stores = {"embedded": store, **{name: other for name, (other, _) in others.items()}}
        if others:
            ask(stores, asked, report, note)
        asked = searches(store.snapshot, arguments.questions, arguments.seed)
        names: dict[str, Any] = {"embedded": EmbeddedNames(store.snapshot)}
        ask(names, asked, report, note)
        if "sqlite" in against and arguments.concepts <= LARGE:
            names["sqlite"], took = clocked(lambda: SqliteNames(store.snapshot, scratch / "names.sqlite"))
            note(sqlite_names_build_s=took)
            ask(names, {f"{kind}, beside FTS5": those[:FEW] for kind, those in asked.items()}, report, note)
    shutil.rmtree(scratch)


def ask(
    stores: dict[str, Any],
    asked: dict[str, list[Callable[[Any], Any]]],
    report: dict[str, Any],
    note: Callable[..., None],
) -> None:
    """Note the times of every kind of question, and how many times longer the alternatives take."""
    for kind, those in asked.items():
        times = measure(stores, those)
        found = {name: quantiles(clocks["wall"]) for name, clocks in times.items()}
        ours = found["embedded"]
        ratios = {name: {q: round(t / ours[q], 1) for q, t in one.items()} for name, one in found.items()}
        ratios.pop("embedded")
        note(
            times_ms=report.get("times_ms", {}) | {kind: times},
            wall_ms=report.get("wall_ms", {}) | {kind: found},
            times_longer=report.get("times_longer", {}) | {kind: ratios},
        )


if __name__ == "__main__":
    main()
