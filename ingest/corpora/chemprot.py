"""ChemProt (BioCreative VI, Krallinger et al. 2017): a folder of tables of abstracts, entities and relations.

The text is title, one space, abstract. The label of a relation is its group, such as ``CPR:4``; all groups are read,
also those that are not evaluated, and the name within the group is counted, not kept. Relations are between mentions
and mentions have no concept, so every entity is called ``mention:10064839.T10``, after document and mention. A pair
that a group is stated for twice, under two names, is one relation, and that is counted.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from ingest.corpora import lines
from ingest.corpora.check import finished
from ingest.corpora.draft import Annotation, Claim, Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.errors import CorpusFormatError

T = TypeVar("T")

_ABSTRACTS = "_abstracts.tsv"
_OFFSET = re.compile(r"[0-9]{1,9}")


class _Row(NamedTuple):
    path: Path
    line: int
    cells: list[str]

    def error(self, problem: str) -> CorpusFormatError:
        return CorpusFormatError(self.path, self.line, f"document {self.cells[0]!r}: {problem}")


def _fits(beginning: Beginning) -> bool:
    return any(name.endswith(_ABSTRACTS) for name in beginning.names)


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    paths = sorted(Path(source.where).rglob(f"*{_ABSTRACTS}"))
    drafts = (draft for path in paths for draft in _drafts(path, reading))
    return finished(drafts, source.where, reading, expected=f"a table *{_ABSTRACTS}")


def _drafts(abstracts: Path, reading: Reading) -> Iterator[Draft]:
    def beside(kind: str) -> Path:
        return abstracts.with_name(abstracts.name.removesuffix(_ABSTRACTS) + f"_{kind}.tsv")

    entities = _by_document(beside("entities"), 6, _annotation, reading)
    claims = _by_document(beside("relations"), 6, partial(_claim, reading), reading)
    for row in _rows(abstracts, 3, reading):
        id, title, abstract = row.cells
        draft = Draft(abstracts, row.line, id, f"{title} {abstract}", name_all=True)
        draft.annotations += entities.pop(id, [])
        for claim in claims.pop(id, []):
            if any((claim.label, claim.subject, claim.object) == (c.label, c.subject, c.object) for c in draft.claims):
                reading.omissions.add("relation that is stated twice", beside("relations"), claim.line)
            else:
                draft.claims.append(claim)
        yield draft
    for left in (entities, claims):
        for id in left:
            problem = f"document {id!r} has annotations but no abstract"
            reading.problem(CorpusFormatError(abstracts, 0, problem))


def _by_document(path: Path, n_columns: int, make: Callable[[_Row], T], reading: Reading) -> defaultdict[str, list[T]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for row in _rows(path, n_columns, reading):
        with reading.guarded():
            found[row.cells[0]].append(make(row))
    return found


def _rows(path: Path, n_columns: int, reading: Reading) -> Iterator[_Row]:
    for number, line in enumerate(lines.read(path), start=1):
        row = _Row(path, number, line.split("\t"))
        if len(row.cells) == n_columns:
            yield row
        else:
            reading.problem(CorpusFormatError(path, number, f"{len(row.cells)} columns; expected {n_columns}"))


def _annotation(row: _Row) -> Annotation:
    _, key, type, start, end, surface = row.cells
    if not (_OFFSET.fullmatch(start) and _OFFSET.fullmatch(end)):
        raise row.error("expected a start and an end offset in the fourth and fifth column")
    return Annotation(row.line, ((int(start), int(end)),), surface, type, key=key)


def _claim(reading: Reading, row: _Row) -> Claim:
    _, group, _, _, subject, object = row.cells
    if not (subject.startswith("Arg1:") and object.startswith("Arg2:")):
        raise row.error("expected Arg1:T1 and Arg2:T2 in the last two columns")
    reading.omissions.add("name of a relation within its group", row.path, row.line)
    return Claim(row.line, group, (subject[5:],), (object[5:],), by_key=True)


FORMAT = Format("chemprot", _fits, _read, of_folders=True)
"""ChemProt."""
