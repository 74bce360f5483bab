"""Streams of documents: few are held, order is kept, and processes change nothing."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from toys import SEEDS

from ingest import annotate
from ingest.document import Document, Entity
from kgbert.entities import EntityPipeline, EntitySettings
from kgbert.errors import WorkerError
from kgbert.extraction import Extraction, predict_apart

TEXT = "aspirin caused severe bleeding and pain in the patient after acetylsalicylic acid."


@pytest.fixture
def how(model_folder, graph_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("KGBERT_CACHE", str(tmp_path / "cache"))
    return Extraction(model_folder, str(graph_folder), batch_size=2)


def documents() -> list[Document]:
    texts = [TEXT, "pain", "", TEXT.replace("bleeding", "ulcer"), "aspirin: no ulcer, but bleeding\u0301 \U0001d51e"]
    return [Document(f"d{i}", text) for i, text in enumerate(texts * 4)]


def test_documents_are_annotated_together_as_alone(how):
    pipeline = how.open()
    alone = [pipeline.annotate(document) for document in documents()]
    assert list(pipeline.annotate_all(documents())) == alone
    assert sum(len(document.entities) for document in alone) == 4 * (4 + 1 + 0 + 4 + 3)


def test_several_processes_say_what_one_says(how):
    alone = list(how.predict(how.open(), documents()))
    assert len([prediction for prediction in alone if prediction.relations]) == 12
    assert list(predict_apart(how, documents(), workers=2)) == alone


def test_entities_of_names_take_no_deep_learning(graph_folder, tmp_path):
    code = f"""
import sys
from ingest.document import Document
from kgbert.extraction import Extraction
how = Extraction(graph={str(graph_folder)!r})
(found,) = how.predict(how.open(), [Document("1", {TEXT!r})])
print(len(found.document.entities), *sorted(sys.modules.keys() & {{"torch", "transformers", "torch_geometric"}}))
"""
    environment = {**os.environ, "KGBERT_CACHE": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["4"]


@pytest.mark.parametrize("types", ["relations", "entities"])
def test_few_documents_are_held_at_a_time(how, monkeypatch, types):
    monkeypatch.setattr(annotate, "_BATCH", 200)
    pipeline = how.open()
    if types == "entities":
        pipeline = EntityPipeline(pipeline.store, pipeline._annotator)
    taken = 0

    def many() -> Iterator[Document]:
        nonlocal taken
        for taken in range(500):
            yield Document(str(taken), TEXT)

    for number, prediction in zip(range(20), how.predict(pipeline, many()), strict=False):
        assert prediction.document.id == str(number)
        assert taken <= number + 6


def test_entities_are_kept_among_documents_without_any(how):
    given = (Entity(0, 7, "aspirin", "Chemical", "MESH:C000001"),)
    some = [replace(d, entities=given) if i % 5 == 0 else d for i, d in enumerate(documents())]
    how = replace(how, keep_entities=True)
    found = list(how.predict(how.open(), some))
    assert [p.document.id for p in found] == [d.id for d in some]
    assert [[e.id for e in p.entities] for p in found[::5]] == [["MESH:C000001"]] * 4
    assert [e.id for e in found[1].entities] == ["MESH:D010146"]
    anew = next(replace(how, keep_entities=False).predict(how.open(), some))
    assert [e.id for e in anew.entities] == [SEEDS[0], SEEDS[1], "MESH:D010146", SEEDS[0]]


def test_what_is_too_unlikely_is_linked_to_nothing(how):
    sure = replace(how, entities=EntitySettings(threshold=1.0))
    (prediction,) = sure.predict(sure.open(), [Document("d", TEXT)])
    assert [e.id for e in prediction.entities] == [None] * 4
    assert all(0.5 < e.score < 1.0 for e in prediction.entities)


class Deadly(Extraction):
    """Kills the process that it is sent to."""

    __slots__ = ()

    def __reduce__(self):
        return os._exit, (9,)


def test_a_killed_process_is_named():
    with pytest.raises(WorkerError, match="one of 2 processes was killed"):
        list(predict_apart(Deadly(), documents(), workers=2))


def test_no_spacy_pipeline_is_sent_to_processes(how):
    with pytest.raises(ValueError, match="n_process"):
        next(predict_apart(replace(how, entities=EntitySettings(nlp=object())), documents(), workers=2))
