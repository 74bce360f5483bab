"""The trigram index gives what comparing everything with everything gives."""

import gzip
import math
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.ngrams import NgramIndex, build
from ingest.normalize import key


def trigrams(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)} if word else set()


def brute_force(keys: list[str], queries: list[str], threshold: float) -> list[dict[str, float]]:
    """Cosines of binary TF-IDF vectors, straight from the definition."""
    counts = Counter(gram for word in keys for gram in trigrams(word))
    weight = {gram: round(math.log((len(keys) + 1) / (n + 1)) ** 2 * 256) + 1 for gram, n in counts.items()}
    unseen = round(math.log(len(keys) + 1) ** 2 * 256) + 1
    sets = {word: trigrams(word) for word in keys}
    squares = {word: sum(weight[gram] for gram in grams) for word, grams in sets.items()}
    found = []
    for query in queries:
        grams = trigrams(query)
        square = sum(weight.get(gram, unseen) for gram in grams)
        shared = {word: sum(weight[gram] for gram in grams & own) for word, own in sets.items()}
        cosines = {word: shared[word] / math.sqrt(square * squares[word]) for word in keys if shared[word]}
        found.append({word: cosine for word, cosine in cosines.items() if cosine >= threshold})
    return found


def indexed(keys: list[str], queries: list[str], threshold: float) -> list[dict[str, float]]:
    arrays, order = build(keys)
    hits = NgramIndex(arrays).search(queries, threshold=threshold)
    return [dict(zip([keys[order[i]] for i in hit.keys], hit.scores.tolist(), strict=True)) for hit in hits]


WORDS = st.text(alphabet="abc 1é中", min_size=1, max_size=12).filter(lambda word: " " not in word)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@given(
    st.lists(NAMES, max_size=30, unique=True),
    st.lists(NAMES | st.just("") | st.text(), max_size=8),
    st.floats(0.05, 1.0),
)
def test_any_keys(keys: list[str], queries: list[str], threshold: float) -> None:
    expected = brute_force(keys, queries, threshold)
    for found, wanted in zip(indexed(keys, queries, threshold), expected, strict=True):
        assert found == pytest.approx(wanted)


def test_real_names(data_dir: Path) -> None:
    with gzip.open(data_dir / "ontologies" / "mesh" / "mesh_descriptors.tsv.gz", "rt", encoding="utf-8") as lines:
        names = [name for line in islice(lines, 1500) for name in line.split("\t")[1:2]]
    keys = list(dict.fromkeys(filter(None, map(key, names))))
    queries = [word[1:] for word in keys[::23]] + [word[:-2] + "xq" for word in keys[::23]]
    expected = brute_force(keys, queries, 0.5)
    assert sum(map(len, expected)) > 100
    for found, wanted in zip(indexed(keys, queries, 0.5), expected, strict=True):
        assert found == pytest.approx(wanted)


@settings(max_examples=30)
@given(st.lists(NAMES, min_size=1, max_size=20, unique=True))
def test_order_of_keys_changes_no_score(keys: list[str]) -> None:
    assert indexed(keys, keys, 0.3) == indexed(keys[::-1], keys, 0.3)


def test_an_empty_index_finds_nothing() -> None:
    arrays, order = build([])
    assert order.tolist() == []
    (hits,) = NgramIndex(arrays).search(["aspirin"], threshold=0.1)
    assert hits.keys.tolist() == []
    assert hits.scores.dtype == np.float64
