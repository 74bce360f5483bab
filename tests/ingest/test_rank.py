"""What speaks for a concept: each feature where a reader would look for it, and a ranker that weighs them."""

import json

import numpy as np
import pytest
from lexicons import lexicon_of

from graph.concept import Concept
from ingest.document import Document, Mention
from ingest.link import Linker
from ingest.proposals import Proposer
from ingest.rank import CONFIDENCE, FEATURES, STAGES, Context, Ranker, lead, options, packaged
from ingest.stages import each_left_out

LEXICON = lexicon_of(
    Concept("M:1", "Diabetes Mellitus, Type 1", ("Juvenile Diabetes",), ("Disease",)),
    Concept("M:2", "Diabetes Mellitus, Type 2", ("Adult Diabetes", "Diabetes of Adults"), ("Disease",)),
    Concept("M:3", "Retinal Diseases", types=("Disease",)),
    Concept("M:4", "Diabetic Retinopathy", types=("Disease",)),
    extra_names=[("sugar", "M:2"), ("sugar", "M:2"), ("sugar", "M:1")],
)

NOTHING = Context()


def features(text: str, context: Context = NOTHING, *others: str) -> dict[str, dict[str, float]]:
    """What speaks for each concept when a mention is looked up by these texts."""
    proposer = Proposer(LEXICON, threshold=0.2)
    same = proposer.same([text])[0]
    found = [(t, p) for t, p in zip((text, *others), proposer.alike((text, *others)), strict=True)]
    chosen = options(LEXICON, [(text, same)] if same else found, context)
    named = (dict(zip(FEATURES, o.features.tolist(), strict=True)) for o in chosen)
    return {LEXICON.ids[o.proposal.name.concept]: own for o, own in zip(chosen, named, strict=True)}


def test_a_name_speaks_for_its_concept() -> None:
    (own,) = features("juvenile diabetes").values()
    assert (own["exact"], own["loose"], own["similar"], own["same_text"], own["preferred"]) == (1, 0, 1, 1, 0)
    (loose,) = features("retinal").values()
    assert (loose["exact"], loose["loose"], loose["similar"]) == (0, 1, 0)


def test_annotators_speak_for_what_they_meant() -> None:
    both = features("sugar")
    assert both["M:2"]["seen"] == pytest.approx(np.log(3))
    assert both["M:1"]["seen"] == pytest.approx(np.log(2))
    assert features("juvenile diabetes")["M:1"]["seen"] == 0
    assert features("juvenile diabetes")["M:1"]["concept_seen"] == pytest.approx(np.log(2))


def test_numbers_and_last_words_are_compared() -> None:
    own = features("severe diabetes mellitus 1")
    assert (own["M:1"]["numbers"], own["M:2"]["numbers"]) == (0, 2)
    assert (own["M:1"]["head"], own["M:2"]["head"]) == (1, 0)


def test_the_document_speaks_for_the_words_that_a_mention_lacks() -> None:
    lacking = features("retinopathies")["M:4"]
    assert (lacking["nearby"], lacking["absent"]) == (0, 0.5)
    nearby = features("retinopathies", Context(frozenset({"diabetic"}), {3: 2}, {3: 0.001}))["M:4"]
    assert (nearby["nearby"], nearby["absent"]) == (0.5, 0)
    assert (nearby["named"], nearby["coherent"]) == (pytest.approx(np.log(3)), pytest.approx(np.log(2)))


def test_what_only_a_part_says_is_marked() -> None:
    own = features("diabetics", Context(), "retinal disease")
    assert own["M:4"]["part"] == 0
    assert own["M:3"]["part"] == 1


def test_a_ranker_weighs_what_it_sees(tmp_path) -> None:
    stated = {"weights": {"seen": 1.0}, "confidence": {"constant": 1.0, "lead": 2.0}}
    (tmp_path / "r.json").write_text(json.dumps(stated))
    ranker = Ranker.read(tmp_path / "r.json")
    found = options(LEXICON, [("sugar", Proposer(LEXICON).same(["sugar"])[0])], Context())
    winner, probability = ranker.best(found)
    assert LEXICON.ids[winner.proposal.name.concept] == "M:2"
    assert probability == pytest.approx(1 / (1 + np.exp(-1 - 2 * (np.log(3) - np.log(2)))))
    blind = ranker.without("prior")
    assert not blind.weights.any()
    assert LEXICON.ids[blind.best(found)[0].proposal.name.concept] == "M:1"


def test_a_lone_option_leads_by_most_and_a_tie_by_nothing() -> None:
    assert lead(np.array([3.0])) == 5.0
    assert lead(np.array([3.0, 3.0, -1.0])) == 0.0
    assert lead(np.array([1.0, 2.5])) == 1.5


@pytest.mark.parametrize("name", ["names", "vectors"])
def test_the_packaged_rankers_weigh_known_features(name) -> None:
    ranker = packaged(name)
    assert ranker.weights.shape == (len(FEATURES),)
    assert ranker.confidence.shape == (len(CONFIDENCE),)
    assert dict(zip(FEATURES, ranker.weights, strict=True))["similar"] > 0
    assert set().union(*STAGES.values()) <= set(FEATURES)


def test_the_same_mention_means_what_its_document_is_about() -> None:
    about = "The diabetic man has trouble. {}"
    mentions = [Document("d", about.format(text), mentions=(Mention(30, 30 + len(text), text),)) for text in ("x", "y")]
    assert [len(d.entities) for d in Linker(LEXICON).link_all(mentions)] == [1, 1]


def test_every_stage_can_be_left_out() -> None:
    text = "Retinal disease (RD) and retinal diseasse: RD, diabetes."
    words = ("RD, diabetes", "RD", "retinal diseasse")
    starts = (43, 43, 25)
    spans = tuple(Mention(s, s + len(w), w) for s, w in sorted(zip(starts, words, strict=True)))
    document = Document("d", text, mentions=spans)
    found = {name: [entity.id for entity in linker.link(document).entities] for name, linker in each_left_out(LEXICON)}
    assert set(found) == {"", "abbreviations", "parts", "similar", "prior", "context"}
    assert found[""][:2] == ["M:3", "M:3"]
    assert found["abbreviations"][1] is None
    assert found["similar"][0] is None
