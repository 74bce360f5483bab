"""A graph under the names that scispaCy's linker gives its knowledge base."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from graph.store import GraphStore


class KbEntity(NamedTuple):
    """A concept; ``concept_id`` is its CURIE, ``aliases`` are its synonyms."""

    concept_id: str
    canonical_name: str
    aliases: list[str]
    types: list[str]
    definition: str | None


class KnowledgeBase(Mapping[str, KbEntity]):
    """The concepts of ``store`` by CURIE, read when asked for: ``kb.cui_to_entity[curie]``."""

    def __init__(self, store: GraphStore) -> None:
        self.store = store

    @property
    def cui_to_entity(self) -> "KnowledgeBase":
        """This mapping, by scispaCy's name."""
        return self

    def __getitem__(self, id: str) -> KbEntity:
        (concept,) = self.store.concepts([id])
        if concept is None:
            raise KeyError(id)
        return KbEntity(id, concept.name, list(concept.synonyms), list(concept.types), concept.definition or None)

    def __iter__(self) -> Iterator[str]:
        return (concept.id for concept in self.store.iterate())

    def __len__(self) -> int:
        return self.store.count().concepts
