"""Build reports for a person to read."""

from rich.console import Console
from rich.table import Table

from graph.report import BuildReport

_ROWS = 12
_EXAMPLES = 3


def print_report(report: BuildReport) -> None:
    """Print what a graph holds, what was left out of it, and what deserves a look."""
    console = Console(highlight=False)
    counts = report.counts
    console.print(
        f"{counts.concepts:,} concepts ({counts.obsolete:,} retired, {report.replaced:,} of them replaced), "
        f"{counts.names:,} names, {counts.relations:,} relations"
    )
    _counted(console, "concepts by vocabulary", report.concepts_by_prefix)
    _counted(console, "concepts by type", report.concepts_by_type)
    _counted(console, "concepts by semantic group", report.concepts_by_group)
    _counted(console, "relations", report.relations_by_predicate)
    _counted(console, "relations by source", report.relations_by_source)
    _noticed(console, report)


def _counted(console: Console, what: str, counts: dict[str, int]) -> None:
    if not counts:
        return
    table = Table(what, "count", title_justify="left")
    table.columns[1].justify = "right"
    for name, n in list(counts.items())[:_ROWS]:
        table.add_row(name or "(none)", f"{n:,}")
    if len(counts) > _ROWS:
        table.add_row(f"({len(counts) - _ROWS} more)", f"{sum(list(counts.values())[_ROWS:]):,}")
    console.print(table)


def _noticed(console: Console, report: BuildReport) -> None:
    """Print a line for everything that is not zero."""
    table = Table("noticed", "count", "for example")
    table.columns[1].justify = "right"
    cut = [" is_a ".join(edge) for edge in report.cut_cycles]
    rows = [
        ("merged into a corresponding concept", report.merged, []),
        ("correspondence that is not one to one", report.ambiguous, []),
        ("corresponding, but two of one vocabulary", len(report.conflicts), [" ".join(c) for c in report.conflicts]),
        ("relation with a missing or retired end", report.waiting_relations, []),
        ("relation that closes a cycle, cut", len(cut), cut),
        ("concept without a relation", report.unlinked, []),
        ("name of several concepts", report.shared_names, [s.name for s in report.shared_name_examples]),
        *((f"left out: {o.reason}", o.count, list(o.places)) for o in report.omissions),
    ]
    for what, n, examples in rows:
        if n:
            table.add_row(what, f"{n:,}", ", ".join(examples[:_EXAMPLES]))
    if table.row_count:
        console.print(table)
