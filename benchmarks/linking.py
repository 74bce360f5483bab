"""Accuracy of links on gold spans, and of what is found in raw text, on BC5CDR and the NCBI disease corpus.

    python benchmarks/linking.py            development sets, dictionary from the training sets
    python benchmarks/linking.py --test     and test sets, dictionary from training and development sets
    add --vectors packaged                  also with vectors of the encoder of names that comes with kgbert

Protocol K knows the names of the ontology only, A the annotated mentions of the other sets as well, U counts only those
mentions of A whose text is not among the annotated ones. Everything (rules, weights, which ontology) was chosen on
the development sets. A lexicon holds the concepts of the task's types only. Where MEDIC is the ontology, ids
that it gives for one disease count as one.
"""

import argparse
import json
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from graph.concept import Concept
from graph.formats.mesh import read_mesh
from graph.formats.schemas import MEDIC
from graph.formats.table import read_concepts
from graph.merge import merge
from graph.ontology import Ontology
from ingest.convention import PLAIN, Convention
from ingest.corpora import pubtator
from ingest.dense import DenseIndex, Encode
from ingest.document import Document
from ingest.evaluate import linked_anew, linking_accuracy, score_entities
from ingest.evaluate_spans import retyped
from ingest.lexicon import Lexicon
from ingest.link import MENTION_TYPES, Linker

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("KGBERT_DATA") or ROOT.parent / "shared" / "data")
RESULTS = Path(__file__).parent / "results"
RETIRED = ROOT / "graph" / "data" / "mesh_retired.tsv"


class Task(NamedTuple):
    """A corpus with the type that is linked and the concepts that it may be linked to."""

    name: str
    type: str
    train: tuple[str, ...]
    dev: str
    test: str
    ontologies: tuple[str, ...]


BC5CDR = tuple(f"bc5cdr/CDR_{part}Set.PubTator.txt" for part in ("Training", "Development", "Test"))
NCBI = tuple(f"ncbi_disease/NCBI{part}set_corpus.txt" for part in ("train", "develop", "test"))
TASKS = (
    Task("BC5CDR disease", "Disease", BC5CDR[:1], BC5CDR[1], BC5CDR[2], ("MeSH",)),
    Task("BC5CDR disease", "Disease", BC5CDR[:1], BC5CDR[1], BC5CDR[2], ("MEDIC",)),
    Task("BC5CDR chemical", "Chemical", BC5CDR[:1], BC5CDR[1], BC5CDR[2], ("MeSH",)),
    Task("NCBI disease", "Disease", NCBI[:1], NCBI[1], NCBI[2], ("MeSH",)),
    Task("NCBI disease", "Disease", NCBI[:1], NCBI[1], NCBI[2], ("MEDIC",)),
)


class Names:
    """What a lexicon is compiled from: the merged concepts of some ontologies."""

    release = "benchmark"

    def __init__(self, ontologies: Iterable[Ontology], *, without: Collection[str] = ()) -> None:
        claims: dict[str, list[tuple[str, Concept]]] = defaultdict(list)
        for ontology in ontologies:
            for concept in ontology.concepts:
                claims[concept.id].append((ontology.name, concept))
        self._concepts = [merge(claims[id]) for id in sorted(claims) if id not in without]

    def iterate(self) -> Iterator[Concept]:
        """Yield every concept, by CURIE."""
        return iter(self._concepts)


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--test", action="store_true", help="measure on the test sets as well")
    parser.add_argument("--vectors", help="also with vectors of this encoder, where MEDIC is the ontology")
    arguments = parser.parse_args()
    sets = ("dev", "test") if arguments.test else ("dev",)
    encode = encoder(arguments.vectors) if arguments.vectors else None
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for task in TASKS:
            store = Names(read(task.ontologies).values())
            for vectors in (None, encode) if encode and task.ontologies == ("MEDIC",) else (None,):
                for row in measure(task, store, Path(folder), sets, vectors):
                    print(json.dumps(row), flush=True)
                    rows.append(row)
    name = "linking.json" if "test" in sets else "linking-dev.json"
    (RESULTS / name).write_text(json.dumps({"rows": rows}, indent=1) + "\n")


def encoder(name: str) -> Encode:
    """Return a function from texts to their vectors by the encoder ``name``; all are remembered."""
    from kgbert.features import NameEncoder
    from kgbert.name_vectors import encoder_folder

    names = NameEncoder(encoder_folder(name), capacity=500_000)
    return lambda texts: names(texts).numpy()


def mesh(data: Path) -> Ontology:
    """Return MeSH with its retired ids."""
    folder = data / "ontologies" / "mesh"
    return read_mesh(folder / "mesh_descriptors.tsv.gz", folder / "mesh_supplementary.tsv.gz", retired=RETIRED)


@cache
def read(names: tuple[str, ...]) -> dict[str, Ontology]:
    """Return ontologies by name."""
    medic = DATA / "ontologies" / "medic" / "medic_06Jul2012.txt"
    return {name: mesh(DATA) if name == "MeSH" else read_concepts(medic, MEDIC) for name in names}


def same_ids(task: Task) -> Callable[[str], str]:
    """Return what gives the ids of one concept one id."""
    return one_id(read(task.ontologies)["MEDIC"]) if "MEDIC" in task.ontologies else str


def one_id(medic: Ontology) -> Callable[[str], str]:
    """Return a function that gives all ids of one MEDIC disease the first of them."""
    first = {other: concept.id for concept in medic.concepts for other in concept.xrefs}
    return lambda id: first.get(id, id)


def measure(
    task: Task, store: Names, folder: Path, sets: Iterable[str], encode: Encode | None
) -> Iterator[dict[str, object]]:
    """Yield a row for each set and protocol, and one for raw text; with vectors if there is an encoder."""
    types = frozenset({task.type}) | MENTION_TYPES.get(task.type, frozenset())
    wanted = frozenset({task.type})

    same = same_ids(task)

    def linker(extra: Iterable[tuple[str, str]]) -> Linker:
        lexicon = Lexicon.compile(store, folder / "lexicon", types=types, extra_names=extra)
        if encode is None:
            return Linker(lexicon)
        return Linker(lexicon, dense=DenseIndex.compile(list(lexicon.keys), folder / "dense", encode, encoder=""))

    known = linker(())
    for name in sets:
        gold = corpus([task.test if name == "test" else task.dev])
        annotated = corpus([*task.train, task.dev] if name == "test" else task.train)
        seen = frozenset(entity.text.lower() for document in annotated for entity in document.entities)
        taught = linker(names(annotated, wanted))
        for protocol, used in (("K", known), ("A", taught), ("U", taught)):
            texts = seen if protocol == "U" else frozenset[str]()
            report = linking_accuracy(gold, used, protocol=protocol, types=wanted, excluded_texts=texts, same=same)
            about = {"task": task.name, "set": name, "ontologies": task.ontologies, "vectors": encode is not None}
            yield {**about, **report.to_dict()}
            if protocol != "U" and not encode:
                yield {**about, "protocol": f"{protocol}, raw text", **raw_text(gold, used, task.type, same)}


def raw_text(
    gold: list[Document], linker: Linker, type: str, same: Callable[[str], str], *, convention: Convention = PLAIN
) -> dict[str, object]:
    """Detect and link from the text alone, and score strictly; the corpus's kinds of ``type`` count as it."""
    start = time.perf_counter()
    predicted = list(linked_anew(gold, linker, types=frozenset({type}), end_to_end=True, convention=convention))
    seconds = time.perf_counter() - start
    kinds = {kind for kind, stands_for in MENTION_TYPES.items() if type in stands_for} | {type}
    wanted = [retyped(document, dict.fromkeys(kinds, type)) for document in gold]
    report = score_entities(wanted, predicted, same=lambda id: same(linker.lexicon.current(id)))
    return {**report.to_dict(), "documents_per_second": len(gold) / seconds}


def corpus(names: Iterable[str]) -> list[Document]:
    """Return the documents of several sets."""
    return [document for name in names for document in pubtator.read(DATA / "corpora" / name)]


def names(documents: Iterable[Document], types: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the text and id of every annotated mention of exactly one concept."""
    for document in documents:
        ids: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        for entity in document.entities:
            if entity.id is not None and types & ({entity.type} | MENTION_TYPES.get(entity.type, frozenset())):
                ids[entity.start, entity.end, entity.text].append(entity.id)
        yield from ((text, only) for (_, _, text), (only, *others) in ids.items() if not others)


if __name__ == "__main__":
    main()
