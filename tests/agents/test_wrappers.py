"""Mixtures keep their member for an episode and change nothing else; the meta-game's strategy is near an equilibrium."""

import numpy as np
import pytest

from straits.agents import wrappers
from straits.agents.scripted import scripted
from straits.agents.wrappers import Assigned, Mixture, meta_strategy, regrets, values
from straits.envs.core.sampling import GameDraws
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


def test_the_strategy_of_rock_paper_scissors_with_unequal_stakes():
    pytest.importorskip("open_spiel")
    win = np.array([[0.0, -1.0, 2.0], [1.0, 0.0, -1.0], [-2.0, 1.0, 0.0]])
    strategy = meta_strategy(np.array([win, -win]))
    assert np.allclose(strategy[0], [0.25, 0.5, 0.25], atol=0.03)  # by hand: each reply to it is worth 0
    assert (regrets(np.array([win, -win]), strategy) < 0.06).all()


def test_a_dominant_member_is_found_among_three_actors():
    pytest.importorskip("open_spiel")
    payoffs = np.zeros((3, 2, 2, 2))
    for actor in range(3):
        payoffs[actor] = np.arange(2).reshape([2 if a == actor else 1 for a in range(3)])
    assert all(np.allclose(s, [0.0, 1.0]) for s in meta_strategy(payoffs))


def test_values_are_against_the_others_mixtures():
    payoffs = np.random.default_rng(0).normal(size=(3, 2, 3, 4))
    strategy = [np.array([0.5, 0.5]), np.array([0.2, 0.3, 0.5]), np.array([0.1, 0.2, 0.3, 0.4])]
    expected = np.einsum("abc,a,c->b", payoffs[1], strategy[0], strategy[2])
    assert np.allclose(values(payoffs, strategy)[1], expected)
    assert regrets(payoffs, strategy)[1] == pytest.approx(expected.max() - expected @ strategy[1])


def test_two_actors_with_members_that_play_alike_still_end_in_an_equilibrium():
    payoffs = np.random.default_rng(1).normal(size=(2, 4, 4))[:, [0, 0, 1, 2, 3, 3]][:, :, [0, 1, 1, 2, 3, 3]]
    strategy = meta_strategy(payoffs)
    assert (regrets(payoffs, strategy) < 1e-4).all() and max((s > 0).sum() for s in strategy) > 1


def test_two_actors_of_whom_one_has_a_single_member():
    assert [s.tolist() for s in meta_strategy(np.array([[[2.0]], [[-1.0]]]))] == [[1.0], [1.0]]
    strategy = meta_strategy(np.array([[[0.0, 1.0]], [[0.0, 3.0]]]))
    assert strategy[0].tolist() == [1.0] and np.allclose(strategy[1], [0.0, 1.0])


def test_paths_of_lemke_and_howson_are_nashpys():
    payoffs = np.random.default_rng(0).normal(size=(2, 5, 4))
    game = pytest.importorskip("nashpy").Game(*payoffs)
    for label in range(9):
        ours = wrappers._lemke_howson(*payoffs, label)
        assert all(np.array_equal(a, b) for a, b in zip(ours, game.lemke_howson(label), strict=True))


def test_members_that_play_alike_do_not_send_the_solver_in_circles():
    """With many copies of few members, rounding breaks some paths off; what others find is an equilibrium all the same."""
    pytest.importorskip("nashpy")
    draws, broken = np.random.default_rng(1), 0
    for _ in range(20):
        few, copies = draws.normal(size=(2, 4, 4)), draws.integers(0, 4, (2, 9))
        payoffs = np.stack([p[np.ix_(*copies)] for p in few]) + 1e-3 * draws.random((2, 9, 9))
        broken += sum(wrappers._lemke_howson(*payoffs, label) is None for label in range(18))
        spans = np.ptp(payoffs, axis=(1, 2))
        assert (wrappers.regrets(payoffs, wrappers.meta_strategy(payoffs)) < 0.02 * spans).all()
    assert broken > 0
