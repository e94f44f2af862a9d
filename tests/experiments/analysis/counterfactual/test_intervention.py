"""What if: a game comes back as it was, paired futures, no effect of no change, and effects that are known beforehand."""

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CHINA, JAPAN, N_ACTORS, N_CHANNELS, PAIRS
from straits.envs.spec.moves import choice
from straits.experiments.analysis.counterfactual.intervention import MEASURES, what_if
from straits.experiments.rollouts.trajectory import Trajectory, record
from straits.experiments.utils.statistics import wilson

DEFAULTS = [scripted("default")] * N_ACTORS
HOLDING = [scripted("hold")] * N_ACTORS
CERTAIN = {"incident_rate": 0, "leak_rate": 0, "disaster_rate": 0}  # nothing by chance but conflict
PLEDGE = record(load_scenario("replay_2021_11_30"), DEFAULTS, seed=6)


def one_turn(**parameters: float) -> Trajectory:
    """China exercises in the strait, everyone else is idle, and the game is over."""
    moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
    moves[0, CHINA] = choice("exercise.taiwan_strait")
    return Trajectory(load_scenario("baseline", horizon=1, parameters={**CERTAIN, **parameters}), 7, 0, moves)


def test_a_recorded_game_comes_back_as_it_was() -> None:
    engine = Engine(PLEDGE.scenario, 1)
    engine.reset(6)
    for turn, moves in enumerate(PLEDGE.moves):
        assert PLEDGE.at(turn).games.tobytes() == engine.games.tobytes()
        engine.step(moves[None])
        np.testing.assert_array_equal(engine.games["moves"][0], moves)  # as accepted then
    assert engine.outcome[0] != 0


def test_the_moves_of_a_dated_event_are_made_whatever_the_policies_say() -> None:
    played = record(PLEDGE.scenario, HOLDING, 1)
    assert [(m.turn, m.words(played.moves)) for m in played.steps()] == [(0, "japan pledge_unofficial.taiwan")]


@pytest.mark.parametrize(("turn", "actor", "move"), [(0, "japan", "pledge_unofficial.taiwan"), (1, "china", "summon_urgent.japan")])
def test_a_move_in_its_own_place_changes_exactly_nothing(turn: int, actor: str, move: str) -> None:
    found = what_if(PLEDGE, turn, actor, move, DEFAULTS, 50)
    assert found.recorded == found.changed
    assert all(effect == (0.0, 0.0, 0.0) for effect in found.effects.values())


def test_the_effect_on_the_chance_of_conflict_is_the_one_that_was_planted() -> None:
    """Without incidents the hazard of a turn is certain once its moves are."""
    played = one_turn(hazard_rate=1)
    expected = []
    for moves in (played.moves[0], np.zeros_like(played.moves[0])):
        engine = played.begin()
        engine.step(moves[None])
        hazard = sum(engine.games["hazard"][0, i, j] for i, j in PAIRS)
        expected.append(hazard / (1 + hazard))
    found = what_if(played, 0, "china", "hold", HOLDING, 1000)
    assert found.effects["conflict"].estimate == pytest.approx(expected[1] - expected[0], abs=1e-12)
    assert expected[1] < expected[0] - 0.01
    for half, chance in zip((found.before, found.after), expected, strict=True):  # and conflicts come as often as the chance says
        assert not wilson(int(half["conflicts"].sum()), 1000, confidence=0.999).apart_from(chance)


def test_the_effect_on_returns_and_rungs_is_the_one_that_was_planted() -> None:
    played = one_turn(hazard_rate=0)
    rewards = []
    for moves in (played.moves[0], np.zeros_like(played.moves[0])):
        engine = played.begin()
        engine.step(moves[None])
        rewards.append(engine.reward[0].copy())
    found = what_if(played, 0, "china", "nothing", HOLDING, 20)
    for n, actor in enumerate(ACTORS):
        assert found.effects[f"return.{actor}"].estimate == pytest.approx(rewards[1][n] - rewards[0][n], abs=1e-12)
    assert found.effects["peak_rung"] == (-5.0, -5.0, -5.0)


def test_the_chance_of_conflict_has_the_share_of_conflicts_as_its_mean() -> None:
    found = what_if(
        record(load_scenario("severe"), [scripted("hawk")] * N_ACTORS, 3), 0, "japan", "nothing", [scripted("hawk")] * N_ACTORS
    )
    for half in (found.before, found.after):
        apart = half["conflicts"] - half["conflict"]  # the sum of a game's chances varies between games too
        assert abs(apart.mean()) < 3.3 * apart.std() / len(apart) ** 0.5
        assert 0.1 < half["conflicts"].mean() <= 1


def test_common_random_numbers_narrow_the_effect() -> None:
    paired = what_if(PLEDGE, 0, "japan", "silence", DEFAULTS, 400)
    other = what_if(PLEDGE, 0, "japan", "silence", DEFAULTS, 400, first=400)  # the same halves in other futures
    for measure in ("conflict", "peak_tension", "return.china"):
        together = np.var(paired.after[measure] - paired.before[measure])
        apart = np.var(other.after[measure] - paired.before[measure])
        assert together < apart / 2, measure


def test_removing_the_pledge_lowers_tension_and_conflict_and_helps_japan_and_taiwan() -> None:
    found = what_if(PLEDGE, 0, "japan", "silence", DEFAULTS, 400)
    assert found.effects["peak_tension"].high < 0 and found.effects["conflict"].high < 0
    assert found.effects["return.japan"].low > 0 and found.effects["return.taiwan"].low > 0
    assert set(found.effects) == set(MEASURES)


def test_the_same_futures_give_the_same_numbers_and_more_copies_keep_the_first() -> None:
    one, more = (what_if(PLEDGE, 1, "china", "none", DEFAULTS, copies) for copies in (40, 60))
    np.testing.assert_array_equal(one.after["return.usa"], more.after["return.usa"][:40])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((52, "japan", "silence"), r"turn=52: expected 0\.\.51, of a game of 52 turns"),
        ((0, "korea", "silence"), "actor='korea': expected one of usa"),
        ((0, "japan", "shout"), "move='shout': expected one of the names"),
        ((0, "japan", "warn.usa"), "move='warn.usa': expected one that was legal then"),
        ((0, "japan", "silence", DEFAULTS, 1), "copies=1: expected at least 2"),
    ],
)
def test_bad_questions_are_named(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        what_if(PLEDGE, *arguments, *[DEFAULTS][len(arguments) - 3 :])  # type: ignore[arg-type]


def test_moves_that_are_no_games_are_named() -> None:
    with pytest.raises(ValueError, match=r"moves of shape \(3, 5\)"):
        Trajectory(load_scenario("baseline"), 1, 0, np.zeros((3, N_ACTORS), np.int64))
    with pytest.raises(ValueError, match="moves from -1 to -1"):
        Trajectory(load_scenario("baseline"), 1, 0, np.full((1, N_ACTORS, N_CHANNELS), -1, np.int64))
    assert PLEDGE.moves[0, JAPAN, 1] > 0
