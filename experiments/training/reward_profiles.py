"""Train with a reward profile: replace reward weights and private types, and apply risk aversion.

Risk aversion maximizes the expected exponential utility of a game's return instead of the return:

    u(G) = (1 - exp(-risk G)) / risk

This utility has constant absolute risk aversion (Pratt 1964; for Markov decision processes, Howard and Matheson 1972). With risk >
0 a gain weighs less than a loss of the same size, with risk < 0 more, and for risk -> 0 it is G itself. The reward of each turn is
the utility that it adds, u(G so far) - u(G before), so the undiscounted sum of a game is u(G). The result is an approximation, for
two reasons: a discounting learner weighs early turns more, and the observation does not contain G (Baeuerle and Rieder 2014 would
add it).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv, VecEnvWrapper

from straits.conf.schema import RewardProfileConfig
from straits.envs.scenarios.scenario import Scenario

LEARNERS: Final = "learners"  # key for all actors that learn
STEEPEST: Final = 30.0  # largest exponent: beyond it utility is linear, so that it stays finite


def apply_reward_profile(scenario: Scenario, profile: RewardProfileConfig, seats: Sequence[str]) -> Scenario:
    """Return the scenario with the reward weights and private types of a profile.

    Args:
        scenario: The scenario.
        profile: The profile.
        seats: Actors that learn.

    Raises:
        ValueError: If a value is out of range.
    """
    changes = {name: _rows(getattr(profile, name), seats) for name in ("weights", "types")}
    return scenario.with_(**changes) if any(changes.values()) else scenario


def _rows(settings: Mapping[str, Mapping[str, Any]], seats: Sequence[str]) -> list[dict[str, Any]]:
    """Return rows of a scenario file: the values for all learners, overridden by those of single actors."""
    merged: dict[str, dict[str, Any]] = {seat: dict(settings.get(LEARNERS, {})) for seat in seats}
    for actor, row in settings.items():
        if actor != LEARNERS:
            merged[actor] = {**merged.get(actor, {}), **row}
    return [{"of": actor, **row} for actor, row in merged.items() if row]


class RiskSensitive(VecEnvWrapper):
    """Replace each reward by the utility that the turn adds. `totals`: (slots,), return of each slot's game so far."""

    def __init__(self, venv: VecEnv, risk: float, scale: float = 1.0) -> None:
        """Wrap the games.

        Args:
            venv: The games.
            risk: Risk aversion per unit of return.
            scale: Factor by which the rewards of the games are already multiplied.
        """
        super().__init__(venv)
        self.risk = risk
        self.scale = scale
        self.totals = np.zeros(venv.num_envs)

    def reset(self) -> NDArray[np.float32]:
        """Start a new game in each slot."""
        self.totals[:] = 0.0
        observations = self.venv.reset()
        assert isinstance(observations, np.ndarray)
        return observations

    def step_wait(self) -> tuple[Any, NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Play one turn."""
        observations, rewards, dones, infos = self.venv.step_wait()
        after = self.totals + rewards / self.scale
        paid = self.scale * (utility(after, self.risk) - utility(self.totals, self.risk))
        self.totals = np.where(dones, 0.0, after)
        return observations, paid.astype(np.float32), dones, infos


def utility(returns: NDArray[np.float64], risk: float) -> NDArray[np.float64]:
    """Return u(G) of each return.

    Args:
        returns: (slots,), returns G.
        risk: Risk aversion per unit of return; at 0 the result is G itself.
    """
    if risk == 0.0:
        return returns
    exponent = -risk * returns
    steep = np.minimum(exponent, STEEPEST)
    beyond: NDArray[np.float64] = (exponent - steep) * np.exp(STEEPEST)
    return (-np.expm1(steep) - beyond) / risk
