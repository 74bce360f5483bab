"""The detector that comes with the package."""

import pytest

import kgbert
from ingest.document import Document
from kgbert.detector import Detector
from kgbert.packaged import DETECTOR

TEXT = "Two days after amiodarone was started she developed severe bradycardia."


def test_it_is_for_the_packaged_encoder_and_finds_mentions_without_any_names():
    detector = Detector.load(DETECTOR)
    assert detector.types == {"Chemical", "Disease"}
    assert detector.model.config.encoder_sha256.startswith("53aa51172d14")
    assert [(m.text, m.type) for m in detector(TEXT)] == [("amiodarone", "Chemical"), ("bradycardia", "Disease")]


@pytest.mark.parametrize("detectors", [["packaged"], ["packaged", "dictionary"]])
def test_the_pipeline_takes_it_by_name(detectors):
    entities = kgbert.load(detectors=detectors).annotate(Document("d", TEXT)).entities
    assert [(e.text, e.id) for e in entities] == [("amiodarone", "MESH:D000638"), ("bradycardia", "MESH:D001919")]
