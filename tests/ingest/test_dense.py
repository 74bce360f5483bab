"""The nearest names are found, however many there are and in whatever blocks they are compared."""

import numpy as np
import pytest

from ingest.dense import DenseIndex
from ingest.errors import LexiconError

NAMES = [f"name {n}" for n in range(300)]


def encode(texts):
    """A unit vector for each text, the same for the same text."""
    rows = [np.random.default_rng(list(text.encode())).standard_normal(32) for text in texts]
    vectors = np.array(rows, np.float32).reshape(len(texts), 32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize(("names", "queries", "encoded"), [(16384, 512, 4096), (7, 3, 11), (300, 1, 1)])
def test_the_nearest_names_are_found_exactly(tmp_path, monkeypatch, names, queries, encoded):
    for name, value in (("_NAMES", names), ("_QUERIES", queries), ("_ENCODED", encoded)):
        monkeypatch.setattr(f"ingest.dense.{name}", value)
    index = DenseIndex.compile(NAMES, tmp_path / "d", encode, encoder="toy")
    texts = ["name 7", "something else", "name 299", "x", "y"]
    truth = encode(texts) @ encode(NAMES).T
    found = list(index.search(texts, limit=10))
    assert len(found) == len(texts)
    for hits, cosines in zip(found, truth, strict=True):
        assert hits.keys.tolist() == sorted(hits.keys.tolist())
        assert np.abs(hits.scores - cosines[hits.keys]).max() < 0.01
        assert cosines[hits.keys].min() >= np.sort(cosines)[-10] - 0.01
    assert found[0].keys[found[0].scores.argmax()] == 7
    assert found[2].keys[found[2].scores.argmax()] == 299


def test_more_than_there_are_and_none_at_all(tmp_path):
    few = DenseIndex.compile(NAMES[:3], tmp_path / "few", encode, encoder="toy")
    assert [hits.keys.tolist() for hits in few.search(["a", "b"], limit=10)] == [[0, 1, 2]] * 2
    none = DenseIndex.compile([], tmp_path / "none", encode, encoder="toy")
    assert [len(hits.keys) for hits in none.search(["a"], limit=10)] == [0]
    assert list(few.search([], limit=5)) == []


def test_vectors_of_another_encoder_or_of_other_names_are_refused(tmp_path):
    DenseIndex.compile(NAMES, tmp_path / "d", encode, encoder="toy")
    assert len(DenseIndex.open(tmp_path / "d", encode, encoder="toy", n_names=300)) == 300
    with pytest.raises(LexiconError, match=r"encoder toy, 300 names; expected .* encoder other"):
        DenseIndex.open(tmp_path / "d", encode, encoder="other", n_names=300)
    with pytest.raises(LexiconError, match=r"expected .* 299 names"):
        DenseIndex.open(tmp_path / "d", encode, encoder="toy", n_names=299)
    (tmp_path / "d").write_bytes(b"nothing")
    with pytest.raises(LexiconError):
        DenseIndex.open(tmp_path / "d", encode, encoder="toy", n_names=300)
