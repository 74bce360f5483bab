"""The DDI corpus (Herrero-Zazo et al. 2013, doi:10.1016/j.jbi.2013.07.011): one XML file a document.

The text is its sentences, joined by line breaks. Offsets count within a sentence and include the last character. A
pair that interacts is a relation of its type (``advise``, ``effect``, ``int``, ``mechanism``; the one pair without a
type is taken as ``int``, which is what it says) from the first drug to the second; other pairs state nothing.
Relations are between mentions and mentions have no concept, so every entity is called ``mention:DDI-
DrugBank.d1.s0.e0``, after its own id.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ingest.corpora.check import finished
from ingest.corpora.draft import Annotation, Claim, Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.corpora.xml_stream import Element, elements

UNTYPED = "int"
"""The label of an interaction whose type is not given."""

_FIRST = re.compile(r'\s*(?:<[?!].*?)?<document\s+id="DDI-', re.DOTALL)
_OFFSETS = re.compile(r"[0-9]{1,9}-[0-9]{1,9}(?:;[0-9]{1,9}-[0-9]{1,9})*")


def _fits(beginning: Beginning) -> bool:
    return _FIRST.match(beginning.text) is not None


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    found = elements(source.chunks(), source.where, root="document", each="document")
    drafts = (_draft(source.where, reading, element) for element in found)
    return finished(drafts, source.where, reading, expected="a DDI document")


def _draft(where: Path | str, reading: Reading, document: Element) -> Draft:
    draft = Draft(where, document.line, document.attributes.get("id", ""), "", name_all=True)
    texts: list[str] = []
    begin = 0
    for sentence in document.all("sentence"):
        text = sentence.attributes.get("text", "")
        entity = partial(_annotation, draft, reading, begin, text)
        draft.annotations += reading.each(entity, sentence.all("entity"))
        draft.claims += reading.each(partial(_claim, draft, reading), _interacting(sentence))
        texts.append(text)
        begin += len(text) + 1
    draft.text = "\n".join(texts)
    return draft


def _annotation(draft: Draft, reading: Reading, begin: int, text: str, entity: Element) -> Annotation:
    offsets, surface = entity.attributes.get("charOffset", ""), entity.attributes.get("text")
    if not _OFFSETS.fullmatch(offsets):
        raise draft.error(entity.line, "<entity> has no charOffset of the form 4-19 or 4-9;14-19")
    local = [(int(a), int(b) + 1) for a, b in (part.split("-") for part in offsets.split(";"))]
    apart = "".join(text[a:b] for a, b in local)
    if len(local) > 1 and surface is not None and apart.split() != surface.split():
        surface = None
        if "".join(apart.split()) != "".join((entity.attributes["text"]).split()):
            reading.omissions.add("discontinuous mention that is not what is given for it", draft.where, entity.line)
    parts = tuple((a + begin, b + begin) for a, b in local)
    return Annotation(entity.line, parts, surface, entity.attributes.get("type", ""), key=_key(draft, entity, "id"))


def _interacting(sentence: Element) -> list[Element]:
    return [pair for pair in sentence.all("pair") if pair.attributes.get("ddi") == "true"]


def _claim(draft: Draft, reading: Reading, pair: Element) -> Claim:
    if "type" not in pair.attributes:
        reading.omissions.add(f"interaction without a type, read as {UNTYPED}", draft.where, pair.line)
    ends = (_key(draft, pair, "e1"),), (_key(draft, pair, "e2"),)
    return Claim(pair.line, pair.attributes.get("type", UNTYPED), *ends, by_key=True)


def _key(draft: Draft, element: Element, attribute: str) -> str:
    """Return the id in ``attribute`` without that of the document, which it begins with."""
    key = element.attributes.get(attribute, "")
    if not key.startswith(f"{draft.id}."):
        raise draft.error(element.line, f"<{element.name}> has no {attribute} that begins with the document's id")
    return key.removeprefix(f"{draft.id}.")


FORMAT = Format("ddi", _fits, _read)
"""DDI corpus."""
