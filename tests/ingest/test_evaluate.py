"""Scores, worked out by hand."""

from lexicons import TOYS, lexicon_of

from graph.concept import Concept
from ingest.detect import detect
from ingest.document import Document, Entity
from ingest.evaluate import linked_anew, linking_accuracy, score_entities
from ingest.link import Linker

TEXT = "Calcium, HD, Zzyzx, breast or ovarian tumors, old name"


def entity(text: str, id: str | None, type: str = "Disease") -> Entity:
    start = TEXT.index(text)
    return Entity(start, start + len(text), text, type, id=id)


GOLD = Document(
    "1",
    TEXT,
    entities=(
        entity("Calcium", "MESH:D002118", "Chemical"),
        entity("HD", "MESH:D006816"),
        entity("Zzyzx", None),
        entity("breast or ovarian tumors", "MESH:D001943"),
        entity("breast or ovarian tumors", "MESH:D010051"),
        entity("old name", "MESH:C1"),
    ),
)
RETIRED = Concept("MESH:C1", "old name", obsolete=True, replaced_by="MESH:D000740")


def test_linking_counts_each_span_once() -> None:
    report = linking_accuracy([GOLD], Linker(lexicon_of(*TOYS, RETIRED)))
    assert (report.mentions, report.correct, report.strict, report.nil_gold) == (4, 4, 3, 1)
    assert report.accuracy_at_1 == 1.0
    assert report.protocol.startswith("K: ")
    assert "composite" in report.protocol
    assert report.to_dict()["accuracy_at_1"] == 1.0


def test_types_and_texts_can_be_left_out() -> None:
    linker = Linker(lexicon_of(*TOYS))
    diseases = linking_accuracy([GOLD], linker, types=frozenset({"Disease"}))
    assert (diseases.mentions, diseases.correct, diseases.nil_predicted) == (3, 2, 1)
    unseen = linking_accuracy([GOLD], linker, protocol="U", excluded_texts=frozenset({"hd", "old name"}))
    assert unseen.mentions == 2
    assert unseen.protocol.startswith("U: ")


def test_ids_of_one_concept_can_be_made_one() -> None:
    linker = Linker(lexicon_of(*TOYS))
    gold = [Document("1", "HD", entities=(Entity(0, 2, "HD", "Disease", id="OMIM:143100"),))]
    assert linking_accuracy(gold, linker).correct == 0
    same = {"OMIM:143100": "MESH:D006816"}
    assert linking_accuracy(gold, linker, same=lambda id: same.get(id, id)).correct == 1


def test_entities_are_scored_strictly() -> None:
    predicted = Document(
        "1",
        TEXT,
        entities=(
            entity("Calcium", "MESH:D002118", "Chemical"),  # right
            entity("HD", "MESH:D000740"),  # right place, wrong concept
            entity("ovarian tumors", "MESH:D010051"),  # wrong place, right concept
            entity("old name", None),  # right place, NIL
        ),
    )
    report = score_entities([GOLD], [predicted])
    assert (report.spans.true_positives, report.spans.predicted, report.spans.gold) == (3, 4, 5)
    assert (report.links.true_positives, report.links.predicted, report.links.gold) == (1, 3, 5)
    assert (report.concepts.true_positives, report.concepts.predicted, report.concepts.gold) == (2, 3, 5)
    assert report.spans.f1 == 2 * 3 / 9
    chemicals = score_entities([GOLD], [predicted], types=frozenset({"Chemical"}))
    assert chemicals.links.f1 == chemicals.links.precision == chemicals.links.recall == 1.0


def test_documents_are_linked_anew_together_as_alone() -> None:
    linker = Linker(lexicon_of(*TOYS))
    gold = [
        Document(str(i), text, entities=GOLD.entities if text == TEXT else ())
        for i, text in enumerate([TEXT, "", "No AIDS", TEXT])
    ]
    wanted = frozenset({"Disease"})
    for found in (None, lambda text: detect(text, linker.lexicon)):
        together = list(linked_anew(gold, linker, types=wanted, end_to_end=True, find=found))
        alone = [linker.link(Document(d.id, d.text, mentions=detect(d.text, linker.lexicon, wanted))) for d in gold]
        assert together == alone
        assert [len(document.entities) for document in together] == [2, 0, 1, 2]
    on_spans = list(linked_anew(gold, linker, types=wanted))
    assert [len(document.entities) for document in on_spans] == [4, 0, 0, 4]


def test_a_missing_document_predicts_nothing() -> None:
    report = score_entities([GOLD], [])
    assert (report.spans.f1, report.spans.precision, report.spans.recall) == (0.0, 0.0, 0.0)
