"""brat standoff (brat.nlplab.org/standoff.html): a folder of pairs, ``NAME.txt`` and ``NAME.ann``.

Read are text-bound annotations (T), binary relations (R), normalisations (N; several make several entities) and the
attributes (A, M) that say an assertion: ``Negation``, ``Speculation``, or ``Assertion`` with its status as value.
Events, equivalences, notes and other attributes are counted. A document is called by its path in the folder without
the ending, with percent-encoding undone. An annotation broken over lines, as brat writes it, is the span that covers
it.

We write one T for every entity, so that a relation, which leads from the first mention of one concept to the first of
the other, is read back as it was.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from graph import atomic
from graph.formats.reading import Omissions
from ingest.corpora import lines, writing
from ingest.corpora.check import finished
from ingest.corpora.draft import Annotation, Claim, Draft
from ingest.corpora.format import Beginning, Format, Source
from ingest.corpora.placed import Placed
from ingest.corpora.reading import Reading
from ingest.document import Document, Entity
from ingest.errors import CorpusFormatError

STATUSES = {"negation": "absent", "negated": "absent", "speculation": "possible", "uncertain": "possible"}
"""The assertion that an attribute states by its name, in lower case."""

ASSERTIONS = frozenset({"present", "absent", "possible", "hypothetical", "historical", "family"})
"""What the value of an attribute called ``Assertion`` may be."""

_ATTRIBUTES = {"absent": "Negation {}", "possible": "Speculation {}"}
_SPANS = re.compile(r"(\S+) ([0-9]{1,9} [0-9]{1,9}(?:;[0-9]{1,9} [0-9]{1,9})*)")
_RELATION = re.compile(r"(\S+) [^\s:]+:(\S+) [^\s:]+:(\S+)\s*")
_REFERENCE = re.compile(r"\S+ (\S+) (\S+)\s*")
_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (\S+))?\s*")
_BREAKS = re.compile(r"[\t\r\n]")
_EMPTY_TYPE = "_"


def _fits(beginning: Beginning) -> bool:
    return any(name.endswith(".ann") for name in beginning.names)


def _read(source: Source, reading: Reading) -> Iterator[Placed]:
    drafts = reading.each(lambda pair: _draft(*pair, reading), _pairs(source))
    return finished(drafts, source.where, reading, expected="pairs of a .txt and an .ann file")


def _pairs(source: Source) -> Iterator[tuple[str, Path, Path]]:
    """Yield the id, the text and the annotations of every document; a text may have none."""
    path = Path(source.where)
    if source.stream is not None:
        yield unquote(path.name[:-4]), path.with_name(f"{path.name[:-4]}.txt"), path
        return
    files = sorted(file for file in path.rglob("*") if file.name.endswith((".ann", ".txt")) and file.is_file())
    for stem in dict.fromkeys(file.as_posix()[:-4] for file in files):
        yield unquote(Path(f"{stem}.txt").relative_to(path).as_posix()[:-4]), Path(f"{stem}.txt"), Path(f"{stem}.ann")


def _draft(id: str, text: Path, annotations: Path, reading: Reading) -> Draft:
    if not text.is_file():
        raise CorpusFormatError(annotations, 0, f"no {text.name} beside it; expected the text that is annotated")
    draft = Draft(annotations, 1, id, lines.utf8(text.read_bytes(), text).removeprefix(lines.BOM))
    page = _Page(draft, reading)
    if annotations.is_file():
        for number, line in enumerate(lines.read(annotations), start=1):
            with reading.guarded():
                page.add(number, line)
    page.close()
    return draft


@dataclass(slots=True)
class _Page:
    """The lines of one ``.ann`` file; lines that say something of others may stand before them."""

    draft: Draft
    reading: Reading
    spans: dict[str, tuple[int, str, str, str]] = field(default_factory=dict)
    references: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    statuses: dict[str, set[str]] = field(default_factory=dict)
    relations: list[tuple[int, str, str, str]] = field(default_factory=list)

    def add(self, number: int, line: str) -> None:
        if not line.strip():
            return
        key, _, rest = line.partition("\t")
        head, _, tail = rest.partition("\t")
        if key.startswith("T"):
            match = self._match(_SPANS, head, number, "type and spans, Disease 0 5 or Disease 0 5;8 12")
            if key in self.spans:
                raise self.draft.error(
                    number, f"a second annotation {key!r}; the first is on line {self.spans[key][0]}"
                )
            self.spans[key] = number, match[1], match[2], tail
        elif key.startswith("N"):
            match = self._match(_REFERENCE, head, number, "Reference, an annotation and an id")
            self.references.setdefault(match[1], []).append((number, match[2], tail))
        elif key.startswith("R"):
            match = self._match(_RELATION, head, number, "label and two ends, CID Arg1:T1 Arg2:T2")
            self.relations.append((number, match[1], match[2], match[3]))
        elif key.startswith(("A", "M")):
            self._attribute(number, self._match(_ATTRIBUTE, head, number, "an attribute and what has it"))
        elif key.startswith(("E", "*", "#")):
            self._note({"E": "event", "*": "equivalence", "#": "note"}[key[0]], number)
        else:
            raise self.draft.error(number, "expected a line that begins with T, R, N, A, M, E, * or #")

    def close(self) -> None:
        """Put what was read into the draft."""
        self.draft.annotations += [self._annotation(key) for key in self.spans]
        for key, references in self.references.items():
            if key not in self.spans:
                problem = f"a normalisation of {key!r}, which is no annotation of the document"
                self.reading.problem(self.draft.error(references[0][0], problem))
        for number, label, subject, object in self.relations:
            if subject.startswith("E") or object.startswith("E"):
                self._note("relation of an event", number)
            else:
                self.draft.claims.append(Claim(number, _type(label), (subject,), (object,), by_key=True))

    def _annotation(self, key: str) -> Annotation:
        number, type, spans, surface = self.spans[key]
        places = (place.split() for place in spans.split(";"))
        parts = tuple((int(start), int(end)) for start, end in places)
        references = self.references.get(key, [])
        found = tuple(id for _, id, _ in references) or (None,)
        name = references[0][2] if len(references) == 1 else ""
        status = min(self.statuses.get(key, {"present"}))  # absent before possible
        return Annotation(number, parts, surface, _type(type), found, key=key, name=name, assertion=status)

    def _attribute(self, number: int, match: re.Match[str]) -> None:
        name, key, value = match[1].lower(), match[2], (match[3] or "").lower()
        status = value if name == "assertion" and value in ASSERTIONS else STATUSES.get(name)
        if status is None or not key.startswith("T"):
            self._note("attribute that states no assertion of an entity", number)
        else:
            self.statuses.setdefault(key, set()).add(status)

    def _match(self, pattern: re.Pattern[str], text: str, number: int, expected: str) -> re.Match[str]:
        match = pattern.fullmatch(text)
        if match is None:
            raise self.draft.error(number, f"expected {expected}, between tabs")
        return match

    def _note(self, what: str, number: int) -> None:
        self.reading.omissions.add(f"{what} of brat", self.draft.where, number)


def _type(written: str) -> str:
    return "" if written == _EMPTY_TYPE else unquote(written)


def _write(documents: Iterable[Document], path: Path, omissions: Omissions) -> None:
    """Write ``documents`` into the new folder ``path``."""
    with atomic.folder(path) as folder:
        for document in documents:
            name = quote(document.id, safe=" ")
            mark = lines.BOM if document.text.startswith(lines.BOM) else ""  # readers take the first one off
            for ending, content in (
                (".txt", f"{mark}{document.text}"),
                (".ann", "".join(f"{line}\n" for line in _formatted(document, omissions))),
            ):
                with (folder / f"{name}{ending}").open("xb") as file:
                    file.write(lines.encode(content, path / f"{name}{ending}"))


def _formatted(document: Document, omissions: Omissions) -> Iterator[str]:
    writing.note_lost(document, omissions, "score")
    document = writing.renamed(document, _BREAKS, " ", "line break or tab in a name, written as a space", omissions)
    entities = writing.annotations(document, omissions)
    n_attributes = 0
    first: dict[str, str] = {}
    for number, entity in enumerate(entities, start=1):
        surface = _BREAKS.sub(" ", entity.text)
        yield f"T{number}\t{_written(entity.type)} {_parts(entity)}\t{surface}"
        if entity.id is not None:
            first.setdefault(entity.id, f"T{number}")
            yield f"N{number}\tReference T{number} {entity.id}\t{entity.name}"
        elif entity.name:
            writing.note("name of an entity without an id, left out", document, omissions)
        if entity.assertion != "present":
            n_attributes += 1
            attribute = _ATTRIBUTES.get(entity.assertion, f"Assertion {{}} {entity.assertion}")
            yield f"A{n_attributes}\t{attribute.format(f'T{number}')}"
    for number, relation in enumerate(document.relations, start=1):
        if relation.subject in first and relation.object in first:
            ends = f"Arg1:{first[relation.subject]} Arg2:{first[relation.object]}"
            yield f"R{number}\t{_written(relation.label)} {ends}\t"
        else:
            writing.note("relation with an end that no entity has, left out", document, omissions)


def _parts(entity: Entity) -> str:
    """Return the spans of ``entity``, broken at line ends, since brat shows none that goes over one."""
    if entity.text != entity.text.strip():
        return f"{entity.start} {entity.end}"
    pieces = re.finditer(r"[^\r\n]+", entity.text)
    return ";".join(f"{entity.start + piece.start()} {entity.start + piece.end()}" for piece in pieces)


def _written(type: str) -> str:
    return {"": _EMPTY_TYPE, _EMPTY_TYPE: "%5F"}.get(type) or quote(type, safe="")


FORMAT = Format("brat", _fits, _read, _write, (".ann",), of_folders=True)
"""brat standoff."""
