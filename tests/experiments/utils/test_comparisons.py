"""Aggregates and corrections by hand; the coverage of each kind of interval by simulation."""

import numpy as np
import pytest

from straits.experiments.metrics import survival, tail_risk
from straits.experiments.utils import statistics
from straits.experiments.utils.comparisons import compare, holm, interquartile_mean, over_seeds, paired_p


def test_the_interquartile_mean_is_that_of_the_middle_half():
    assert interquartile_mean([0, 1, 2, 3, 4, 5, 6, 100]) == pytest.approx((2 + 3 + 4 + 5) / 4)
    assert interquartile_mean([[0, 1, 2, 3], [4, 5, 6, 100]]) == pytest.approx(3.5)


def test_training_seeds_are_the_sample_of_a_method():
    scores = np.array([[0.0, 1, 2, 3], [1.0, 2, 3, 4], [2.0, 3, 4, 5]])
    told = over_seeds(scores)
    assert told.estimate == pytest.approx(2.5)
    assert told.high - told.estimate == pytest.approx(4.302653 * 1.0 / 3**0.5, rel=1e-5)  # t with 2 degrees of freedom
    with pytest.raises(ValueError, match=r"scores of shape \(3,\)"):
        over_seeds(np.zeros(3))


def test_holm_by_hand():
    # Sorted: 0.01 x 3, 0.02 x 2, 0.04 x 1, each at least the one before.
    told = holm({"a": 0.04, "b": 0.01, "c": 0.02})
    assert {name: round(v.corrected, 6) for name, v in told.items()} == {"a": 0.04, "b": 0.03, "c": 0.04}
    assert all(v.holds for v in told.values()) and not holm({"a": 0.04, "b": 0.03})["b"].holds
    assert holm({}) == {}


def test_paired_differences_are_tested_within_games():
    rng = np.random.default_rng(1)
    common = rng.normal(0, 10, 400)
    assert paired_p(common + 0.2 + rng.normal(0, 0.5, 400), common) < 1e-6
    assert paired_p(common, common) == 1.0 and paired_p(common + 1, common) < 1e-6
    verdicts = compare(common + 1.0, {"same": common + 1.0, "other": common})
    assert verdicts["other"].holds and not verdicts["same"].holds


def test_many_measures_at_once_have_the_intervals_of_each():
    rng = np.random.default_rng(2)
    values = {"a": rng.normal(size=500), "b": rng.exponential(size=500), "c": np.ones(500)}
    told = statistics.columns(values, seed=3)
    for name in ("a", "b"):
        alone = statistics.bootstrap(values[name], seed=3)
        assert told[name] == pytest.approx(alone, abs=0.02)
    assert told["c"] == (1.0, 1.0, 1.0)


def test_a_ratio_is_resampled_as_a_whole():
    rng = np.random.default_rng(4)
    part = rng.poisson(2, 500).astype(float)
    told = statistics.of_sums(np.column_stack([part, 2 * part]), lambda s: s[0] / s[1], seed=1)
    assert told == (0.5, 0.5, 0.5)


def test_many_ratios_at_once_have_the_intervals_of_each():
    rng = np.random.default_rng(6)
    table = rng.poisson([2.0, 4.0], (500, 2)).astype(float)
    told = statistics.ratios({"a": table[:, 0], "b": table[:, 0]}, {"a": table[:, 1], "b": np.zeros(500)}, seed=3)
    assert told["a"] == pytest.approx(statistics.of_sums(table, lambda s: s[0] / s[1], seed=3), abs=0.005)
    assert np.isnan(told["b"]).all()


def coverage(interval, draw, truth, trials):
    rng = np.random.default_rng(2024)
    return np.mean([not interval(draw(rng), trial).apart_from(truth) for trial in range(trials)])


HORIZON = 20


def censored(rng, games):
    """Turns until an event that comes with 5 % a turn, in games that end after 10 turns or more, and whether it came."""
    event, end = rng.geometric(0.05, games), np.minimum(rng.integers(10, 40, games), HORIZON)
    return np.minimum(event, end), event <= end


def half_way(curve):
    return statistics.Interval(*(values[HORIZON // 2] for values in (curve.survival, curve.low, curve.high)))


KINDS = {
    "bootstrap": (lambda x, s: statistics.bootstrap(x, seed=s, resamples=1000), lambda r: r.exponential(size=400), 1.0),
    "columns": (lambda x, s: statistics.columns({"x": x}, seed=s, resamples=1000)["x"], lambda r: r.exponential(size=400), 1.0),
    "paired": (
        lambda x, s: statistics.paired(*x, seed=s, resamples=1000),
        lambda r: np.stack([common := r.exponential(size=400), common - 0.5 + r.normal(size=400)]),
        0.5,
    ),
    "ratio": (
        lambda x, s: statistics.of_sums(x, lambda t: t[0] / t[1], seed=s, resamples=1000),
        lambda r: np.column_stack([r.poisson(2, 400), r.poisson(4, 400)]).astype(float),
        0.5,
    ),
    "many ratios": (
        lambda x, s: statistics.ratios({"r": x[:, 0]}, {"r": x[:, 1]}, seed=s, resamples=1000)["r"],
        lambda r: r.poisson([2.0, 4.0], (400, 2)),
        0.5,
    ),
    "curve of sums": (
        lambda x, s: statistics.several_of_sums(x, lambda t: np.array([t[0], t[0] / t[1]]), seed=s, resamples=1000)[1],
        lambda r: np.column_stack([r.poisson(2, 400), r.poisson(4, 400)]).astype(float),
        0.5,
    ),
    "value at risk": (lambda x, s: tail_risk.quantile_interval(x), lambda r: r.exponential(size=400), -np.log(0.05)),
    "mean of the tail": (
        lambda x, s: tail_risk.tail_interval(x, seed=s, resamples=1000),
        lambda r: r.exponential(size=400),
        1.0 - np.log(0.05),
    ),
    "restricted mean": (
        lambda x, s: survival.mean_interval(*x, HORIZON, seed=s, resamples=1000),
        lambda r: censored(r, 200),
        sum(0.95**turn for turn in range(HORIZON)),
    ),
    "survival": (lambda x, s: half_way(survival.kaplan_meier(*x, HORIZON)), lambda r: censored(r, 200), 0.95 ** (HORIZON // 2)),
    "wilson": (lambda x, s: statistics.wilson(int(x), 400), lambda r: r.binomial(400, 0.05), 0.05),
    "three seeds": (lambda x, s: statistics.small_sample(x), lambda r: r.normal(5, 2, 3), 5.0),
    "ten seeds": (lambda x, s: statistics.small_sample(x), lambda r: r.normal(5, 2, 10), 5.0),
    "interquartile mean over five seeds": (
        lambda x, s: over_seeds(x),
        lambda r: r.normal(size=(5, 1)) + r.normal(3, 1, (5, 8)),
        3.0,
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_intervals_of_95_per_cent_hold_the_truth_95_times_in_a_hundred(kind):
    interval, draw, truth = KINDS[kind]
    assert 0.93 <= coverage(interval, draw, truth, 2000) <= 0.97


@pytest.mark.slow
def test_a_bootstrap_over_three_seeds_would_not():
    found = coverage(lambda x, s: statistics.bootstrap(x, seed=s, resamples=500), lambda r: r.normal(5, 2, 3), 5.0, 1000)
    assert found < 0.85
