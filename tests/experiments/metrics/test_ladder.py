"""The ladder on rungs written out by hand."""

import numpy as np

from straits.envs.spec.constants import CHINA, JAPAN, N_ACTORS, PAIRS, TAIWAN
from straits.envs.spec.moves import choice
from straits.experiments.metrics import ladder


def hand_made():
    """Game 0: rungs 0, 3, 3, 1 and armed conflict in turn 4. Game 1: rung 2 in both of its turns."""
    rung = np.zeros((2, 4, N_ACTORS, N_ACTORS), np.int8)
    rung[0, 1:3, CHINA, TAIWAN] = 3
    rung[0, 2, TAIWAN, CHINA] = 1
    rung[0, 3, JAPAN, CHINA] = 1
    rung[1, :2, JAPAN, CHINA] = 2
    return rung, np.array([[1, 1, 1, 1], [1, 1, 0, 0]], bool), np.array([True, False])


def test_the_highest_rung_of_each_turn():
    assert ladder.overall(*hand_made()).tolist() == [[0, 3, 3, 6], [2, 2, -1, -1]]


def test_time_above_each_rung():
    above = ladder.time_above(ladder.overall(*hand_made()))
    assert above[0].tolist() == [1, 0.75, 0.75, 0.75, 0.25, 0.25, 0.25]
    assert above[1].tolist() == [1, 1, 1, 0, 0, 0, 0]


def test_the_ladder_between_two():
    rung, played, conflict = hand_made()
    between = ladder.of_pairs(rung, played, conflict, np.array([[CHINA, JAPAN], [N_ACTORS, N_ACTORS]]))
    japan_china, china_taiwan, japan_taiwan = (PAIRS.index(p) for p in ((JAPAN, CHINA), (CHINA, TAIWAN), (JAPAN, TAIWAN)))
    assert between[:, :, china_taiwan].tolist() == [[0, 3, 3, 0], [0, 0, -1, -1]]  # the higher of both directions
    assert between[:, :, japan_china].tolist() == [[0, 0, 0, 6], [2, 2, -1, -1]]  # the conflict was theirs
    assert between[:, :, japan_taiwan].max() == 0


def test_transitions_between_rungs():
    moved = ladder.transitions(ladder.overall(*hand_made()))
    assert moved[0, 3] == 1 and moved[3, 3] == 0.5 and moved[3, 6] == 0.5 and moved[2, 2] == 1
    assert np.isnan(moved[[1, 4, 5, 6]]).all()
    counts = ladder.transition_counts(ladder.overall(*hand_made()))
    assert counts[0].sum() == 3 and counts[1].sum() == counts[1, 2, 2] == 1


def test_steps_near_kahns_rungs():
    moves = np.full((1, 2, N_ACTORS, 3), -1)
    moves[0, 0] = 0
    moves[0, 0, CHINA] = choice("exercise.taiwan_strait", "denounce.japan")  # Kahn 8 and 2
    moves[0, 0, JAPAN] = choice("consult.usa")  # Kahn 2, but nobody takes it up
    effective = np.ones(moves.shape, bool)
    effective[0, 0, JAPAN, 2] = False
    told = ladder.kahn_counts(moves, effective)
    assert told.shape == (1, ladder.N_KAHN) and told[0, 8] == told[0, 2] == 1 and told.sum() == 2
