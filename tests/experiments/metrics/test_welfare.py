"""Welfare by hand, and its bound on real games."""

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs import load_scenario
from straits.experiments.metrics.welfare import least_returns, regret, root_nash
from straits.experiments.rollouts.rollout import play

LEAST = np.full(5, -10.0)


def test_the_status_quo_is_worth_one():
    still = np.array([[1.0, 2.0, 0.0, -3.0, 5.0]])
    assert root_nash(still, still, LEAST) == pytest.approx([1.0])
    assert regret(still, still).tolist() == [[0.0] * 5]


def test_the_geometric_mean_of_gains():
    status_quo = np.zeros((1, 5))  # a gain of 10 each
    returns = np.array([[0.0, 0.0, 0.0, 10.0, -5.0]])  # gains 1, 1, 1, 2 and 1/2 of that
    assert root_nash(returns, status_quo, LEAST) == pytest.approx([1.0])
    assert root_nash(np.full((1, 5), 10.0), status_quo, LEAST) == pytest.approx([2.0])
    assert root_nash(np.array([[90.0, 0, 0, 0, -10.0]]), status_quo, LEAST)[0] < 0.01  # one actor's ruin is no trade


def test_no_return_falls_below_the_bound():
    scenario = load_scenario("severe", parameters={"hazard_rate": 0.1})
    games = play(scenario, [scripted("hawk")] * 5, 64, 1)
    assert games.conflict.mean() > 0.5 and (games.returns >= least_returns(scenario)).all()


def test_a_return_below_the_bound_is_named():
    with pytest.raises(ValueError, match="expected none below the least returns"):
        root_nash(np.full((1, 5), -11.0), np.zeros((1, 5)), LEAST)
