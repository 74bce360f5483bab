"""Speed and accuracy of kgbert beside other ways from text to concepts: same names, same texts, one core each.

    python benchmarks/peers/run.py                  development sets
    python benchmarks/peers/run.py --test           test sets
    python benchmarks/peers/run.py --only gilda     one peer anew; the rows of the others stay

Each peer is installed on first use in a virtual environment of its own below --cache, and runs as `peer_NAME.py` on
one core with one thread: once to build its index, then --repeats times in a new process for each mode (the middle time
of them is told). Its settings stand at the top of its script. All peers know only the names of the ontology (protocol
K); `raw` modes get the text alone, `gold` modes the spans and types that annotators marked. Links in raw text are
counted strictly: same start, end, type and concept; `documents` are sets of concepts by document. A row is written as
soon as it is there; `--resume` leaves out what has all its rows. A peer that does not install or fails is a row with
the reason. `--names` and `--documents` cut the work down for a trial, whose rows go below --cache.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path

from environments import PeerError, confined, python_of, run
from scoring import read_found, score
from table import markdown
from work import ROOT, TASKS, Work, prepare

from graph.cache import cache_folder

HERE = Path(__file__).parent
DATA = Path(os.environ.get("KGBERT_DATA") or ROOT.parent / "shared" / "data")
RESULTS = ROOT / "benchmarks" / "results" / "peers.json"
PEERS = {
    "kgbert": ("raw", "raw-dictionary", "gold"),
    "scispacy": ("raw", "gold"),
    "medcat": ("raw",),
    "quickumls": ("raw", "gold"),
    "gilda": ("raw", "gold"),
    "ahocorasick": ("raw", "gold"),
    "flashtext": ("raw",),
}
"""The peers, with the modes of their scripts."""

Row = dict[str, object]


def main() -> None:
    """Measure, write the rows, print them as a table."""
    args = arguments()
    cut_down = args.names is not None or args.documents is not None
    part = "test" if args.test else "dev"
    path = args.out or (args.cache / "trial.json" if cut_down else RESULTS)
    rows = read_rows(path)
    for task in (task for task in TASKS if task.name in args.tasks):
        folder = args.cache / "work" / f"{task.name}-{part}{'-trial' * cut_down}"
        work = prepare(task, args.data, folder, test=args.test, max_names=args.names, max_documents=args.documents)
        for name in args.only or PEERS:
            about = {"peer": name, "task": task.name, "set": part}
            done = {row.get("mode") for row in rows if about.items() <= row.items() and "failed" not in row}
            if args.resume and done >= set(PEERS[name]):
                continue
            rows = [row for row in rows if not about.items() <= row.items()]
            for measured in measure(name, work, args):
                rows.append({**about, **size(work), **measured})
                write_rows(path, rows)
                print(json.dumps(rows[-1]), flush=True)
    print(markdown(rows))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [task.name for task in TASKS]
    parser.add_argument("--test", action="store_true", help="measure on the test sets")
    parser.add_argument("--only", action="append", choices=PEERS, metavar="NAME", help="only this peer (repeatable)")
    parser.add_argument("--resume", action="store_true", help="leave out what was measured before")
    parser.add_argument("--tasks", nargs="+", choices=names, default=names, help="only these corpora")
    parser.add_argument("--repeats", type=int, default=3, help="processes that each mode is timed in")
    parser.add_argument("--core", type=int, default=0, help="core that the peers are pinned to")
    parser.add_argument("--minutes", type=float, default=60, help="most minutes that a build or a mode may take")
    parser.add_argument("--names", type=int, help="only so many names, for a trial")
    parser.add_argument("--documents", type=int, help="only so many documents, for a trial")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with corpora/ and ontologies/")
    cache = cache_folder() / "peers"
    parser.add_argument("--cache", type=Path, default=cache, help="where environments and indices go")
    parser.add_argument("--out", type=Path, help="where the rows go")
    return parser.parse_args()


def measure(name: str, work: Work, args: argparse.Namespace) -> Iterator[Row]:
    """Yield a row for each mode of a peer, or one that says why there is none."""
    try:
        python = python_of(name, args.cache)
        script = Script(name, python, work, args)
        built = script.build()
    except PeerError as error:
        yield {"failed": str(error)}
        return
    for mode in PEERS[name]:
        try:
            yield {"mode": mode, **built, **script.find(mode, args.repeats)}
        except PeerError as error:
            yield {"mode": mode, **built, "failed": str(error)}


class Script:
    """A peer's script at work on one task."""

    def __init__(self, name: str, python: Path, work: Work, args: argparse.Namespace) -> None:
        self._work = work
        self._command = [str(python), str(HERE / f"peer_{name}.py")]
        self._limits = {"seconds": args.minutes * 60, "env": confined(name, args.cache), "core": args.core}
        self._folder = work.names.parent / name
        self._folder.mkdir(parents=True, exist_ok=True)

    def build(self) -> Row:
        """Return how long building takes; the index stays in the peer's folder."""
        index, report = emptied(self._folder / "index"), self._folder / "build.json"
        paths = (index, self._work.names, self._work.unlabelled, report)
        run([*self._command, "build", *map(str, paths)], **self._limits)
        return json.loads(report.read_text())

    def find(self, mode: str, repeats: int) -> Row:
        """Return what one mode finds and how long that takes (the middle of `repeats`)."""
        found, reports = self._folder / f"{mode}.jsonl", []
        for _ in range(repeats):
            run([*self._command, mode, *map(str, (self._folder / "index", self._work.texts, found))], **self._limits)
            report, links = read_found(found)
            reports.append(report)
        middle = {key: statistics.median_low(report[key] for report in reports) for key in reports[0]}
        runs = [report["run_seconds"] for report in reports]
        return {**middle, "runs": runs, **score(self._work, mode, links)}


def emptied(folder: Path) -> Path:
    """Return `folder`, empty."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def size(work: Work) -> Row:
    """Return what a row says of its task and machine."""
    mentions = sum(len(document.entities) for document in work.documents)
    names = len(work.vocabulary.names)
    counts = {"names": names, "documents": len(work.documents), "annotations": mentions}
    machine = {"python": platform.python_version(), "load": os.getloadavg()}
    return {"ontology": work.task.ontology, **counts, **machine}


def read_rows(path: Path) -> list[Row]:
    return json.loads(path.read_text())["rows"] if path.exists() else []


def write_rows(path: Path, rows: list[Row]) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"protocol": "K", "rows": rows}, indent=1) + "\n")
    new.replace(path)


if __name__ == "__main__":
    main()
