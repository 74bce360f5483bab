"""The rows of a run as Markdown; seconds are those of the processor, which other work on the machine changes least."""

from collections.abc import Iterable, Mapping

RAW = ("peer", "mode", "build s", "open s", "documents/s", "peak MiB", "spans F1", "links P", "links R", "links F1",
       "documents F1")  # fmt: skip
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
    failed = [f"- {row['peer']} {row.get('mode', '')}: {row['failed']}" for row in rows if "failed" in row]
    title = f"### {about['task']} ({about['set']}): {about['documents']} documents, {about['ontology']}, {about['names']} names"
    parts = [title, _table(RAW, raw) if raw else "", _table(GOLD, gold) if gold else "", "\n".join(failed)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _raw(row: Mapping[str, object]) -> tuple[str, ...]:
    links = row["links"]
    scores = (row["spans"]["f1"], links["precision"], links["recall"], links["f1"], row["concepts"]["f1"])
    return (row["peer"], row["mode"], *_times(row), _rate(row, "documents"), _peak(row), *(f"{score:.3f}" for score in scores))


def _gold(row: Mapping[str, object]) -> tuple[str, ...]:
    share = row["answered"] / row["mentions"]
    return (row["peer"], *_times(row), _rate(row, "mentions"), _peak(row), f"{share:.3f}", f"{row['accuracy_at_1']:.3f}")


def _times(row: Mapping[str, object]) -> tuple[str, str]:
    return f"{row['build_processor_seconds']:.1f}", f"{row['open_processor_seconds']:.2f}"


def _rate(row: Mapping[str, object], counted: str) -> str:
    return f"{row[counted] / max(row['run_processor_seconds'], 1e-4):,.0f}"


def _peak(row: Mapping[str, object]) -> str:
    return f"{row['run_peak_mib']:,.0f}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = (head, tuple("---" for _ in head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
