"""Intervals and corrections: known values by hand, seeded, and covering as often as they say, by simulation."""

import numpy as np
import pytest

from straits.experiments.metrics import survival, tail_risk
from straits.experiments.utils import statistics
from straits.experiments.utils.statistics import (
    bootstrap,
    columns,
    corrected,
    holm,
    or_wilson,
    paired,
    paired_p,
    ratios,
    several_of_sums,
    wilson,
)


def test_wilson_gives_the_published_values():
    low_high = wilson(15, 50)[1:]  # Newcombe 1998 prints a rate of 0.3 at n = 50 as 0.1910 to 0.4375
    assert low_high == pytest.approx((0.1910, 0.4375), abs=5e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.0, 0.1611), abs=5e-4)
    assert wilson(20, 20) == pytest.approx((1.0, 0.8389, 1.0), abs=5e-4)


def test_the_same_seed_gives_the_same_interval():
    values = np.random.default_rng(0).normal(size=200)
    assert bootstrap(values, seed=1) == bootstrap(values, seed=1)
    assert bootstrap(values, seed=1) != bootstrap(values, seed=2)


def test_bootstrap_is_close_to_the_normal_interval_for_many_games():
    values = np.random.default_rng(0).normal(3.0, 2.0, size=4000)
    half = 1.96 * values.std() / len(values) ** 0.5
    assert bootstrap(values, seed=0) == pytest.approx((values.mean(), values.mean() - half, values.mean() + half), abs=0.01)


def test_chunks_do_not_change_what_is_resampled_for():
    values = np.arange(5000.0)
    found = bootstrap(values, seed=3, resamples=3000)  # several chunks
    assert found.low < 2499.5 < found.high


@pytest.mark.parametrize("n", [60, 300])
def test_bootstrap_covers_as_often_as_it_says(n):
    rng = np.random.default_rng(n)
    hits = sum(not bootstrap(rng.exponential(size=n), seed=k, resamples=400).apart_from(1.0) for k in range(400))
    assert 0.90 <= hits / 400 <= 0.98  # skewed data: a little below 95 % at small n


def test_wilson_covers_as_often_as_it_says():
    drawn = np.random.default_rng(0).binomial(400, 0.02, size=2000)
    hits = np.mean([not wilson(int(k), 400).apart_from(0.02) for k in drawn])
    assert 0.93 <= hits <= 0.985


def test_a_drawing_that_is_kept_gives_what_a_fresh_one_gives(monkeypatch):
    values = {"a": np.random.default_rng(2).normal(size=300)}
    kept = [columns(values, seed=seed) for seed in (5, 6, 5)]
    monkeypatch.setattr(statistics, "CACHED", 0)
    assert kept == [columns(values, seed=seed) for seed in (5, 6, 5)]
    assert kept[0] != kept[1]


def test_pairs_find_a_difference_that_the_spread_between_games_hides():
    rng = np.random.default_rng(0)
    game = rng.normal(0, 10, size=300)
    a, b = game + 0.3 + rng.normal(0, 0.5, 300), game + rng.normal(0, 0.5, 300)
    assert paired(a, b, seed=0).low > 0
    assert not bootstrap(a, seed=0).apart_from(float(b.mean()))


def test_equal_values_have_no_width():
    assert bootstrap([2.0, 2.0, 2.0], seed=0) == (2.0, 2.0, 2.0)


def test_a_share_that_no_game_has_ends_where_wilsons_does():
    nowhere = bootstrap(np.zeros(50), seed=0)
    assert or_wilson(nowhere, 50) == wilson(0, 50) and or_wilson(bootstrap(np.ones(50), seed=0), 50) == wilson(50, 50)
    some = bootstrap(np.arange(50) / 50, seed=0)
    assert or_wilson(some, 50) is some


def test_a_share_stays_between_0_and_1():
    part, whole = np.eye(1, 400)[0], np.random.default_rng(1).integers(1, 50, 400).astype(float)  # once in one of 400 games
    found = ratios({"rare": part, "usual": whole - part}, {"rare": whole, "usual": whole}, seed=1)
    assert found["rare"].low == 0.0 < found["rare"].estimate and found["usual"].high == 1.0


def test_several_numbers_of_the_same_sums_have_the_intervals_of_each():
    sums = np.random.default_rng(1).exponential(size=(200, 2))
    mean, ratio = several_of_sums(sums, lambda s: np.array([s[0] / 200, s[0] / s[1]]), seed=2)
    assert mean == pytest.approx(bootstrap(sums[:, 0], seed=2), abs=0.03)
    assert ratio.low < ratio.estimate < ratio.high
    assert ratio.estimate == pytest.approx(sums[:, 0].sum() / sums[:, 1].sum())


def test_correction_splits_the_error():
    assert corrected(0.95, 5) == pytest.approx(0.99)


def test_an_interval_prints_itself():
    assert f"{wilson(1, 2):.2f}" == "0.50 [0.09, 0.91]"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bootstrap([1.0], seed=0), "at least 2 finite numbers"),
        (lambda: bootstrap([1.0, np.nan], seed=0), "at least 2 finite numbers"),
        (lambda: paired([1.0, 2.0], [1.0, 2.0, 3.0], seed=0), "expected pairs"),
        (lambda: wilson(3, 2), "successes=3 of n=2"),
        (lambda: bootstrap([1.0, 2.0], seed=0, confidence=1.0), "confidence=1.0"),
        (lambda: corrected(0.95, 0), "comparisons=0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


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
