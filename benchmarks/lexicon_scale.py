"""A lexicon of a million names: what it takes to build, to open, and to look things up.

    python benchmarks/lexicon_scale.py

The names are all of MeSH (descriptors and supplementary concepts) and, to make up the number, the names of made-up
concepts that join the beginning of one name of MeSH with the end of another. It is built, and then opened and asked,
each in a fresh process whose peak memory is that of the whole process, interpreter and libraries included. Asked are
1,000 texts, the same for every run: a third are names, a third names with one letter missing, a third names with a
word before them. `find` looks for exact and loose names only, `candidates` also for names that look alike, all at once,
`candidates_one_by_one` each for itself. Times are processor seconds (`cpu`) and seconds on a clock (`wall`).
"""

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.concept import Concept
from graph.formats.mesh import read_mesh
from ingest.candidates import candidates
from ingest.lexicon import Lexicon
from ingest.normalize import key
from ingest.proposals import Proposer

RESULTS = Path(__file__).parent / "results" / "lexicon-scale.json"
DATA = Path(os.environ.get("KGBERT_DATA") or Path(__file__).parents[2] / "shared" / "data")
NAMES = 1_000_000
ASKED = 1_000
THRESHOLD = 0.6
NAMES_OF_ONE = 3


class Names:
    """What a lexicon is compiled from: the concepts of MeSH and made-up ones, by id."""

    release = "benchmark"

    def __init__(self, n_keys: int) -> None:
        folder = DATA / "ontologies" / "mesh"
        ontology = read_mesh(folder / "mesh_descriptors.tsv.gz", folder / "mesh_supplementary.tsv.gz")
        concepts = sorted(ontology.concepts, key=lambda concept: concept.id)
        names = [name for concept in concepts for name in (concept.name, *concept.synonyms)]
        self.n_mesh = len(set(map(key, names)))
        self._concepts = [*made_up(names, n_keys), *concepts]

    def iterate(self) -> Iterator[Concept]:
        return iter(self._concepts)


def made_up(names: list[str], n_keys: int) -> Iterator[Concept]:
    """Yield concepts whose names bring the number of distinct keys to ``n_keys``."""
    chance = random.Random(0)
    keys = set(map(key, names))
    number = 0
    while len(keys) < n_keys:
        joined: list[str] = []
        while len(joined) < min(NAMES_OF_ONE, n_keys - len(keys) + len(joined)):
            name = join(chance.choice(names), chance.choice(names))
            if (form := key(name)) and form not in keys:
                keys.add(form)
                joined.append(name)
        yield Concept(f"A:{number:06}", joined[0], tuple(joined[1:]), chance.choice((("Chemical",), ("Disease",))))
        number += 1


def join(first: str, second: str) -> str:
    """Return the first half of the words of ``first`` with the last half of those of ``second``."""
    head, tail = first.split(), second.split()
    return " ".join([*head[: (len(head) + 1) // 2], *tail[len(tail) // 2 :]])


@contextmanager
def timed(into: dict[str, object], name: str) -> Iterator[None]:
    """Add the seconds that the block took to ``into``."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    into[name] = {"cpu": round(time.process_time() - cpu, 3), "wall": round(time.perf_counter() - wall, 3)}


def peak_mb() -> int:
    """Return the most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def build(path: Path) -> dict[str, object]:
    """Compile the lexicon; reading MeSH and making names up are not in the time, but are in the memory."""
    results: dict[str, object] = {}
    store = Names(NAMES)
    results["mesh_keys"], results["peak_mb_before"] = store.n_mesh, peak_mb()
    with timed(results, "build_s"):
        Lexicon.compile(store, path)
    return {**results, "peak_mb": peak_mb(), "file_mb": path.stat().st_size >> 20}


def texts(lexicon: Lexicon) -> list[str]:
    """Return what is asked."""
    chance = random.Random(1)
    asked = []
    for number in range(ASKED):
        name = lexicon.keys[chance.randrange(len(lexicon.keys))]
        cut = chance.randrange(len(name))
        asked.append((name, name[:cut] + name[cut + 1 :], f"severe {name}")[number % 3])
    return asked


def ask(path: Path) -> dict[str, object]:
    """Open the lexicon and look things up."""
    results: dict[str, object] = {"peak_mb_before": peak_mb()}
    with timed(results, "open_s"):
        lexicon = Lexicon.open(path)
    results["peak_mb_open"] = peak_mb()
    asked = texts(lexicon)
    with timed(results, "find_s"):
        results["found"] = sum(map(bool, Proposer(lexicon).same(asked)))
    results["peak_mb_find"] = peak_mb()
    with timed(results, "candidates_s"):
        together = candidates(lexicon, asked, threshold=THRESHOLD)
    with timed(results, "candidates_one_by_one_s"):
        alone = [candidates(lexicon, [text], threshold=THRESHOLD)[0] for text in asked]
    results["with_candidates"], results["same_one_by_one"] = sum(map(bool, together)), together == alone
    return {"keys": len(lexicon.keys), "concepts": len(lexicon.ids), **results, "peak_mb": peak_mb()}


def main() -> None:
    """Measure in fresh processes and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, help="only compile the lexicon to this file")
    parser.add_argument("--ask", type=Path, help="only open this lexicon and ask")
    parser.add_argument("--note", default="", help="what the machine was doing besides, for the results")
    arguments = parser.parse_args()
    if arguments.build or arguments.ask:
        print(json.dumps(build(arguments.build) if arguments.build else ask(arguments.ask)))
        return
    results: dict[str, object] = {"python": platform.python_version(), "cores": os.cpu_count()}
    results |= {"load": os.getloadavg(), "note": arguments.note, "asked": ASKED, "threshold": THRESHOLD}
    with tempfile.TemporaryDirectory() as folder:
        for step in ("build", "ask"):
            command = [sys.executable, __file__, f"--{step}", str(Path(folder) / "lexicon")]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
            results[step] = json.loads(done.stdout)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
