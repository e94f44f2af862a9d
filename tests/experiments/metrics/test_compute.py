"""Escalation measures on a rollout made by hand, whose values are worked out in the comments."""

import numpy as np
import pytest

from straits.envs.spec.constants import CHINA, JAPAN, N_ACTORS, N_COMPONENTS, USA
from straits.envs.spec.moves import choice
from straits.experiments.metrics import rivera
from straits.experiments.metrics.per_game import MEASURES, first_at, first_steps, per_game, step_rungs, summarise, turns_to_step
from straits.experiments.rollouts.rollout import Games

# Game 0, turn 0: China flies (4 scorer, 12 chart) and denounces (12, 12); Japan summons (12, 12); the US arms Taiwan (4, 4).
#         turn 1: the US reassures China (-2, -2); nobody else moves.
# Game 1, turn 0: nothing. Turn 1 is not played.
FLIGHTS = choice("air_activity.taiwan_strait", "denounce.japan")


@pytest.fixture
def moves():
    played = np.zeros((2, 2, N_ACTORS, 3), np.int64)
    played[0, 0, CHINA] = FLIGHTS
    played[0, 0, JAPAN] = choice("summon.china")
    played[0, 0, USA] = choice("arms.taiwan")
    played[1, 0, USA] = choice("reassure.china")
    played[1, 1] = -1
    return played


def games_of(moves):
    n = moves.shape[1]
    return Games(
        conflict=np.array([False, True]),
        peak_tension=np.array([0.25, 0.75]),
        peak_rung=np.array([3, 6]),
        incidents=np.array([0, 2]),
        first=np.array([CHINA, -1]),
        turns=np.array([2, 1]),
        returns=np.arange(n * N_ACTORS, dtype=float).reshape(n, N_ACTORS),
        components=np.zeros((n, N_ACTORS, N_COMPONENTS)),
        moves=moves,
    )


def test_rivera_points_of_named_moves():
    one = np.array(FLIGHTS)
    assert rivera.points(one, "scorer").tolist() == [4, 12, 0]
    assert rivera.points(one, "chart").tolist() == [12, 12, 0]


def test_rivera_score_an_actor_turn(moves):
    assert rivera.score(moves, "scorer").tolist() == [(4 + 12 + 12 + 4 - 2) / 10, 0.0]  # 5 actors, 2 turns
    assert rivera.score(moves, "chart").tolist() == [(12 + 12 + 12 + 4 - 2) / 10, 0.0]


def test_rivera_score_by_actor(moves):
    by_actor = rivera.scores(moves)[0]
    assert by_actor[0].tolist() == [(4 - 2) / 2, 12 / 2, 16 / 2, 0, 0]
    assert by_actor.mean(axis=1) == pytest.approx(rivera.score(moves))


def test_rivera_score_a_step_taken(moves):
    assert rivera.score_per_move(moves).tolist() == [(4 + 12 + 12 + 4 - 2) / 5, 0.0]


def test_turns_after_the_end_count_for_nothing(moves):
    longer = np.concatenate([moves, np.full((5, 2, N_ACTORS, 3), -1)])
    assert (rivera.score(longer) == rivera.score(moves)).all()
    assert (first_steps(longer) == first_steps(moves)).all()


def test_who_takes_the_first_step(moves):
    assert first_steps(moves).tolist() == [[0, 0, 1, 0, 0], [0, 0, 0, 0, 0]]  # the flights are rung 3, a summons 2


def test_a_first_step_in_the_same_turn_is_shared(moves):
    moves[0, 0, USA] = choice("exercise.philippine_sea")
    moves[1, 0, JAPAN] = choice("exercise.east_china_sea")  # a turn too late
    assert first_steps(moves)[0].tolist() == [0.5, 0, 0.5, 0, 0]


def test_the_first_step_of_other_rungs(moves):
    rungs = step_rungs(moves)
    assert rungs[0, 0].tolist() == [1, 2, 3, 0, 0] and not rungs[1].any()
    assert first_at(rungs, 1)[0] == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0, 0]) and first_at(rungs, 2)[0, JAPAN] == 0.5
    assert not first_at(rungs, 4).any()


def test_turns_until_an_actors_first_step(moves):
    moves[1, 0, JAPAN] = choice("exercise.east_china_sea")
    assert turns_to_step(step_rungs(moves)).tolist() == [[-1, 2, 1, -1, -1], [-1] * N_ACTORS]


def test_measures_of_each_game(moves):
    found = per_game(games_of(moves))
    assert set(found) == set(MEASURES)
    assert found["conflict_rate"].tolist() == [0, 1]
    assert found["peak_rung"].tolist() == [3, 6]


def test_summary_has_an_interval_for_each_measure_return_and_first_step(moves):
    found = summarise(games_of(moves), seed=0, resamples=200)
    assert found["peak_tension"].estimate == 0.5
    assert found["conflict_rate"].estimate == 0.5 and found["conflict_rate"].high < 1
    assert found["return.usa"].estimate == 2.5
    assert found["first.china"].estimate == 0.5 and found["first.nobody"].estimate == 0.5
    assert all(i.low <= i.estimate <= i.high for i in found.values())


def test_bad_input_is_named(moves):
    with pytest.raises(ValueError, match="table='x': expected one of scorer, chart"):
        rivera.score(moves, "x")
    with pytest.raises(ValueError, match="keep_moves=True"):
        per_game(games_of(np.zeros((0, 2))))
