"""The rows of a run as Markdown; seconds are those of the processor, which other work on the machine changes least."""

from collections.abc import Iterable, Mapping

RAW = ("peer", "mode", "build s", "open s", "documents/s", "peak MiB", "spans F1", "P", "R", "F1", "documents F1")
GOLD = ("peer", "build s", "open s", "mentions/s", "peak MiB", "answered", "accuracy@1")


def markdown(rows: Iterable[Mapping[str, object]]) -> str:
    """Return a table of raw text and one of gold spans for each task and set, then what failed and why."""
    groups: dict[tuple[str, ...], list[Mapping[str, object]]] = {}
    for row in rows:
        groups.setdefault((row["task"], row["set"]), []).append(row)
    return "\n".join(_section(group) for group in groups.values())


def _section(rows: list[Mapping[str, object]]) -> str:
    about = rows[0]
    good = [row for row in rows if "failed" not in row]
    raw = [_raw(row) for row in good if row["mode"].startswith("raw")]
    gold = [_gold(row) for row in good if row["mode"].startswith("gold")]
    failed = [f"- {row['peer']} {row.get('mode', 'all')}: {row['failed']}" for row in rows if "failed" in row]
    looked_for = f"{about['names']:,} names of {about['ontology']}"
    title = f"### {about['task']} {about['set']}: {about['documents']} documents, {looked_for}"
    parts = [title, _table(RAW, raw) if raw else "", _table(GOLD, gold) if gold else "", "\n".join(failed)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _raw(row: Mapping[str, object]) -> tuple[str, ...]:
    links = row["links"]
    scores = (row["spans"]["f1"], links["precision"], links["recall"], links["f1"], row["concepts"]["f1"])
    return (row["peer"], row["mode"], *_costs(row, "documents"), *(f"{score:.3f}" for score in scores))


def _gold(row: Mapping[str, object]) -> tuple[str, ...]:
    share = row["answered"] / row["mentions"]
    return (row["peer"], *_costs(row, "mentions"), f"{share:.3f}", f"{row['accuracy_at_1']:.3f}")


def _costs(row: Mapping[str, object], counted: str) -> tuple[str, ...]:
    build, open_ = row["build_processor_seconds"], row["open_processor_seconds"]
    rate = row[counted] / max(row["run_processor_seconds"], 1e-4)
    return f"{build:.1f}", f"{open_:.2f}", f"{rate:,.0f}", f"{row['run_peak_mib']:,.0f}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = (head, tuple("---" for _ in head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
