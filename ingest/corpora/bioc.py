"""BioC (Comeau et al. 2013, doi:10.1093/database/bat064): what its XML and its JSON form share.

A document is passages, which may be sentences, each with its offset in the document; the text of a document is those
texts at their offsets, with spaces between. Offsets are read as code points. Where the text of an annotation says
that they count bytes of UTF-8, as some programs do, they are taken so and counted; where it is an ASCII form of what
stands in the document, as PubTator writes it, the document's own text is taken and that is counted.

An annotation's concept stands in the infon ``identifier`` or in one named after its database. A relation has its ends
in two nodes, or in infons (``entity1`` and ``entity2``, ``Chemical`` and ``Disease``). We write a document as one
passage, since a document knows of none, a relation with both, and what is not in the infons of others (``name``,
``score``, ``assertion``, ``linked``) only where it says something.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.corpora import ids
from ingest.corpora.draft import Annotation, Claim, Draft
from ingest.corpora.reading import Reading
from ingest.document import Document, Entity, Mention

DATABASES = {
    "mesh": "MESH",
    "omim": "OMIM",
    "ncbi gene": "NCBIGene",
    "ncbi taxonomy": "NCBITaxon",
    "umls": "UMLS",
    "chebi": "CHEBI",
    "hpo": "HP",
}
"""Prefix of the ids in an infon that is named so, in lower case."""

ENDS = (("subject", "object"), ("entity1", "entity2"), ("Chemical", "Disease"))
"""Infons that name the concepts at the ends of a relation: ours, BioRED's, those of BC5CDR."""

SECOND = frozenset({"object", "target", "dependent", "arg2", "annotation 2", "disease"})
"""Roles of the node that a relation leads to, in lower case; otherwise the order of the nodes says it."""

MAX_GAP = 1_000_000
"""Characters that may lie between two passages."""

_SEPARATOR = re.compile(r"[|+,;]")


@dataclass(frozen=True, slots=True)
class Span:
    """An annotation: ``locations`` are (offset, length) in the document."""

    line: int
    id: str
    infons: dict[str, str]
    text: str | None
    locations: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A relation: ``nodes`` are (id of an annotation or relation, role)."""

    line: int
    id: str
    infons: dict[str, str]
    nodes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A passage or sentence."""

    line: int
    offset: int
    text: str | None
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    sentences: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A document as BioC has it."""

    line: int
    id: str
    parts: tuple[Part, ...]
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()


def draft(page: Page, where: Path | str, reading: Reading) -> Draft:
    """Return ``page`` as a draft.

    Raises:
        CorpusFormatError: Its passages overlap or lie too far apart.
    """
    found = Draft(where, page.line, page.id, "")
    found.text = _text(page, found)
    whole = Part(page.line, 0, found.text, page.spans, page.links)
    parts = [whole, *(part for passage in page.parts for part in (passage, *passage.sentences))]
    found.annotations += [_Reader(found, part, reading).annotation(span) for part in parts for span in part.spans]
    links = [link for part in parts for link in part.links]
    of_links = {link.id for link in links}
    found.claims += reading.each(lambda link: _claim(link, found), _of_two(links, of_links, found, reading))
    return found


def _text(page: Page, found: Draft) -> str:
    pieces: list[str] = []
    end = 0
    for part in page.parts:
        for piece in (part,) if part.text is not None else part.sentences:
            gap = piece.offset - end
            if not 0 <= gap <= MAX_GAP:
                problem = f"a passage or sentence begins at {piece.offset}, the one before it ends at {end}"
                raise found.error(piece.line, f"{problem}; expected it there or a little later")
            pieces += [" " * gap, piece.text or ""]
            end = piece.offset + len(piece.text or "")
    return "".join(pieces)


class _Reader:
    """Reads the annotations of one passage or sentence."""

    def __init__(self, found: Draft, part: Part, reading: Reading) -> None:
        self._found = found
        self._part = part
        self._reading = reading

    def annotation(self, span: Span) -> Annotation:
        infons = span.infons
        parts, surface = self._place(span)
        return Annotation(
            span.line,
            parts,
            surface,
            infons.get("type", ""),
            _concepts(infons),
            key=span.id,
            name=infons.get("name", ""),
            score=self._score(span),
            assertion=infons.get("assertion", "present"),
            linked=infons.get("linked") != "no",
        )

    def _place(self, span: Span) -> tuple[tuple[tuple[int, int], ...], str | None]:
        """Return the parts of ``span`` in code points, and its text unless that is a form of what stands there."""
        parts = tuple((offset, offset + length) for offset, length in span.locations)
        if span.text is None or not parts:
            return parts or ((0, 0),), span.text
        stands = "".join(self._found.text[max(a, 0) : max(b, 0)] for a, b in parts)
        if stands == span.text:
            return parts, span.text
        counted = _counted_in_bytes(parts, self._part, span.text)
        if counted is not None:
            self._note("span that counts bytes of UTF-8", span)
            return counted, span.text
        if _is_ascii_form(span.text, stands):
            self._note("text of an annotation in ASCII, which the document writes otherwise", span)
            return parts, None
        return parts, span.text

    def _score(self, span: Span) -> float:
        try:
            return float(span.infons.get("score", "1"))
        except ValueError:
            self._note("score that is no number", span)
            return 1.0

    def _note(self, reason: str, span: Span) -> None:
        self._reading.omissions.add(reason, self._found.where, span.line)


def _counted_in_bytes(parts: tuple[tuple[int, int], ...], part: Part, text: str) -> tuple[tuple[int, int], ...] | None:
    """Return ``parts`` of ``part`` in code points, if they count bytes of UTF-8 and ``text`` stands there so."""
    raw = (part.text or "").encode(errors="surrogatepass")
    local = [(a - part.offset, b - part.offset) for a, b in parts]
    if b"".join(raw[max(a, 0) : max(b, 0)] for a, b in local) != text.encode(errors="surrogatepass"):
        return None

    def place(byte: int) -> int:
        return part.offset + len(raw[:byte].decode(errors="replace"))

    return tuple((place(a), place(b)) for a, b in local)


def _is_ascii_form(text: str, stands: str) -> bool:
    """Return whether ``text`` is what ``stands`` there but for characters outside ASCII, such as ``TNF-a``."""
    if len(text) != len(stands):
        return False
    others = [there for here, there in zip(text, stands, strict=True) if here != there]
    return len(others) < len(text) and not any(there.isascii() for there in others)


def _concepts(infons: dict[str, str]) -> tuple[str | None, ...]:
    if "curie" in infons:
        return (infons["curie"],)
    if "identifier" in infons:
        raw = infons["identifier"].strip()
        variant = raw.partition(";")[0].removeprefix("tmVar:")
        return (variant,) if ids.is_variant(variant) else _split(raw)
    found: list[str] = []
    for key, value in infons.items():
        prefix = DATABASES.get(key.lower().removesuffix(" identifier").removesuffix(" id"))
        if prefix:
            found += [id if ":" in id or id in ids.NIL else f"{prefix}:{id}" for id in _split(value)]
    return tuple(found) or (None,)


def _of_two(links: list[Link], of_links: set[str], found: Draft, reading: Reading) -> Iterator[Link]:
    """Yield those of ``links`` that lead from one concept or annotation to another; count the others."""
    for link in links:
        if _named_ends(link) or (len(link.nodes) == 2 and not of_links & {id for id, _ in link.nodes}):
            yield link
        else:
            reason = "relation of relations, or of another number of ends than two"
            reading.omissions.add(reason, found.where, link.line)


def _named_ends(link: Link) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the ids at both ends, where infons name them; ours are whole, others may be several in one."""
    for number, (first, second) in enumerate(ENDS):
        if first in link.infons and second in link.infons:
            subject, object = link.infons[first], link.infons[second]
            return ((subject,), (object,)) if number == 0 else (_split(subject), _split(object))
    return None


def _split(raw: str) -> tuple[str, ...]:
    return tuple(id.strip() for id in _SEPARATOR.split(raw))


def _claim(link: Link, found: Draft) -> Claim:
    label = link.infons.get("type", link.infons.get("relation"))
    if label is None:
        raise found.error(link.line, f"relation {link.id!r} has no label; expected an infon of the key type")
    named = _named_ends(link)
    if named:
        return Claim(link.line, label, *named)
    (first, _), (second, _) = sorted(link.nodes, key=lambda node: node[1].lower() in SECOND)
    return Claim(link.line, label, (first,), (second,), by_key=True)


def page(document: Document) -> Page:
    """Return ``document`` as BioC has it: one passage."""
    spans = [_span(i, entity) for i, entity in enumerate((*document.entities, *document.mentions), start=1)]
    first = {e.id: span for e, span in reversed(list(zip(document.entities, spans, strict=False))) if e.id}
    links = []
    for i, r in enumerate(document.relations, start=1):
        ends = {"subject": r.subject, "object": r.object}
        nodes = tuple((first[id].id, role) for role, id in ends.items() if id in first)
        links.append(Link(0, f"R{i}", {"type": r.label, **ends}, nodes))
    return Page(0, document.id, (Part(0, 0, document.text, tuple(spans), tuple(links)),))


def _span(number: int, mention: Mention) -> Span:
    infons = {"type": mention.type}
    if not isinstance(mention, Entity):
        infons["linked"] = "no"
    else:
        infons["identifier"] = mention.id or "-"
        if mention.id and _SEPARATOR.search(mention.id):
            infons["curie"] = mention.id  # readers take an identifier apart at these
        said = {"name": mention.name, "assertion": mention.assertion, "score": repr(mention.score)}
        infons |= {key: value for key, value in said.items() if value not in ("", "present", "1.0")}
    return Span(0, f"T{number}", infons, mention.text, ((mention.start, mention.end - mention.start),))
