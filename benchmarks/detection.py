"""Mentions found in raw text, and linked, on BC5CDR and the NCBI disease corpus: by names, by a model, by both.

    python benchmarks/detection.py                  development sets
    python benchmarks/detection.py --test           and test sets
    python benchmarks/detection.py --detector FOLDER

Spans are strict: start, end and type (as seqeval counts). Links are strict span and concept, micro, by the linker that
knows the annotated names of the training sets (protocol A; on test sets those of the development sets too). "Names" are
those of the packaged MeSH; "names (A)" are those of the corpus's ontologies with the annotated names. A model reads
either as hints, or neither. "X, then Y" has what X finds, then what Y finds that overlaps nothing of it. All four types
of NCBI disease count as diseases. Everything was chosen on the development sets.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import torch

from graph.formats.schemas import MEDIC
from graph.formats.table import read_concepts
from graph.open_graph import local_graph
from graph.packaged import packaged_graph
from ingest.annotate import lexicon_over
from ingest.document import Document
from ingest.evaluate import Scores, score_entities
from ingest.evaluate_spans import ALL, retyped, span_scores
from ingest.find import Find, dictionary, in_turn, of_types
from ingest.lexicon import Lexicon
from ingest.link import MENTION_TYPES, Linker
from kgbert.detector import Detector
from kgbert.train_config import CALLED
from linking import BC5CDR, DATA, NCBI, RESULTS, Names, corpus, mesh, names, one_id

DETECTOR = Path(__file__).resolve().parent.parent / "kgbert" / "data" / "detector"


class Corpus(NamedTuple):
    """A corpus with the types that it annotates and the ontologies that its ids come from."""

    name: str
    types: frozenset[str]
    parts: tuple[str, ...]
    ontologies: tuple[str, ...]


CORPORA = (
    Corpus("BC5CDR", frozenset({"Chemical", "Disease"}), BC5CDR, ("MeSH",)),
    Corpus("NCBI disease", frozenset({"Disease"}), NCBI, ("MeSH", "MEDIC")),
)


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--test", action="store_true", help="measure on the test sets as well")
    parser.add_argument("--detector", type=Path, default=DETECTOR, help="folder of a detector [the packaged one]")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    read = {"MeSH": mesh(DATA), "MEDIC": read_concepts(DATA / "ontologies" / "medic" / "medic_06Jul2012.txt", MEDIC)}
    rows = []
    for what in CORPORA:
        store = Names(read[name] for name in what.ontologies)
        same = one_id(read["MEDIC"]) if "MEDIC" in what.ontologies else str
        for name in ("dev", "test") if args.test else ("dev",):
            for row in measure(what, name, store, args.detector, same):
                print(json.dumps(row), flush=True)
                rows.append({"corpus": what.name, "set": name, **row})
    file = "detection.json" if args.test else "detection-dev.json"
    about = {"threads": args.threads, "rows": rows}
    (RESULTS / file).write_text(json.dumps(about, indent=1) + "\n")


def measure(
    what: Corpus, name: str, store: Names, folder: Path, same: Callable[[str], str]
) -> Iterator[dict[str, object]]:
    """Yield a row for each way to find mentions and each type."""
    train, dev, test = what.parts
    called = {own: type for type, others in CALLED.items() for own in others if type in what.types}
    gold = [retyped(document, called) for document in corpus([test if name == "test" else dev])]
    annotated = [retyped(document, called) for document in corpus([train, dev] if name == "test" else [train])]
    with tempfile.TemporaryDirectory() as scratch, local_graph(packaged_graph()) as packaged:
        taught = compiled(store, annotated, what.types, Path(scratch) / "lexicon")
        linker = Linker(taught)
        plain = dictionary(lexicon_over(packaged), types=what.types)
        for way, found, seconds in ways(gold, plain, dictionary(taught, types=what.types), folder, what.types):
            linked = list(linker.link_all(found))
            spans = span_scores(gold, found)
            for type in sorted(spans.keys() - {ALL}):
                links = score_entities(
                    gold, linked, types=frozenset({type}), same=lambda id: same(linker.lexicon.current(id))
                ).links
                speed = {"documents_per_second": round(len(gold) / seconds, 1)} if seconds else {}
                yield {"way": way, "type": type, "spans": shown(spans[type]), "links": shown(links), **speed}


def compiled(store: Names, annotated: Iterable[Document], types: frozenset[str], path: Path) -> Lexicon:
    """Return a lexicon of protocol A over the concepts of ``types``."""
    held = frozenset().union(*({type} | MENTION_TYPES.get(type, frozenset()) for type in types))
    extra = [pair for type in sorted(types) for pair in names(annotated, frozenset({type}))]
    return Lexicon.compile(store, path, types=held, extra_names=extra)


def ways(
    gold: list[Document], plain: Find, taught: Find, folder: Path, types: frozenset[str]
) -> Iterator[tuple[str, list[Document], float]]:
    """Yield each way to find mentions: name, documents with what it finds, seconds taken (0: not measured)."""
    for name, find in (("names", plain), ("names (A)", taught)):
        yield name, *timed(Document(d.id, d.text, mentions=find(d.text)) for d in gold)
    models = {"model without hints": None, "model with names": plain, "model with names (A)": taught}
    for name, hints in models.items():
        detector = Detector.load(folder, dictionary=hints)
        found, seconds = timed(detector.pipe(Document(d.id, d.text) for d in gold))
        mentions = {d.text: d.mentions for d in found}
        model = of_types(mentions.__getitem__, types)
        alone = [Document(d.id, d.text, mentions=model(d.text)) for d in found]
        yield name, alone, seconds
        orders = {
            f"{name}, then names (A)": (model, taught),
            f"names, then {name}": (plain, model),
            f"names (A), then {name}": (taught, model),
        }
        for order, finds in orders.items():
            both = in_turn(*finds)
            yield order, [Document(d.id, d.text, mentions=both(d.text)) for d in gold], 0.0


def timed(documents: Iterable[Document]) -> tuple[list[Document], float]:
    """Return the documents and the seconds that making them took."""
    start = time.perf_counter()
    made = list(documents)
    return made, time.perf_counter() - start


def shown(scores: Scores) -> dict[str, object]:
    """Return the JSON form, in per cent."""
    shares = {name: round(100 * getattr(scores, name), 2) for name in ("precision", "recall", "f1")}
    return {**shares, "true_positives": scores.true_positives, "predicted": scores.predicted, "gold": scores.gold}


if __name__ == "__main__":
    main()
