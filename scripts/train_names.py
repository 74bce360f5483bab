"""Train the encoder of names that ships (kgbert/data/names), in two steps that may each be broken off and go on.

    kgbert graph build DATA/ontologies/mesh/mesh_descriptors.tsv.gz DATA/ontologies/mesh/mesh_supplementary.tsv.gz \\
        DATA/ontologies/mondo/mondo.json.gz DATA/ontologies/doid/doid.json.gz --cut-cycles --out GRAPH
    python scripts/train_names.py GRAPH --data DATA --out RUN        an hour and a half of one core
    python scripts/ship_names.py RUN/tuned --out kgbert/data/names
    python scripts/train_names.py GRAPH --data DATA --out RUN2 --start kgbert/data/names --round 1    goes on from there

First on synonyms of the graph, then on the annotated mentions of the training parts of BC5CDR and NCBI disease with
names of their concepts, mixed with synonyms so that these are not forgotten.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from graph.formats.mesh import read_mesh
from graph.formats.schemas import MEDIC
from graph.formats.table import read_concepts
from graph.open_graph import open_graph
from ingest.corpora.read import read_documents
from kgbert.align import AlignConfig, Aligner, Pair, confusable_together, synonym_pairs
from kgbert.encoder import find

ENCODER = "sentence-transformers/all-MiniLM-L6-v2"
DISEASES = frozenset("Disease mondo doid Psychology Phenomenon Anatomy Procedure".split())
FIRST = AlignConfig(pairs_per_concept=5, rate=1e-4, confusable=1)
N_CHEMICAL_PAIRS, N_PAIRS = 30_000, 128_000
SECOND = AlignConfig(confusable=4)
EPOCHS = 5
CORPORA = ("bc5cdr/CDR_TrainingSet.PubTator.txt", "ncbi_disease/NCBItrainset_corpus.txt")


def main() -> None:
    """Train, and say how it goes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("graph", type=Path, help="graph whose synonyms are learnt")
    parser.add_argument("--data", type=Path, required=True, help="folder of corpora/ and ontologies/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the runs")
    parser.add_argument("--start", type=Path, default=find(ENCODER), help="folder of the encoder to begin with")
    parser.add_argument("--round", type=int, default=0, help="seed of what is drawn: another one for another round")
    parser.add_argument("--pairs", type=int, default=N_PAIRS, help="pairs of synonyms")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="passes over the annotated mentions")
    args = parser.parse_args()
    dice = random.Random(args.round)
    first, second = (replace(config, seed=args.round) for config in (FIRST, SECOND))
    aligned, tuned = args.out / "aligned", args.out / "tuned"
    train(args.start, aligned, replace(first, confusable=8), synonyms(args.graph, first, args.pairs, dice))
    train(aligned, tuned, second, mentions(args.data, args.epochs, dice))


def train(encoder: Path, out: Path, config: AlignConfig, pairs: Sequence[Pair]) -> None:
    """Train ``encoder`` on ``pairs``, unless that was done."""
    if (out / "model.safetensors").exists():
        return
    for step, n_steps, loss in Aligner(encoder, out, config).train(pairs, save_every=50):
        if step % 25 == 0 or step == n_steps:
            print(f"{out.name}: step {step} of {n_steps}, loss {loss:.4f}", flush=True)


def synonyms(graph: Path, config: AlignConfig, n_pairs: int, dice: random.Random) -> list[Pair]:
    """Return pairs of synonyms of ``graph``: all that are about diseases, and some chemicals."""
    with open_graph(str(graph)) as store:
        diseases = synonym_pairs(store, config, types=DISEASES)
        chemicals = replace(config, most_pairs=N_CHEMICAL_PAIRS)
        pairs = diseases + synonym_pairs(store, chemicals, types=frozenset({"Chemical"}))
    dice.shuffle(pairs)
    return confusable_together(pairs[:n_pairs], 8, dice)


def mentions(data: Path, epochs: int, dice: random.Random) -> list[Pair]:
    """Return pairs of annotated mentions and names of their concepts, and of synonyms, for all epochs."""
    first, names = vocabulary(data / "ontologies")
    annotated = sorted({(text, first.get(id, id)) for text, id in single(data / "corpora")})
    number = {id: n for n, id in enumerate(sorted(names))}
    pairs: list[Pair] = []
    for _ in range(epochs):
        epoch = []
        for text, id in annotated:
            others = [name for name in names.get(id, ()) if name != text]
            epoch += (Pair(number[id], text, name) for name in dice.sample(others, min(2, len(others))))
        several = sorted(id for id in names if len(names[id]) > 1)
        for id in dice.sample(several, len(epoch) // 2):
            epoch.append(Pair(number[id], *dice.sample(sorted(names[id]), 2)))
        pairs += confusable_together(epoch, SECOND.confusable, dice)
    return pairs


def vocabulary(folder: Path) -> tuple[dict[str, str], dict[str, dict[str, None]]]:
    """Return the first of the ids that MEDIC gives for one disease, and the names of each concept in lower case."""
    mesh = read_mesh(folder / "mesh" / "mesh_descriptors.tsv.gz", folder / "mesh" / "mesh_supplementary.tsv.gz")
    medic = read_concepts(folder / "medic" / "medic_06Jul2012.txt", MEDIC)
    first = {other: concept.id for concept in medic.concepts for other in concept.xrefs}
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for concept in (*mesh.concepts, *medic.concepts):
        if not concept.obsolete:
            own = names[first.get(concept.id, concept.id)]
            own.update((name.lower(), None) for name in (concept.name, *concept.synonyms) if name)
    return first, names


def single(corpora: Path) -> Iterator[tuple[str, str]]:
    """Yield text, in lower case, and id of every annotated mention of exactly one concept."""
    for name in CORPORA:
        for document in read_documents(corpora / name):
            ids: dict[tuple[int, int, str], list[str]] = defaultdict(list)
            for entity in document.entities:
                if entity.id is not None:
                    ids[entity.start, entity.end, entity.text].append(entity.id)
            yield from ((text.lower(), only[0]) for (_, _, text), only in ids.items() if len(only) == 1)


if __name__ == "__main__":
    main()
