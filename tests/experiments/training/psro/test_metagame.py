"""The meta-game's strategy is an equilibrium between two actors, and near one in easy games of three."""

import numpy as np
import pytest

pytest.importorskip("pygambit")
pytest.importorskip("open_spiel")
from straits.experiments.training.psro.metagame import meta_strategy, regrets, values


def test_the_strategy_of_rock_paper_scissors_with_unequal_stakes():
    win = np.array([[0.0, -1.0, 2.0], [1.0, 0.0, -1.0], [-2.0, 1.0, 0.0]])
    strategy = meta_strategy(np.array([win, -win]))
    assert np.allclose(strategy[0], [0.25, 0.5, 0.25], atol=0.03)  # by hand: each reply to it is worth 0
    assert (regrets(np.array([win, -win]), strategy) < 0.06).all()


def test_a_dominant_member_is_found_among_three_actors():
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


@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_members_that_play_alike_do_not_send_the_solver_in_circles(noise):
    """Members with a negligible share are dropped, hence the tolerance."""
    draws = np.random.default_rng(1)
    for _ in range(20):
        few, copies = draws.normal(size=(2, 4, 4)), draws.integers(0, 4, (2, 9))
        payoffs = np.stack([p[np.ix_(*copies)] for p in few]) + noise * draws.random((2, 9, 9))
        assert (regrets(payoffs, meta_strategy(payoffs)) < 0.02 * np.ptp(payoffs, axis=(1, 2))).all()
