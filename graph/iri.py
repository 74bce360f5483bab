"""CURIEs as IRIs."""

import re

from graph.namespaces import WELL_KNOWN

_OBO = frozenset(
    """APO BFO BSPO BTO CARO CHEBI CHMO CIDO CL CLO CLYH COB CTO DDANAT DOID DRON DUO ECAO ECO ECTO EMAPA ENVO FAO FBbi
    FBbt FBcv FBdv FLOPO FMA FOODON FYPO GAZ GECKO GENEPIO GENO GEO GNO GO HANCESTRO HAO HP HTN IAO ICO IDO INO LABO MA
    MAXO MCO MF MFOEM MI MIRO MMO MOD MONDO MOP MP MPATH MPIO MRO MS NBO NCBITaxon NCIT OAE OBA OBCS OBI OBIB OGG OGMS
    OHD OHMI OMIT OMRSE ONE ONS OPL OPMI OVAE PATO PCL PCO PECO PHIPO PLANA PO PR PSO PW RBO RO RXNO SEPIO SO STATO SWO
    SYMP TAXRANK TO TRANS TTO TXPO UBERON UO UPHENO VO VT VTO WBbt WBls WBPhenotype XAO XCO XPO ZECO ZFA ZFS
    ZP""".split()
)
"""Prefixes of the OBO Foundry's ontologies."""

_NAMESPACES = {prefix: namespace for namespace, prefix in WELL_KNOWN.items()}

_LOCAL = re.compile(r"[A-Za-z0-9_]+")
_SCHEMES = ("http", "https", "urn")
_NOT_IRI = re.compile(r"""[\x00-\x20\x7f<>"{}|\\^`%]""")


def from_curie(curie: str) -> str:
    """Return the IRI of ``curie``.

    Ids of OBO Foundry ontologies get their permanent URL, those of a few other vocabularies the one that their makers
    give them, all others one of identifiers.org (whether or not it knows the prefix); what is an IRI already
    (``http``, ``https``, ``urn``) stays one. Characters that no IRI may have (RFC 3987) are percent-encoded.
    """
    prefix, _, local = curie.partition(":")
    if prefix in _SCHEMES:
        return encoded(curie, keep="%")
    if prefix in _OBO and _LOCAL.fullmatch(local):
        return f"http://purl.obolibrary.org/obo/{prefix}_{local}"
    return namespace(prefix) + encoded(local)


def namespace(prefix: str) -> str:
    """Return what the IRIs of ``prefix`` begin with, but for OBO's, where each ends in ``prefix_local``."""
    return _NAMESPACES.get(prefix) or f"https://identifiers.org/{prefix}:"


def encoded(text: str, *, keep: str = "") -> str:
    """Return ``text`` with what no IRI may have, and ``%`` unless it is to ``keep``, percent-encoded."""
    return _NOT_IRI.sub(lambda found: found[0] if found[0] == keep else f"%{ord(found[0]):02X}", text)


def needs_declaration(prefix: str) -> bool:
    """Return whether a reader can only tell from a declaration which prefix ``namespace(prefix)`` has."""
    return prefix not in _OBO and prefix not in _SCHEMES and prefix not in _NAMESPACES
