"""Relations of an RRF release."""

from collections.abc import Callable, Iterator
from pathlib import Path

from graph.formats.distinct import Edge, distinct
from graph.formats.reading import Reading
from graph.formats.rrf_order import rank
from graph.formats.rrf_predicates import Predicate, predicate, read_inverses
from graph.formats.rrf_table import RELATION, SUPPRESSED, rows
from graph.relation import Relation


def relations(
    reading: Reading, path: Path, doc: Path | None, *, prefix: str, number: Callable[[str], int | None]
) -> Iterator[Relation]:
    """Yield what MRREL or RXNREL at ``path`` states between concepts, each edge once and in one direction.

    Which label is whose inverse is read from ``doc`` (:func:`graph.formats.rrf_predicates.predicate`).

    Raises:
        OntologyFormatError: A table breaks its format.
    """
    yield from distinct(_edges(reading, path, doc), reading.omissions, prefix=prefix, number=number)


def _edges(reading: Reading, path: Path, doc: Path | None) -> Iterator[Edge]:
    inverses = read_inverses(doc)
    known: dict[tuple[str, str], Predicate | None] = {}
    for line, cells in rows(path, RELATION):
        first, rel, second, rela, source = cells[0], cells[3], cells[4], cells[7], cells[10]
        if (label := (rel, rela)) not in known:
            known[label] = predicate(rel, rela, inverses)
        found = known[label]
        left_out = _left_out(reading, first, second, source, cells[14], found)
        if left_out or found is None:
            reading.omissions.add(left_out, path, line)
            continue
        turn = rank(first) < rank(second) if found.symmetric else found.turn
        subject, object_ = (first, second) if turn else (second, first)
        yield Edge(path, line, subject, found.name, object_, source)


def _left_out(reading: Reading, first: str, second: str, source: str, suppress: str, found: Predicate | None) -> str:
    """Return why a row is left out, or the empty string."""
    if suppress in SUPPRESSED:
        return "suppressed relation"
    if not reading.takes(source):
        return "relation of another source"
    if not first or not second:
        return "relation between names, not concepts"
    if first == second:
        return "relation of a concept to itself"
    return "" if found else "row that states no relation"
