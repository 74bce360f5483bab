"""A node of the graph."""

from dataclasses import dataclass

from graph import curie


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that an ontology names.

    Attributes:
        id: CURIE, such as ``MESH:D003000``.
        name: Preferred name.
        synonyms: Other names, without the preferred one.
        types: Semantic types, most specific source wording, such as ``("Chemical",)``.
        definition: One text, or empty.
        xrefs: The same concept elsewhere, as CURIEs.
        obsolete: Whether the id was retired; a retired concept is never proposed for a mention.
        replaced_by: CURIE that took over from a retired id, if one did.
    """

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    definition: str = ""
    xrefs: tuple[str, ...] = ()
    obsolete: bool = False
    replaced_by: str | None = None

    def __post_init__(self) -> None:
        curie.check(self.id)
        if self.replaced_by is not None:
            curie.check(self.replaced_by)
            if not self.obsolete:
                raise ValueError(f"{self.id}: replaced_by is for retired concepts; set obsolete=True")
