"""Escalating answers, counted by hand."""

import numpy as np
from numpy.typing import NDArray

from straits.envs.spec.constants import CHINA, JAPAN, USA
from straits.experiments.metrics.reciprocity import answers

NOBODY = np.full((1, 2), 5)


def game(turns: int, *steps: tuple[int, int, int, int]) -> NDArray[np.int8]:
    """Steps (turn from 0, actor, target, rung) of one game."""
    rung = np.zeros((1, turns, 5, 5), np.int8)
    for turn, actor, target, height in steps:
        rung[0, turn, actor, target] = height
    return rung


def counted(rung: NDArray[np.int8], played: int | None = None, conflict: bool = False) -> tuple[list[int], list[int]]:
    """Steps and answers by rung, 1 to 5, of Japan towards China."""
    turns = rung.shape[1]
    there = np.arange(turns)[None] < (turns if played is None else played)
    belligerents = np.array([[JAPAN, CHINA]]) if conflict else NOBODY
    found = answers(rung, there, np.array([conflict]), belligerents)
    return found.steps[0, :, JAPAN, CHINA].tolist(), found.answered[0, :, JAPAN, CHINA].tolist()


def test_only_a_higher_rung_within_five_turns_and_back_at_the_actor_is_an_answer() -> None:
    step = (0, JAPAN, CHINA, 2)
    assert counted(game(10, step, (5, CHINA, JAPAN, 3))) == ([0, 1, 0, 0, 0], [0, 1, 0, 0, 0])
    assert counted(game(10, step, (6, CHINA, JAPAN, 3)))[1] == [0] * 5  # too late
    assert counted(game(10, step, (0, CHINA, JAPAN, 3)))[1] == [0] * 5  # at the same time
    assert counted(game(10, step, (1, CHINA, JAPAN, 2)))[1] == [0] * 5  # no higher
    assert counted(game(10, step, (1, CHINA, USA, 5)))[1] == [0] * 5  # at somebody else


def test_a_step_too_late_to_be_answered_does_not_count() -> None:
    assert counted(game(10, (4, JAPAN, CHINA, 1)))[0] == [1, 0, 0, 0, 0]
    assert counted(game(10, (5, JAPAN, CHINA, 1)))[0] == [0] * 5
    assert counted(game(10, (4, JAPAN, CHINA, 1)), played=9)[0] == [0] * 5


def test_conflict_between_the_two_is_the_highest_answer_and_ends_the_wait() -> None:
    step = (7, JAPAN, CHINA, 5)
    assert counted(game(10, step), conflict=True) == ([0, 0, 0, 0, 1], [0, 0, 0, 0, 1])
    assert counted(game(10, (9, JAPAN, CHINA, 5)), conflict=True)[0] == [0] * 5  # in the turn of the conflict itself
    found = answers(game(10, step), np.ones((1, 10), np.bool_), np.array([True]), np.array([[USA, CHINA]]))
    assert (found.steps[0, 4, JAPAN, CHINA], found.answered[0, 4, JAPAN, CHINA]) == (1, 0)


def test_every_step_counts_for_itself() -> None:
    rung = game(12, (0, JAPAN, CHINA, 1), (1, JAPAN, CHINA, 1), (3, CHINA, JAPAN, 2), (4, CHINA, JAPAN, 1))
    assert counted(rung) == ([2, 0, 0, 0, 0], [2, 0, 0, 0, 0])
    found = answers(rung, np.ones((1, 12), np.bool_), np.array([False]), NOBODY)
    assert found.steps[0, :, CHINA, JAPAN].tolist() == [1, 1, 0, 0, 0] and not found.answered[0, :, CHINA].any()
