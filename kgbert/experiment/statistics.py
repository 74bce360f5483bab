"""What can be said of the difference between two conditions that share seeds and documents.

Two sources of chance stand behind a difference: the seeds (what training drew) and the documents (what the test set
happens to hold). :func:`interval` and :func:`bootstrap_p` know both; :func:`randomisation_p` knows the documents, for
the trained models at hand, and :func:`sign_flip_p` the seeds, for the documents at hand. Where the other source matters
these two find differences that are none; docs/experiments.md says how often.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from kgbert.experiment.pairs import Floats, Ints

LEVEL = 0.95
"""Coverage of the intervals."""

MAX_EXACT = 16
"""Seeds up to which every sign is tried; beyond, 2**16 random ones are."""

_ROUNDING = 1e-12
"""Differences that are equal but for the order of summation count as equal."""


@dataclass(frozen=True, slots=True)
class Gain:
    """How much better one condition is than another, in the units of the measure.

    Attributes:
        seeds: The seeds that both have.
        mean: Mean over seeds.
        sd: Standard deviation over seeds (n - 1); None for one seed.
        low: Lower end of the 95 % interval over seeds and documents.
        high: Upper end.
        d: Cohen's d; see :func:`cohens_d`.
    """

    seeds: tuple[int, ...]
    mean: float
    sd: float | None
    low: float
    high: float
    d: float | None

    def to_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Test:
    """Two-sided p-values of a gain.

    Attributes:
        p: Of swapping predictions by document and seed; see :func:`randomisation_p`.
        p_seeds: Of flipping the signs of the seeds' differences; see :func:`sign_flip_p`.
        p_both: Of drawing seeds and documents; see :func:`bootstrap_p`.
    """

    __test__ = False  # pytest takes it for a case of its own

    p: float
    p_seeds: float
    p_both: float


def gain(seeds: Sequence[int], observed: Floats, redrawn: Floats) -> Gain:
    """Summarise the differences of the seeds.

    Args:
        seeds: The seeds.
        observed: ``(seeds,)`` difference on the documents as they are.
        redrawn: ``(replicates,)`` mean difference in each replicate of the multi-bootstrap.
    """
    low, high = interval(redrawn)
    return Gain(tuple(seeds), float(observed.mean()), _sd(observed), low, high, cohens_d(observed))


def multi_bootstrap(redrawn: Floats, seed_draws: Ints) -> Floats:
    """Return the mean difference over the seeds drawn in each replicate, ``(replicates,)``.

    The multi-bootstrap (Sellam et al. 2022, "The MultiBERTs: BERT Reproductions for Robustness Analysis", ICLR), paired
    in both: a replicate draws seeds and documents with replacement, and all seeds of both conditions are evaluated on
    the documents drawn.

    Args:
        redrawn: ``(replicates, seeds)`` difference on redrawn documents, one draw a row.
        seed_draws: ``(replicates, seeds)`` how often each seed was drawn.
    """
    found: Floats = (redrawn * seed_draws).sum(1) / seed_draws.sum(1)
    return found


def interval(redrawn: Floats, *, level: float = LEVEL) -> tuple[float, float]:
    """Return the percentile interval of the mean difference over both seeds and documents.

    With few seeds it is too narrow, by about sqrt((n - 1) / n) where the seeds matter most; where neither seeds nor
    conditions by document matter it is too wide, for what is left to chance is then drawn twice.

    Args:
        redrawn: ``(replicates,)`` mean difference in each replicate of the multi-bootstrap.
        level: Coverage.
    """
    low, high = np.quantile(redrawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bootstrap_p(redrawn: Floats) -> float:
    """Return the two-sided p-value that belongs to :func:`interval`: below .05 where the 95 % interval leaves out zero.

    Twice (b + 1) / (r + 1), at most 1, b being how many of r replicates lie at or beyond zero on the rarer side (Efron
    and Tibshirani 1993, ch. 15, by inverting the percentile interval).

    Args:
        redrawn: ``(replicates,)`` mean difference in each replicate of the multi-bootstrap.
    """
    n_beyond = min((redrawn <= _ROUNDING).sum(), (redrawn >= -_ROUNDING).sum())
    return float(min(1, 2 * (1 + n_beyond) / (1 + len(redrawn))))


def randomisation_p(observed: float, swapped: Floats) -> float:
    """Return (b + 1) / (r + 1), b being how many of r random swaps differ at least as much (Noreen 1989; Yeh 2000).

    Args:
        observed: The difference.
        swapped: ``(replicates,)`` the difference after the conditions' predictions were swapped at random.
    """
    return float((1 + (np.abs(swapped) >= abs(observed) - _ROUNDING).sum()) / (1 + len(swapped)))


def sign_flip_p(differences: Floats, *, seed: int = 0) -> float:
    """Return the two-sided p-value of the mean of paired ``differences``, ``(seeds,)``, by flipping their signs.

    Exact up to 16 seeds (Fisher's randomisation test over all 2**n signs, of which the observed one is one); its least
    value is 2 / 2**n, so five seeds cannot reach .05. Beyond, (b + 1) / (r + 1) over 2**16 random signs.
    """
    n = len(differences)
    if n > MAX_EXACT:
        flips = np.random.default_rng(seed).integers(0, 2, (1 << MAX_EXACT, n))
        return randomisation_p(float(differences.mean()), (1 - 2 * flips) @ differences / n)
    flips = np.arange(1 << n)[:, None] >> np.arange(n) & 1
    means = (1 - 2 * flips) @ differences / n
    return float((np.abs(means) >= abs(differences.mean()) - _ROUNDING).mean())


def cohens_d(differences: Floats) -> float | None:
    """Return the mean of paired ``differences``, ``(seeds,)``, over their standard deviation (n - 1).

    The paired form, d_z (Cohen 1988; Lakens 2013): in units of how much the difference varies with the seed, not of how
    much the conditions vary. None for one seed, or where all differ equally.
    """
    sd = _sd(differences)
    return None if sd is None or sd <= _ROUNDING else float(differences.mean() / sd)


def holm(p: Sequence[float]) -> tuple[float, ...]:
    """Return the p-values adjusted so that a family of tests errs at most as often as one (Holm 1979).

    The k-th smallest of m is multiplied with m - k + 1; none becomes smaller than one before it, or larger than 1.
    """
    order = np.argsort(p, kind="stable")
    steps = np.asarray(p, float)[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return tuple(adjusted.tolist())


def _sd(values: Floats) -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None
