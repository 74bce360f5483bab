"""Masked words, whole mentions first, and models that start from what they taught."""

import json

import pytest
import torch
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from toys import SEEDS, example, small_config

from ingest.corpora import pubtator
from ingest.document import Document
from kgbert.cli.main import main
from kgbert.errors import CheckpointError, ConfigError
from kgbert.masked import IGNORED, Masking, masked
from kgbert.masked_model import KGBertForMaskedLM
from kgbert.mention_linker import MentionLinker
from kgbert.model import KGBertForRelationExtraction
from kgbert.pretrain import PretrainConfig
from kgbert.task import CID

MASK, SPECIAL = 4, frozenset({0, 2, 3, 4})
WORDS = "aspirin caused severe bleeding"


def window():
    one = example(WORDS)
    return type(one)(**{**{f: getattr(one, f) for f in one.__slots__}, "ends": (3, 7)})


def test_mentions_are_masked_whole_and_their_markers_stay():
    one, targets = masked(window(), Masking(mentions=1, words=0), mask=MASK, special=SPECIAL, draw="a")
    assert [target != IGNORED for target in targets] == [False, False, True, False, False, False, True, False]
    assert [targets[2], targets[6]] == [window().input_ids[2], window().input_ids[6]]
    assert one.input_ids[2] == one.input_ids[6] == MASK
    assert one.markers == window().markers


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 5), st.text(max_size=3))
def test_targets_give_back_what_was_masked(mentions, words, seed, draw):
    masking = Masking(mentions=mentions, words=words, seed=seed)
    one, targets = masked(window(), masking, mask=MASK, special=SPECIAL, draw=draw)
    restored = tuple(id if target == IGNORED else target for id, target in zip(one.input_ids, targets, strict=True))
    assert restored == window().input_ids
    hidden = [i for i, target in enumerate(targets) if target != IGNORED]
    assert hidden
    assert not any(window().markers[i] or window().input_ids[i] in SPECIAL for i in hidden)
    assert masked(window(), masking, mask=MASK, special=SPECIAL, draw=draw)[1] == targets


@pytest.fixture
def config(tmp_path, encoder, graph_folder, gold, monkeypatch):
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))

    def write(**changes):
        shape = small_config(encoder)
        names = "encoder lora_rank fusion_layers node_width gnn_heads fusion_heads max_tokens overlap".split()
        model = {name: getattr(shape, name) for name in names}
        values = {
            "train": gold.name,
            "out": "masked",
            "graph": str(graph_folder),
            "model": model,
            "optimisation": {
                "epochs": 120,
                "batch_size": 2,
                "encoder_rate": 0.01,
                "head_rate": 0.01,
                "gate_rate": 0.05,
            },
        }
        path = tmp_path / "pretrain.yaml"
        path.write_text(yaml.safe_dump({**values, **changes}), encoding="utf-8")
        return path

    return write


def test_it_learns_opens_its_gate_and_is_where_a_model_for_relations_starts(config, tmp_path, encoder):
    done = CliRunner().invoke(main, ["pretrain", str(config())], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    figures = json.loads((tmp_path / "masked" / "metrics.json").read_text())
    losses = [row["loss"] for row in figures["history"] if "loss" in row]
    assert losses[-1] < losses[0] - 0.5
    assert abs(figures["gates"]["1"]) > 0.01
    taught = KGBertForMaskedLM.from_pretrained(tmp_path / "masked")
    fresh = KGBertForRelationExtraction(small_config(encoder))
    fresh.start_from(tmp_path / "masked")
    assert fresh.kgbert.gates == taught.kgbert.gates
    weights = dict(taught.kgbert.named_parameters())
    assert all(torch.equal(weight, weights[name]) for name, weight in fresh.kgbert.named_parameters())


def test_another_shape_cannot_start_there(config, tmp_path, encoder):
    CliRunner().invoke(main, ["pretrain", str(config(optimisation={"epochs": 1}))], catch_exceptions=False)
    with pytest.raises(CheckpointError, match="has another shape, first in kgbert"):
        KGBertForRelationExtraction(small_config(encoder, knowledge=False)).start_from(tmp_path / "masked")
    with pytest.raises(CheckpointError, match="cannot be read"):
        KGBertForRelationExtraction(small_config(encoder)).start_from(tmp_path / "nowhere")


def test_texts_of_a_test_set_are_left_out(config, gold, tmp_path):
    done = CliRunner().invoke(main, ["pretrain", str(config(leave_out=gold.name))])
    assert done.exit_code == 1
    assert "no text has a mention of Chemical, Disease" in done.output
    assert not (tmp_path / "masked" / "metrics.json").exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [({"masking": {"mentions": 2}}, "mentions is 2"), ({"masking": {"all": 1}}, "all"), ({"mask": 1}, "unknown key")],
)
def test_a_mistake_in_the_file_is_told(config, change, told):
    with pytest.raises(ConfigError, match=told):
        PretrainConfig.read(config(**change))


def test_a_graph_names_what_is_masked(store, gold, tmp_path, monkeypatch):
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    bare = (Document(d.id, d.text) for d in pubtator.read(gold))
    first, _ = MentionLinker(store, CID).found(bare)
    assert set(SEEDS) <= {entity.id for entity in first.entities}
