"""Push time, and subgraphs single and in batches, on a real Neo4j and beside it from the embedded store.

    python benchmarks/neo4j.py [--address bolt://127.0.0.1:7687]

Without an address a server is started from KGBERT_NEO4J_HOME (or ../shared/neo4j beside the checkout) and stopped at
the end; with one, its graph is replaced, and NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE say who asks.

The graph is generated: 300,000 concepts in a hierarchy and 2.0 million relations of 30 types, of which a third lead to
a few concepts, the greatest to 6.6 % of all (132,000). A question is the subgraph of 64 concepts around three seeds,
two hops, 16 a concept. Every answer is compared with the embedded store's before it is timed. Milliseconds.
"""

import argparse
import contextlib
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# This file must not be taken for the driver of the same name.
sys.path[:] = [path for path in sys.path if Path(path).resolve() != Path(__file__).parent.resolve()]

from graph.concept import Concept  # noqa: E402
from graph.embedded_store import EmbeddedGraphStore  # noqa: E402
from graph.neo4j.store import Neo4jGraphStore  # noqa: E402
from graph.ontology import Ontology, Rows  # noqa: E402
from graph.relation import Relation  # noqa: E402
from graph.retrieve import paths, subgraph, subgraphs  # noqa: E402
from graph.store import GraphStore  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "neo4j.json"
HOME = Path(os.environ.get("KGBERT_NEO4J_HOME") or Path(__file__).parents[2] / "shared" / "neo4j")
BATCH = 32
HUB_SHARES = [0.066 / rank for rank in range(1, 40)]
TYPES = [f"relates_{n:02d}" for n in range(29)]


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


@contextlib.contextmanager
def server(address: str | None) -> Iterator[str]:
    """Give the address of the server that is there, or of one that is started for the time."""
    if address:
        yield address
        return
    script = HOME / "neo4j-test-server"
    with tempfile.TemporaryDirectory() as folder:
        started = subprocess.run([script, "start", folder, "0"], stdout=subprocess.PIPE, text=True, check=True)
        os.environ["NEO4J_PASSWORD"] = "test-only-pw"
        try:
            yield started.stdout.split()[-1]
        finally:
            subprocess.run([script, "stop", folder], check=True)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what ``work`` returns, and the milliseconds that it took."""
    start = time.perf_counter()
    result = work()
    return result, round((time.perf_counter() - start) * 1e3, 3)


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
    sets = [[name_of(dice.randrange(arguments.concepts)) for _ in range(3)] for _ in range(arguments.questions)]
    report: dict[str, Any] = {
        "machine": {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()}
    }
    with tempfile.TemporaryDirectory() as folder, server(arguments.address) as address:
        embedded, report["build_ms"] = timed(lambda: EmbeddedGraphStore.from_ontologies(Path(folder), ontology))
        report["graph"] = embedded.count()._asdict()
        report["largest_degree"] = max(map(embedded.snapshot.degree, range(arguments.concepts)))
        print(f"graph {report['graph']}, largest degree {report['largest_degree']}, {report['build_ms'] / 1e3:.1f} s")
        Neo4jGraphStore.clear(address)
        store, report["push_ms"] = timed(lambda: Neo4jGraphStore.push(embedded, address))
        _, report["push_again_ms"] = timed(lambda: Neo4jGraphStore.push(embedded, address).close())
        print(f"push {report['push_ms'] / 1e3:.1f} s, again {report['push_again_ms'] / 1e3:.1f} s")
        ask(store, embedded, sets[:BATCH])  # plans, page cache
        report["times_ms"] = {"neo4j": ask(store, embedded, sets), "embedded": ask(embedded, embedded, sets)}
    for name, kinds in report["times_ms"].items():
        for kind, found in kinds.items():
            print(f"{name:10}{kind:24}p50 {found.get('p50', 0):9.3f}  p99 {found.get('p99', 0):9.3f} ms")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
