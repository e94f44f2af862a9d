"""Reciprocity recovers planted responses, and says what aggregation does to them."""

import numpy as np
import pytest

from straits.envs.spec.constants import CHINA, N_ACTORS, TAIWAN
from straits.experiments.metrics.reciprocity import _coefficients, _moments, aggregate, fit_pair, impulse_ends, reciprocity

PLANTED = np.array([[0.3, 0.4], [0.1, 0.2]])  # [row] on [column] a turn before


def planted(games=600, turns=52, seed=2):
    rng = np.random.default_rng(seed)
    series = np.zeros((games, turns, 2))
    for turn in range(1, turns):
        series[:, turn] = series[:, turn - 1] @ PLANTED.T + rng.normal(size=(games, 2))
    return series


def test_planted_responses_are_found():
    series = planted()
    found = fit_pair((0, 1), 1, series, np.ones(series.shape[:2], bool))
    assert found.response[0].estimate == pytest.approx(0.4, abs=0.02) and not found.response[0].apart_from(0.4)
    assert found.response[1].estimate == pytest.approx(0.1, abs=0.02) and not found.response[1].apart_from(0.1)
    assert found.stable and found.games == 600


def test_impulse_responses_are_powers_of_the_coefficients():
    series = planted()
    found = fit_pair((0, 1), 1, series, np.ones(series.shape[:2], bool))
    for place, steps in enumerate((1, 3, 7)):
        assert found.impulses[place] == pytest.approx(np.linalg.matrix_power(PLANTED, steps), abs=0.03)


def test_coefficients_follow_from_sums_over_games():
    series, whole = planted(50, 20), np.random.default_rng(1).random((50, 20)) < 0.9
    fitted = fit_pair((0, 1), 1, series, whole)
    assert _coefficients(_moments(series, whole).sum(axis=0)) == pytest.approx(fitted.impulses[0], abs=1e-10)


def test_intervals_of_impulse_responses_hold_what_was_planted():
    series = planted()
    low, high = impulse_ends([series], np.ones(series.shape[:2], bool), seed=1, resamples=500)[:, 0]
    for place, steps in enumerate((1, 3, 7)):
        power = np.linalg.matrix_power(PLANTED, steps)
        assert (low[place] < power).all() and (power < high[place]).all() and (high[place] - low[place] < 0.1).all()


def test_only_whole_runs_of_turns_are_added_up():
    total = np.arange(10, dtype=np.float32)[None, :, None, None] * np.ones((1, 1, N_ACTORS, N_ACTORS), np.float32)
    played = np.arange(10)[None] < 8
    sums, whole = aggregate(total, played, 3)
    assert sums[0, :, 0, 1].tolist() == [3, 12, 21] and whole[0].tolist() == [True, True, False]


def test_every_pair_is_shown_at_every_aggregation():
    total = np.zeros((40, 30, N_ACTORS, N_ACTORS), np.float32)
    series = planted(40, 30)
    total[:, :, CHINA, TAIWAN], total[:, :, TAIWAN, CHINA] = series[..., 0], series[..., 1]
    found = reciprocity(total, np.ones((40, 30), bool), seed=1, resamples=200)
    assert len(found) == 30 and {f.aggregation for f in found} == {1, 3, 7}
    by_pair = {(f.pair, f.aggregation): f for f in found}
    assert by_pair[(CHINA, TAIWAN), 1].response[0].low > 0.2
    low, high = by_pair[(CHINA, TAIWAN), 1].impulse_ends
    assert (low < by_pair[(CHINA, TAIWAN), 1].impulses).all() and (by_pair[(CHINA, TAIWAN), 1].impulses < high).all()
    assert (
        np.isnan(by_pair[(0, 1), 1].response[0].estimate) and np.isnan(by_pair[(0, 1), 1].impulse_ends).all()
    )  # nothing happened between them


def test_turns_that_were_not_played_do_not_count():
    series = planted(100, 20)
    cut = series.copy()
    cut[:, 15:] = 1e6
    played = np.broadcast_to(np.arange(20) < 15, (100, 20))
    assert fit_pair((0, 1), 1, cut, played).response == fit_pair((0, 1), 1, series[:, :15], played[:, :15]).response
