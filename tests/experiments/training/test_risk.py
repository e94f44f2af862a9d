"""Sensitivity to risk: a game's pay is the exponential utility of its return, whatever way it came."""

import numpy as np
import pytest

from straits.envs.scenarios.scenario import load_scenario

pytest.importorskip("stable_baselines3")
from straits.envs.api.sb3_vec_env import StraitsSB3VecEnv
from straits.experiments.training.reward_profiles import STEEPEST, RiskSensitive, utility

RETURNS = np.linspace(-60, 20, 81)


@pytest.mark.parametrize("risk", [-0.05, 0.05, 0.2])
def test_utility_rises_and_bends_as_aversion_says(risk):
    found = utility(RETURNS, risk)
    assert (np.diff(found) > 0).all() and utility(np.zeros(1), risk) == 0.0
    assert (np.sign(np.diff(found, 2)) == -np.sign(risk)).all()
    small = np.array([1e-6])
    assert utility(small, risk) == pytest.approx(small, rel=1e-4)


def test_aversion_is_the_same_at_every_return():
    """Pratt's measure -u''/u' is `risk` itself."""
    h, risk = 1e-3, 0.1
    up, here, down = (utility(np.array([-5.0, 0.0, 5.0]) + d, risk) for d in (h, 0.0, -h))
    measured = -((up - 2 * here + down) / h**2) / ((up - down) / (2 * h))
    assert measured == pytest.approx(np.full(3, risk), rel=1e-3)


def test_no_risk_is_the_return_itself():
    assert (utility(RETURNS, 0.0) == RETURNS).all()
    assert np.abs(utility(RETURNS, 1e-9) - RETURNS).max() < 1e-5


def test_utility_stays_finite_and_rises_where_the_exponent_is_steep():
    far = np.array([-1e6, -2 * STEEPEST / 0.5, -STEEPEST / 0.5 - 1e-3, -STEEPEST / 0.5 + 1e-3])
    found = utility(far, 0.5)
    assert np.isfinite(found).all() and (np.diff(found) > 0).all()


@pytest.mark.parametrize("scale", [1.0, 0.2])
def test_the_pay_of_a_game_is_the_utility_of_its_return(scale):
    def games():
        made = StraitsSB3VecEnv(load_scenario("severe", horizon=7), 5, reward_scale=scale)
        made.seed(4)
        return made

    plain, sensitive = games(), RiskSensitive(games(), 0.1, scale)
    assert (plain.reset() == sensitive.reset()).all()
    rng, total, paid = np.random.default_rng(0), np.zeros(25), np.zeros(25)
    ends = 0
    for _ in range(21):
        moves = rng.integers(0, [27, 40, 64], (25, 3))
        (_, rewards, dones, infos), (_, pay, _, _) = plain.step(moves), sensitive.step(moves)
        total, paid = total + rewards / scale, paid + pay / scale
        if dones.any():
            ends += 1
            assert paid[dones] == pytest.approx(utility(total, 0.1)[dones], rel=1e-4, abs=1e-4)
            told = [info["episode_return"] for info in infos if "episode_return" in info]
            assert told == pytest.approx(total[dones], rel=1e-4, abs=1e-4)  # what is reported stays the return
            total[dones] = paid[dones] = 0.0
    assert ends >= 3 and (sensitive.totals == 0.0).all()
