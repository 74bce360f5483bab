"""A small graph of texts that readers and writers of files trip over."""

from graph.concept import Concept
from graph.ontology import Ontology
from graph.relation import Relation

SYNONYMS = ("a;b", "c,d", "e|f", "'g'", '"', "\\", "\\;", "\\n", "naïve 🫀", " padded ", "U+001F", "#", "<&>]]>")
HOSTILE = Ontology(
    "hostile",
    "1\n2",
    'CC "0"',
    concepts=(
        Concept(
            "HP:0000001", 'heart "attack"', SYNONYMS, ("Health Care", "Disease"), "One\nline\r\nand\ttab.", ("B:1",)
        ),
        Concept("HP:0000002", "`", xrefs=("UMLS:C1", "MESH:D1")),
        Concept('odd:<"%\\>', "\u2028 {} $x", definition="\\", types=("Disease",)),
        Concept("HP:0000003", "old", obsolete=True, replaced_by="HP:0000002"),
        Concept("HP:0000004", "older; gone", obsolete=True),
    ),
    relations=(
        Relation("HP:0000002", "is_a", "HP:0000001", "HPO", ("PMID:1", "PMID:2")),
        Relation("HP:0000002", "is_a", "HP:0000001", 'other "source"'),
        Relation('odd:<"%\\>', "RO:0002200", "HP:0000001"),
        Relation('odd:<"%\\>', "has, part\\ of `x`", "HP:0000002", ";"),
        Relation("HP:0000001", "near", "HP:0000001", "x", ("PMID:3",)),
    ),
)
