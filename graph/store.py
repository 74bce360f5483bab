"""Where concepts and relations are kept: the contract that every store fulfils."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import NamedTuple, Protocol, runtime_checkable

from graph.concept import Concept
from graph.ontology import Ontology
from graph.relation import Relation


class Counts(NamedTuple):
    """How much a store holds."""

    concepts: int
    obsolete: int
    names: int
    relations: int


class Source(NamedTuple):
    """An ontology that was added to a store."""

    name: str
    version: str
    licence: str


@runtime_checkable
class GraphStore(Protocol):
    """A graph of concepts and relations.

    Small and batch-first; it has no query language. Retrieval (:mod:`graph.retrieve`) is written once above it.
    Answers never depend on insertion order. A relation is in the graph while both ends are held and live; until then
    it waits. Relations of a concept come in *neighbour order*, computed when the graph is built: they are sorted
    into groups of one predicate and one direction, a group by salience of the other end (fewest relations first),
    then its CURIE; then one other end is dealt from every group in turn (groups by predicate, as subject before as
    object), so that any beginning of the list shows every group. Relations that differ only in source stand together.
    """

    @property
    def release(self) -> str:
        """Content hash of all concepts and relations (hex), the same for the same content in any order."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The ontologies that were added, by name."""

    def add(self, *ontologies: Ontology) -> None:
        """Add ontologies in one atomic step: all of it is visible afterwards or, on an error, none.

        A concept that is already there is merged (names, types and xrefs united; the first source by name
        order gives the preferred name); what any source calls retired is retired.

        Raises:
            CycleError: ``is_a`` would contain a cycle.
        """

    def concepts(self, ids: Sequence[str]) -> list[Concept | None]:
        """Return the concepts of ``ids``, in that order; ``None`` where the store holds none."""

    def relations(self, ids: Sequence[str]) -> list[list[Relation]]:
        """Return, for each id, the relations that it is subject or object of, in neighbour order; [] if unknown."""

    def search(self, text: str, *, limit: int = 10) -> list[Concept]:
        """Return live concepts with a name or synonym in which every word of ``text`` begins a word, best first.

        Without case and accents: a name equal to ``text`` comes first, then one that begins with it, then shorter
        names, then lower CURIEs.
        """

    def iterate(self) -> Iterator[Concept]:
        """Yield every concept, by CURIE."""

    def count(self) -> Counts:
        """Return how much the store holds."""

    def close(self) -> None:
        """Release files and connections; closing twice is allowed."""

    def __enter__(self) -> "GraphStore": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
