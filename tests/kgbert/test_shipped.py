"""What comes with the package: the model, its graph and the demo's texts, as a newcomer meets them."""

import json
from pathlib import Path

import pytest

import kgbert
from ingest.corpora.read import read_documents

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def kg():
    return kgbert.load()


def test_the_model_was_trained_on_the_graph_that_ships(kg):
    assert kg.model.config.graph_release == kg.store.release
    assert kg.model.config.encoder_sha256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def test_nothing_non_commercial_is_in_the_graph(kg):
    assert {source.name for source in kg.store.sources} == {"MeSH", "PharmacotherapyDB"}


def test_an_abstract_about_a_side_effect_gives_it_with_evidence(kg):
    document = next(d for d in read_documents(EXAMPLES / "abstracts.pubtator") if d.id == "3375885")
    prediction = next(kg.predict([kg.annotate(document)]))
    found = {(r.subject, r.object): r for r in prediction.relations}
    indomethacin, hyperkalemia = "MESH:D007213", "MESH:D006947"
    assert (indomethacin, hyperkalemia) in found
    assert found[indomethacin, hyperkalemia].evidence.attention
    assert {c.id for c in prediction.subgraph.concepts} >= {indomethacin, hyperkalemia}
    json.dumps(prediction.to_dict())


def test_a_clinical_note_has_findings_and_no_patients(kg):
    (document,) = read_documents(EXAMPLES / "clinical-note.txt")
    entities = kg.annotate(document).entities
    assert {e.text.lower() for e in entities} >= {"aplastic anemia", "cyclosporine", "acute kidney injury"}
    assert not {"patient", "history", "hospital", "woman"} & {e.text.lower() for e in entities}
    assert all(document.text[e.start : e.end] == e.text for e in entities)


def test_the_same_text_gives_the_same_answer(kg):
    text = "Two days after amiodarone was started she developed severe bradycardia."
    assert kg(text).to_dict() == kg(text).to_dict()
