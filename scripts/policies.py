"""What the graph of each task must not hold: statements that are its labels, and those learned from its own papers."""

import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from drugbank import ACTION_PREDICATES
from graph.leakage import KnowledgePolicy
from ingest.corpora.read import read_documents

CORPORA = {
    "BC5CDR": ("bc5cdr/CDR_*.PubTator.txt",),
    "ChemProt": ("chemprot/chemprot_*",),
    "DDI2013": ("ddi2013/train.tar.gz",),
    # BioRED was drawn from such corpora; its test set may be known by theirs alone.
    "BioRED": ("biored/*.PubTator", "bc5cdr/CDR_*.PubTator.txt", "ncbi_disease/NCBI*.txt"),
}
"""Files of the train, dev and test sets, as far as they are at hand."""

_PREDICATES = {
    "BC5CDR": frozenset({"induces", "marker_or_mechanism"}),
    "ChemProt": ACTION_PREDICATES,
    "DDI2013": frozenset({"interacts_with"}),
    "BioRED": ACTION_PREDICATES,
}
_SOURCES = {
    "BC5CDR": frozenset({"CTD", "PrimeKG", "DRKG"}),
    "ChemProt": frozenset({"ChemProt", "CTD", "PrimeKG", "DRKG"}),
    "DDI2013": frozenset({"PrimeKG", "DRKG"}),
    "BioRED": frozenset({"CTD", "DisGeNET", "PrimeKG", "DRKG"}),
}


def policy(data: Path, task: str) -> KnowledgePolicy:
    """Return what the graph of ``task`` must not hold."""
    return KnowledgePolicy(_SOURCES[task], _PREDICATES[task], frozenset(corpus_publications(data, task)))


def corpus_publications(data: Path, task: str) -> Iterator[str]:
    """Yield the papers of the corpus of ``task`` as CURIEs."""
    for pattern in CORPORA[task]:
        for path in sorted((data / "corpora").glob(pattern)):
            ids = _members(path) if path.suffix == ".gz" else (document.id for document in read_documents(path))
            yield from (f"PMID:{id}" for id in ids if id.isdecimal())


def _members(archive: Path) -> Iterator[str]:
    """Yield the names of the files in ``archive``: the DDI corpus names those from MEDLINE by their papers."""
    with tarfile.open(archive) as files:
        yield from (PurePosixPath(member.name).stem for member in files if member.isfile())
