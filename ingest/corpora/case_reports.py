"""The medical case report corpus (Schulz et al. 2020) as one JSON array of reports.

An entity has one span [start, end) a part, in code points, and no concept. A relation leads from its governor to its
dependent; where one of them is the patient, whom no annotation stands for, the relation is left out and counted.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ingest.corpora import json_stream, lines
from ingest.corpora.check import finished
from ingest.corpora.draft import Annotation, Claim, Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.json_object import Object
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading

_FIRST = re.compile(r'\s*\[\s*\{\s*"id"\s*:\s*"[^"]*"\s*,\s*"text"\s*:\s*"')


def _fits(beginning: Beginning) -> bool:
    return _FIRST.match(beginning.text) is not None


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    where = source.where
    found = json_stream.records(lines.decode_chunks(source.chunks(), where), where, lists=frozenset())
    drafts = reading.each(partial(_draft, where, reading), found)
    return finished(drafts, where, reading, expected="an array of reports")


def _draft(where: Path | str, reading: Reading, record: tuple[int, dict[str, Any]]) -> Draft:
    line, values = record
    found = Object(where, line, "", values)
    draft = Draft(where, line, found.get("id", str), found.get("text", str))
    draft.annotations += reading.each(_annotation, found.objects("entities"))
    keys = {annotation.key for annotation in draft.annotations}
    for claim in reading.each(_claim, found.objects("relations")):
        if keys.issuperset(claim.subject + claim.object):
            draft.claims.append(claim)
        else:
            reading.omissions.add("relation with an end that nothing is annotated for", where, line)
    return draft


def _annotation(of: Object) -> Annotation:
    spans = of.get("spans", list)
    if not spans or not all(isinstance(s, list) and len(s) == 2 and all(type(n) is int for n in s) for s in spans):
        raise of.error("'spans' are not pairs of numbers; expected such as [[0, 5]]")
    parts = tuple((start, end) for start, end in spans)
    return Annotation(of.line, parts, of.get("text", str), of.get("type", str, default=""), key=of.get("id", str))


def _claim(of: Object) -> Claim:
    nodes = of.objects("nodes")
    if len(nodes) != 2:
        raise of.error(f"{len(nodes)} nodes; expected two")
    first, second = sorted(nodes, key=lambda node: node.get("role", str) == "Dependent")
    label = Object.of(of.where, of.line, f"{of.path}.infons", of.get("infons", dict)).get("type", str)
    return Claim(of.line, label, (first.get("refid", str),), (second.get("refid", str),), by_key=True)


FORMAT = Format("case-reports", _fits, _read)
"""Medical case reports."""
