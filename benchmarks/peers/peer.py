"""What every peer's script does alike: read the shared work, time the peer, write what it found.

    ENVIRONMENT/bin/python peer_NAME.py build FOLDER NAMES UNLABELLED REPORT
    ENVIRONMENT/bin/python peer_NAME.py MODE  FOLDER TEXTS FOUND

Runs in the peer's own environment, so it needs nothing but Python 3.10. `build` leaves in FOLDER whatever the peer
needs; a mode opens it in a new process. Times leave out reading the shared work, importing packages and writing what
was found. All files are JSON lines: `Name`, `Text` and `Link` below; the first line of FOUND is the report.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple


class Name(NamedTuple):
    """One name of one concept; the preferred name comes first among those of a concept."""

    id: str
    name: str
    preferred: bool
    type: str


class Mention(NamedTuple):
    """Characters [start, end) that annotators marked, and as what."""

    start: int
    end: int
    type: str


class Text(NamedTuple):
    """A raw text, with the spans that annotators marked (used by the modes on gold spans only)."""

    id: str
    text: str
    mentions: tuple[Mention, ...]


class Link(NamedTuple):
    """A span with the concept that it names; on gold spans, `type` is the mention's."""

    start: int
    end: int
    id: str
    score: float
    type: str = ""


Find = Callable[[Any, list[Text]], Iterable[list[Link]]]
"""Given what `open` returned, yields the links of each text."""


class Peer(NamedTuple):
    """One system.

    Attributes:
        packages: Distributions whose versions are told.
        build: Makes what is needed from the names (and raw texts to train on, for those that do) in a folder.
        open: Loads what `build` made.
        modes: `raw...` find mentions and concepts in the text alone; `gold...` get the marked spans.
    """

    packages: tuple[str, ...]
    build: Callable[[list[Name], list[Text], Path], None]
    open: Callable[[Path], Any]
    modes: Mapping[str, Find]


class Clock:
    """Seconds on the wall and of the processor since it was made."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def read(self, name: str) -> dict[str, float]:
        """Return both under `name`."""
        return {
            f"{name}_seconds": round(time.perf_counter() - self._wall, 4),
            f"{name}_processor_seconds": round(time.process_time() - self._processor, 4),
        }


def main(peer: Peer) -> None:
    """Do what the command line asks of `peer`."""
    command, *paths = sys.argv[1:]
    if command == "build":
        _build(peer, *map(Path, paths))
    else:
        _find(peer, command, *map(Path, paths))


def _build(peer: Peer, folder: Path, names: Path, unlabelled: Path, report: Path) -> None:
    known, texts = read_names(names), list(read_texts(unlabelled))
    clock = Clock()
    peer.build(known, texts, folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    row = {**clock.read("build"), "build_peak_mib": peak_mib(), "index_mib": round(size / 2**20, 1)}
    report.write_text(json.dumps({**row, "versions": {name: metadata.version(name) for name in peer.packages}}))


def _find(peer: Peer, mode: str, folder: Path, texts: Path, found: Path) -> None:
    asked = list(read_texts(texts))
    clock = Clock()
    opened = peer.open(folder)
    row = clock.read("open")
    clock = Clock()
    links = list(peer.modes[mode](opened, asked))
    row = {**row, **clock.read("run"), "run_peak_mib": peak_mib()}
    with found.open("w", encoding="utf-8") as file:
        print(json.dumps(row), file=file)
        for text, own in zip(asked, links, strict=True):
            for link in own:
                print(json.dumps([text.id, link.start, link.end, link.id, float(link.score), link.type]), file=file)


def read_names(path: Path) -> list[Name]:
    """Return the names in the file at `path`."""
    with path.open(encoding="utf-8") as file:
        return [Name(*json.loads(line)) for line in file]


def read_texts(path: Path) -> Iterator[Text]:
    """Yield the texts in the file at `path`."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            id, text, mentions = json.loads(line)
            yield Text(id, text, tuple(Mention(*mention) for mention in mentions))


def peak_mib() -> float | None:
    """Return the most memory that this process has held, in MiB; `getrusage` may tell its parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(peak.split()[1]) / 1024, 1)


def one_concept_each(names: Iterable[Name], fold: Callable[[str], str], *, shortest: int) -> dict[str, str]:
    """Return the concept of each folded name, for those that know one: that which prefers it, else the first by id."""
    best: dict[str, tuple[bool, str]] = {}
    for name in names:
        word, rank = fold(name.name), (not name.preferred, name.id)
        if len(word) >= shortest:
            best[word] = min(rank, best.get(word, rank))
    return {word: id for word, (_, id) in best.items()}


def give_stop_words(words: Iterable[str]) -> None:
    """Put stop words where NLTK looks for its own, which would have to be downloaded."""
    folder = Path(os.environ["NLTK_DATA"], "corpora", "stopwords")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "english").write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")


def by_text(find: Callable[[Any, Text], list[Link]]) -> Find:
    """Return a mode of a peer that takes one text at a time."""

    def each(opened: Any, texts: list[Text]) -> Iterator[list[Link]]:
        return (find(opened, text) for text in texts)

    return each
