"""A detector of mentions: what it reads, what it says, and that it comes back as it was saved."""

import shutil

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toys import save_encoder, small_config, small_detector_config
from transformers import AutoTokenizer

from ingest.document import Document, Entity, Mention
from ingest.evaluate_spans import retyped, span_scores
from ingest.find import in_turn, of_types
from kgbert.detector import Detector
from kgbert.errors import CheckpointError, EncoderError
from kgbert.model import KGBertForRelationExtraction
from kgbert.ner import KGBertForTokenClassification, TagCollator, TagExampleMaker, TagOutput, tagset_loss, word_means

TYPES = frozenset({"Chemical", "Disease"})
TEXT = "aspirin caused severe bleeding and pain in the patient. "


def mentions(text: str, **words: str) -> tuple[Mention, ...]:
    """Return every place of the given words, each with its type."""
    places = ((text.find(w, i), w, t) for w, t in words.items() for i in range(len(text)) if text.startswith(w, i))
    return tuple(Mention(start, start + len(w), w, t) for start, w, t in sorted(set(places)))


def entities(text: str, **words: str) -> tuple[Entity, ...]:
    return tuple(Entity(m.start, m.end, m.text, m.type) for m in mentions(text, **words))


def shaken(model: KGBertForTokenClassification) -> KGBertForTokenClassification:
    """Give large random values to what is trained, so that tags differ from word to word."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.requires_grad:
                weight.copy_(torch.randn(weight.shape, generator=generator))
    return model.eval()


@pytest.fixture(scope="module")
def tokenizer(encoder):
    return AutoTokenizer.from_pretrained(encoder)


@pytest.fixture(scope="module")
def detector(encoder, tokenizer):
    return Detector(shaken(KGBertForTokenClassification(small_detector_config(encoder))), tokenizer)


def found(detector: Detector, text: str) -> list[tuple[int, int, str]]:
    return [(m.start, m.end, m.type) for m in detector(text)]


@given(text=st.text(st.sampled_from("ab Zé\u0301\u0300\x00\u200b\u202e\u05d0中한🫀👩‍🔬.-\n\ud7ff"), max_size=200))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_has_mentions_at_exact_offsets(detector, text):
    last = 0
    for mention in detector(text):
        assert mention.text == text[mention.start : mention.end]
        assert mention.type in TYPES
        assert last <= mention.start < mention.end
        last = mention.end


def test_what_was_found_in_many_texts_is_what_is_found_in_each(detector):
    texts = ["", TEXT, "\x00", TEXT * 9, "a", "bleeding " * 70, TEXT * 3]
    together = list(detector.pipe([Document(str(i), t) for i, t in enumerate(texts)], batch_size=3))
    assert [d.id for d in together] == list("0123456")
    assert sum(bool(d.mentions) for d in together) >= 4, "a test on texts without mentions would show nothing"
    for document, text in zip(together, texts, strict=True):
        assert document.mentions == detector(text)


def test_a_document_keeps_what_else_it_has(detector):
    document = Document("d", TEXT, entities=entities(TEXT, pain="Disease"))
    (after,) = detector.pipe([document])
    assert (after.id, after.text, after.entities) == ("d", TEXT, document.entities)


class Alone(KGBertForTokenClassification):
    """Its words do not see each other."""

    def forward(self, input_ids, word, **rest):  # noqa: ARG002 (the model's signature)
        own = self.encoder.get_input_embeddings()(input_ids)
        return TagOutput(logits=self.head(word_means(own, word)))


class Edges(KGBertForTokenClassification):
    """It calls a chemical each of the three words at either end of what it sees."""

    def forward(self, input_ids, word, **rest):  # noqa: ARG002 (the model's signature)
        logits = torch.zeros(len(input_ids), int(word.max()), 5)
        for row, last in zip(logits, word.amax(1).tolist(), strict=True):
            row[:3, 1] = row[max(last - 3, 0) : last, 1] = 1.0
        return TagOutput(logits=logits)


def test_a_text_in_windows_is_tagged_as_a_whole(encoder, tokenizer):
    text = TEXT * 7
    answers = []
    for max_tokens, overlap in ((600, 16), (24, 9), (11, 4), (9, 0)):
        model = shaken(Alone(small_detector_config(encoder, max_tokens=max_tokens, overlap=overlap)))
        answers.append(found(Detector(model, tokenizer), text))
    assert answers[0]
    assert answers[1:] == [answers[0]] * 3


def test_a_word_is_decided_where_it_has_most_context(encoder, tokenizer):
    """Words at the end of a window are decided by its neighbour, those at the end of the text by the only one."""
    text = "ulcer " * 200
    model = Edges(small_detector_config(encoder, max_tokens=22, overlap=8))
    assert [start // 6 for start, _, _ in found(Detector(model, tokenizer), text)] == [0, 1, 2, 197, 198, 199]


def test_it_saves_and_loads_bit_equal_without_the_encoder(encoder, tokenizer, tmp_path):
    model = shaken(KGBertForTokenClassification(small_detector_config(encoder, hints=True)))
    model.save_pretrained(tmp_path / "detector")
    again = KGBertForTokenClassification.from_pretrained(tmp_path / "detector")
    assert not [n for n in again.owned_state_dict() if "embeddings" in n or "base_layer" in n]
    assert again.owned_state_dict().keys() == model.owned_state_dict().keys()
    for name, weight in model.owned_state_dict().items():
        assert torch.equal(again.owned_state_dict()[name], weight), name
    names = fixed(mentions(TEXT * 4, pain="Disease"))
    first = Detector(model, tokenizer, dictionary=names)
    assert first(TEXT * 4)
    assert Detector.load(tmp_path / "detector", dictionary=names)(TEXT * 4) == first(TEXT * 4)


def fixed(answer):
    return lambda text: answer  # noqa: ARG005 (a way to find mentions, whatever the text)


def test_one_for_another_encoder_is_refused(encoder, tmp_path):
    KGBertForTokenClassification(small_detector_config(encoder)).save_pretrained(tmp_path / "detector")
    (tmp_path / "other").mkdir()
    other = save_encoder(tmp_path / "other", "electra")
    with pytest.raises(EncoderError, match=r"model\.safetensors has sha256 .*, expected "):
        Detector.load(tmp_path / "detector", encoder=str(other))
    with pytest.raises(EncoderError, match="no such folder"):
        Detector.load(tmp_path / "detector", encoder=str(tmp_path / "nowhere"))


def test_a_model_of_another_kind_and_a_damaged_one_are_refused(encoder, tmp_path):
    KGBertForRelationExtraction(small_config(encoder, knowledge=False)).save_pretrained(tmp_path / "cid")
    with pytest.raises(CheckpointError, match="its kind is 'kgbert', expected 'kgbert-detector'"):
        Detector.load(tmp_path / "cid")
    KGBertForTokenClassification(small_detector_config(encoder)).save_pretrained(tmp_path / "detector")
    with pytest.raises(CheckpointError, match="its kind is 'kgbert-detector', expected 'kgbert'"):
        KGBertForRelationExtraction.from_pretrained(tmp_path / "detector")
    shutil.copyfile(tmp_path / "cid" / "model.safetensors", tmp_path / "detector" / "model.safetensors")
    with pytest.raises(CheckpointError, match="weights do not fit its configuration"):
        Detector.load(tmp_path / "detector")
    (tmp_path / "detector" / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"model\.safetensors is missing"):
        Detector.load(tmp_path / "detector")


@pytest.mark.parametrize("family", ["bert", "roberta", "electra", "mpnet", "distilbert"])
def test_any_family_of_encoders_will_do(family, tmp_path):
    encoder = save_encoder(tmp_path, family)
    model = shaken(KGBertForTokenClassification(small_detector_config(encoder, hints=True)))
    assert Detector(model, AutoTokenizer.from_pretrained(encoder))(TEXT * 5)


def test_word_means_leave_out_special_tokens_and_padding():
    hidden = torch.tensor([[[9.0], [1.0], [3.0], [5.0], [9.0]], [[9.0], [2.0], [9.0], [9.0], [9.0]]])
    word = torch.tensor([[0, 1, 1, 2, 0], [0, 1, 0, 0, 0]])
    assert word_means(hidden, word).squeeze(-1).tolist() == [[2.0, 5.0], [2.0, 0.0]]


def test_the_loss_is_cross_entropy_where_one_tag_is_acceptable_and_less_where_more_are():
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(2, 3, 5, generator=generator)
    tags = torch.tensor([[0, 1, 2], [0, 0, 0]])
    acceptable = torch.nn.functional.one_hot(tags, 5).bool()
    expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tags.flatten())
    assert torch.allclose(tagset_loss(logits, acceptable), expected)
    acceptable[1] = True
    expected = torch.nn.functional.cross_entropy(logits[0], tags[0]) / 2
    assert torch.allclose(tagset_loss(logits, acceptable), expected), "any tag will do: no loss"
    acceptable[1] = False
    assert torch.allclose(tagset_loss(logits, acceptable), expected * 2), "padding does not count"


def test_hints_count_for_nothing_before_training_and_for_something_after(encoder, tokenizer):
    names = fixed(mentions(TEXT, pain="Disease", severe="Chemical"))
    torch.manual_seed(0)
    model = KGBertForTokenClassification(small_detector_config(encoder, hints=True)).eval()
    make = TagExampleMaker(tokenizer, model.config)
    found = make.words(TEXT)
    with_hints, without = (
        TagCollator(pad_token_id=0)(list(make.windows(found, hinted))) for hinted in (names(TEXT), ())
    )
    assert with_hints["hints"].unique().tolist() == [0, 1, 3]
    assert torch.equal(model(**with_hints).logits, model(**without).logits)
    shaken(model)
    assert not torch.equal(model(**with_hints).logits, model(**without).logits)
    plain = shaken(KGBertForTokenClassification(small_detector_config(encoder)))
    assert Detector(plain, tokenizer, dictionary=names)(TEXT) == Detector(plain, tokenizer)(TEXT)


def taught(encoder, tokenizer, rows, *, hints: bool = False, steps: int = 150):
    """Train on (document, annotated types, hinted) and return the model with its last loss."""
    torch.manual_seed(0)
    model = KGBertForTokenClassification(small_detector_config(encoder, lora_rank=0, dropout=0.0, hints=hints))
    make = TagExampleMaker(tokenizer, model.config)
    examples = [e for d, types, hinted in rows for e in make.labelled(d, annotated=types, hinted=hinted)]
    batch = TagCollator(pad_token_id=0)(examples)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=5e-3)
    model.train()
    for _ in range(steps):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model, float(loss.detach())


GOLD = {"aspirin": "Chemical", "drug": "Chemical", "bleeding": "Disease", "severe ulcer": "Disease"}
CORPUS = [
    "aspirin caused bleeding",
    "severe ulcer after drug",
    "not severe pain in a patient",
    "bleeding is a severe ulcer of aspirin drug.",
]


def test_it_learns_a_small_corpus(encoder, tokenizer):
    documents = [Document(str(i), text, entities=entities(text, **GOLD)) for i, text in enumerate(CORPUS)]
    model, loss = taught(encoder, tokenizer, [(d, TYPES, ()) for d in documents])
    assert loss < 0.05
    detector = Detector(model, tokenizer)
    assert span_scores(documents, detector.pipe(documents))["all"].f1 == 1.0
    assert [(m.text, m.type) for m in detector(CORPUS[3])] == [
        ("bleeding", "Disease"),
        ("severe ulcer", "Disease"),
        ("aspirin", "Chemical"),
        ("drug", "Chemical"),
    ]


@pytest.mark.parametrize(("annotated", "expected"), [(frozenset({"Disease"}), 1.0), (TYPES, 0.0)])
def test_what_a_corpus_does_not_annotate_is_not_unlearnt(encoder, tokenizer, annotated, expected):
    """One text has both types, many have diseases only: told so, the model goes on finding chemicals in them."""
    both = Document("0", CORPUS[0], entities=entities(CORPUS[0], **GOLD))
    others = [Document(str(i), "aspirin caused ulcer", entities=entities("aspirin caused ulcer", ulcer="Disease"))
              for i in range(1, 6)]  # fmt: skip
    model, _ = taught(encoder, tokenizer, [(both, TYPES, ()), *((d, annotated, ()) for d in others)])
    texts = [m.text for m in Detector(model, tokenizer)(others[0].text)]
    assert "ulcer" in texts
    assert ("aspirin" in texts) == bool(expected)


def test_it_learns_to_trust_a_dictionary_that_is_right(encoder, tokenizer):
    rows = [
        (Document(str(i), t, entities=entities(t, **GOLD)), TYPES, mentions(t, **GOLD)) for i, t in enumerate(CORPUS)
    ]
    model, _ = taught(encoder, tokenizer, rows, hints=True)
    new = "patient not caused pain"
    assert [m.text for m in Detector(model, tokenizer)(new)] == []
    hinted = Detector(model, tokenizer, dictionary=fixed(mentions(new, pain="Disease")))
    assert [(m.text, m.type) for m in hinted(new)] == [("pain", "Disease")]


def test_every_trained_weight_gets_a_gradient(encoder, tokenizer):
    model = shaken(KGBertForTokenClassification(small_detector_config(encoder, hints=True, hint_dropout=0.0))).train()
    make = TagExampleMaker(tokenizer, model.config)
    document = Document("d", TEXT, entities=entities(TEXT, pain="Disease", aspirin="Chemical"))
    model(
        **TagCollator(pad_token_id=0)(list(make.labelled(document, annotated=TYPES, hinted=document.entities)))
    ).loss.backward()
    idle = [n for n, p in model.named_parameters() if p.requires_grad and (p.grad is None or not p.grad.any())]
    assert [name for name in idle if "pooler" not in name] == []


def test_scores_are_strict_and_those_of_seqeval():
    """Worked out by hand; compared with seqeval where it is installed (it has no wheel, so we do not ask for it)."""
    text = "a b c d e f"
    places = range(0, 11, 2)

    def document(*spans: tuple[int, int, str]) -> Document:
        return Document("d", text, tuple(Mention(s, e, text[s:e], t) for s, e, t in spans))

    def tags(document: Document) -> list[str]:
        held = {i: ("B-" if i == m.start else "I-") + m.type for m in document.mentions for i in range(m.start, m.end)}
        return [held.get(place, "O") for place in places]

    gold = document((0, 3, "Disease"), (4, 5, "Chemical"), (6, 9, "Disease"), (10, 11, "Chemical"))
    predicted = document((0, 3, "Disease"), (4, 5, "Disease"), (6, 7, "Disease"), (10, 11, "Chemical"))
    entities = tuple(Entity(m.start, m.end, m.text, m.type) for m in gold.mentions)
    ours = span_scores([Document("d", text, entities=entities)], [predicted])
    assert {type: (s.true_positives, s.predicted, s.gold) for type, s in ours.items()} == {
        "all": (2, 4, 4),
        "Chemical": (1, 1, 2),
        "Disease": (1, 3, 2),
    }
    assert (ours["Chemical"].precision, ours["Chemical"].recall, ours["all"].f1) == (1.0, 0.5, 0.5)
    seqeval = pytest.importorskip("seqeval.metrics")
    theirs = seqeval.classification_report([tags(gold)], [tags(predicted)], output_dict=True)
    for type, name in (("all", "micro avg"), ("Disease", "Disease"), ("Chemical", "Chemical")):
        assert ours[type].precision == pytest.approx(theirs[name]["precision"])
        assert ours[type].recall == pytest.approx(theirs[name]["recall"])
        assert ours[type].f1 == pytest.approx(theirs[name]["f1-score"])


def test_only_what_overlaps_nothing_found_before_joins_it():
    text = "severe bleeding and pain"
    first = fixed(mentions(text, bleeding="Disease"))
    second = fixed(mentions(text, **{"severe bleeding": "Chemical", "pain": "Disease"}))
    assert [m.text for m in in_turn(first, second)(text)] == ["bleeding", "pain"]
    assert [m.text for m in in_turn(second, first)(text)] == ["severe bleeding", "pain"]
    assert [m.text for m in of_types(second, frozenset({"Disease"}))(text)] == ["pain"]
    assert in_turn()(text) == ()


def test_entities_are_retyped_and_others_left_out():
    document = Document("d", TEXT, entities=entities(TEXT, pain="Modifier", aspirin="Gene"))
    assert [(e.text, e.type) for e in retyped(document, {"Modifier": "Disease"}).entities] == [("pain", "Disease")]
