"""What the IRIs of ontologies say of their name and release."""

import re
from collections.abc import Iterable

from graph.namespaces import OBO

_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://[^/]*)?")
_SUFFIX = re.compile(r"\.(?:owl|obo|json|rdf|ttl|xml|jsonld)$")
_LETTER = re.compile(r"[A-Za-z]")
_RELEASE = re.compile(r"v?\d[\d.-]*")
_ANYBODYS = frozenset(
    "ontology ontologies onto owl rdf vocabulary vocab voc ns core scheme conceptscheme thesaurus "
    "latest current releases id index".split()
)


def short_name(iri: str) -> str:
    """Return the last word of the path that is not the word of any ontology: ``hp`` of ``.../obo/hp.owl``.

    Empty if there is none.
    """
    for segment in reversed(_segments(iri)):
        name = _SUFFIX.sub("", segment)
        if name.lower() not in _ANYBODYS and _LETTER.search(name) and not _RELEASE.fullmatch(name):
            return name
    return ""


def common_name(iris: Iterable[str]) -> str:
    """Return the short name of the longest path that all ``iris`` begin with; empty if it has none."""
    split = [(_HOST.match(iri), _segments(iri)) for iri in iris]
    if len({host[0] if host else "" for host, _ in split}) != 1:
        return ""
    shared = []
    for segments in zip(*(segments for _, segments in split), strict=False):
        if len(set(segments)) > 1:
            break
        shared.append(segments[0])
    return short_name("x:" + "/".join(shared))


def release(iri: str) -> str:
    """Return the release that a version IRI names.

    Of an OBO address it is what OBO files call the data version (``hp/releases/2025-01-16``), of another one the last
    part of the path that looks like a number or date; empty if there is none.
    """
    if iri.startswith(OBO) and "/" in (rest := iri.removeprefix(OBO)):
        return rest.rpartition("/")[0]
    return next((segment for segment in reversed(_segments(iri)) if _RELEASE.fullmatch(segment)), "")


def _segments(iri: str) -> list[str]:
    return [segment for segment in re.split(r"[/#:?]", _HOST.sub("", iri, count=1)) if segment]
