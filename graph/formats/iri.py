"""CURIEs for IRIs: which prefix stands for which namespace."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from graph.namespaces import WELL_KNOWN

_OBO = re.compile(r"(http://purl\.obolibrary\.org/obo/([A-Za-z][A-Za-z0-9_]*)_)([A-Za-z0-9]+)")
_BIOPORTAL = re.compile(r"(http://purl\.bioontology\.org/ontology/([A-Za-z][A-Za-z0-9_-]*)/)([^/#]+)")
_PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://)?(?:www\.)?")
_LAST = re.compile(r"[/#:=][^/#:=]+[/#]?$")
_UNFIT = re.compile(r"[\s|]")
_RESERVED = {prefix.lower() for prefix in WELL_KNOWN.values()}


class _Place(NamedTuple):
    """An IRI in two; ``rank`` is lower the less its prefix depends on the file."""

    rank: int
    namespace: str
    prefix: str
    local: str


class Curies:
    """CURIEs of the IRIs of one source; two IRIs never share one.

    The prefix is, in this order: that of an OBO or BioPortal permanent address (``.../obo/HP_0000001`` is
    ``HP:0000001``); that of a well-known namespace; what the source itself declares for the longest namespace that
    the IRI begins with; the IRI's own namespace with dots (``http://example.org/pets#cat`` is
    ``example.org.pets:cat``). Where two namespaces would share a prefix, the later of these, then the one that sorts
    later, has six digits of its hash added to its prefix.
    """

    def __init__(self, declared: Iterable[tuple[str, str]] = ()) -> None:
        """Take the (prefix, namespace) pairs that a source declares, in any order.

        A prefix that is declared for two namespaces, is empty, or belongs to a well-known namespace, is not used.
        """
        pairs = {(p, n) for p, n in declared if _PREFIX.fullmatch(p) and p.lower() not in _RESERVED and n}
        namespaces: dict[str, set[str]] = {}
        for prefix, namespace in pairs:
            namespaces.setdefault(prefix, set()).add(namespace)
        own: dict[str, str] = {}
        for prefix, namespace in sorted(pairs, key=lambda pair: (len(pair[0]), pair)):
            if len(namespaces[prefix]) == 1:
                own.setdefault(namespace, prefix)
        self._prefixes: Mapping[str, tuple[int, str]] = {
            **{namespace: (2, prefix) for namespace, prefix in own.items()},
            **{namespace: (1, prefix) for namespace, prefix in WELL_KNOWN.items()},
        }
        self._lengths = sorted({len(namespace) for namespace in self._prefixes}, reverse=True)
        self._known: dict[str, str] = {}
        self._owner: dict[str, str] = {}

    def add(self, iris: Iterable[str]) -> None:
        """Give every one of ``iris`` its CURIE; those of one call do not depend on their order."""
        new = {iri: self._place(iri) for iri in iris if iri not in self._known}
        for iri, place in sorted(new.items(), key=lambda pair: (pair[1].rank, pair[1].namespace, pair[0])):
            prefix = place.prefix
            if self._owner.setdefault(prefix, place.namespace) != place.namespace:
                prefix = f"{prefix}.{hashlib.sha256(place.namespace.encode()).hexdigest()[:6]}"
            self._known[iri] = f"{prefix}:{_UNFIT.sub(_escaped, place.local)}"

    def __getitem__(self, iri: str) -> str:
        """Return the CURIE of ``iri``, which keeps it from now on."""
        if iri not in self._known:
            self.add([iri])
        return self._known[iri]

    def _place(self, iri: str) -> _Place:
        if match := _OBO.fullmatch(iri) or _BIOPORTAL.fullmatch(iri):
            return _Place(0, *match.groups())
        for length in self._lengths:
            if length < len(iri) and (found := self._prefixes.get(iri[:length])):
                return _Place(found[0], iri[:length], found[1], iri[length:])
        cut = match.start() + 1 if (match := _LAST.search(iri)) else 0
        return _Place(3, iri[:cut], _derived(iri[:cut]), iri[cut:])


def local_name(iri: str) -> str:
    """Return what stands after the namespace of ``iri``, whoever declares it: ``cat`` of ``http://x.org/pets#cat``."""
    match = _LAST.search(iri)
    return match[0].strip("/#:=") if match else iri


def _derived(namespace: str) -> str:
    text = re.sub(r"[^A-Za-z0-9_-]+", ".", _SCHEME.sub("", namespace, count=1)).strip(".") or "iri"
    return text if _PREFIX.fullmatch(text) else f"_{text}"


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
