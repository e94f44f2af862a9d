"""Scripted policies: they choose legal moves only, from nothing but observation, mask and draws, row by row."""

import numpy as np
import pytest

from straits.agents.scripted import DEFAULT, SCRIPTED, scripted
from straits.agents.utility import FEATURES, UtilityPolicy, weight_matrix
from straits.envs.core.rng import GameDraws
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CHINA, JAPAN, N_ACTORS, N_CHANNELS
from straits.envs.spec.moves import CHANNEL_OFFSET, MAY_EVER, MOVES, choice
from straits.experiments.rollouts.rollout import decide, play

GAMES = 40


def _midgame(turns: int = 6) -> Engine:
    engine = Engine(load_scenario("baseline"), GAMES)
    engine.reset(3)
    for _ in range(turns):
        engine.step(decide(engine, [scripted("random")] * N_ACTORS))
    return engine


@pytest.mark.parametrize("name", SCRIPTED)
def test_every_choice_is_legal(name: str) -> None:
    engine = _midgame()
    choices = decide(engine, [scripted(name)] * N_ACTORS)
    flat = choices + CHANNEL_OFFSET
    assert np.take_along_axis(engine.mask, flat.reshape(GAMES, N_ACTORS, N_CHANNELS), axis=2).all()


@pytest.mark.parametrize("name", SCRIPTED)
def test_a_row_decides_alike_whatever_the_batch(name: str) -> None:
    engine = _midgame()
    policy = scripted(name)
    whole = policy.act(engine.observation[:, CHINA], engine.mask[:, CHINA], GameDraws(engine.games, CHINA))
    for g in (0, 7, GAMES - 1):
        one = slice(g, g + 1)
        alone = policy.act(engine.observation[one, CHINA], engine.mask[one, CHINA], GameDraws(engine.games[one], CHINA))
        assert (alone[0] == whole[g]).all()


def test_draws_depend_on_the_game_and_the_seat_not_on_the_lane() -> None:
    engine = _midgame(1)
    drawn = GameDraws(engine.games, 0).random((GAMES, 5))
    swapped = GameDraws(engine.games[::-1].copy(), 0).random((GAMES, 5))
    assert (drawn == swapped[::-1]).all()
    assert (GameDraws(engine.games, 1).random((GAMES, 5)) != drawn).all()
    assert len(np.unique(drawn)) == drawn.size


def test_hold_holds_and_doves_never_deploy_forward() -> None:
    engine = _midgame()
    assert not decide(engine, [scripted("hold")] * N_ACTORS).any()
    deployments = {MOVES[n].name for n in np.unique(decide(engine, [scripted("dove")] * N_ACTORS)[..., 0])}
    assert deployments <= {"hold", "pull_back"}


def test_random_legal_uses_every_legal_move_in_the_end() -> None:
    engine = _midgame(1)
    seen = set()
    rng = np.random.default_rng(0)
    for _ in range(400):
        flat = scripted("random").act(engine.observation[:1, JAPAN], engine.mask[:1, JAPAN], rng)[0] + CHANNEL_OFFSET
        seen |= set(flat.tolist())
    assert seen == set(np.flatnonzero(engine.mask[0, JAPAN]).tolist())


def test_a_tit_for_tat_answers_a_provocation_and_is_calm_without_one() -> None:
    engine = Engine(load_scenario("baseline"), 1)
    for provoked in (False, True):
        engine.reset(1)
        moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
        if provoked:
            moves[0, CHINA] = choice("patrol.east_china_sea", "denounce.japan")
        engine.step(moves)
        deployed, said, _ = decide(engine, [scripted("tit_for_tat")] * N_ACTORS)[0, JAPAN]
        assert (MOVES[CHANNEL_OFFSET[1] + said].kind.name == "denounce") == provoked
        assert (deployed > 0) == provoked


def test_a_grim_policy_goes_on_after_the_wrong_has_ended() -> None:
    played = play(load_scenario("baseline"), [scripted("grim")] * N_ACTORS, 100, 1)
    assert played.peak_rung.max() >= 3


def test_tables_name_only_moves_that_the_actor_has() -> None:
    for actor, table in DEFAULT.items():
        own = {MOVES[m].kind.name for m in np.flatnonzero(MAY_EVER[ACTORS.index(actor)])}
        particular = {k for k in table if not all(k in other for other in DEFAULT.values())}
        assert particular <= own, actor


@pytest.mark.parametrize("weights", [{"shout": {"one": 1.0}}, {"denounce": {"anger": 1.0}}])
def test_unknown_kinds_and_features_are_named(weights: dict[str, dict[str, float]]) -> None:
    with pytest.raises(ValueError, match=r"weights\.(shout|denounce\.anger): expected"):
        weight_matrix(weights)


def test_the_mask_must_fit_and_unknown_policies_are_named() -> None:
    engine = _midgame(1)
    with pytest.raises(ValueError, match="mask of shape"):
        scripted("default").act(engine.observation[:, 0], engine.mask[:3, 0], np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"policy='hawkish': expected one of random, hold"):
        scripted("hawkish")


def test_utility_is_the_weighted_sum_of_features() -> None:
    """By hand: at the first turn nobody is provoked, so a weight on `grievance_verbal` alone leaves 0 and a bias decides."""
    engine = Engine(load_scenario("baseline"), 1)
    engine.reset(0)
    rng = np.random.default_rng(0)
    for bias, expected in ((-0.1, False), (0.1, True)):
        policy = UtilityPolicy("one move", {"oppose": {"one": bias, "grievance_verbal": 5.0}}, noise=0.0)
        said = policy.act(engine.observation[:, CHINA], engine.mask[:, CHINA], rng)[0, 1]
        assert (said > 0) == expected
    assert len(set(FEATURES)) == len(FEATURES)
