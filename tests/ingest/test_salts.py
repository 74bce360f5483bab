"""Drugs under their own name where a vocabulary lists a salt."""

import pytest

from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.ontology import Ontology
from ingest.candidates import candidates
from ingest.lexicon import Lexicon
from ingest.salts import without_salt


@pytest.mark.parametrize(
    ("name", "drug"),
    [
        ("Quetiapine Fumarate", "Quetiapine"),
        ("ropivacaine hydrochloride monohydrate", "ropivacaine"),
        ("Ferrous Sulfate", ""),
        ("ammonium acetate", ""),
        ("aspirin", ""),
        ("sodium chloride", ""),
        ("1-(2-quinolyl)piperazine maleate", ""),
    ],
)
def test_only_a_drug_and_its_salt_are_parted(name, drug):
    assert without_salt(name) == drug


def test_a_drug_is_found_by_its_own_name_unless_another_concept_has_it(tmp_path):
    names = [("M:1", "Quetiapine Fumarate"), ("M:2", "warfarin sodium"), ("M:3", "Warfarin")]
    concepts = tuple(Concept(id, name, types=("Chemical",)) for id, name in names)
    with EmbeddedGraphStore.from_ontologies(tmp_path / "graph", Ontology("Toys", concepts=concepts)) as store:
        lexicon = Lexicon.compile(store, tmp_path / "lexicon")
    quetiapine, warfarin = candidates(lexicon, ["quetiapine", "warfarin"])
    assert [c.id for c in quetiapine] == ["M:1"]
    assert warfarin[0].id == "M:3"
