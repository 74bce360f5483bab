"""From documents to examples and batches."""

from dataclasses import replace

import pytest
import torch
from toys import SEEDS, small_config
from transformers import AutoTokenizer

from graph.subgraph import Role
from ingest.corpora import pubtator
from ingest.document import Document
from kgbert.errors import ConfigError
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


def test_facts_stand_behind_the_text_and_take_room_from_it(encoder, store, gold):
    config = small_config(encoder, knowledge=False, fact_tokens=12)
    make = ExampleMaker(AutoTokenizer.from_pretrained(encoder), config, CID, store)
    plain = ExampleMaker(AutoTokenizer.from_pretrained(encoder), small_config(encoder, knowledge=False), CID, store)
    (told,), (bare,) = make(next(pubtator.read(gold))), plain(next(pubtator.read(gold)))
    n = len(bare.input_ids)
    assert told.input_ids[:n] == bare.input_ids
    assert len(told.input_ids) == len(told.markers) == n + 12
    assert make.tokenizer.convert_ids_to_tokens(told.input_ids[n : n + 3]) == ["aspirin", "t", "##r"]
    assert told.input_ids[-1] == bare.input_ids[-1], "it ends as the text does"


def test_masked_text_keeps_nothing_but_its_length_and_markers(encoder, store, gold):
    make = ExampleMaker(AutoTokenizer.from_pretrained(encoder), small_config(encoder, mask_text=True), CID, store)
    (masked,) = make(next(pubtator.read(gold)))
    assert set(masked.input_ids[1:-1]) == {make.tokenizer.mask_token_id}
    assert any(masked.markers)
    assert masked.subgraph.concepts


def test_a_window_without_room_for_text_is_refused(encoder, store):
    config = small_config(encoder, fact_tokens=60)
    with pytest.raises(ConfigError, match="2 are left for the text, expected more than overlap 16"):
        ExampleMaker(AutoTokenizer.from_pretrained(encoder), config, CID, store)


def test_arguments_that_are_mentions_read_the_concepts_they_are_linked_to(encoder, store, gold):
    document = next(pubtator.read(gold))
    entities = tuple(replace(e, id=f"mention:1.T{i}") for i, e in enumerate(document.entities))
    links = {"mention:1.T0": SEEDS[0], "mention:1.T1": SEEDS[1]}
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    make = ExampleMaker(tokenizer, small_config(encoder), CID, store, links=links)
    (example,) = make(replace(document, entities=entities, relations=()))
    assert example.arguments[:2] == ("mention:1.T0", "mention:1.T1")
    assert example.concepts == (*SEEDS, None, None)


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
