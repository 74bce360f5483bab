"""What a run predicted, as rows that can be compared."""

from dataclasses import replace

from graph.subgraph import Path, Step
from ingest.document import AnnotatedRelation, Document, Entity
from kgbert.example import Example
from kgbert.experiment.predictions import DIRECT, PATH, related, rows, write
from kgbert.task import CID

TEXT = "aspirin caused ulcer and pain"


def entity(word: str, type: str, id: str) -> Entity:
    start = TEXT.index(word)
    return Entity(start, start + len(word), word, type, id=id)


DOCUMENT = Document(
    "1",
    TEXT,
    entities=(
        entity("aspirin", "Chemical", "MESH:C1"),
        entity("ulcer", "Disease", "MESH:D1"),
        entity("pain", "Disease", "MESH:D2"),
    ),
    relations=(AnnotatedRelation("MESH:C1", "CID", "MESH:D1"),),
)


def test_every_asked_pair_has_a_row_and_a_missed_one_says_so():
    learnt = [replace(DOCUMENT, id="2", entities=DOCUMENT.entities[:1], relations=())]
    probability = {("1", "MESH:C1", "MESH:D2"): (0.9, 0.1), ("1", "MESH:C1", "MESH:D9"): (0.4, 0.6)}
    known = {"concepts": {"MESH:C1", "MESH:D2", "MESH:D9"}, "related": {("1", "MESH:C1", "MESH:D2"): DIRECT}}
    missed, asked, proposed = rows([DOCUMENT], learnt, probability, **known, task=CID)
    assert missed["gold"] == ["CID"]
    assert (missed["probability"], missed["candidate"], missed["proposed"]) == ([0.0], False, False)
    assert missed["slices"] == {"seen": "one", "linked": "one", "related": "none", "long": False}
    assert (asked["object"], asked["gold"], asked["probability"], asked["candidate"]) == ("MESH:D2", [], [0.1], True)
    assert (asked["slices"]["linked"], asked["slices"]["related"]) == ("both", "direct")
    assert (proposed["object"], proposed["gold"], proposed["proposed"]) == ("MESH:D9", [], True)


def test_mentions_are_seen_by_their_texts():
    def called(prefix: str) -> Document:
        entities = tuple(replace(e, id=f"mention:{prefix}.{i}") for i, e in enumerate(DOCUMENT.entities))
        return replace(DOCUMENT, id=prefix, entities=entities, relations=())

    first, second = rows([called("1")], [called("2")], {}, concepts=(), related={}, task=CID)
    assert first["slices"]["seen"] == second["slices"]["seen"] == "both"
    assert {row["slices"]["seen"] for row in rows([called("1")], [], {}, concepts=(), related={}, task=CID)} == {"none"}


def test_a_pair_is_related_by_its_shortest_path():
    def example(*paths: Path) -> Example:
        sizes = {"input_ids": (), "markers": (), "confidences": (1.0, 1.0), "mentions": ()}
        arguments = ("MESH:C1", "MESH:D1")
        return Example("1", arguments=arguments, concepts=arguments, pairs=((0, 1),), paths=(paths,), **sizes)

    end = Step("treats", True, "MESH:D1")
    near, far = Path("MESH:C1", (end,)), Path("MESH:C1", (Step("is_a", True, "MESH:C0"), end))
    key = ("1", "MESH:C1", "MESH:D1")
    assert related([example(far, near)]) == {key: DIRECT}
    assert related([example(far)]) == {key: PATH}
    assert related([example()]) == {}


def test_the_same_rows_give_the_same_bytes(tmp_path):
    found = rows([DOCUMENT], [], {}, concepts=(), related={}, task=CID)
    write(found, tmp_path / "one.gz")
    write(found, tmp_path / "two.gz")
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()
