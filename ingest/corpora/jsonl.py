"""Our own exchange format: one JSON object a line.

``{"id", "text", "entities": [{"start", "end", "text", "id", "name", "type", "score"}],
"relations": [{"subject", "object", "label", "score", "evidence"}]}``: ids are CURIEs, offsets count characters, NIL is
``"id": null``. An entity has ``"assertion"`` too where it is not ``present``, and a document ``"mentions"``
where it has any.
"""

import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from graph.formats.reading import Omissions
from ingest.corpora import lines
from ingest.corpora.check import finished
from ingest.corpora.draft import Annotation, Claim, Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.json_object import Object
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.document import Document, Entity, Mention
from ingest.errors import CorpusFormatError


def read(path: Path) -> Iterator[Document]:
    """Yield the documents of the file at ``path``; see :func:`parse`."""
    return parse(lines.read(path), path)


def parse(raw: Iterable[str], where: Path | str) -> Iterator[Document]:
    """Yield the documents of ``raw`` (lines without their ends), one at a time; blank lines are passed over.

    Only ``text`` must be there; a record without an id is called ``stem:line``. A relation with a score is a
    prediction, not an annotation, and is left out. Keys that are not known are ignored. A record that is repeated word
    for word is read once.

    Raises:
        CorpusFormatError: A line is not such a record, a span does not match its text, two records share an id, or
            there is no record.
    """
    return (placed.document for placed in _placed(raw, where, Reading()))


def write(documents: Iterable[Document], path: Path) -> None:
    """Write ``documents`` to ``path``, all or nothing; reading gives equal documents back.

    Raises:
        CorpusFormatError: A text is not Unicode (half of a surrogate pair).
    """
    lines.write((json.dumps(record(document), ensure_ascii=False) for document in documents), path)


def record(document: Document) -> dict[str, Any]:
    """Return the JSON form of ``document``."""
    found: dict[str, Any] = {"id": document.id, "text": document.text}
    if document.mentions:
        found["mentions"] = [_span(mention) for mention in document.mentions]
    found["entities"] = [_entity_record(entity) for entity in document.entities]
    found["relations"] = [{"subject": r.subject, "object": r.object, "label": r.label} for r in document.relations]
    return found


def _span(mention: Mention) -> dict[str, Any]:
    return {"start": mention.start, "end": mention.end, "text": mention.text, "type": mention.type}


def _entity_record(entity: Entity) -> dict[str, Any]:
    keys = ("start", "end", "text", "id", "name", "type", "score")
    found = {key: getattr(entity, key) for key in keys}
    return found if entity.assertion == "present" else {**found, "assertion": entity.assertion}


def _fits(beginning: Beginning) -> bool:
    return beginning.text.lstrip().startswith('{"')


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    return _placed(lines.decode(source.lines(), source.where), source.where, reading)


def _write(documents: Iterable[Document], path: Path, _: Omissions) -> None:
    write(documents, path)


FORMAT = Format("jsonl", _fits, _read, _write, (".jsonl",))
"""Our own JSON lines."""


def _placed(raw: Iterable[str], where: Path | str, reading: Reading) -> Iterator[Placed]:
    numbered = ((number, line) for number, line in enumerate(raw, start=1) if line.strip())
    drafts = reading.each(partial(_draft, where, reading), numbered)
    return finished(drafts, where, reading, expected="a JSON object on each line")


def _draft(where: Path | str, reading: Reading, numbered: tuple[int, str]) -> Draft:
    number, line = numbered
    found = Object.of(where, number, "", _loads(line, where, number))
    text: str = found.get("text", str)
    id = found.get("id", str, int, default=None)
    draft = Draft(where, number, f"{Path(where).stem}:{number}" if id is None else str(id), text, strict=True)
    for key, linked in (("mentions", False), ("entities", True)):
        draft.annotations += reading.each(partial(_annotation, text, linked), found.objects(key))
    relations = found.objects("relations")
    stated = [relation for relation in relations if relation.values.get("score") is None]
    for _ in range(len(relations) - len(stated)):
        reading.omissions.add("predicted relation", where, number)
    draft.claims += reading.each(_claim, stated)
    return draft


def _loads(line: str, where: Path | str, number: int) -> object:
    try:
        found: object = json.loads(line)
    except json.JSONDecodeError as error:
        problem = f"not JSON at character {error.pos}"
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets thousands deep
        problem = "JSON beyond what can be read"
    else:
        return found
    raise CorpusFormatError(where, number, f"{problem}; expected an object")


def _annotation(text: str, linked: bool, found: Object) -> Annotation:
    start, end = found.get("start", int), found.get("end", int)
    return Annotation(
        found.line,
        ((start, end),),
        found.get("text", str, default=text[start:end]),
        found.get("type", str, default=""),
        (found.get("id", str, default=None),),
        name=found.get("name", str, default=""),
        score=float(found.get("score", float, int, default=1.0)),
        assertion=found.get("assertion", str, default="present"),
        linked=linked,
    )


def _claim(found: Object) -> Claim:
    subject, label, object = (found.get(key, str) for key in ("subject", "label", "object"))
    return Claim(found.line, label, (subject,), (object,))
