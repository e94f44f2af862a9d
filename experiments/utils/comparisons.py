"""Many policies, many scenarios, few training seeds: how to aggregate and compare without fooling oneself.

Sources: Agarwal et al. 2021 (interquartile means over runs and tasks); Holm 1979 (several comparisons at once).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import trim_mean, ttest_1samp
from statsmodels.stats.multitest import multipletests

from straits.experiments.utils.statistics import Interval, small_sample


class Verdict(NamedTuple):
    """One of several comparisons: the difference's p-value, corrected for all of them, and whether it holds."""

    p_value: float
    corrected: float
    holds: bool


def interquartile_mean(scores: ArrayLike) -> float:
    """Mean of the middle half of all numbers, as Agarwal et al. take it. scores: of any shape, such as (seeds, scenarios)."""
    return float(trim_mean(np.ravel(np.asarray(scores, np.float64)), 0.25))


def over_seeds(scores: NDArray[np.float64], *, confidence: float = 0.95) -> Interval:
    """A training method's interquartile mean over scenarios, with training seeds as the sample: Student's t over the seeds'
    own means. scores: (seeds, scenarios), at least 2 seeds, each scenario normalised alike."""
    if scores.ndim != 2:
        raise ValueError(f"scores of shape {scores.shape}: expected (seeds, scenarios)")
    return small_sample([interquartile_mean(seed) for seed in scores], confidence=confidence)


def holm(p_values: Mapping[str, float], confidence: float = 0.95) -> dict[str, Verdict]:
    """Holm's correction of several p-values: all verdicts hold together at that confidence."""
    if not p_values:
        return {}
    listed = list(p_values.values())
    rejected, corrected, _, _ = multipletests(listed, alpha=1 - confidence, method="holm")
    told = zip(p_values, listed, corrected, rejected, strict=True)
    return {name: Verdict(float(p), float(c), bool(r)) for name, p, c, r in told}


def paired_p(a: ArrayLike, b: ArrayLike) -> float:
    """p-value of no mean difference between two policies in the same games, (games,) each: a t test of the differences."""
    difference = np.asarray(a, np.float64) - np.asarray(b, np.float64)
    if difference.min() == difference.max():
        return 1.0 if difference[0] == 0.0 else 0.0
    return float(ttest_1samp(difference, 0.0).pvalue)


def compare(first: ArrayLike, others: Mapping[str, ArrayLike], confidence: float = 0.95) -> dict[str, Verdict]:
    """The first policy against each other in the same games, corrected for their number. Arrays are (games,)."""
    return holm({name: paired_p(first, values) for name, values in others.items()}, confidence)
