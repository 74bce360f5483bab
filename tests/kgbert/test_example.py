"""From documents to examples and batches."""

import pytest
import torch
from toys import SEEDS, small_config
from transformers import AutoTokenizer

from graph.subgraph import Role
from ingest.corpora import pubtator
from ingest.document import Document
from kgbert.example import ExampleMaker
from kgbert.task import CID


@pytest.fixture
def make(encoder, store):
    return ExampleMaker(AutoTokenizer.from_pretrained(encoder), small_config(encoder), CID, store)


def test_a_document_becomes_one_window_with_all_its_pairs(make, gold):
    first, second = pubtator.read(gold)
    (example,) = make(first, labelled=True)
    assert example.arguments == ("MESH:D001241", "MESH:D006470", "MESH:D010146")
    assert example.pairs == ((0, 1), (0, 2))
    assert example.labels == (1, 0)
    tokens = [make.tokenizer.convert_ids_to_tokens(id) for id in example.input_ids]
    assert tokens[:4] == ["[CLS]", "[MASK]", "aspirin", "caused"]
    assert [example.markers[token] for token, _ in example.mentions] == [1, 2, 2, 1]
    assert example.subgraph.concepts[0].id == SEEDS[0]
    assert {c.id for c in example.subgraph.concepts if c.role is Role.SEED} == set(example.arguments)
    assert [step.predicate for step in example.paths[1][0].steps] == ["treats"]
    (example,) = make(second, labelled=True)
    assert example.arguments[-1] == "MESH:C000001", "ids stay as the document writes them"
    assert example.concepts[-1] == SEEDS[0], "a retired id reads its successor's node"


def test_pair_markers_give_an_example_for_each_pair(encoder, store, gold):
    config = small_config(encoder, markers="pair")
    make = ExampleMaker(AutoTokenizer.from_pretrained(encoder), config, CID, store)
    examples = list(make(next(pubtator.read(gold)), labelled=True))
    assert [e.labels for e in examples] == [(1,), (0,)]
    assert [sum(m > 0 for m in e.markers) for e in examples] == [3, 3], "two of aspirin, one of the disease"


def test_a_long_document_is_cut_and_loses_no_pair_that_stands_close(encoder, store, gold):
    text = next(pubtator.read(gold)).text
    filler = " and pain" * 40
    document = Document("long", text + filler)
    entities = next(pubtator.read(gold)).entities
    document = Document("long", text + filler, entities=entities)
    make = ExampleMaker(AutoTokenizer.from_pretrained(encoder), small_config(encoder), CID, store)
    windows = list(make(document))
    assert all(len(w.input_ids) <= 64 for w in windows)
    assert {(w.arguments[s], w.arguments[o]) for w in windows for s, o in w.pairs} == {
        ("MESH:D001241", "MESH:D006470"),
        ("MESH:D001241", "MESH:D010146"),
    }


def test_a_document_without_a_pair_gives_nothing(make):
    assert list(make(Document("d", "pain in the patient"))) == []


def test_a_batch_numbers_everything_through(make, collate, gold):
    examples = [e for d in pubtator.read(gold) for e in make(d, labelled=True)]
    batch = collate(examples)
    assert batch["input_ids"].shape == batch["attention_mask"].shape == batch["markers"].shape
    ids = [id for e in examples for id in e.arguments]
    for mention in range(len(batch["mention_token"])):
        window, token = batch["mention_window"][mention], batch["mention_token"][mention]
        type = {"MESH:D001241": 1, "MESH:C000001": 1}.get(ids[batch["mention_argument"][mention]], 2)
        assert batch["markers"][window, token] == type
    concepts = [c.id for e in examples for c in e.subgraph.concepts]
    for argument, node in enumerate(batch["argument_node"].tolist()):
        assert concepts[node] in (ids[argument], SEEDS[0])
    assert torch.equal(batch["argument_window"][batch["pairs"][:, 0]], batch["argument_window"][batch["pairs"][:, 1]])
    assert batch["labels"].tolist() == [label for e in examples for label in e.labels]
    subjects, objects = batch["edge_index"]
    assert torch.equal(batch["node_window"][subjects], batch["node_window"][objects]), "no edge leaves its window"
