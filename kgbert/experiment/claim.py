"""Whether an experiment allows to say that knowledge helps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kgbert.experiment.contrast import Contrast, Finding
from kgbert.experiment.runs import Cell

FULL = "A8"
"""The condition with all knowledge."""

BASELINES = ("A0", "A1", "A2", "A13")
"""The conditions that it must beat."""

ALPHA = 0.05

FEWEST_SEEDS = 5
"""With fewer, the p-value of seeds and documents does not keep its level (docs/experiments.md)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether knowledge may be said to help.

    Attributes:
        holds: Only if nothing is against it.
        against: What is, one sentence a contrast.
    """

    holds: bool
    against: tuple[str, ...]

    def __str__(self) -> str:
        if self.holds:
            return "knowledge helps: the claim holds"
        return f"no claim that knowledge helps: {'; '.join(self.against)}"


def claim(
    findings: Mapping[Contrast, Finding],
    *,
    cells: Sequence[Cell],
    full: str = FULL,
    baselines: Sequence[str] = BASELINES,
    alpha: float = ALPHA,
) -> Claim:
    """Say whether ``full`` beats each of ``baselines`` in ``findings``.

    It does if, over every one of ``cells``, its gain is positive and two p-values are below ``alpha`` after Holm's
    adjustment: that of swapped predictions, and that of drawn seeds and documents, which alone keeps its level where
    both differ (docs/experiments.md). A contrast that is missing or covers fewer cells allows no claim, nor does one of
    fewer than :data:`FEWEST_SEEDS` seeds, with seeds that have no partner, or with partners trained on other data.
    """
    against = tuple(
        f"{contrast}: {reason}"
        for contrast in (Contrast(full, baseline) for baseline in baselines)
        for reason in _reasons(findings.get(contrast), frozenset(cells), alpha)
    )
    return Claim(not against, against)


def _reasons(found: Finding | None, cells: frozenset[Cell], alpha: float) -> Iterator[str]:
    """Yield the first thing, if any, that is against a contrast."""
    if found is None:
        yield "was not compared"
    elif missing := sorted(cells - set(found.cells)):
        yield f"no paired runs in {', '.join(map(str, missing))}"
    elif len(found.gain.seeds) < FEWEST_SEEDS:
        yield f"{len(found.gain.seeds)} paired seeds, fewer than {FEWEST_SEEDS}"
    elif alone := found.left_out or found.unlike:
        why = "without a partner" if found.left_out else "trained on different data"
        yield f"{why}: seed {', '.join(map(str, alone))}"
    elif found.gain.mean <= 0:
        yield f"the difference is {100 * found.gain.mean:+.2f} points, not positive"
    elif found.holm.p >= alpha:
        yield f"Holm p of swaps = {found.holm.p:.3f}, not below {alpha:g}"
    elif found.holm.p_both >= alpha:
        yield f"Holm p over seeds and documents = {found.holm.p_both:.3f}, not below {alpha:g}"
