"""Crises of pairs, and how long they last, on turns written out by hand."""

import numpy as np
import pytest

from straits.envs.spec.constants import CHINA, JAPAN, N_ACTORS, PAIRS, TAIWAN, USA
from straits.experiments.metrics import crises as crisis
from straits.experiments.metrics import survival

TURNS = 10


def crises(steps=(), incidents=(), conflict=False, turns=TURNS):
    """The first crises of a game. steps: (turn, actor, target) of rung 3; incidents: (turn, actor, actor); turns from 1."""
    rung = np.zeros((1, TURNS, N_ACTORS, N_ACTORS), np.int8)
    fresh = np.zeros((1, TURNS, N_ACTORS, N_ACTORS), np.float32)
    for turn, i, j in steps:
        rung[0, turn - 1, i, j] = 3
    for turn, i, j in incidents:
        fresh[0, turn - 1 :, i, j] += 0.5 * 0.7 ** np.arange(TURNS - turn + 1)
    played = np.arange(TURNS)[None] < turns
    return crisis.first_crises(rung, fresh, played, np.array([conflict]))


def told(found, one, two):
    pair = PAIRS.index((one, two))
    return int(found.onset[0, pair]), int(found.length[0, pair]), crisis.ENDS[found.end[0, pair]]


def test_a_crisis_fades_after_four_quiet_turns():
    found = crises([(2, CHINA, TAIWAN), (4, TAIWAN, CHINA)])
    assert told(found, CHINA, TAIWAN) == (2, 4, "fade")  # turns 5 to 8 are quiet, and it is over in turn 5


def test_three_quiet_turns_are_not_enough():
    found = crises([(2, CHINA, TAIWAN), (6, CHINA, TAIWAN), (10, CHINA, TAIWAN)])
    assert told(found, CHINA, TAIWAN) == (2, 9, "censored")


def test_an_incident_between_the_two_ends_the_wait_and_one_of_others_does_not():
    steps = [(turn, CHINA, JAPAN) for turn in range(1, 11)]
    assert told(crises(steps, [(5, JAPAN, CHINA), (5, CHINA, JAPAN)]), JAPAN, CHINA) == (1, 5, "incident")
    assert told(crises(steps, [(5, USA, CHINA), (5, CHINA, USA)]), JAPAN, CHINA) == (1, 10, "censored")


def test_what_comes_first_counts():
    steps = [(turn, CHINA, JAPAN) for turn in range(3, 7)]
    assert told(crises(steps, conflict=True, turns=6), JAPAN, CHINA) == (3, 4, "conflict")
    assert told(crises(steps, [(6, CHINA, JAPAN), (6, JAPAN, CHINA)], True, 6), JAPAN, CHINA) == (3, 4, "conflict")
    assert told(crises(steps, [(4, CHINA, JAPAN), (4, JAPAN, CHINA)], True, 6), JAPAN, CHINA) == (3, 2, "incident")


def test_without_a_step_there_is_no_crisis():
    found = crises([(1, CHINA, TAIWAN)])
    assert told(found, USA, JAPAN) == (-1, -1, "censored")
    assert (found.onset > 0).sum() == 1


def test_time_to_the_first_crisis_of_any_pair():
    onset = np.array([[5, 3], [-1, -1], [-1, 2]])
    played = np.ones((3, 8), bool)
    durations, observed = crisis.time_to_crisis(onset, played)
    assert durations.tolist() == [3, 8, 2] and observed.tolist() == [True, False, True]


def test_kaplan_meier_by_hand():
    # Of 5 games one ends in turn 1 (4/5 left), one is censored in turn 2, one of the 3 that are left ends in turn 3.
    curve = survival.kaplan_meier([1, 2, 3, 4, 4], [True, False, True, False, False], 4)
    assert curve.survival == pytest.approx([1, 0.8, 0.8, 0.8 * 2 / 3, 0.8 * 2 / 3])
    assert curve.restricted_mean == pytest.approx(1 + 0.8 + 0.8 + 0.8 * 2 / 3)
    assert (curve.low <= curve.survival).all() and (curve.survival <= curve.high).all()


def test_competing_risks_by_hand():
    # Turn 1: 1 of 4 by cause 1. Turn 2: of 3 left, 1 by cause 2. Turn 3: of 2, 1 by cause 1, 1 censored.
    shares = survival.aalen_johansen([1, 2, 3, 3], [1, 2, 1, 0], 2, 3)
    assert shares[:, 0] == pytest.approx([0, 0.25, 0.25, 0.25 + 0.5 * 0.5])
    assert shares[:, 1] == pytest.approx([0, 0, 0.25, 0.25])


def test_competing_risks_agree_with_lifelines_where_nothing_ties():
    lifelines = pytest.importorskip("lifelines")
    rng = np.random.default_rng(5)
    durations, causes = rng.permutation(200) + 1, rng.integers(0, 3, 200)
    ours = survival.aalen_johansen(durations, causes, 2, 200)
    for cause in (1, 2):
        fitted = lifelines.AalenJohansenFitter(calculate_variance=False).fit(durations, causes, cause)
        theirs = fitted.cumulative_density_.iloc[:, 0].reindex(np.arange(201), method="ffill").to_numpy()
        assert ours[:, cause - 1] == pytest.approx(theirs, abs=1e-9)
