"""Relations are said again in another vocabulary."""

from graph.ontology import Ontology
from graph.relation import Relation
from graph.translate import TranslationReport, translate


def test_translation_multiplies_merges_and_counts() -> None:
    ontology = Ontology(
        "SIDER",
        relations=(
            Relation("C:1", "causes", "U:1", "SIDER", ("PMID:1",)),
            Relation("C:2", "causes", "U:1", "SIDER", ("PMID:2",)),
            Relation("C:3", "causes", "U:1", "SIDER"),
            Relation("C:4", "causes", "U:1", "SIDER"),
            Relation("C:9", "causes", "U:1", "SIDER"),
        ),
    )
    mapping = {"C:1": ["M:1"], "C:2": ["M:1"], "C:3": ["M:2", "M:3"], "C:4": ["M:8"], "U:1": ["M:8"]}
    translated, report = translate(ontology, mapping)
    assert translated.relations == (
        Relation("M:1", "causes", "M:8", "SIDER", ("PMID:1", "PMID:2")),
        Relation("M:2", "causes", "M:8", "SIDER"),
        Relation("M:3", "causes", "M:8", "SIDER"),
    )
    assert report == TranslationReport(translated=4, lost=1, loops=1, relations=3)
