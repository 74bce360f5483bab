"""Candidates for real mentions over all names of MeSH: how fast, beside sparse-dot-topn on the same vectors.

    python benchmarks/candidates.py

Mentions are those of BC5CDR (train, dev, test) and NCBI disease (train, dev, test), in corpus order, asked in one
batch; no accuracy is measured. `mentions_per_second` is all of it (keys, exact names, then trigrams for what is
left). For the comparison both sides get the distinct keys that are no name and search all keys for the ten best
cosines above the threshold, one thread each; sparse-dot-topn gets the same TF-IDF vectors as ready-made matrices. On a
sample every cosine of a full sparse product (scipy) is compared with what the index returned. Times are
processor seconds (`cpu`) and seconds on a clock (`wall`); memory is the peak of a process that opens and asks.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import scipy.sparse as sparse

from graph.formats.mesh import read_mesh
from graph.ontology import Ontology
from ingest import ngrams
from ingest.candidates import candidates
from ingest.corpora import pubtator
from ingest.lexicon import Lexicon
from ingest.normalize import key

RESULTS = Path(__file__).parent / "results" / "candidates.json"
DATA = Path(os.environ.get("KGBERT_DATA") or Path(__file__).parents[2] / "shared" / "data")
CORPORA = ("bc5cdr/CDR_*Set.PubTator.txt", "ncbi_disease/NCBI*_corpus.txt")
THRESHOLDS = (0.7, 0.6, 0.5)
SAMPLE = 300


class Names:
    """What a lexicon is compiled from: the concepts of an ontology."""

    release = "benchmark"

    def __init__(self, ontology: Ontology) -> None:
        self._concepts = sorted(ontology.concepts, key=lambda concept: concept.id)

    def iterate(self) -> Iterator[object]:
        return iter(self._concepts)


@contextmanager
def timed(into: dict[str, object], name: str) -> Iterator[None]:
    """Add the seconds that the block took to ``into``."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    into[name] = {"cpu": round(time.process_time() - cpu, 3), "wall": round(time.perf_counter() - wall, 3)}


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ask", type=Path, help="only open this lexicon, ask, and print the peak of memory")
    arguments = parser.parse_args()
    if arguments.ask:
        ask(arguments.ask)
        return
    results: dict[str, object] = {"python": platform.python_version(), "load": os.getloadavg()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lexicon"
        folder_ = DATA / "ontologies" / "mesh"
        store = Names(read_mesh(folder_ / "mesh_descriptors.tsv.gz", folder_ / "mesh_supplementary.tsv.gz"))
        with timed(results, "compile_s"):
            Lexicon.compile(store, path)
        del store
        with timed(results, "open_s"):
            lexicon = Lexicon.open(path)
        results["keys"], results["file_mb"] = len(lexicon.keys), round(path.stat().st_size / 2**20)
        results["asking"] = json.loads(
            subprocess.run([sys.executable, __file__, "--ask", path], check=True, capture_output=True).stdout
        )
        results["trigrams"] = compare(lexicon)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results, indent=1))


def mentions() -> list[str]:
    """Return the texts of all mentions, in corpus order."""
    files = [path for pattern in CORPORA for path in sorted((DATA / "corpora").glob(pattern))]
    return [entity.text for path in files for document in pubtator.read(path) for entity in document.entities]


def ask(path: Path) -> None:
    """Print how fast candidates come from the lexicon at ``path``, and the peak of memory."""
    texts = mentions()
    lexicon = Lexicon.open(path)
    results: dict[str, object] = {"mentions": len(texts), "distinct": len(set(texts))}
    for threshold in THRESHOLDS:
        seconds: dict[str, dict[str, float]] = {}
        with timed(seconds, "s"):
            candidates(lexicon, texts, threshold=threshold)
        results[f"mentions_per_second_at_{threshold}"] = {k: round(len(texts) / s) for k, s in seconds["s"].items()}
    results["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps(results))


def compare(lexicon: Lexicon) -> dict[str, object]:
    """Search the keys that are no name with the index and with sparse-dot-topn."""
    from sparse_dot_topn import sp_matmul_topn

    forms = list(dict.fromkeys(filter(None, map(key, mentions()))))
    forms = [form for form, place in zip(forms, lexicon.find(forms), strict=True) if place < 0]
    keys = [lexicon.keys[i] for i in range(len(lexicon.keys))]
    queries, stored = matrices(forms, keys)
    results: dict[str, object] = {"queries": len(forms)}
    for threshold in THRESHOLDS:
        row: dict[str, object] = {}
        with timed(row, "index"):
            ours = [best(hits) for hits in lexicon.index.search(forms, threshold=threshold)]
        with timed(row, "sparse_dot_topn"):
            theirs = sp_matmul_topn(queries, stored, top_n=10, threshold=threshold, sort=True, n_threads=1)
        row["ratio_cpu"] = round(row["sparse_dot_topn"]["cpu"] / row["index"]["cpu"], 2)
        row["queries_per_second"] = round(len(forms) / row["index"]["cpu"])
        scores = [theirs.data[a:b] for a, b in zip(theirs.indptr[:-1], theirs.indptr[1:], strict=True)]
        row["largest_difference"] = max(
            abs(a - b) for x, y in zip(ours, scores, strict=True) for a, b in zip(x, y, strict=True)
        )
        results[f"at {threshold}"] = row
    sample = np.random.default_rng(0).choice(len(forms), SAMPLE, replace=False)
    results["sample_equal_to_full_product"] = agree(lexicon, [forms[i] for i in sample], queries[sample], stored)
    return results


def best(hits: ngrams.Hits) -> list[float]:
    """Return the ten best scores, best first."""
    return np.sort(hits.scores)[::-1][:10].tolist()


def matrices(forms: list[str], keys: list[str]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Return the unit TF-IDF rows of ``forms``, and those of ``keys`` as columns."""
    arrays, order = ngrams.build(keys)
    if not np.array_equal(order, np.arange(len(keys))):
        raise RuntimeError("keys of a lexicon are stored in the order of its index")
    roots = np.sqrt(arrays["weights"])
    norms = np.sqrt(arrays["squares"])
    ends, shape = arrays["set_ends"], (len(keys), len(roots))
    stored = sparse.csr_matrix((roots[arrays["sets"]] / np.repeat(norms, np.diff(ends)), arrays["sets"], ends), shape)
    asked, asked_order = ngrams.build(forms)
    places = np.searchsorted(arrays["grams"], asked["grams"])
    places[places == len(roots)] = 0
    known = arrays["grams"][places] == asked["grams"]
    unseen = np.rint(np.log(len(keys) + 1) ** 2 * 256) + 1
    gram_weights = np.where(known, arrays["weights"][places], unseen)
    squares = np.add.reduceat(gram_weights[asked["sets"]], asked["set_ends"][:-1])
    rows = np.repeat(np.arange(len(forms)), np.diff(asked["set_ends"]))
    values = np.sqrt(gram_weights[asked["sets"]] / squares[rows])
    keep = known[asked["sets"]]
    queries = sparse.csr_matrix(
        (values[keep], (asked_order[rows[keep]], places[asked["sets"][keep]])), (len(forms), len(roots))
    )
    return queries, stored.T.tocsr()


def agree(lexicon: Lexicon, forms: list[str], queries: sparse.csr_matrix, stored: sparse.csr_matrix) -> bool:
    """Return whether the index finds exactly the keys of a full product, with their cosines."""
    product = (queries @ stored).tocsr()
    for row, hits in enumerate(lexicon.index.search(forms, threshold=THRESHOLDS[-1])):
        start, end = product.indptr[row : row + 2]
        full = dict(zip(product.indices[start:end].tolist(), product.data[start:end].tolist(), strict=True))
        found = dict(zip(hits.keys.tolist(), hits.scores.tolist(), strict=True))
        clear = {place for place, score in full.items() if score >= THRESHOLDS[-1] + 1e-9}
        if not clear <= found.keys() or any(abs(full[place] - score) > 1e-9 for place, score in found.items()):
            return False
    return True


if __name__ == "__main__":
    main()
