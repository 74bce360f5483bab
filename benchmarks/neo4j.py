"""Push, subgraphs single and in batches, and the import of an export, on a real Neo4j beside the embedded store.

    python benchmarks/neo4j.py [--address bolt://127.0.0.1:7687]

Without an address servers are started from KGBERT_NEO4J_HOME (or ../shared/neo4j beside the checkout), in a temporary
folder and with NEO4J_HEAP (2g) and NEO4J_PAGECACHE (1g), and end with this process. With one, its graph is replaced,
nothing is imported, and NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE say who asks.

The graph is generated: 300,000 concepts in a hierarchy and 2.0 million relations of 30 types, of which a third lead to
a few concepts, the greatest to 6.6 % of all (132,000). A question is the subgraph of 64 concepts around three seeds,
two hops, 16 a concept, in the embedded store's order: every answer is compared with that store's. The first 200
questions, others than those that count, warm the server up. Results are written as they come. Times in milliseconds.
"""

import argparse
import contextlib
import json
import os
import platform
import random
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# This file must not be taken for the driver of the same name.
sys.path[:] = [path for path in sys.path if Path(path).resolve() != Path(__file__).parent.resolve()]
sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))

from neo4j_server import Server  # noqa: E402

from graph.concept import Concept  # noqa: E402
from graph.embedded_store import EmbeddedGraphStore  # noqa: E402
from graph.export import neo4j_admin  # noqa: E402
from graph.neo4j.connection import Connection  # noqa: E402
from graph.neo4j.store import Neo4jGraphStore  # noqa: E402
from graph.ontology import Ontology, Rows  # noqa: E402
from graph.relation import Relation  # noqa: E402
from graph.retrieve import paths, subgraph, subgraphs  # noqa: E402
from graph.store import GraphStore  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "neo4j.json"
BATCH, WARM = 32, 200
HUB_SHARES = [0.066 / rank for rank in range(1, 40)]
TYPES = [f"relates_{n:02d}" for n in range(29)]
SIZE = {"NEO4J_HEAP": os.environ.get("NEO4J_HEAP", "2g"), "NEO4J_PAGECACHE": os.environ.get("NEO4J_PAGECACHE", "1g")}
SECONDS = 600.0
"""Longest time of one transaction."""


def generated(n_concepts: int, n_relations: int, seed: int) -> Ontology:
    def concepts() -> Iterator[Concept]:
        dice = random.Random(seed)
        for n in range(n_concepts):
            name = f"{dice.choice(WORDS)} {dice.choice(WORDS)} {n}"
            yield Concept(name_of(n), name, (f"{name} syndrome",), (f"T{n % 40:03d}",))

    def relations() -> Iterator[Relation]:
        dice = random.Random(seed + 1)
        made = {(n, "is_a", dice.randrange(n)) for n in range(1, n_concepts)}
        while len(made) < n_relations:
            hub = dice.choices(range(len(HUB_SHARES) + 1), [*HUB_SHARES, 1 - sum(HUB_SHARES)])[0]
            object_ = hub if hub < len(HUB_SHARES) else dice.randrange(n_concepts)
            made.add((dice.randrange(n_concepts), dice.choice(TYPES), object_))
        for subject, predicate, object_ in made:
            yield Relation(name_of(subject), predicate, name_of(object_), "generated")

    return Ontology("generated", "1", "", Rows(concepts), Rows(relations))


WORDS = "acute chronic cardiac renal hepatic pulmonary failure lesion tumour pain fever bleeding infection".split()


def name_of(n: int) -> str:
    return f"GEN:{n:07d}"


class Report:
    """What was found so far, in a file that is written anew with every finding, and on the screen."""

    def __init__(self, path: Path, **about: Any) -> None:
        self._path, self._found = path, about
        path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, value: Any, said: str) -> None:
        self._found[name] = value
        self._path.write_text(json.dumps(self._found, indent=1) + "\n", encoding="utf-8")
        print(f"{name:16}{said}", flush=True)

    def time(self, name: str, work: Callable[[], Any]) -> Any:
        """Do ``work`` and say how long it took."""
        result, took = timed(work)
        self.add(f"{name}_ms", took, f"{took / 1e3:9.1f} s, load {os.getloadavg()[0]:.1f}")
        return result

    def times(self, name: str, found: dict[str, Any]) -> None:
        self.add(name, found, "")
        for kind, took in found.items():
            print(f"  {kind:24}p50 {took.get('p50', 0):9.3f}  p99 {took.get('p99', 0):9.3f} ms", flush=True)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what ``work`` returns, and the milliseconds that it took."""
    start = time.perf_counter()
    result = work()
    return result, round((time.perf_counter() - start) * 1e3, 3)


@contextlib.contextmanager
def started(server: Server) -> Iterator[str]:
    """Give the address of the server while it runs."""
    os.environ["NEO4J_USERNAME"], os.environ["NEO4J_PASSWORD"] = "neo4j", server.password
    os.environ.pop("NEO4J_DATABASE", None)
    server.start()
    try:
        yield server.address
    finally:
        server.kill()


def ask(store: GraphStore, reference: GraphStore, sets: list[list[str]]) -> dict[str, Any]:
    """Return the times of single questions and of batches, the latter for one set each."""
    single, batched, walked = [], [], []
    for seeds in sets:
        found, took = timed(lambda seeds=seeds: subgraph(store, seeds))
        check(found == subgraph(reference, seeds))
        single.append(took)
    for first in range(0, len(sets) - BATCH + 1, BATCH):
        some = sets[first : first + BATCH]
        found, took = timed(lambda some=some: subgraphs(store, some))
        check(found == subgraphs(reference, some))
        batched.append(round(took / BATCH, 3))
    for start, end, *_ in sets[: len(sets) // 5]:
        found, took = timed(lambda start=start, end=end: paths(store, start, end))
        check(found == paths(reference, start, end))
        walked.append(took)
    times = {"subgraph": single, f"subgraph, {BATCH} at once": batched, "paths": walked}
    return {name: quantiles(took) | {"times": took} for name, took in times.items()}


def check(equal: bool) -> None:
    if not equal:
        raise AssertionError("the stores disagree")


def quantiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {f"p{q}": ordered[min(len(ordered) * q // 100, len(ordered) - 1)] for q in (50, 99)} if ordered else {}


def pushed(report: Report, embedded: EmbeddedGraphStore, address: str, sets: list[list[str]]) -> None:
    """Push twice, and ask."""
    Neo4jGraphStore.clear(address, timeout=SECONDS)
    store = report.time("push", lambda: Neo4jGraphStore.push(embedded, address, timeout=SECONDS))
    report.time("push_again", lambda: Neo4jGraphStore.push(embedded, address).close())
    with store:
        ask(store, embedded, sets[:WARM])
        report.times("neo4j", ask(store, embedded, sets[WARM:]))
    report.times("embedded", ask(embedded, embedded, sets[WARM:]))


def imported(report: Report, embedded: EmbeddedGraphStore, folder: Path, sets: list[list[str]]) -> None:
    """Export, import with the command that the export prints, open, and ask a little."""
    server = Server(folder / "imported", SIZE)
    report.time("export", lambda: neo4j_admin.write(embedded, folder / "csv"))
    report.time("import", lambda: server.admin(*shlex.split(neo4j_admin.command(folder / "csv"))[1:]))
    with started(server) as address:
        store = report.time("first_open", lambda: Neo4jGraphStore.open(address, release=embedded.release))
        with store:
            ask(store, embedded, sets[:WARM])
        with contextlib.closing(Connection(address, timeout=SECONDS)) as connection:
            there = connection.read("MATCH (c:Concept) WITH count(*) AS n MATCH ()-->() RETURN n, count(*) AS m")[0]
        check((there["n"], there["m"]) == (embedded.count().concepts, embedded.count().relations))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--address", help="of a server whose graph may be replaced")
    parser.add_argument("--concepts", type=int, default=300_000)
    parser.add_argument("--relations", type=int, default=2_000_000)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    ontology = generated(arguments.concepts, arguments.relations, arguments.seed)
    dice = random.Random(arguments.seed + 2)
    n_sets = WARM + arguments.questions
    sets = [[name_of(dice.randrange(arguments.concepts)) for _ in range(3)] for _ in range(n_sets)]
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()}
    report = Report(arguments.out, machine=machine, server=None if arguments.address else SIZE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        embedded = report.time("build", lambda: EmbeddedGraphStore.from_ontologies(folder / "graph", ontology))
        report.add("graph", embedded.count()._asdict(), str(embedded.count()))
        largest = max(map(embedded.snapshot.degree, range(arguments.concepts)))
        report.add("largest_degree", largest, str(largest))
        if arguments.address:
            pushed(report, embedded, arguments.address, sets)
        else:
            with started(Server(folder / "pushed", SIZE)) as address:
                pushed(report, embedded, address, sets)
            imported(report, embedded, folder, sets)


if __name__ == "__main__":
    main()
