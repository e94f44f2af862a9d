"""The half-life of planted spikes."""

import numpy as np
import pytest

from straits.envs.spec.constants import N_ACTORS
from straits.experiments.metrics.event_study import AFTER, epochs, half_life


def planted(keep, spikes=((0, 5), (1, 8)), games=200, turns=40):
    """Tension of the pair 0, 1 that jumps by 0.2 and keeps a share of the excess a turn."""
    tension = np.full((games, turns, N_ACTORS, N_ACTORS), 0.3, np.float32)
    for game, turn in spikes:
        excess = 0.2 * keep ** np.arange(turns - turn)
        tension[game, turn:, 0, 1] += excess
        tension[game, turn:, 1, 0] += excess
    return tension, np.ones((games, turns), bool)


def test_a_planted_half_life_is_found():
    found = epochs(*planted(0.5**0.25), seed=1)  # half of it is gone after four turns
    assert found.spikes == 2 and found.half_life.estimate == pytest.approx(4.0, abs=0.1)
    assert found.excess[0].estimate == pytest.approx(0.2, abs=2e-3) and found.excess[4].estimate == pytest.approx(0.1, abs=2e-3)
    assert len(found.excess) == AFTER + 1


def test_the_excess_has_an_interval_over_games():
    tension, played = planted(0.9)
    tension[1] = planted(0.5)[0][1]  # one spike that lasts and one that does not
    eighth = epochs(tension, played, seed=1).excess[8]
    assert eighth.estimate == pytest.approx(0.2 * (0.9**8 + 0.5**8) / 2, abs=2e-3)
    assert eighth.low == pytest.approx(0.2 * 0.5**8, abs=2e-3) and eighth.high == pytest.approx(0.2 * 0.9**8, abs=2e-3)


def test_half_life_between_turns_is_on_a_straight_line():
    assert half_life(np.array([1.0, 0.75, 0.25, 0.1])) == pytest.approx(1.5)
    assert half_life(np.array([1.0, 0.9, 0.8])) == np.inf


def test_what_does_not_fade_has_no_half_life():
    assert epochs(*planted(1.0), seed=1).half_life.estimate == np.inf


def test_a_spike_within_another_and_one_that_is_cut_off_do_not_count():
    tension, played = planted(0.9, spikes=((0, 5), (0, 7), (1, 30)))
    assert epochs(tension, played, seed=1).spikes == 1


def test_without_spikes_there_is_nothing():
    found = epochs(*planted(0.5, spikes=()), seed=1)
    assert found.spikes == 0 and np.isnan(found.half_life.estimate)


def test_a_drift_of_all_games_is_no_excess():
    tension, played = planted(0.5**0.25)
    tension += 0.005 * np.arange(tension.shape[1], dtype=np.float32)[None, :, None, None]
    assert epochs(tension, played, seed=1).half_life.estimate == pytest.approx(4.0, abs=0.1)


def test_only_the_chosen_pairs_and_turns_count():
    tension, played = planted(0.9)
    assert epochs(tension, played, [(2, 3)], seed=1).spikes == 0
    assert epochs(tension, played, [(0, 1)], first=6, seed=1).spikes == 1
