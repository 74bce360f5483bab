"""RxNorm in Rich Release Format, as NLM releases it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from graph.concept import Concept
from graph.formats import rrf_concepts, rrf_order
from graph.formats.format import Beginning, Format
from graph.formats.reading import Reading
from graph.formats.rrf_concepts import Heir, Tables
from graph.formats.rrf_relations import read_relations
from graph.formats.rrf_table import RX_RETIRED, SOURCE, find, holds, rows
from graph.formats.walk import walk, walk_table
from graph.ontology import Ontology
from graph.relation_table import RelationTable

_TABLES = ("RXNCONSO", "RXNSTY", "RXNREL", "RXNCUI", "RXNDOC", "RXNSAB")
_LICENCE = "UMLS Metathesaurus License; names of the source RXNORM are in the public domain"
# Names in RxNorm's own words that are not the normalised one.
_SYNONYMS = frozenset({"SY", "TMSY", "PSN", "ET"})


def read_rxnorm(folder: Path | str, reading: Reading) -> Ontology:
    """Return the release of RxNorm in ``folder`` (``rrf`` or a folder above it); its files are read at every walk.

    Concepts are ``RXNORM:`` with the RXCUI. The normalised name comes first, then RxNorm's other names, then those of
    other sources. Relations between RXCUIs are taken, not those between single names (RXAUI). An RXCUI in RXNCUI is
    retired, with a successor where it became exactly one other.

    Raises:
        OntologyFormatError: There is no RXNCONSO, or (while walking) a table breaks its format.
    """
    folder = Path(folder)
    files = find(folder, "RXNCONSO", _TABLES)
    tables = Tables(files["RXNCONSO"], files.get("RXNSTY"), None, files.get("RXNCUI"))
    if tables.types is None:
        reading.omissions.add("semantic types: there is no RXNSTY", folder)
    related = files.get("RXNREL")
    return Ontology(
        "RxNorm",
        _version(files.get("RXNSAB")),
        _LICENCE,
        walk(partial(_concepts, tables=tables), reading),
        walk_table(partial(_relations, path=related, doc=files.get("RXNDOC")), reading) if related else (),
    )


def _concepts(reading: Reading, tables: Tables) -> Iterator[Concept]:
    heirs = partial(_heirs, path=tables.retired)
    return rrf_concepts.concepts(reading, tables, prefix="RXNORM", precedence=_precedence, heirs=heirs)


def _relations(reading: Reading, path: Path, doc: Path | None) -> RelationTable:
    return read_relations(reading, path, doc, prefix="RXNORM")


def _precedence(_flags: tuple[str, str, str], source: str, kind: str) -> tuple[int, ...]:
    return source != "RXNORM", kind in _SYNONYMS


def _heirs(reading: Reading, path: Path | None) -> Iterator[Heir]:  # noqa: ARG001 (nothing of RXNCUI is left out)
    for id, history in rrf_order.groups(path, RX_RETIRED, ("CUI2",)) if path else ():
        others = {heir for _, _, heir in history} - {id, ""}
        yield Heir(history[0][1], id, others.pop() if len(others) == 1 else None)


def _version(sources: Path | None) -> str:
    """Return the version that RXNSAB states for RxNorm itself, such as ``20AA_240102F``."""
    table = rows(sources, SOURCE) if sources else ()
    return next((cells[6] for _, cells in table if cells[3] == "RXNORM" and cells[21] != "N"), "")


def _fits(beginning: Beginning) -> bool:
    return any(holds(beginning.names, table) for table in ("RXNCONSO", "RXNREL", "RXNSTY"))


FORMAT = Format("RxNorm RRF", _fits, read_rxnorm)
