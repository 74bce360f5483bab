"""SNOMED CT in Release Format 2, as a snapshot."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from graph.concept import Concept
from graph.errors import OntologyFormatError
from graph.formats import rf2_relations
from graph.formats.format import Beginning, Format
from graph.formats.reading import Reading
from graph.formats.rf2_file import CONCEPT, DESCRIPTION, RELATIONSHIP, date, find, holds
from graph.formats.rf2_join import Component, Description, components
from graph.formats.walk import walk
from graph.ontology import Ontology

NAME, PREFIX = "SNOMED CT", "SNOMEDCT"
_LICENCE = "SNOMED CT licence of SNOMED International"
_FULL_NAME, _SYNONYM, _DEFINITION = 900000000000003001, 900000000000013009, 900000000000550004
_US, _GB = 900000000000509007, 900000000000508004
_SAME_AS, _REPLACED_BY = 900000000000527005, 900000000000526001
_TAGGED = re.compile(r"(.*\S)\s+\(([^()]+)\)", re.DOTALL)


def read_rf2(folder: Path | str, reading: Reading) -> Ontology:
    """Return the snapshot in ``folder`` or below it, with extensions that lie beside it; it is read at every walk.

    Concepts are ``SNOMEDCT:`` with the SCTID, their type is the tag of the fully specified name. The preferred name is
    the synonym that a language reference set prefers: for ``en`` the US one (``en-GB`` among the languages asks for the
    British one), otherwise any of that language. Inactive concepts are retired; SAME AS or else REPLACED BY names the
    successor where it names one. Active inferred relationships are taken, 116680003 as ``is_a`` and the others by their
    attribute's name; role groups are not kept.

    Raises:
        OntologyFormatError: There are no concepts or descriptions, or (while walking) a file breaks its format.
    """
    folder = Path(folder)
    for file, what in ((CONCEPT, "concepts"), (DESCRIPTION, "descriptions")):
        if not find(folder, file):
            raise OntologyFormatError(folder, 0, f"no snapshot of {what}; expected a file {file.name}_..._YYYYMMDD.txt")
    concepts = find(folder, CONCEPT)
    return Ontology(
        NAME,
        date(concepts, CONCEPT),
        _LICENCE,
        walk(partial(_concepts, folder), reading),
        walk(partial(rf2_relations.relations, folder, source=NAME, prefix=PREFIX), reading),
    )


def _concepts(folder: Path, reading: Reading) -> Iterator[Concept]:
    path = find(folder, CONCEPT)[0]
    for component in components(folder, reading.omissions):
        concept = _concept(component, reading, path)
        if concept is None:
            reading.omissions.add("concept without a name that is taken", path, component.line)
        else:
            yield concept


def _concept(component: Component, reading: Reading, path: Path) -> Concept | None:
    said = _wanted(component, reading, path)
    full = [_TAGGED.fullmatch(each.term) or each.term for each in said if each.type == _FULL_NAME]
    tags = [name.group(2) for name in full if not isinstance(name, str)]
    names = [each.term for each in said if each.type == _SYNONYM]
    names += (name if isinstance(name, str) else name.group(1) for name in full)
    names = list(dict.fromkeys(names))
    if not names and component.active:
        return None
    heir = None if component.active else _heir(component)
    return Concept(
        f"{PREFIX}:{component.id}",
        names[0] if names else "",
        tuple(names[1:]),
        tuple(dict.fromkeys(tags[:1])),
        next((each.term for each in said if each.type == _DEFINITION), ""),
        obsolete=not component.active,
        replaced_by=f"{PREFIX}:{heir}" if heir else None,
    )


def _wanted(component: Component, reading: Reading, path: Path) -> list[Description]:
    """Return the descriptions that are taken, the most wanted first; all languages if none has a name."""
    spoken = [each for each in component.descriptions if _speaks(reading, each.language)]
    if any(each.type != _DEFINITION for each in spoken):
        for _ in range(len(component.descriptions) - len(spoken)):
            reading.omissions.add("description in another language", path, component.line)
    else:
        spoken = component.descriptions
    return sorted(spoken, key=partial(_place, languages=[language.lower() for language in reading.languages]))


def _speaks(reading: Reading, language: str) -> bool:
    primary = {wanted.lower().partition("-")[0] for wanted in reading.languages}
    return reading.speaks(language) or language.lower().partition("-")[0] in primary


def _place(description: Description, languages: list[str]) -> tuple[int, bool, bool, int]:
    primary = description.language.lower().partition("-")[0]
    wishes = [place for place, wanted in enumerate(languages) if wanted.partition("-")[0] == primary]
    dialect = _GB if wishes and languages[wishes[0]] == "en-gb" else _US
    place = wishes[0] if wishes else len(languages)
    return place, dialect not in description.preferred_in, not description.preferred_in, description.id


def _heir(component: Component) -> int | None:
    for refset in (_SAME_AS, _REPLACED_BY):
        targets = {target for given, target in component.heirs if given == refset}
        if targets:
            return targets.pop() if len(targets) == 1 else None
    return None


def _fits(beginning: Beginning) -> bool:
    return any(holds(beginning.names, file) for file in (CONCEPT, DESCRIPTION, RELATIONSHIP))


FORMAT = Format("SNOMED CT RF2", _fits, read_rf2)
