"""BioC in JSON, read one document at a time and written so; see :mod:`ingest.corpora.bioc`.

A file is a collection, an array of them, or one document after another, as PubTator and PubMed Central publish them.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from graph.formats.reading import Omissions
from ingest.corpora import bioc, json_stream, lines
from ingest.corpora.bioc import Link, Page, Part, Span
from ingest.corpora.check import finished
from ingest.corpora.draft import Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.json_object import Object
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.document import Document

_LISTS = frozenset({"documents", "PubTator3"})
_FIRST = re.compile(r"\s*[\[{]")
_KEY = re.compile(r'(?<!\\)"(?:documents|PubTator3|passages|bioctype)"\s*:')


def _fits(beginning: Beginning) -> bool:
    return _FIRST.match(beginning.text) is not None and _KEY.search(beginning.text) is not None


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    where = source.where
    found = json_stream.records(lines.decode_chunks(source.chunks(), where), where, lists=_LISTS)
    drafts = reading.each(partial(_draft, where, reading), found)
    return finished(drafts, where, reading, expected="a BioC document")


def _draft(where: Path | str, reading: Reading, record: tuple[int, dict[str, Any]]) -> Draft:
    line, values = record

    def spans(of: Object) -> tuple[Span, ...]:
        return tuple(reading.each(_span, of.objects("annotations")))

    def links(of: Object) -> tuple[Link, ...]:
        return tuple(reading.each(_link, of.objects("relations")))

    def part(of: Object) -> Part:
        inner = tuple(part(sentence) for sentence in of.objects("sentences"))
        return Part(line, of.get("offset", int), of.get("text", str, default=None), spans(of), links(of), inner)

    found = Object(where, line, "", values)
    if "passages" not in values:
        raise found.error("no passages; expected a BioC document")
    id = str(found.get("id", str, int))
    parts = tuple(part(passage) for passage in found.objects("passages"))
    return bioc.draft(Page(line, id, parts, spans(found), links(found)), where, reading)


def _span(of: Object) -> Span:
    places = tuple((place.get("offset", int), place.get("length", int)) for place in of.objects("locations"))
    if not places:
        raise of.error("'locations' is empty; expected one at least")
    return Span(of.line, _id(of), _infons(of), of.get("text", str, default=None), places)


def _link(of: Object) -> Link:
    nodes = tuple((str(node.get("refid", str, int)), node.get("role", str, default="")) for node in of.objects("nodes"))
    return Link(of.line, _id(of), _infons(of), nodes)


def _id(of: Object) -> str:
    return str(of.get("id", str, int, default=""))


def _infons(of: Object) -> dict[str, str]:
    """Return the infons as texts; PubTator has numbers and nulls among them, and arrays for several concepts."""
    found = of.get("infons", dict, default={}).items()
    return {key: _text(value) for key, value in found if value is not None}


def _text(value: object) -> str:
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


def _write(documents: Iterable[Document], path: Path, _: Omissions) -> None:
    def whole() -> Iterator[str]:
        yield '{"source": "kgbert", "date": "", "key": "", "infons": {}, "documents": ['
        for number, document in enumerate(documents):
            record = json.dumps(_record(bioc.page(document)), ensure_ascii=False)
            yield f",{record}" if number else record
        yield "]}"

    lines.write(whole(), path)


def _record(page: Page) -> dict[str, Any]:
    return {
        "id": page.id,
        "infons": {},
        "passages": [
            {
                "offset": part.offset,
                "infons": {},
                "text": part.text,
                "sentences": [],
                "annotations": [_span_record(span) for span in part.spans],
                "relations": [_link_record(link) for link in part.links],
            }
            for part in page.parts
        ],
        "annotations": [],
        "relations": [],
    }


def _span_record(span: Span) -> dict[str, Any]:
    places = [{"offset": offset, "length": length} for offset, length in span.locations]
    return {"id": span.id, "infons": span.infons, "text": span.text, "locations": places}


def _link_record(link: Link) -> dict[str, Any]:
    nodes = [{"refid": id, "role": role} for id, role in link.nodes]
    return {"id": link.id, "infons": link.infons, "nodes": nodes}


FORMAT = Format("bioc-json", _fits, _read, _write)
"""BioC JSON."""
