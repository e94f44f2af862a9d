"""The Hawkes fit recovers what was planted; its gradient is right; its threshold is the spectral radius."""

import numpy as np
import pytest
from scipy.optimize import check_grad

from straits.envs.spec.constants import CHINA, JAPAN, N_ACTORS
from straits.envs.spec.moves import choice
from straits.experiments.metrics import hawkes

BASE = np.array([0.20, 0.10, 0.15])
BRANCHING = np.array([[0.40, 0.20, 0.15], [0.20, 0.30, 0.20], [0.15, 0.25, 0.35]])
FADE = 0.4


def test_the_gradient_is_that_of_the_likelihood():
    rng = np.random.default_rng(1)
    counts = hawkes.simulate(BASE, BRANCHING, FADE, (30, 12), rng).transpose(1, 0, 2).copy()
    there = (np.arange(12)[:, None] < rng.integers(3, 13, 30)).astype(float)
    counts *= there[:, :, None]
    at = np.concatenate([BASE, BRANCHING.ravel(), [FADE]]) * rng.uniform(0.7, 1.3, 13)
    loss = hawkes._loss(at, counts, there)[0]
    error = check_grad(lambda p: hawkes._loss(p, counts, there)[0], lambda p: hawkes._loss(p, counts, there)[1], at)
    assert error < 1e-4 * abs(loss)


def test_the_likelihood_of_one_turn_by_hand():
    counts, there = np.array([[[2.0]], [[1.0]]]), np.ones((2, 1))
    value, _ = hawkes._loss(np.array([0.5, 0.6, 0.25]), counts, there)
    second = 0.5 + 0.6 * 0.25 * 2.0
    assert value == pytest.approx(-(2 * np.log(0.5) - 0.5 + np.log(second) - second))


def test_a_short_sample_gives_roughly_what_was_planted():
    counts = hawkes.simulate(BASE, BRANCHING, FADE, (400, 52), np.random.default_rng(3))
    found = hawkes.fit(counts, np.ones((400, 52), bool))
    assert found.radius == pytest.approx(np.abs(np.linalg.eigvals(BRANCHING)).max(), rel=0.1)


@pytest.mark.slow
def test_planted_values_are_recovered_within_a_tenth():
    counts = hawkes.simulate(BASE, BRANCHING, FADE, (2000, 52), np.random.default_rng(7))
    found = hawkes.fit(counts, np.ones((2000, 52), bool))
    assert found.base == pytest.approx(BASE, rel=0.1)
    assert found.branching == pytest.approx(BRANCHING, rel=0.1)
    assert found.fade == pytest.approx(FADE, rel=0.1)
    assert found.radius == pytest.approx(np.abs(np.linalg.eigvals(BRANCHING)).max(), rel=0.1)


def test_intervals_hold_what_was_planted_in_at_least_17_of_20_samples():
    """17 is what 20 intervals of 95 % reach 98 times in a hundred; `test_coverage.py` counts over many more."""
    radius, held = np.abs(np.linalg.eigvals(BRANCHING)).max(), np.zeros(2, int)
    for seed in range(20):
        counts = hawkes.simulate(BASE, BRANCHING, FADE, (600, 40), np.random.default_rng(seed))
        spread = hawkes.fit_with_spread(counts, np.ones((600, 40), bool))
        assert spread.radius.high - spread.radius.low < 0.2
        held += [not spread.radius.apart_from(radius), not spread.branching[0, 1].apart_from(BRANCHING[0, 1])]
    assert (held >= 17).all()


def test_an_interval_needs_twenty_games():
    with pytest.raises(ValueError, match="games=19: expected at least 20"):
        hawkes.fit_with_spread(np.ones((19, 40, 3)), np.ones((19, 40), bool))


def test_no_interval_reaches_below_what_can_be():
    counts = hawkes.simulate(np.array([0.3, 0.3]), np.diag([0.4, 0.0]), FADE, (200, 30), np.random.default_rng(5))
    spread = hawkes.fit_with_spread(counts, np.ones((200, 30), bool))
    assert all(0.0 <= value.low <= value.estimate <= value.high for value in spread.branching.values())
    assert spread.branching[0, 0].low > 0.0  # where something was planted
    assert all(value.high > 0.0 for value in spread.branching.values())  # where nothing is found there could still be something


def test_twice_the_games_have_intervals_narrower_by_the_root_of_two():
    counts, played = hawkes.simulate(BASE, BRANCHING, FADE, (200, 20), np.random.default_rng(6)), np.ones((200, 20), bool)
    found = hawkes.fit(counts, played)
    once, twice = (
        hawkes.spread(found, counts, played),
        hawkes.spread(found, np.tile(counts, (2, 1, 1)), np.tile(played, (2, 1))),
    )
    width, half = (spread.radius.high - spread.radius.low for spread in (once, twice))
    assert half == pytest.approx(width / 2**0.5, rel=0.01)


def test_the_radius_changes_as_its_slope_says():
    for k, j in np.ndindex(*BRANCHING.shape):
        moved = BRANCHING.copy()
        moved[k, j] += 1e-6
        change = np.abs(np.linalg.eigvals(moved)).max() - np.abs(np.linalg.eigvals(BRANCHING)).max()
        assert hawkes._radius_slope(BRANCHING)[k, j] == pytest.approx(change * 1e6, rel=1e-4)


def test_turns_that_were_not_played_do_not_count():
    counts = hawkes.simulate(BASE, BRANCHING, FADE, (60, 30), np.random.default_rng(4))
    played = np.broadcast_to(np.arange(30) < 20, (60, 30))
    cut = np.where(played[:, :, None], counts, 0.0)
    whole = hawkes.fit(counts[:, :20], np.ones((60, 20), bool))
    assert hawkes.fit(cut, played).radius == pytest.approx(whole.radius, abs=1e-3)


def test_a_step_that_escalates_is_one_of_rung_3_that_took_effect():
    moves = np.zeros((1, 1, N_ACTORS, 3), int)
    moves[0, 0, CHINA] = choice("exercise.taiwan_strait", "denounce.japan", "recall.japan")  # rungs 5, 1, 3
    moves[0, 0, JAPAN] = choice("summon.china")  # rung 2
    steps = hawkes.escalatory_steps(moves, np.ones(moves.shape, bool))
    assert steps[0, 0].tolist() == [0, 0, 2, 0, 0]
