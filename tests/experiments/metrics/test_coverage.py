"""Intervals of 95 % of the fits hold what was planted 95 times in a hundred, by simulation."""

import numpy as np
import pytest

from straits.experiments.metrics import hawkes, reciprocity
from straits.experiments.utils.statistics import Interval

PLANTED = np.array([[0.3, 0.4], [0.1, 0.2]])  # [row] on [column] a step before
BRANCHING = np.array([[0.4, 0.3], [0.2, 0.3]])
BASE, FADE = np.array([0.3, 0.3]), 0.4
EVERY = np.ones((100, 30), bool)  # (games, turns)


def answering(rng):
    """A pair that answers as planted, (games, turns, 2)."""
    series = np.zeros((*EVERY.shape, 2))
    for turn in range(1, EVERY.shape[1]):
        series[:, turn] = series[:, turn - 1] @ PLANTED.T + rng.normal(size=(len(series), 2))
    return series


def response(rng, trial):
    return reciprocity.fit_pair((0, 1), 1, answering(rng), EVERY).response[0]


def impulse(rng, trial):
    series = answering(rng)
    low, high = reciprocity.impulse_ends([series], EVERY, seed=trial, resamples=1000)[:, 0, 1, 0, 1]  # after 3 steps
    return Interval(np.nan, low, high)


def exciting(rng):
    """The fit of games that excite as planted."""
    played = np.ones((200, 30), bool)
    return hawkes.fit_with_spread(hawkes.simulate(BASE, BRANCHING, FADE, played.shape, rng), played)


KINDS = {
    "response": (response, PLANTED[0, 1], 1000),
    "impulse": (impulse, np.linalg.matrix_power(PLANTED, 3)[0, 1], 1000),
    "radius": (lambda rng, trial: exciting(rng).radius, np.abs(np.linalg.eigvals(BRANCHING)).max(), 500),
    "branching": (lambda rng, trial: exciting(rng).branching[0, 1], BRANCHING[0, 1], 500),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_intervals_of_fits_hold_the_truth_95_times_in_a_hundred(kind):
    interval, truth, trials = KINDS[kind]
    rng = np.random.default_rng(2024)
    held = np.mean([not interval(rng, trial).apart_from(truth) for trial in range(trials)])
    assert 0.93 <= held <= 0.97
