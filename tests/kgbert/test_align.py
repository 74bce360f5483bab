"""An encoder learns from an ontology which names mean the same."""

import math

import pytest
import torch
from safetensors.torch import load_file

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from kgbert.align import STATE, AlignConfig, Aligner, multi_similarity, synonym_pairs
from kgbert.features import NameEncoder


@pytest.fixture
def synonyms(tmp_path):
    """Twelve concepts with three names each, of which no two share a word."""
    words = iter(f"{a}{b}" for a in "bcdfgh" for b in "aeiouy")
    concepts = tuple(
        Concept(f"S:{n:02}", next(words), (next(words), next(words)), ("Odd" if n % 2 else "Even",)) for n in range(12)
    )
    retired = Concept("S:99", "old", ("older",), obsolete=True)
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", Ontology("s", concepts=(*concepts, retired))) as store:
        yield store


def test_pairs_are_all_pairs_of_names_of_live_concepts(synonyms):
    pairs = synonym_pairs(synonyms, AlignConfig())
    assert len(pairs) == len(set(pairs)) == 36
    assert not {"old", "older"} & {name for pair in pairs for name in pair[1:]}
    assert len(synonym_pairs(synonyms, AlignConfig(), types=frozenset({"Odd"}))) == 18
    assert len(synonym_pairs(synonyms, AlignConfig(pairs_per_concept=2))) == 24
    assert set(synonym_pairs(synonyms, AlignConfig(most_pairs=5))) < set(pairs)
    assert len(synonym_pairs(synonyms, AlignConfig(most_pairs=5))) == 5
    assert synonym_pairs(synonyms, AlignConfig(seed=1)) != pairs


def test_names_that_share_a_word_stand_together(tmp_path):
    heads = ("fever", "palsy", "edema", "colic")
    concepts = tuple(Concept(f"S:{n:02}", f"{heads[n % 4]}", (f"name{n}",)) for n in range(32))
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", Ontology("s", concepts=concepts)) as store:
        pairs = synonym_pairs(store, AlignConfig(confusable=8))
        mixed = synonym_pairs(store, AlignConfig(confusable=1))
    assert sorted(pairs) == sorted(mixed)
    assert [len({pair.first for pair in pairs[start : start + 8]}) for start in range(0, 32, 8)] == [1, 1, 1, 1]
    assert len({pair.first for pair in mixed[:8]}) > 1


def test_the_loss_is_that_of_the_paper():
    config = AlignConfig(margin=0.1, positive=2.0, negative=10.0, offset=0.4)
    torch.manual_seed(0)
    vectors = torch.nn.functional.normalize(torch.randn(9, 4), dim=-1)
    concepts = [0, 1, 2, 3, 0, 1, 2, 0, 4]
    similar = (vectors @ vectors.T).tolist()
    total = 0.0
    for anchor in range(9):
        positives = [j for j in range(9) if j != anchor and concepts[j] == concepts[anchor]]
        negatives = [j for j in range(9) if concepts[j] != concepts[anchor]]
        triplets = [
            (p, n) for p in positives for n in negatives if similar[anchor][n] + config.margin > similar[anchor][p]
        ]
        pull = sum(math.exp(-2.0 * (similar[anchor][p] - 0.4)) for p in {p for p, _ in triplets})
        push = sum(math.exp(10.0 * (similar[anchor][n] - 0.4)) for n in {n for _, n in triplets})
        total += math.log(1 + pull) / 2.0 + math.log(1 + push) / 10.0
    found = multi_similarity(vectors, torch.tensor(concepts), config)
    assert found.item() == pytest.approx(total / 9, abs=1e-5)


def test_synonyms_come_to_lie_together(synonyms, encoder, tmp_path):
    config = AlignConfig(batch_size=12, rate=3e-3)
    pairs = synonym_pairs(synonyms, config) * 40

    def agreement(folder):
        concepts = [concept for concept in synonyms.iterate() if not concept.obsolete]
        encode = NameEncoder(folder)
        preferred, others = encode([c.name for c in concepts]), encode([c.synonyms[0] for c in concepts])
        return ((others @ preferred.T).argmax(1) == torch.arange(len(concepts))).float().mean().item()

    before = agreement(encoder)
    steps = list(Aligner(encoder, tmp_path / "aligned", config).train(pairs))
    assert [step for step, _, _ in steps] == list(range(1, len(pairs) // 12 + 1))
    assert before < 0.5
    assert agreement(tmp_path / "aligned") > 0.9
    assert not (tmp_path / "aligned" / STATE).exists()


def test_a_run_that_was_broken_off_goes_on(synonyms, encoder, tmp_path):
    config = AlignConfig(batch_size=6)
    pairs = synonym_pairs(synonyms, config) * 2
    list(Aligner(encoder, tmp_path / "whole", config).train(pairs))
    for step, _, _ in Aligner(encoder, tmp_path / "parts", config).train(pairs, save_every=4):
        if step == 6:
            break
    rest = [step for step, _, _ in Aligner(encoder, tmp_path / "parts", config).train(pairs, save_every=4)]
    assert rest == list(range(5, 13))
    whole, parts = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "parts"))
    assert all(torch.allclose(value, parts[name], atol=1e-6) for name, value in whole.items())


def test_the_command_writes_an_encoder(kgbert, synonyms, encoder, tmp_path):
    shown = kgbert("align", "--graph", synonyms.path, "--encoder", encoder, "--out", "new", "--batch-size", 12).stdout
    assert b"step 3 of 3: loss" in shown
    assert NameEncoder(tmp_path / "new")(["ba"]).shape == (1, NameEncoder(encoder).width)
