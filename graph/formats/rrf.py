"""The UMLS Metathesaurus in Rich Release Format, as NLM releases it or MetamorphoSys cuts it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from graph.concept import Concept
from graph.errors import OntologyFormatError
from graph.formats import rrf_concepts, rrf_order
from graph.formats.format import Beginning, Format
from graph.formats.reading import Reading
from graph.formats.rrf_concepts import Heir, Tables
from graph.formats.rrf_names import Precedence
from graph.formats.rrf_relations import read_relations
from graph.formats.rrf_table import DOC, RANK, RETIRED, find, holds, rows
from graph.formats.text import lines
from graph.formats.walk import walk, walk_table
from graph.ontology import Ontology
from graph.relation_table import RelationTable

_TABLES = ("MRCONSO", "MRSTY", "MRREL", "MRDEF", "MRCUI", "MRRANK", "MRDOC")
_LICENCE = "UMLS Metathesaurus License"
_RELEASE = "umls.release.name"
_NAME_FLAGS = ("P", "PF", "Y")


def read_umls(folder: Path | str, reading: Reading) -> Ontology:
    """Return the Metathesaurus in ``folder`` (``META`` or a folder above it); its files are read at every walk.

    Concepts are ``UMLS:`` with the CUI. The preferred name is that of the release (TS, STT, ISPREF, then MRRANK) among
    the rows that are taken, in the first language that has any. Semantic types are called by name, codes become
    cross-references, the definition is the one that belongs to the most preferred name. CUIs of MRCUI are retired,
    with a successor where they were merged (SY); those that only a subset lacks (SUBX) are not. Suppressed rows and
    other sources and languages are left out and noted. MRHIER is not read: what it says of parents is in MRREL too.
    Parents and children of different vocabularies may contradict each other, so ``is_a`` may have cycles.

    Raises:
        OntologyFormatError: There is no MRCONSO, or (while walking) a table breaks its format.
    """
    folder = Path(folder)
    files = find(folder, "MRCONSO", _TABLES)
    tables = Tables(files["MRCONSO"], files.get("MRSTY"), files.get("MRDEF"), files.get("MRCUI"))
    if tables.types is None:
        reading.omissions.add("semantic types: there is no MRSTY", folder)
    related = files.get("MRREL")
    return Ontology(
        "UMLS",
        _version(folder, files.get("MRDOC")),
        _LICENCE,
        walk(partial(_concepts, tables=tables, ranks=files.get("MRRANK")), reading),
        walk_table(partial(_relations, path=related, doc=files.get("MRDOC")), reading) if related else (),
    )


def _concepts(reading: Reading, tables: Tables, ranks: Path | None) -> Iterator[Concept]:
    heirs = partial(_heirs, path=tables.retired)
    return rrf_concepts.concepts(reading, tables, prefix="UMLS", precedence=_precedence(ranks), heirs=heirs)


def _relations(reading: Reading, path: Path, doc: Path | None) -> RelationTable:
    return read_relations(reading, path, doc, prefix="UMLS")


def _precedence(ranks: Path | None) -> Precedence:
    """Return the order of names: the release's flags one after the other, then the higher rank in MRRANK."""
    rank = dict(_ranks(ranks)) if ranks else {}

    def precedence(flags: tuple[str, str, str], source: str, kind: str) -> tuple[int, ...]:
        best = (value != wanted for value, wanted in zip(flags, _NAME_FLAGS, strict=True))
        return (*best, -rank.get((source, kind), -1))

    return precedence


def _ranks(path: Path) -> Iterator[tuple[tuple[str, str], int]]:
    for line, cells in rows(path, RANK):
        if not cells[0].isdecimal():
            raise OntologyFormatError(path, line, f"{cells[0]!r} is no rank; expected a whole number")
        yield (cells[1], cells[2]), int(cells[0])


def _heirs(reading: Reading, path: Path | None) -> Iterator[Heir]:
    for id, history in rrf_order.groups(path, RETIRED, ("REL", "CUI2")) if path else ():
        for _, line, fate, _ in history:
            if fate == "SUBX":
                reading.omissions.add("id that the subset lacks", path or "", line)
        gone = [(line, fate, heir) for _, line, fate, heir in history if fate != "SUBX"]
        merged = {heir for _, fate, heir in gone if fate == "SY" and heir}
        if gone:
            yield Heir(gone[0][0], id, merged.pop() if len(merged) == 1 else None)


def _version(folder: Path, doc: Path | None) -> str:
    """Return the release's name, such as ``2024AB``, from release.dat or MRDOC."""
    for file in sorted(folder.rglob("release.dat")):
        for _, text in lines(file):
            if text.startswith(_RELEASE + "="):
                return text.partition("=")[2].strip()
    table = rows(doc, DOC) if doc else ()
    return next((cells[3] for _, cells in table if cells[:2] == ["RELEASE", _RELEASE]), "")


def _fits(beginning: Beginning) -> bool:
    return any(holds(beginning.names, table) for table in ("MRCONSO", "MRREL", "MRSTY"))


FORMAT = Format("UMLS RRF", _fits, read_umls)
