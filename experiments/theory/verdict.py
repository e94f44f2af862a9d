"""Define the result of a claim's test, and correct p-values for the number of claims (Holm 1979)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from scipy import stats

from straits.experiments.theory.game_tree import Floats
from straits.experiments.utils.statistics import CorrectedTest, Interval, holm, small_sample

LEVEL: Final = 0.05  # family-wise error rate
MATTERS: Final = 0.001  # least difference of probabilities that a "somewhere" claim counts; 10,000 times the solver's tolerance


@dataclass(frozen=True)
class Verdict:
    """The result of one claim.

    Attributes:
        id: T1 to T24.
        source: Author and year.
        claim: The claim in one sentence.
        planted: What was varied.
        result: What was observed.
        estimate: The effect and its 95 % interval.
        p: One-sided p-value; None where the result is exact.
        met: True if all other conditions of the claim are met.
        holds: True if the claim holds after correction; `judged` sets it.
    """

    id: str
    source: str
    claim: str
    planted: str
    result: str
    estimate: Interval | None = None
    p: float | None = None
    met: bool = True
    holds: bool = False


def sign_test(effects: Floats) -> float:
    """Return the one-sided p-value of the sign test over cells. effects: (cells,); zeros are dropped."""
    nonzero = effects[effects != 0]
    return float(stats.binomtest(int((nonzero > 0).sum()), max(1, len(nonzero)), alternative="greater").pvalue)


def mean_over(effects: Floats) -> Interval:
    """Return the mean over cells with its 95 % t interval, which shows how far the mean depends on the choice of cells.

    Args:
        effects: (cells,).
    """
    return small_sample(effects)


def cells_say(effects: Floats, unsolved: int, unit: str) -> str:
    """Describe in words in how many cells the effect has its sign, and its range.

    Args:
        effects: (cells,).
        unsolved: Number of cells without a solution.
        unit: Name of the effect.
    """
    text = f"{int((effects > 0).sum())} of {len(effects)} cells have the sign; {unit} {effects.min():.2g} to {effects.max():.2g}"
    return text + (f"; {unsolved} not solved" if unsolved else "")


def judged(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts with `holds` set.

    A claim holds if its p-value passes Holm's step-down procedure among all claims with one, and its other conditions are met.
    """
    tests = _holm(verdicts)
    return [replace(v, holds=v.met and (v.id not in tests or tests[v.id].holds)) for v in verdicts]


def corrected(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Return Holm's corrected p-value of each claim that has one."""
    return {name: test.corrected for name, test in _holm(verdicts).items()}


def _holm(verdicts: Sequence[Verdict]) -> dict[str, CorrectedTest]:
    return holm({v.id: v.p for v in verdicts if v.p is not None}, 1.0 - LEVEL)
