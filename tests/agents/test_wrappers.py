"""Mixtures keep their member for an episode and change nothing else."""

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.agents.wrappers import Assigned, Mixture
from straits.envs.core.rng import GameDraws
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine

SCENARIO = load_scenario("baseline", horizon=4)
TWO = [scripted("hawk"), scripted("random")]


def games(n=64, seed=3):
    engine = Engine(SCENARIO, n)
    engine.reset(seed)
    return engine


def choose(policy, engine, seat=1):
    return policy.act(engine.observation[:, seat], engine.mask[:, seat], GameDraws(engine.games, seat))


def test_a_mixture_of_one_plays_as_its_member():
    engine = games()
    for policy in TWO:
        assert (choose(Mixture("m", [policy], [1.0]), engine) == choose(policy, engine)).all()


def test_each_row_is_what_its_member_would_have_chosen_alone():
    engine, mixture = games(), Mixture("m", TWO, [0.3, 0.7])
    drawn = mixture.drawn(GameDraws(engine.games, 1).lasting())
    alone = np.stack([choose(policy, engine) for policy in TWO])
    assert set(drawn) == {0, 1}
    assert (choose(mixture, engine) == alone[drawn, np.arange(len(engine))]).all()


def test_the_member_stays_for_the_episode_and_is_drawn_anew_for_the_next():
    engine, mixture = games(400), Mixture("m", TWO, [0.5, 0.5])
    drawn = [mixture.drawn(GameDraws(engine.games, 1).lasting())]
    engine.step(np.zeros((400, 5, 3), np.int64))
    drawn.append(mixture.drawn(GameDraws(engine.games, 1).lasting()))
    engine.restart(np.ones(400, bool))
    drawn.append(mixture.drawn(GameDraws(engine.games, 1).lasting()))
    assert (drawn[0] == drawn[1]).all() and (drawn[0] != drawn[2]).any()


def test_seats_draw_their_members_apart():
    engine = games(400)
    assert not (GameDraws(engine.games, 0).lasting() == GameDraws(engine.games, 1).lasting()).any()


def test_a_mixture_does_not_depend_on_the_batch():
    mixture, many, few = Mixture("m", TWO, [0.5, 0.5]), games(64), games(5)
    assert (choose(mixture, many)[:5] == choose(mixture, few)).all()


def test_members_are_drawn_by_weight():
    mixture = Mixture("m", [*TWO, scripted("dove")], [0.2, 0.0, 0.8])
    counts = np.bincount(mixture.drawn(GameDraws(games(20_000).games, 0).lasting()), minlength=3) / 20_000
    assert counts[1] == 0 and counts[0] == pytest.approx(0.2, abs=0.015)
    assert mixture.drawn(np.array([1.0 - 1e-12])).tolist() == [2]


@pytest.mark.parametrize("weights", [[0.5], [0.5, 0.6], [-0.1, 1.1], [[0.5, 0.5]], [float("nan"), 1.0]])
def test_weights_that_are_no_shares_are_named(weights):
    with pytest.raises(ValueError, match="expected 2 shares that sum to 1"):
        Mixture("m", TWO, weights)


def test_a_generator_cannot_keep_a_member():
    engine = games()
    with pytest.raises(ValueError, match="rng=Generator: expected GameDraws"):
        Mixture("m", TWO, [0.5, 0.5]).act(engine.observation[:, 0], engine.mask[:, 0], np.random.default_rng(0))


def test_assigned_members_play_their_games():
    engine, which = games(), np.arange(64) % 2
    alone = np.stack([choose(policy, engine) for policy in TWO])
    assert (choose(Assigned(TWO, which), engine) == alone[which, np.arange(64)]).all()
