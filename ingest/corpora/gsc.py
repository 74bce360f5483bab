"""The HPO gold standard corpus GSC+ (Groza et al. 2015, Lobo et al. 2017) as PhenoTagger keeps it.

A document is a line with its PMID, a line with its text, and lines ``start end text id`` between tabs; an empty line
ends it. Entities have the type ``Phenotype``.
"""

import re
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

from ingest.corpora import lines
from ingest.corpora.check import finished
from ingest.corpora.draft import Annotation, Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.errors import CorpusFormatError

TYPE = "Phenotype"
"""Type of every entity."""

_FIRST = re.compile(r"\s*[0-9]+\r?\n[^\n]+\n(?:[0-9]+\t[0-9]+\t[^\t\n]+\tHP:[0-9]{7}\s*$|\s*$)", re.MULTILINE)
_ANNOTATION = re.compile(r"([0-9]{1,9})\t([0-9]{1,9})\t([^\t]*)\t([^\t]*)")


def _fits(beginning: Beginning) -> bool:
    return _FIRST.match(beginning.text) is not None


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    numbered = enumerate(lines.decode(source.lines(), source.where), start=1)
    blocks = (list(block) for is_there, block in groupby(numbered, lambda at: bool(at[1].strip())) if is_there)
    drafts = reading.each(partial(_draft, source.where, reading), blocks)
    return finished(drafts, source.where, reading, expected="a PMID, a text, annotations")


def _draft(where: Path | str, reading: Reading, block: list[tuple[int, str]]) -> Draft:
    (line, id), *rest = block
    if not id.strip().isdecimal() or not rest:
        raise CorpusFormatError(where, line, "expected a line with a PMID and one with a text")
    draft = Draft(where, line, id.strip(), rest[0][1])
    draft.annotations += reading.each(partial(_annotation, draft), rest[1:])
    return draft


def _annotation(draft: Draft, numbered: tuple[int, str]) -> Annotation:
    number, line = numbered
    match = _ANNOTATION.fullmatch(line)
    if match is None:
        raise draft.error(number, "expected start, end, text and id between tabs")
    return Annotation(number, ((int(match[1]), int(match[2])),), match[3], TYPE, (match[4],))


FORMAT = Format("gsc", _fits, _read)
"""HPO gold standard corpus."""
