"""From ontology files to a graph with a report."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from graph.acyclic import Edge, without_cycles
from graph.concept import Concept
from graph.embedded_store import EmbeddedGraphStore
from graph.formats.reading import Reading
from graph.formats.recognise import load, load_all
from graph.formats.schema import RelationSchema, TableSchema
from graph.formats.sssom import read_mappings
from graph.formats.walk import walk
from graph.mapping import EXACT
from graph.ontology import Ontology
from graph.report import BuildReport, report
from graph.semantic_group import is_one_of
from graph.unify import unify


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """What goes into a graph.

    Attributes:
        sources: Files and folders; where vocabularies are merged, an earlier one's ids stand for a later one's.
        mappings: SSSOM files.
        schema: Columns of ``sources``, all of them tables then.
        reading: Languages and vocabularies to take, and where omissions are noted.
        types: Semantic types or UMLS semantic groups to take; empty for all.
        merge: Whether concepts that correspond become one (:func:`graph.unify.unify`).
        match: Mapping predicates that say two concepts correspond.
        cut_cycles: Whether ``is_a`` relations that close a cycle are left out; a cycle is an error otherwise.
    """

    sources: tuple[Path, ...]
    mappings: tuple[Path, ...] = ()
    schema: TableSchema | RelationSchema | None = None
    reading: Reading = field(default_factory=Reading)
    types: frozenset[str] = frozenset()
    merge: bool = True
    match: frozenset[str] = EXACT
    cut_cycles: bool = False


def build(plan: BuildPlan, out: Path | str) -> BuildReport:
    """Build the graph that ``plan`` describes in the new folder ``out``, and return what became of the sources.

    Raises:
        OntologyFormatError: A source breaks its format.
        CycleError: The hierarchy has a cycle, and ``plan`` does not say to cut it.
        StoreError: There is a graph at ``out`` already, or it cannot be written.
        OSError: A source cannot be opened.
    """
    ontologies = _loaded(plan)
    if plan.types:
        ontologies = [_of_types(ontology, plan.types, plan.reading) for ontology in ontologies]
    unification = None
    if plan.merge and (len(ontologies) > 1 or plan.mappings):
        mappings = [m for path in plan.mappings for m in read_mappings(path, omissions=plan.reading.omissions)]
        ontologies, unification = unify(ontologies, mappings, predicates=plan.match)
    cut: tuple[Edge, ...] = ()
    if plan.cut_cycles:
        ontologies, cut = without_cycles(ontologies)
    with EmbeddedGraphStore.from_ontologies(out, *ontologies) as store:
        return report(store, unification=unification, cut_cycles=cut, omissions=plan.reading.omissions)


def _loaded(plan: BuildPlan) -> Sequence[Ontology]:
    if plan.schema is not None:
        return [load(source, schema=plan.schema) for source in plan.sources]
    return load_all(plan.sources, reading=plan.reading)


def _of_types(ontology: Ontology, types: Collection[str], reading: Reading) -> Ontology:
    """Return ``ontology`` with only the concepts of ``types``."""

    def concepts(reading: Reading) -> Iterator[Concept]:
        for concept in ontology.concepts:
            if is_one_of(concept.types, types):
                yield concept
            else:
                reading.omissions.add("type not asked for", f"{ontology.name} {concept.id}")

    return replace(ontology, concepts=walk(concepts, reading).held_like(ontology.concepts))
