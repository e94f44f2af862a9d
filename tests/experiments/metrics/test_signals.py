"""Bluffs and kept words, on games written out by hand."""

import numpy as np
import pytest

from straits.envs.spec.constants import CHINA, N_ACTORS, TAIWAN, USA
from straits.envs.spec.moves import choice
from straits.experiments.metrics.signals import KINDS, consistency, signals

TURNS = 16


def played(steps=(), **said):
    """consistency() of one game. steps: (turn, actor, target) of rung 3; said: actor -> (turn, move)."""
    moves = np.zeros((1, TURNS, N_ACTORS, 3), int)
    for actor, (turn, move) in said.items():
        moves[0, turn, {"usa": USA, "china": CHINA, "taiwan": TAIWAN}[actor]] = choice(move)
    rung = np.zeros((1, TURNS, N_ACTORS, N_ACTORS), np.int8)
    for turn, i, j in steps:
        rung[0, turn, i, j] = 3
    return consistency(moves, rung, provoked(), np.ones((1, TURNS), bool), seed=1)


def provoked():
    """A pledge for Taiwan provokes China; nothing else is needed here."""
    from straits.envs.spec.moves import MOVE_INDEX

    table = np.zeros((N_ACTORS, len(MOVE_INDEX), N_ACTORS), bool)
    table[USA, MOVE_INDEX["pledge.taiwan"], CHINA] = True
    return table


def test_a_threat_that_is_called_and_not_kept_is_a_bluff():
    told = played([(4, TAIWAN, CHINA)], china=(2, "threaten.taiwan"))["threat"]
    assert (told.sent, told.called, told.bluff_rate.estimate) == (1, 1, 1.0)


def test_a_threat_that_is_kept_is_none():
    told = played([(4, TAIWAN, CHINA), (6, CHINA, TAIWAN)], china=(2, "threaten.taiwan"))["threat"]
    assert (told.called, told.bluff_rate.estimate) == (1, 0.0)
    late = played([(4, TAIWAN, CHINA), (8, CHINA, TAIWAN)], china=(2, "threaten.taiwan"))["threat"]
    assert late.bluff_rate.estimate == 1.0  # four turns from the call on: 4, 5, 6, 7


def test_a_threat_that_nobody_tests_is_not_called():
    told = played([(7, TAIWAN, CHINA)], china=(2, "threaten.taiwan"))["threat"]  # five turns later
    assert (told.sent, told.called) == (1, 0) and np.isnan(told.bluff_rate.estimate)


def test_a_pledge_is_called_by_a_step_against_the_client_and_kept_by_one_against_the_rival():
    told = played([(3, CHINA, TAIWAN)], usa=(2, "pledge.taiwan"))["pledge"]
    assert (told.sent, told.called, told.bluff_rate.estimate) == (1, 1, 1.0)
    kept = played([(3, CHINA, TAIWAN), (5, USA, CHINA)], usa=(2, "pledge.taiwan"))["pledge"]
    assert kept.bluff_rate.estimate == 0.0


def test_a_signal_whose_turns_are_cut_off_is_left_out():
    told = played([(14, TAIWAN, CHINA)], china=(13, "threaten.taiwan"))["threat"]
    assert (told.sent, told.called) == (1, 0)


def test_how_often_steps_follow_is_set_against_turns_without_a_signal():
    told = played([(4, CHINA, TAIWAN)], china=(2, "threaten.taiwan"))["threat"]
    assert told.follow_rate.estimate == 1.0
    # Of turns 0 to 11, without turn 2, a step follows within four turns of 0, 1 and 3.
    assert told.base_rate.estimate == pytest.approx(3 / 11)


def test_signals_name_their_rival_and_client():
    moves = np.zeros((1, 1, N_ACTORS, 3), int)
    moves[0, 0, USA] = choice("pledge.taiwan")
    addressed, client = signals(moves, provoked(), KINDS["pledge"])
    assert np.argwhere(addressed[0, 0]).tolist() == [[USA, CHINA]] and client[0, 0, USA] == TAIWAN
