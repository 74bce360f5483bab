"""What the model promises, whatever its weights."""

import shutil
from dataclasses import replace

import pytest
import torch
from toys import FAMILIES, example, opened, save_encoder, small_config

from kgbert.batch import Collator
from kgbert.config import KGBertConfig
from kgbert.errors import CheckpointError, EncoderError
from kgbert.faithfulness import with_only
from kgbert.model import KGBertForRelationExtraction, KGBertModel


def logits(model, collate, *examples):
    batch = collate(examples)
    batch.pop("labels", None)
    with torch.inference_mode():
        return model(**batch).logits


LONG = "the patient in pain after aspirin caused severe bleeding and not ulcer in the patient"
SHORT = "aspirin caused bleeding"


def test_an_empty_graph_gives_exactly_the_text_only_logits(model, collate):
    with_graph_parts = logits(model, collate, example(LONG, knowledge=False))
    text_only = logits(model, Collator(pad_token_id=0), example(LONG, knowledge=True))
    assert torch.equal(with_graph_parts, text_only)


def test_an_empty_graph_beside_a_full_one_still_gives_the_text_only_logits(model, collate):
    text_only = logits(model, Collator(pad_token_id=0), example(LONG), example(LONG))
    beside = logits(model, collate, example(LONG), example(LONG, knowledge=False))
    torch.testing.assert_close(beside[1], text_only[1], atol=1e-6, rtol=1e-5)
    assert not torch.allclose(beside[0], text_only[0], atol=1e-3), "the graph must matter in an opened model"


def test_a_fresh_model_starts_as_its_text_part(encoder, collate):
    fresh = KGBertForRelationExtraction(small_config(encoder)).eval()
    assert fresh.kgbert.gates == {"1": 0.0}
    assert torch.equal(logits(fresh, collate, example(LONG)), logits(fresh, Collator(pad_token_id=0), example(LONG)))


def test_batched_is_one_by_one(model, collate):
    examples = [example(LONG), example(SHORT), example(SHORT, knowledge=False), example(LONG + " " + SHORT)]
    alone = torch.cat([logits(model, collate, e) for e in examples])
    torch.testing.assert_close(logits(model, collate, *examples), alone, atol=1e-5, rtol=1e-4)


def test_the_order_of_nodes_edges_and_paths_changes_nothing(model, collate):
    torch.testing.assert_close(
        logits(model, collate, example(LONG)), logits(model, collate, example(LONG, reverse=True)), atol=1e-5, rtol=1e-4
    )


def test_two_pairs_of_one_window_do_not_touch_each_other(model, collate):
    one = example(LONG)
    both = replace(one, pairs=((0, 1), (1, 0)), paths=(one.paths[0], ()), labels=(1, 0))
    torch.testing.assert_close(logits(model, collate, both)[:1], logits(model, collate, one), atol=1e-5, rtol=1e-4)


def test_the_prior_prefers_near_and_certain_nodes(model, collate):
    sure, unsure = example(LONG), replace(example(LONG), confidences=(0.9, 0.01))
    looked = [model(**{k: v for k, v in collate([e]).items() if k != "labels"}).attention[0] for e in (sure, unsure)]
    assert (looked[1][..., 1] < looked[0][..., 1]).all(), "bleeding is linked with less confidence in the second"


@pytest.mark.parametrize("knowledge", [True, False])
def test_it_saves_and_loads_bit_equal_without_the_encoder(encoder, collate, tmp_path, knowledge):
    model = opened(KGBertForRelationExtraction(small_config(encoder, knowledge=knowledge)))
    model.save_pretrained(tmp_path)
    again = KGBertForRelationExtraction.from_pretrained(tmp_path)
    assert torch.equal(logits(model, collate, example(LONG)), logits(again, collate, example(LONG)))
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".safetensors"}
    assert not any("word_embeddings" in name for name in model.owned_state_dict())


def test_it_overfits_ten_examples(encoder, collate):
    torch.manual_seed(0)
    model = KGBertForRelationExtraction(small_config(encoder, dropout=0.0, text_loss=0.0)).train()
    texts = [f"{a} aspirin {b} bleeding" for a in ("the", "not", "severe", "pain", "and") for b in ("caused", "of")]
    batch = collate([example(text, label=i % 3 % 2) for i, text in enumerate(texts)])
    optimizer = torch.optim.AdamW([w for w in model.parameters() if w.requires_grad], lr=1e-2)
    first = None
    for _ in range(200):
        loss = model(**batch).loss
        first = loss.item() if first is None else first
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert first == pytest.approx(torch.log(torch.tensor(2.0)).item(), abs=0.35), "starts near log(classes)"
    output = model.eval()(**batch)
    assert output.loss.item() < 0.1
    assert (output.logits.argmax(-1) == batch["labels"]).all()


def test_every_trained_weight_gets_a_gradient(model, collate):
    model.train()
    model(**collate([example(LONG), example(SHORT, label=0)])).loss.backward()
    silent = [n for n, w in model.named_parameters() if w.requires_grad and (w.grad is None or not w.grad.any())]
    assert silent == []
    assert all(w.grad is None for n, w in model.named_parameters() if not w.requires_grad)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_any_encoder_of_the_family_reads_the_graph(tmp_path, family):
    from kgbert.features import NameEncoder

    folder = save_encoder(tmp_path, family)
    model = opened(KGBertForRelationExtraction(small_config(folder)))
    collate = Collator(pad_token_id=0, names=NameEncoder(folder))
    full, empty = logits(model, collate, example(LONG)), logits(model, collate, example(LONG, knowledge=False))
    assert not torch.allclose(full, empty, atol=1e-3)
    torch.testing.assert_close(logits(model, collate, example(LONG), example(SHORT))[:1], full, atol=1e-4, rtol=1e-3)


def test_inputs_are_not_mutated(model, collate):
    batch = collate([example(LONG)])
    before = {name: tensor.clone() for name, tensor in batch.items()}
    model(**batch)
    assert all(torch.equal(before[name], tensor) for name, tensor in batch.items())


def test_a_layer_that_the_encoder_does_not_have_is_refused(encoder):
    with pytest.raises(ValueError, match="layers 0 to 2"):
        KGBertForRelationExtraction(small_config(encoder, fusion_layers=[3]))


def test_a_damaged_model_is_refused(model, tmp_path):
    with pytest.raises(CheckpointError, match=r"config\.json is missing"):
        KGBertForRelationExtraction.from_pretrained(tmp_path)
    model.save_pretrained(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="cannot be read"):
        KGBertForRelationExtraction.from_pretrained(tmp_path)


def test_another_encoder_than_the_trained_one_is_refused(encoder, model, tmp_path):
    model.save_pretrained(tmp_path / "model")
    other = shutil.copytree(encoder, tmp_path / "other")
    with (other / "model.safetensors").open("ab") as file:
        file.write(b" ")
    with pytest.raises(EncoderError, match="sha256"):
        KGBertForRelationExtraction.from_pretrained(tmp_path / "model", encoder=str(other))


def test_a_missing_encoder_is_named(tmp_path):
    with pytest.raises(EncoderError, match="no such folder, installed package or cached hub model"):
        KGBertForRelationExtraction(small_config(tmp_path / "nowhere"))


def test_knowledge_reaches_a_pair_through_each_of_its_ways(encoder, collate):
    ways = {
        "attention": {"pair_inputs": []},
        "nodes": {"fusion_layers": [], "pair_inputs": ["nodes"]},
        "paths": {"fusion_layers": [], "pair_inputs": ["paths"]},
        "counts": {"fusion_layers": [], "pair_inputs": ["counts"]},
        "edges": {"fusion_layers": [], "pair_inputs": ["edges"]},
        "tokens": {"fusion_layers": [], "pair_inputs": [], "node_tokens": True},
    }
    for name, settings in ways.items():
        one = opened(KGBertForRelationExtraction(small_config(encoder, **settings)))
        text = logits(one, Collator(pad_token_id=0), example(LONG))
        assert not torch.allclose(logits(one, collate, example(LONG)), text, atol=1e-4), name
        assert torch.equal(logits(one, collate, example(LONG, knowledge=False)), text), name


def test_a_pair_may_come_with_numbers(encoder, collate):
    settings = {"fusion_layers": [], "pair_inputs": ["features"], "pair_features": 2}
    one = opened(KGBertForRelationExtraction(small_config(encoder, **settings)))
    few, many = (replace(example(LONG), features=((n, 1.0),)) for n in (0.0, 3.0))
    assert not torch.allclose(logits(one, collate, few), logits(one, collate, many), atol=1e-4)


def test_an_edge_counter_reads_no_node(encoder, collate):
    one = opened(KGBertForRelationExtraction(small_config(encoder, fusion_layers=[], pair_inputs=["edges"])))
    known = example(LONG)
    renamed = known.subgraph._replace(concepts=tuple(c._replace(name="ulcer") for c in known.subgraph.concepts))
    assert torch.equal(logits(one, collate, known), logits(one, collate, replace(known, subgraph=renamed)))


def test_a_memory_is_the_same_for_every_example_and_has_all_parameters(encoder, collate):
    one = opened(KGBertForRelationExtraction(small_config(encoder, memory=5)))
    full = KGBertForRelationExtraction(small_config(encoder))
    own = {name for name, _ in one.named_parameters()}
    assert own - {name for name, _ in full.named_parameters()} == {"kgbert.memory.features"}
    assert own >= {name for name, _ in full.named_parameters()}
    with_graph = logits(one, collate, example(LONG))
    assert torch.equal(with_graph, logits(one, Collator(pad_token_id=0), example(LONG))), "no graph is read"
    one.kgbert.memory.features.data.normal_()
    assert not torch.allclose(logits(one, collate, example(LONG)), with_graph, atol=1e-4)
    two = logits(one, collate, example(LONG), example(SHORT))
    torch.testing.assert_close(two[1:], logits(one, collate, example(SHORT)), atol=1e-5, rtol=1e-4)


def learning(model):
    """Let ``model`` leave out of what it reads what it leaves out in training; its layers stay as they are."""
    for module in (model, model.kgbert.gnn):
        module.training = True


def test_a_window_whose_graph_is_dropped_is_read_as_text_alone(encoder, collate):
    one = opened(KGBertForRelationExtraction(small_config(encoder, knowledge_dropout=1.0, dropout=0.0)))
    text = logits(one, Collator(pad_token_id=0), example(LONG))
    assert not torch.allclose(logits(one, collate, example(LONG)), text, atol=1e-4), "only in training"
    learning(one)
    torch.testing.assert_close(logits(one, collate, example(LONG)), text, atol=1e-5, rtol=1e-4)


def test_a_window_whose_relations_are_dropped_is_read_as_its_concepts_alone(encoder, collate):
    one = opened(KGBertForRelationExtraction(small_config(encoder, relation_dropout=1.0, dropout=0.0)))
    bare = with_only(example(LONG), frozenset())
    assert bare.subgraph.concepts
    assert any(example(LONG).paths)
    assert not bare.subgraph.relations
    assert not any(bare.paths)
    expected = logits(one, collate, bare)
    assert not torch.allclose(logits(one, collate, example(LONG)), expected, atol=1e-4), "only in training"
    learning(one)
    torch.testing.assert_close(logits(one, collate, example(LONG)), expected, atol=1e-5, rtol=1e-4)


def test_relations_are_dropped_by_window(encoder, collate):
    one = opened(KGBertForRelationExtraction(small_config(encoder, relation_dropout=0.5, dropout=0.0)))
    whole, bare = (logits(one, collate, kept) for kept in (example(LONG), with_only(example(LONG), frozenset())))
    learning(one)
    torch.manual_seed(1)
    drawn = torch.rand(8) < 0.5
    assert 0 < drawn.sum() < 8
    torch.manual_seed(1)
    rows = logits(one, collate, *[example(LONG)] * 8).reshape(8, *whole.shape)
    for row, dropped in zip(rows, drawn, strict=True):
        torch.testing.assert_close(row, bare if dropped else whole, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("settings", [{}, {"link_loss": 0.1}, {"memory": 5}])
def test_scaled_names_are_names_multiplied(encoder, collate, settings):
    plain, scaled = (
        opened(KGBertForRelationExtraction(small_config(encoder, scale_names=on, dropout=0.0, **settings)))
        for on in (False, True)
    )
    scaled.load_state_dict(plain.state_dict())
    batch = collate([replace(example(LONG), labels=(1,) * len(example(LONG).pairs))])
    larger = {n: t * t.shape[-1] ** 0.5 if n.endswith("_features") else t for n, t in batch.items()}
    if plain.kgbert.memory is not None:
        scaled.kgbert.memory.features.data /= scaled.kgbert.memory.features.shape[-1] ** 0.5
        larger = batch
    torch.manual_seed(0)
    expected = plain(**larger)
    torch.manual_seed(0)
    found = scaled(**batch)
    torch.testing.assert_close(found.logits, expected.logits)
    torch.testing.assert_close(found.loss, expected.loss)


def test_names_that_are_not_scaled_drown_in_a_new_model():
    torch.manual_seed(0)
    names, others = (torch.nn.functional.normalize(torch.randn(40, 384), dim=-1) for _ in range(2))
    role = torch.zeros(40, dtype=torch.long)
    no_edges = torch.zeros(2, 0, dtype=torch.long), torch.zeros(0, dtype=torch.long)

    def change(scale_names: bool) -> float:
        model = KGBertModel(KGBertConfig(scale_names=scale_names, gnn_layers=0)).eval()
        relations = model.scaled(names[:1])
        with torch.inference_mode():
            one, two = (model.gnn(model.scaled(nodes), role, relations, *no_edges) for nodes in (names, others))
        return float((one - two).square().mean() / (2 * one.square().mean()))

    assert change(scale_names=False) < 0.01
    assert change(scale_names=True) > 0.1
