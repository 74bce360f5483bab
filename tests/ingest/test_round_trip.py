"""What is written in a format is read back, as far as the format can carry it; the rest is counted."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from annotated import TOY, documents
from hypothesis import given, settings

from graph.formats.reading import Omissions
from ingest.corpora.read import FORMATS, format_named, read_documents
from ingest.document import Document, Entity, Mention

WRITTEN = {"pubtator", "jsonl", "bioc-xml", "bioc-json", "brat", "conll", "datasets", "datasets-tokens"}


def moved(text: str, mention: Mention) -> Mention:
    return replace(mention, text=text[mention.start : mention.end])


def over(document: Document, text: str) -> Document:
    """``document`` over another text with the same offsets."""
    mentions, entities = (tuple(moved(text, m) for m in part) for part in (document.mentions, document.entities))
    return replace(document, text=text, mentions=mentions, entities=entities)


def unlinked(document: Document) -> Document:
    """``document`` with its mentions as entities without an id, unless there is an entity for them."""
    known = {(e.start, e.end, e.type) for e in document.entities}
    new = [Entity(m.start, m.end, m.text, m.type) for m in document.mentions if (m.start, m.end, m.type) not in known]
    entities = sorted([*document.entities, *new], key=lambda e: (e.start, e.end))
    return replace(document, mentions=(), entities=tuple(entities))


def plain(document: Document) -> Document:
    entities = (Entity(e.start, e.end, e.text, e.type, e.id) for e in document.entities)
    return replace(document, entities=tuple(entities))


def with_ends(document: Document) -> Document:
    """``document`` without relations that lead from or to a concept which no entity has."""
    ids = {e.id for e in document.entities}
    return replace(document, relations=tuple(r for r in document.relations if {r.subject, r.object} <= ids))


def by_xml(document: Document) -> Document:
    entities = tuple(replace(e, name=re.sub("[\x00\x0b]", "\ufffd", e.name)) for e in document.entities)
    return over(replace(document, entities=entities), re.sub("[\x00\x0b]", "\ufffd", document.text))


def by_pubtator(document: Document) -> Document:
    return over(plain(unlinked(document)), re.sub(r"[\t\r\n]", " ", document.text))


def by_brat(document: Document) -> Document:
    named = (replace(e, score=1.0, name=re.sub(r"[\t\r\n]", " ", e.name) if e.id else "") for e in document.entities)
    return with_ends(unlinked(replace(document, entities=tuple(named))))


def trimmed(entity: Entity) -> Entity:
    start = entity.start + len(entity.text) - len(entity.text.lstrip())
    return replace(entity, start=start, end=start + len(entity.text.strip()), text=entity.text.strip())


def by_conll(document: Document) -> Document:
    kept: list[Entity] = []
    entities = (trimmed(e) for e in unlinked(document).entities if e.text.strip())
    for _, group in groupby(sorted(entities, key=lambda e: (e.start, -e.end)), key=lambda e: (e.start, e.end, e.type)):
        first, *others = group
        if not kept or first.start >= kept[-1].end:
            kept += [first, *others]
    text = re.sub(r"\s", " ", document.text).rstrip()
    return over(plain(Document(document.id, document.text, entities=tuple(kept))), text)


def by_datasets(document: Document) -> Document:
    return with_ends(plain(unlinked(document)))


CARRIED: dict[str, Callable[[Document], Document]] = {
    "jsonl": lambda document: document,
    "bioc-json": lambda document: document,
    "bioc-xml": by_xml,
    "pubtator": by_pubtator,
    "brat": by_brat,
    "conll": by_conll,
    "datasets": by_datasets,
}


def written(found: list[Document], form: str, folder: Path) -> tuple[list[Document], Omissions]:
    """``found`` written in ``form`` and read back (by its content), and what was said to be left out."""
    path, omissions = folder / "written", Omissions()
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    write = format_named(form).write
    assert write is not None
    write(found, path, omissions)
    return list(read_documents(path)), omissions


def test_every_format_that_is_written_is_tested() -> None:
    assert {form.name for form in FORMATS if form.write} == WRITTEN == {*CARRIED, "datasets-tokens"}


@pytest.mark.parametrize("form", CARRIED)
@settings(max_examples=60)
@given(found=documents())
def test_what_is_written_is_read_back(
    form: str, found: list[Document], tmp_path_factory: pytest.TempPathFactory
) -> None:
    back, omissions = written(found, form, tmp_path_factory.getbasetemp())
    expected = [CARRIED[form](document) for document in found]
    assert sorted(back, key=lambda d: d.id) == sorted(expected, key=lambda d: d.id)
    assert bool(list(omissions)) or expected == found, "what is not carried is counted"


@pytest.mark.parametrize("form", CARRIED)
def test_what_a_format_cannot_carry_is_counted(form: str, tmp_path: Path) -> None:
    back, omissions = written([TOY], form, tmp_path)
    assert back == [CARRIED[form](TOY)]
    counted = {o.reason: o.count for o in omissions}
    assert (counted == {}) == (back == [TOY])
    mention = {"mention, written as an entity without an id": 1}
    expected = {
        "jsonl": {},
        "bioc-json": {},
        "bioc-xml": {},
        "pubtator": {"name": 1, "score": 1, "line break or tab, written as a space": 2} | mention,
        "brat": {"score": 1} | mention,
        "conll": {"name": 1, "score": 1, "relation, left out": 1, "text with white space": 1} | mention,
        "datasets": {"name": 1, "score": 1} | mention,
    }[form]
    assert {next((k for k in expected if reason.startswith(k)), reason): n for reason, n in counted.items()} == expected


def test_a_corpus_goes_through_every_format(data_dir: Path, tmp_path: Path) -> None:
    documents = list(read_documents(data_dir / "corpora/bc5cdr/CDR_DevelopmentSet.PubTator.txt"))
    found = documents
    for form in ("bioc-xml", "bioc-json", "brat", "pubtator", "datasets"):
        found, omissions = written(found, form, tmp_path)
        assert list(omissions) == []
    assert len(found) == 500
    assert sorted(found, key=lambda d: d.id) == sorted(documents, key=lambda d: d.id)


def test_a_corpus_keeps_its_entities_as_tagged_tokens(data_dir: Path, tmp_path: Path) -> None:
    documents = list(read_documents(data_dir / "corpora/bc5cdr/CDR_DevelopmentSet.PubTator.txt"))
    back, omissions = written(documents, "conll", tmp_path)
    assert back == [replace(d, relations=()) for d in documents]
    assert {o.reason: o.count for o in omissions} == {"relation, left out": 1012}
