"""The concept that RDF statements describe, with its names in the languages that are wanted."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from graph import curie
from graph.concept import Concept
from graph.errors import CurieError
from graph.formats.iri import Curies, local_name
from graph.formats.predicate import predicate, words
from graph.formats.rdf_facts import (
    ALTERNATIVE,
    DEFINITIONS,
    DEPRECATED,
    HEIRS,
    LITERAL_FORM,
    NAMES,
    NAMESPACE,
    SCHEMES,
    SYNONYMS,
    TITLES,
    XREFS,
    Facts,
    is_blank,
)
from graph.formats.rdf_header import Header, text
from graph.formats.rdf_parse import Literal, Value
from graph.formats.reading import Reading


class Describer:
    """Turns the facts about an IRI into a concept; the same facts in any order give the same one."""

    def __init__(self, facts: Facts, curies: Curies, header: Header, reading: Reading, path: Path) -> None:
        """Describe what ``facts`` say of the source at ``path``."""
        self._facts = facts
        self._curies = curies
        self._header = header
        self._reading = reading
        self._path = path
        self._predicates: dict[str, str] = {}

    def concept(self, iri: str) -> Concept:
        """Return the concept that ``iri`` stands for."""
        id = self._curies[iri]
        name, synonyms = self._names(iri)
        values = self._facts.values
        heirs = sorted(found for value in values(iri, *HEIRS) if (found := self._id(value)))
        return Concept(
            id,
            name or self._local(id),
            synonyms,
            tuple(self._types(iri)),
            self._definition(iri),
            tuple(xref for xref in dict.fromkeys(self._xrefs(iri)) if xref != id),
            bool(heirs) or any(text(value) in ("true", "1") for value in values(iri, DEPRECATED)),
            heirs[0] if heirs else None,
        )

    def is_named(self, iri: str) -> bool:
        """Return whether any name of ``iri`` is stated."""
        return any(True for _ in self._stated(iri))

    def alternatives(self, iri: str) -> list[str]:
        """Return the ids that were merged into ``iri``."""
        return [found for value in self._facts.values(iri, ALTERNATIVE) if (found := self._id(value))]

    def predicate(self, iri: str) -> str:
        """Return what relations by the property ``iri`` are called."""
        if iri not in self._predicates:
            labels = [label[-1] for label in sorted(self._ranked(iri, NAMES))[:1]]
            candidates = map(predicate, (*labels, local_name(iri), self._curies[iri], "related"))
            self._predicates[iri] = next(filter(None, candidates))
        return self._predicates[iri]

    def _names(self, iri: str) -> tuple[str, tuple[str, ...]]:
        """Return the preferred name, empty if there is none, and the others in languages that are wanted."""
        names = sorted(self._ranked(iri, NAMES)) + sorted(self._ranked(iri, SYNONYMS))
        wanted = [name for name in names if not name[0]]
        best = (wanted or names or [(False, 0, 0, "", "")])[0]
        for name in names:
            if name[0] and name is not best:
                self._reading.omissions.add("name in another language", self._path)
        synonyms = dict.fromkeys(name[-1] for name in wanted if name[-1] != best[-1])
        return best[-1], tuple(synonyms)

    def _ranked(self, iri: str, properties: Iterable[str]) -> Iterator[tuple[bool, int, int, str, str]]:
        """Yield (unwanted, rank of its language, rank of its property, language, text) of every name."""
        for rank, property in enumerate(properties):
            for value in self._facts.values(iri, property):
                for literal in self._literals(value):
                    if literal.text.strip():
                        unwanted = not self._reading.speaks(literal.language)
                        place = self._language(literal.language)
                        yield unwanted, place, rank, literal.language, literal.text.strip()

    def _stated(self, iri: str) -> Iterator[Literal]:
        for value in self._facts.values(iri, *NAMES, *SYNONYMS):
            yield from self._literals(value)

    def _literals(self, value: Value) -> Iterator[Literal]:
        """Yield ``value`` if it is a text, or the literal forms of the SKOS-XL label that it is."""
        if isinstance(value, Literal):
            yield value
        else:
            yield from (form for form in self._facts.values(value, LITERAL_FORM) if isinstance(form, Literal))

    def _language(self, tag: str) -> int:
        """Return the place of a language among the wanted ones; text without one comes after them."""
        languages = self._reading.languages
        primary = tag.partition("-")[0]
        return languages.index(primary) if primary in languages else len(languages)

    def _definition(self, iri: str) -> str:
        found = []
        for rank, property in enumerate(DEFINITIONS):
            for value in self._facts.values(iri, property):
                if not isinstance(value, Literal) or not value.text.strip():
                    continue
                if self._reading.speaks(value.language):
                    found.append((rank, self._language(value.language), value.language, value.text.strip()))
                else:
                    self._reading.omissions.add("definition in another language", self._path)
        return min(found)[-1] if found else ""

    def _types(self, iri: str) -> list[str]:
        values = self._facts.values
        types = [text(value) for value in values(iri, NAMESPACE)]
        if not types:
            schemes = [value for value in values(iri, *SCHEMES) if isinstance(value, str) and not is_blank(value)]
            types = [self._scheme(scheme) for scheme in dict.fromkeys(schemes)]
        return list(dict.fromkeys(types)) or [self._header.namespace or self._header.name]

    def _scheme(self, iri: str) -> str:
        names = sorted(self._ranked(iri, TITLES))
        return names[0][-1] if names else words(local_name(iri))

    def _xrefs(self, iri: str) -> Iterator[str]:
        for value in self._facts.values(iri, *XREFS):
            if not is_blank(value) and (xref := self._id(value)):
                yield xref

    def _id(self, value: Value) -> str:
        """Return the CURIE that ``value`` is or stands for; none is noted and empty."""
        id = text(value)
        if isinstance(value, str) or "://" in id:
            return self._curies[id]
        try:
            return curie.check(id.partition(" ")[0])
        except CurieError:
            self._reading.omissions.add("cross-reference that is no CURIE", self._path)
            return ""

    def _local(self, id: str) -> str:
        local = id.partition(":")[2]
        name = words(local.rpartition("/")[2] or local)
        return name if any(character.isalpha() for character in name) else id
