"""What the graph of each task must not hold: statements that are its labels, and those learned from its own papers."""

import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from graph.leakage import KnowledgePolicy
from ingest.corpora.read import read_documents
from kgbert.task import named

_BC5CDR = "bc5cdr/CDR_*.PubTator.txt"

CORPORA = {
    "BC5CDR": (_BC5CDR,),
    "BC5CDR-other": (_BC5CDR,),
    "ChemProt": ("chemprot/chemprot_*",),
    "DDI2013": ("ddi2013/train.tar.gz",),
    # BioRED was drawn from such corpora; its test set may be known by theirs alone.
    "BioRED": ("biored/*.PubTator", _BC5CDR, "ncbi_disease/NCBI*.txt"),
}
"""Files of the train, dev and test sets, as far as they are at hand."""

_TASKS = {name: named("CID" if name.startswith("BC5CDR") else name) for name in CORPORA}


def policy(data: Path, task: str) -> KnowledgePolicy:
    """Return what the graph of ``task`` must not hold."""
    asked = _TASKS[task]
    publications = frozenset(corpus_publications(data, task))
    return KnowledgePolicy(asked.forbidden_sources, asked.forbidden_predicates, publications)


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
