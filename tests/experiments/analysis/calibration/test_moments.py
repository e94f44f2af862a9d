"""Statistics of a series, on series whose values are known, and bands that cover as often as they say."""

from datetime import date

import numpy as np
import pytest

from straits.experiments.analysis.calibration import moments

MONDAY = date(2023, 1, 2)


def test_statistics_of_a_series_by_hand() -> None:
    counts = np.array([0.0, 2, 4, 2] * 14)
    found = moments.observed(counts, MONDAY)
    assert found["mean"] == 2 and found["zero share"] == 0.25 and found["median"] == 2 and found["Fano"] == 1
    assert found["autocorrelation 1"] == pytest.approx(0, abs=0.01) and found["autocorrelation 2"] == pytest.approx(-1, abs=0.02)
    assert found["weekly mean"] == 14 and np.isnan(found["spike"])


def test_weeks_are_whole_and_begin_on_monday() -> None:
    counts = np.arange(20.0)
    assert moments.weeks(counts, MONDAY).tolist() == [sum(range(7)), sum(range(7, 14))]
    assert moments.weeks(counts, date(2023, 1, 1)).tolist() == [sum(range(1, 8)), sum(range(8, 15))]
    counts[3] = np.nan
    assert np.isnan(moments.weeks(counts, MONDAY)).tolist() == [True, False]


def test_the_profile_is_of_the_days_around_a_spike_that_are_all_there() -> None:
    counts = np.array([1.0, 2, 60, 20, 10, 5, 1, 50, np.nan, 1, 1, 1, 70])
    assert moments.spikes(counts).tolist() == [[2, 60, 20, 10, 5]]


def test_missing_days_change_no_statistic_of_the_others() -> None:
    counts = np.tile([1.0, 3, 5], 30)
    with_gap = np.concatenate([counts, [np.nan] * 5, counts])
    assert moments.daily(with_gap)["mean"] == 3
    assert moments.daily(with_gap)["autocorrelation 1"] == pytest.approx(moments.daily(counts)["autocorrelation 1"], abs=0.02)


def test_bands_cover_the_truth_about_as_often_as_they_say() -> None:
    """Of series with a memory of days; a percentile band of a block bootstrap is a little narrow."""
    rng = np.random.default_rng(0)
    held, trials = 0, 60
    for _ in range(trials):
        noise = rng.normal(size=400)
        level = np.zeros(400)
        for day in range(1, 400):
            level[day] = 0.5 * level[day - 1] + noise[day]
        low, high = moments.bands(10 + level, MONDAY, seed=1, resamples=100)["mean"]
        held += low <= 10 <= high
    assert 0.85 <= held / trials <= 1.0


def test_the_profile_is_inside_where_all_of_its_days_are() -> None:
    counts = np.random.default_rng(1).negative_binomial(1, 0.03, 300).astype(float)
    ends = moments.bands(counts, MONDAY, seed=1, resamples=100)
    middle = {name: (low + high) / 2 for name, (low, high) in ends.items()}
    assert all(moments.inside(middle, ends).values()) and set(moments.inside(middle, ends)) == set(moments.CLAIMED)
    assert not moments.inside(middle | {"spike+2": 1e6}, ends)["spike profile"]


def test_a_series_too_short_to_resample_is_named() -> None:
    with pytest.raises(ValueError, match="days=40: expected at least 56"):
        moments.bands(np.ones(40), MONDAY, seed=1)
