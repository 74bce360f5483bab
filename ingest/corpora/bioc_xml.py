"""BioC in XML, read one document at a time and written so; see :mod:`ingest.corpora.bioc`."""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from graph.formats.reading import Omissions
from ingest.corpora import bioc, lines, writing
from ingest.corpora.bioc import Link, Page, Part, Span
from ingest.corpora.check import finished
from ingest.corpora.draft import Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.corpora.xml_stream import ILLEGAL, Element, elements, escaped
from ingest.document import Document
from ingest.errors import CorpusFormatError

_ROOT = re.compile(r"\s*(?:<[?!].*?)?<collection\b", re.DOTALL)


def _fits(beginning: Beginning) -> bool:
    return _ROOT.match(beginning.text) is not None


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    found = elements(source.chunks(), source.where, root="collection", each="document")
    drafts = reading.each(partial(_draft, source.where, reading), found)
    return finished(drafts, source.where, reading, expected="a BioC document")


def _draft(where: Path | str, reading: Reading, element: Element) -> Draft:
    def number(text: str | None, of: Element) -> int:
        if text is None or not re.fullmatch(r"\s*[0-9]{1,12}\s*", text):
            raise CorpusFormatError(where, of.line, f"<{of.name}> has no offset or length that is a number")
        return int(text)

    def span(of: Element) -> Span:
        places = ((place.attributes.get("offset"), place.attributes.get("length")) for place in of.all("location"))
        located = tuple((number(offset, of), number(length, of)) for offset, length in places)
        if not located:
            raise CorpusFormatError(where, of.line, "<annotation> has no location; expected one at least")
        return Span(of.line, of.attributes.get("id", ""), _infons(of), of.first("text"), located)

    def link(of: Element) -> Link:
        nodes = tuple((node.attributes.get("refid", ""), node.attributes.get("role", "")) for node in of.all("node"))
        return Link(of.line, of.attributes.get("id", ""), _infons(of), nodes)

    def spans(of: Element) -> tuple[Span, ...]:
        return tuple(reading.each(span, of.all("annotation")))

    def part(of: Element) -> Part:
        inner = tuple(part(sentence) for sentence in of.all("sentence"))
        links = tuple(link(relation) for relation in of.all("relation"))
        return Part(of.line, number(of.first("offset"), of), of.first("text"), spans(of), links, inner)

    links = tuple(link(relation) for relation in element.all("relation"))
    parts = tuple(part(passage) for passage in element.all("passage"))
    page = Page(element.line, element.first("id") or "", parts, spans(element), links)
    return bioc.draft(page, where, reading)


def _infons(of: Element) -> dict[str, str]:
    return {infon.attributes.get("key", ""): infon.text for infon in of.all("infon")}


def _write(documents: Iterable[Document], path: Path, omissions: Omissions) -> None:
    """Write ``documents``; characters that XML has no way to hold become U+FFFD and are counted."""

    def whole() -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE collection SYSTEM "BioC.dtd">'
        yield "<collection><source>kgbert</source><date></date><key></key>"
        for document in documents:
            legal = writing.replaced(document, ILLEGAL, "\ufffd", "character that XML cannot hold", omissions)
            named = writing.renamed(legal, ILLEGAL, "\ufffd", "name that XML cannot hold as it is", omissions)
            yield _formatted(bioc.page(named), path)
        yield "</collection>"

    lines.write(whole(), path)


def _formatted(page: Page, path: Path) -> str:
    def text(value: str) -> str:
        return escaped(value, path)

    def quoted(value: str) -> str:
        return f'"{escaped(value, path, attribute=True)}"'

    def infons(values: dict[str, str]) -> str:
        return "".join(f"<infon key={quoted(key)}>{text(value)}</infon>" for key, value in values.items())

    rows = [f"<document><id>{text(page.id)}</id>"]
    for part in page.parts:
        rows.append(f"<passage><offset>{part.offset}</offset><text>{text(part.text or '')}</text>")
        for span in part.spans:
            places = "".join(f'<location offset="{offset}" length="{size}"/>' for offset, size in span.locations)
            rest = f"{infons(span.infons)}{places}<text>{text(span.text or '')}</text>"
            rows.append(f"<annotation id={quoted(span.id)}>{rest}</annotation>")
        for link in part.links:
            nodes = "".join(f"<node refid={quoted(id)} role={quoted(role)}/>" for id, role in link.nodes)
            rows.append(f"<relation id={quoted(link.id)}>{infons(link.infons)}{nodes}</relation>")
        rows.append("</passage>")
    return "\n".join([*rows, "</document>"])


FORMAT = Format("bioc-xml", _fits, _read, _write)
"""BioC XML."""
