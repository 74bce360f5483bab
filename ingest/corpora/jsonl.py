"""Our own exchange format: one JSON object a line.

``{"id", "text", "entities": [{"start", "end", "text", "id", "name", "type", "score"}],
"relations": [{"subject", "object", "label", "score", "evidence"}]}``: ids are CURIEs, offsets count characters, NIL is
``"id": null``. An entity has ``"assertion"`` too where it is not ``present``, and a document ``"mentions"``
where it has any.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from graph import curie
from ingest.corpora import lines
from ingest.document import AnnotatedRelation, Document, Entity, Mention
from ingest.errors import CorpusFormatError


def read(path: Path) -> Iterator[Document]:
    """Yield the documents of the file at ``path``; see :func:`parse`."""
    return parse(lines.read(path), path)


def parse(raw: Iterable[str], where: Path | str) -> Iterator[Document]:
    """Yield the documents of ``raw`` (lines without their ends), one at a time; blank lines are passed over.

    Only ``text`` must be there; a record without an id is called ``stem:line``. A relation with a score is a
    prediction, not an annotation, and is left out. Keys that are not known are ignored.

    Raises:
        CorpusFormatError: A line is not such a record, a span does not match its text, two records share an id, or
            there is no record.
    """
    seen: set[str] = set()
    for number, line in enumerate(raw, start=1):
        if not line.strip():
            continue
        try:
            document = _document(_loads(line), f"{Path(where).stem}:{number}")
        except ValueError as error:
            raise CorpusFormatError(where, number, str(error)) from None
        if document.id in seen:
            raise CorpusFormatError(where, number, f"document {document.id!r} is here a second time")
        seen.add(document.id)
        yield document
    if not seen:
        raise CorpusFormatError(where, 0, "no record; expected a JSON object on each line")


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


def _loads(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        problem = f"not JSON at character {error.pos}"
    except (ValueError, RecursionError):  # a number of thousands of digits, brackets thousands deep
        problem = "JSON beyond what can be read"
    else:
        if isinstance(found, dict):
            return found
        problem = f"a JSON {type(found).__name__}"
    raise ValueError(f"{problem}; expected an object")


def _document(found: dict[str, Any], unnamed: str) -> Document:
    text: str = _get(found, "text", str)
    if not text.isascii():
        _check_unicode(text)
    id = _get(found, "id", str, int, default=None)
    return Document(
        unnamed if id is None else str(id),
        text,
        tuple(_mention(m, text) for m in _objects(found, "mentions")),
        tuple(_entity(e, text) for e in _objects(found, "entities")),
        tuple(_relation(r) for r in _objects(found, "relations") if r.get("score") is None),
    )


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        at = error.start
    else:
        return
    raise ValueError(f"character {at} of the text is half of a surrogate pair; expected Unicode text")


def _mention(found: dict[str, Any], text: str) -> Mention:
    start, end = _get(found, "start", int), _get(found, "end", int)
    if not 0 <= start < end <= len(text):
        raise ValueError(f"span [{start}, {end}) is not inside its text of {len(text)} characters")
    if _get(found, "text", str, default=text[start:end]) != text[start:end]:
        raise ValueError(f"span [{start}, {end}) does not match the text")
    return Mention(start, end, text[start:end], _get(found, "type", str, default=""))


def _entity(found: dict[str, Any], text: str) -> Entity:
    mention = _mention(found, text)
    return Entity(
        mention.start,
        mention.end,
        mention.text,
        mention.type,
        _get(found, "id", str, default=None),
        _get(found, "name", str, default=""),
        float(_get(found, "score", float, int, default=1.0)),
        _get(found, "assertion", str, default="present"),
    )


def _relation(found: dict[str, Any]) -> AnnotatedRelation:
    subject, label, object = (_get(found, key, str) for key in ("subject", "label", "object"))
    return AnnotatedRelation(curie.check(subject), label, curie.check(object))


def _objects(found: dict[str, Any], key: str) -> list[dict[str, Any]]:
    objects = _get(found, key, list, default=[])
    if not all(isinstance(item, dict) for item in objects):
        raise ValueError(f"{key!r} holds something else than objects")
    return list(objects)


def _get(found: dict[str, Any], key: str, *types: type, default: Any = ...) -> Any:
    """Return the value of ``key``, which has one of ``types``, or ``default`` where it is missing or null."""
    value = found.get(key)
    if value is None and default is not ...:
        return default
    if not isinstance(value, types) or isinstance(value, bool):
        expected = " or ".join(type.__name__ for type in types)
        raise ValueError(f"{key!r} is {type(value).__name__}; expected {expected}")
    return value
