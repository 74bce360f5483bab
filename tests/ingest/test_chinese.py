"""A Chinese term list as an ontology, and Chinese and Japanese sentences as texts: no spaces between words."""

from pathlib import Path

import pytest
from lexicons import lexicon_of

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.formats.obo import read_obo
from ingest.annotate import annotator_over
from ingest.candidates import candidates
from ingest.detect import detect
from ingest.document import Document
from ingest.lexicon import Lexicon
from ingest.normalize import key

TERMS = """\
ZH:01 2型糖尿病|Ⅱ型糖尿病
ZH:02 糖尿病
ZH:03 高血压|血压升高
ZH:04 急性心肌梗死|急性心梗
ZH:05 慢性阻塞性肺疾病|COPD
ZH:06 乳腺癌|乳腺恶性肿瘤
ZH:07 肺炎
ZH:08 头痛
ZH:09 发热|发烧
ZH:10 呼吸困难
ZH:11 系统性红斑狼疮
ZH:12 肾功能衰竭|肾衰
ZH:13 阿尔茨海默病
ZH:14 β地中海贫血
ZH:15 非霍奇金淋巴瘤
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedGraphStore:
    folder = tmp_path_factory.mktemp("zh")
    terms = [line.split(" ", 1) for line in TERMS.splitlines()]
    frames = ["format-version: 1.2", "ontology: zh", "data-version: 1"]
    for id, names in terms:
        name, *others = names.split("|")
        frames += ["", "[Term]", f"id: {id}", f"name: {name}", *(f'synonym: "{other}" EXACT []' for other in others)]
    path = folder / "zh.obo"
    path.write_text("\n".join(frames) + "\n", encoding="utf-8")
    return EmbeddedGraphStore.from_ontologies(folder / "graph", read_obo(path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("患者有2型糖尿病及高血压病史10年。", [("2型糖尿病", "ZH:01"), ("高血压", "ZH:03")]),
        ("糖尿病,头痛、发烧。肺炎", [("糖尿病", "ZH:02"), ("头痛", "ZH:08"), ("发烧", "ZH:09"), ("肺炎", "ZH:07")]),
        ("诊断为急性心梗、伴呼吸困难", [("急性心梗", "ZH:04"), ("呼吸困难", "ZH:10")]),
        ("COPD患者的肺炎", [("COPD", "ZH:05"), ("肺炎", "ZH:07")]),
        ("SLE即系统性红斑狼疮。", [("系统性红斑狼疮", "ZH:11")]),
        ("考虑２型糖尿病", [("２型糖尿病", "ZH:01")]),
        ("β地中海贫血与𠮷氏无关", [("β地中海贫血", "ZH:14")]),
        ("头。痛、发;热", []),
    ],
)
def test_sentences_give_linked_entities(
    store: EmbeddedGraphStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, expected: list[object]
) -> None:
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path))
    annotate = annotator_over(store, types=frozenset({"Chemical", "Disease"}), assertion=False)
    entities = annotate(Document("d", text)).entities
    assert [(entity.text, entity.id) for entity in entities] == expected
    assert all(text[entity.start : entity.end] == entity.text for entity in entities)


def test_variants_are_linked_by_similarity(store: EmbeddedGraphStore, tmp_path: Path) -> None:
    lexicon = Lexicon.compile(store, tmp_path / "names")
    variants = {
        "急性心肌梗塞": "ZH:04",
        "慢性阻塞性肺病": "ZH:05",
        "非何杰金淋巴瘤": "ZH:15",
        "系统性红班狼疮": "ZH:11",
    }
    found = candidates(lexicon, list(variants), limit=1, threshold=0.4)
    assert [candidate.id for (candidate,) in found] == list(variants.values())
    assert all(candidate.score < 1 for (candidate,) in found)


def test_marks_that_make_another_letter_are_kept() -> None:
    assert key("がん") != key("かん")
    assert key("ｶﾞﾝ") == key("ガン")
    lexicon = lexicon_of(
        Concept("JA:1", "胃がん", types=("Disease",)), Concept("TH:1", "โรคเบาหวาน", types=("Disease",))
    )
    assert [m.text for m in detect("早期胃がんの患者と胃かん", lexicon)] == ["胃がん"]
    assert [m.text for m in detect("ผู้ป่วยโรคเบาหวานชนิดที่2", lexicon)] == ["โรคเบาหวาน"]
