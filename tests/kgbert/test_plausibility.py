"""Embeddings of a graph say which relations are plausible."""

import pytest
import torch
from toys import SEEDS

from kgbert.plausibility import EmbeddingConfig, Plausibility, embedded, triples

QUICK = {"width": 16, "epochs": 200, "rate": 0.05}


@pytest.mark.parametrize("model", ["DistMult", "RotatE"])
def test_true_relations_are_more_plausible_than_drawn_ones(store, model):
    embedding = embedded(store, EmbeddingConfig(model=model, **QUICK))
    subject, predicate, object = triples(store)
    n = len(store.snapshot.ids())
    with torch.inference_mode():
        true = embedding(subject, predicate, object)
        others = torch.stack([embedding(subject, predicate, (object + k) % n) for k in range(1, n)])
    assert (true > others.mean(0)).all()


def test_pairs_get_a_number_for_each_relation_type_and_direction(store):
    said = Plausibility(store, embedded(store, EmbeddingConfig(**QUICK)))
    aspirin, bleeding = SEEDS
    n_types = len(store.snapshot.predicates)
    one, back, nothing = said([(aspirin, bleeding), (bleeding, aspirin), (aspirin, None)])
    assert len(one) == said.width == 2 * n_types
    assert one == pytest.approx(back[n_types:] + back[:n_types])
    assert nothing == [0.0] * said.width
    assert said([]) == []


def test_an_embedding_is_learnt_once_and_depends_on_its_seed(store, tmp_path):
    config = EmbeddingConfig(width=4, epochs=2)
    torch.manual_seed(7)
    first = embedded(store, config, kept=tmp_path).state_dict()
    drawn = torch.rand(3)
    torch.manual_seed(7)
    again = embedded(store, config, kept=tmp_path).state_dict()
    assert torch.equal(torch.rand(3), drawn), "what a model draws afterwards must not depend on what was kept"
    torch.manual_seed(7)
    assert torch.equal(torch.rand(3), drawn)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert [path.suffix for path in tmp_path.iterdir()] == [".safetensors"]
    other = embedded(store, EmbeddingConfig(width=4, epochs=2, seed=1)).state_dict()
    assert not torch.equal(first["node_emb.weight"], other["node_emb.weight"])


def test_an_unknown_model_is_refused():
    with pytest.raises(ValueError, match="expected one of DistMult, RotatE"):
        EmbeddingConfig(model="TransX")
