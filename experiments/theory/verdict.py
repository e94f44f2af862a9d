"""What a claim's test found: a number with its interval, and whether it holds once all claims are counted (Holm 1979)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import stats

from straits.experiments.theory.game_tree import Floats
from straits.experiments.utils.statistics import Interval

LEVEL: Final = 0.05  # chance of any false claim among all
MATTERS: Final = 0.001  # smallest difference of chances that "somewhere" counts; 10,000 times the solver's tolerance


@dataclass(frozen=True)
class Verdict:
    """One claim. `p`: one-sided, None where the result is exact and no chance is in it. `met`: what else the claim says is so."""

    id: str
    source: str
    claim: str
    planted: str
    result: str
    estimate: Interval | None = None
    p: float | None = None
    met: bool = True
    holds: bool = False  # filled in by `judged`


def sign_test(effects: Floats) -> float:
    """The chance of as many positive effects or more if either sign were as likely, cells being the sample."""
    nonzero = effects[effects != 0]
    return float(stats.binomtest(int((nonzero > 0).sum()), max(1, len(nonzero)), alternative="greater").pvalue)


def mean_over(effects: Floats) -> Interval:
    """The mean over cells with its 95 % t interval: what it says is how far the mean depends on which cells were taken."""
    middle = float(effects.mean())
    half = float(stats.t.ppf(0.975, len(effects) - 1) * effects.std(ddof=1) / len(effects) ** 0.5)
    return Interval(middle, middle - half, middle + half)


def cells_say(effects: Floats, unsolved: int, unit: str) -> str:
    """In how many cells the effect has its sign, and its ends."""
    text = f"{int((effects > 0).sum())} of {len(effects)} cells have the sign; {unit} {effects.min():.2g} to {effects.max():.2g}"
    return text + (f"; {unsolved} not solved" if unsolved else "")


def judged(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The same, each with whether it holds: its p-value passes Holm's step-down among all that have one, and all else is met."""
    tested = sorted((v.p, n) for n, v in enumerate(verdicts) if v.p is not None)
    passed = {n for n, v in enumerate(verdicts) if v.p is None}
    for rank, (p, n) in enumerate(tested):
        if p > LEVEL / (len(tested) - rank):
            break
        passed.add(n)
    return [replace(v, holds=v.met and n in passed) for n, v in enumerate(verdicts)]


def corrected(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Holm's corrected p-value of each claim that has one."""
    found: dict[str, float] = {}
    worst = 0.0
    tested = sorted((v.p, v.id) for v in verdicts if v.p is not None)
    for rank, (p, name) in enumerate(tested):
        worst = min(1.0, max(worst, p * (len(tested) - rank)))
        found[name] = worst
    return found


def smallest(values: Floats) -> float:
    """The least of them, infinity where there are none."""
    return float(np.min(values, initial=np.inf))
