"""Hugging Face ``datasets``: documents from and to a ``Dataset``, in memory or in the folder of ``save_to_disk``.

Two schemas. That of BigBIO's knowledge bases (Fries et al. 2022, arXiv:2206.15076) has a row a document, with
passages, entities (their ids as ``normalized``) and relations between entities; events and coreferences are not read,
but counted. The other has a row a sentence, with ``tokens`` and ``ner_tags`` (:mod:`ingest.corpora.tagged`) and,
where there is one, the ``document_id`` that rows belong together by.

The library is imported where it is used; ``pip install 'kgbert[datasets]'`` brings it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from graph import atomic
from graph.formats.reading import Omissions
from ingest.corpora import bioc, tagged, writing
from ingest.corpora.bioc import Link, Page, Part, Span
from ingest.corpora.check import finish
from ingest.corpora.draft import Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.json_object import Object
from ingest.corpora.placed import Placed, distinct
from ingest.corpora.reading import Reading
from ingest.document import Document
from ingest.errors import CorpusFormatError, MissingLibraryError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

Row: TypeAlias = "dict[str, Any]"


def from_dataset(
    dataset: "Dataset | DatasetDict", *, name: str = "dataset", reading: Reading | None = None
) -> Iterator[Document]:
    """Yield the documents of ``dataset``, one split after another.

    Args:
        dataset: Of one of the two schemas.
        name: What to call it in errors, which give the row (from 1) as line.
        reading: What to take, and where to note what is left out.

    Raises:
        CorpusFormatError: It is of neither schema, a row breaks it, or two documents share an id.
    """
    return (placed.document for placed in _placed(dataset, name, reading or Reading()))


def to_dataset(documents: Iterable[Document], *, tokens: bool = False, omissions: Omissions | None = None) -> "Dataset":
    """Return ``documents`` as a dataset.

    Args:
        documents: All are held in memory.
        tokens: Whether to make the schema of tokens and tags, instead of BigBIO's.
        omissions: Where to note what the schema cannot hold.

    Raises:
        MissingLibraryError: ``datasets`` is not installed.
    """
    library = _library()
    noted = Omissions() if omissions is None else omissions
    if tokens:
        rows = [row for document in documents for row in _tagged_rows(document, noted)]
        names = sorted({tag for row in rows for tag in row["ner_tags"]} | {"O"}, key=lambda tag: (tag[2:], tag[:1]))
        return library.Dataset.from_list(rows, features=_tagged_features(library, names))
    rows = [_row(document, noted) for document in documents]
    return library.Dataset.from_list(rows, features=_features(library))


def _library() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise MissingLibraryError("datasets", "pip install 'kgbert[datasets]'") from error
    return datasets


def _fits(beginning: Beginning) -> bool:
    return not {"dataset_info.json", "dataset_dict.json"}.isdisjoint(beginning.names)


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    library = _library()
    try:
        dataset = library.load_from_disk(str(source.where))
    except (FileNotFoundError, ValueError, KeyError, library.exceptions.DatasetsError) as error:
        problem = f"not what save_to_disk writes ({type(error).__name__})"
    else:
        yield from _placed(dataset, source.where, reading)
        return
    raise CorpusFormatError(source.where, 0, problem)


def _write(documents: Iterable[Document], path: Path, omissions: Omissions, *, tokens: bool = False) -> None:
    dataset = to_dataset(documents, tokens=tokens, omissions=omissions)
    with atomic.folder(path) as folder, _without_bars():
        dataset.save_to_disk(str(folder))


@contextmanager
def _without_bars() -> Iterator[None]:
    """Keep the library from drawing progress bars."""
    from datasets.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    were_disabled = are_progress_bars_disabled()
    disable_progress_bars()
    try:
        yield
    finally:
        if not were_disabled:
            enable_progress_bars()


FORMAT = Format("datasets", _fits, _read, _write, of_folders=True)
"""Hugging Face datasets in BigBIO's schema; read in either."""

TOKENS = Format("datasets-tokens", lambda _: False, _read, partial(_write, tokens=True), of_folders=True)
"""Hugging Face datasets of tokens and tags."""


def _placed(dataset: "Dataset | DatasetDict", where: Path | str, reading: Reading) -> Iterator[Placed]:
    splits: dict[str, Dataset] = dict(dataset) if isinstance(dataset, dict) else {"": dataset}
    found = (
        p for name, split in splits.items() for p in _of_split(split, f"{where}[{name}]" if name else where, reading)
    )
    return distinct(found, where, reading, expected="a row")


def _of_split(split: "Dataset", where: Path | str, reading: Reading) -> Iterator[Placed]:
    rows: Iterator[tuple[int, Row]] = enumerate(split, start=1)
    drafts: Iterator[Draft]
    if {"passages", "entities"} <= set(split.column_names):
        drafts = reading.each(partial(_draft, where, reading), rows)
    elif {"tokens", "ner_tags"} <= set(split.column_names):
        drafts = _tagged_drafts(rows, _tag_names(split), where, reading)
    else:
        columns = "passages and entities, or tokens and ner_tags"
        raise CorpusFormatError(where, 0, f"the columns are of no schema that is known; expected {columns}")
    return (finish(draft, reading) for draft in drafts)


def _draft(where: Path | str, reading: Reading, numbered: tuple[int, Row]) -> Draft:
    number, values = numbered
    row = Object.of(where, number, "", values)
    for kind in ("events", "coreferences"):
        for _ in row.get(kind, list, default=[]):
            reading.omissions.add(f"{kind} of BigBIO", where, number)
    parts = [part for passage in row.objects("passages") for part in _parts(passage)]
    spans = tuple(reading.each(_span, row.objects("entities")))
    links = tuple(reading.each(_link, row.objects("relations")))
    id = row.get("document_id", str, default="") or row.get("id", str)
    return bioc.draft(Page(number, id, tuple(parts), spans, links), where, reading)


def _parts(passage: Object) -> list[Part]:
    texts, offsets = passage.get("text", list), passage.get("offsets", list)
    if len(texts) != len(offsets):
        raise passage.error(f"{len(texts)} texts and {len(offsets)} offsets; expected as many")
    return [Part(passage.line, start, text) for text, (start, _) in zip(texts, offsets, strict=True)]


def _span(entity: Object) -> Span:
    places = tuple((start, end - start) for start, end in entity.get("offsets", list))
    if not places:
        raise entity.error("'offsets' is empty; expected one at least")
    surface = " ".join(entity.get("text", list)) or None
    concepts = [_concept(of) for of in entity.objects("normalized")]
    infons = {"type": entity.get("type", str, default="")}
    if concepts:
        infons["curie" if len(concepts) == 1 else "identifier"] = "|".join(concepts)
    return Span(entity.line, entity.get("id", str), infons, surface, places)


def _concept(normalized: Object) -> str:
    """Return database and id as a CURIE; an id that begins with its database already is one."""
    database, id = normalized.get("db_name", str), normalized.get("db_id", str)
    prefix = bioc.DATABASES.get(database.lower(), database)
    return id if id.partition(":")[0].upper() in (database.upper(), prefix.upper()) and ":" in id else f"{prefix}:{id}"


def _link(relation: Object) -> Link:
    nodes = (relation.get("arg1_id", str), ""), (relation.get("arg2_id", str), "")
    return Link(relation.line, relation.get("id", str), {"type": relation.get("type", str)}, nodes)


def _tag_names(split: "Dataset") -> list[str] | None:
    """Return what the numbers of the tags stand for; ``None`` where they are texts."""
    feature: Any = split.features["ner_tags"]
    labels = getattr(feature, "feature", feature[0] if isinstance(feature, list) else None)
    names: list[str] | None = getattr(labels, "names", None)
    return names


def _tagged_drafts(
    rows: Iterator[tuple[int, Row]], names: list[str] | None, where: Path | str, reading: Reading
) -> Iterator[Draft]:
    def id_of(numbered: tuple[int, Row]) -> str:
        number, row = numbered
        return str(row.get("document_id") or row.get("id") or f"{Path(where).stem}:{number}")

    for id, sentences in groupby(rows, key=id_of):
        text: tagged.TaggedText | None = None
        for number, row in sentences:
            text = text or tagged.TaggedText(Draft(where, number, id, ""), reading)
            tags = row["ner_tags"] if names is None else [names[tag] for tag in row["ner_tags"]]
            if len(tags) != len(row["tokens"]):
                problem = f"{len(row['tokens'])} tokens and {len(tags)} tags; expected as many"
                reading.problem(CorpusFormatError(where, number, problem))
                continue
            for token, tag in zip(row["tokens"], tags, strict=True):
                with reading.guarded():
                    text.add(tagged.Token(token, None, str(tag), line=number))
            text.end_sentence()
        if text is not None:
            yield text.finish()


def _row(document: Document, omissions: Omissions) -> Row:
    """Return ``document`` as a row of BigBIO's schema."""
    writing.note_lost(document, omissions, "name", "score", "assertion")
    found = writing.annotations(document, omissions)
    entities = [
        {
            "id": f"{document.id}.T{number}",
            "type": entity.type,
            "text": [entity.text],
            "offsets": [[entity.start, entity.end]],
            "normalized": _normalized(entity.id),
        }
        for number, entity in enumerate(found, start=1)
    ]
    first = {e.id: row["id"] for e, row in reversed(list(zip(found, entities, strict=True))) if e.id}
    relations = []
    for number, r in enumerate(document.relations, start=1):
        if r.subject in first and r.object in first:
            ends = {"arg1_id": first[r.subject], "arg2_id": first[r.object]}
            relations.append({"id": f"{document.id}.R{number}", "type": r.label, **ends, "normalized": []})
        else:
            writing.note("relation with an end that no entity has, left out", document, omissions)
    passage = {
        "id": f"{document.id}.P1",
        "type": "document",
        "text": [document.text],
        "offsets": [[0, len(document.text)]],
    }
    rest = {"passages": [passage], "entities": entities, "events": [], "coreferences": [], "relations": relations}
    return {"id": document.id, "document_id": document.id, **rest}


def _normalized(id: str | None) -> list[Mapping[str, str]]:
    if id is None:
        return []
    prefix, _, local = id.partition(":")
    return [{"db_name": prefix, "db_id": local}]


def _tagged_rows(document: Document, omissions: Omissions) -> Iterator[Row]:
    for number, sentence in enumerate(tagged.tagged(document, omissions), start=1):
        tokens, tags = [token.text for token in sentence], [token.tag for token in sentence]
        for token in sentence:
            if any(token.ids):
                writing.note("concept of an entity, left out", document, omissions)
        yield {"id": f"{document.id}:{number}", "document_id": document.id, "tokens": tokens, "ner_tags": tags}


def _features(library: Any) -> Any:
    text, number = library.Value("string"), library.Value("int32")
    concept = {"db_name": text, "db_id": text}
    offsets = [[number]]
    spans = {"type": text, "text": [text], "offsets": offsets}
    argument = {"role": text, "ref_id": text}
    return library.Features(
        {
            "id": text,
            "document_id": text,
            "passages": [{"id": text, **spans}],
            "entities": [{"id": text, **spans, "normalized": [concept]}],
            "events": [
                {"id": text, "type": text, "trigger": {"text": [text], "offsets": offsets}, "arguments": [argument]}
            ],
            "coreferences": [{"id": text, "entity_ids": [text]}],
            "relations": [{"id": text, "type": text, "arg1_id": text, "arg2_id": text, "normalized": [concept]}],
        }
    )


def _tagged_features(library: Any, names: list[str]) -> Any:
    text = library.Value("string")
    tags = library.Sequence(library.ClassLabel(names=names))
    return library.Features({"id": text, "document_id": text, "tokens": [text], "ner_tags": tags})
