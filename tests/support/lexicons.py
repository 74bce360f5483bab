"""Lexicons of a few concepts, in memory, so that a property test can make hundreds."""

from collections.abc import Iterable

from graph.concept import Concept
from ingest.lexicon import Lexicon
from ingest.names import compile_names


def lexicon_of(
    *concepts: Concept, extra_names: Iterable[tuple[str, str]] = (), types: frozenset[str] | None = None
) -> Lexicon:
    """Return what compiling a store with ``concepts`` would."""
    meta, arrays = compile_names(concepts, types=types, extra_names=extra_names)
    return Lexicon({**meta, "release": "toy"}, arrays)


CHEMICAL, DISEASE = ("Chemical",), ("Disease",)

TOYS = (
    Concept("MESH:D001943", "Breast Neoplasms", ("Breast Tumor", "Neoplasms, Breast"), DISEASE),
    Concept("MESH:D010051", "Ovarian Neoplasms", ("Ovarian Tumors",), DISEASE),
    Concept("MESH:D006816", "Huntington Disease", ("Huntington's Chorea", "HD"), DISEASE),
    Concept("MESH:D000163", "Acquired Immunodeficiency Syndrome", ("AIDS",), DISEASE),
    Concept("MESH:D054198", "Precursor Lymphoblastic Leukemia", ("ALL",), DISEASE),
    Concept("MESH:D002118", "Calcium", ("Ca",), CHEMICAL),
    Concept("MESH:D016651", "Lithium Carbonate", ("Carbonate, Lithium",), CHEMICAL),
    Concept("MESH:D000082", "Acetaminophen", ("Paracetamol", "APAP"), CHEMICAL),
    Concept("MESH:D000740", "Anemia", ("Anaemia",), DISEASE),
    Concept("MESH:D004364", "Pharmaceutical Preparations", ("Drugs",), CHEMICAL),
    Concept("MESH:D010361", "Patients", ("Patient",), ("Person",)),
)
"""Real names, a few of each kind that detection and linking treat differently."""
