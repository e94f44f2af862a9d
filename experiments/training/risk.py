"""Sensitivity to risk: what the learner maximises is the expected exponential utility of a game's return, not the return.

    u(G) = (1 - exp(-risk G)) / risk

has constant absolute risk aversion (Pratt 1964; of a Markov decision process, Howard and Matheson 1972): with risk > 0 a gain
weighs less than a loss of its size, with risk < 0 more, and risk -> 0 is G itself. Each turn is paid the utility that it adds,
u(G so far) - u(G before), so that a game's undiscounted sum is u(G). A learner that discounts weighs early turns more, and the
observation does not tell G (Baeuerle and Rieder 2014 would add it), so what is learned is an approximation.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv, VecEnvWrapper

STEEPEST: Final = 30.0  # of the exponent: beyond it utility goes on in a straight line, so that it stays finite


class RiskSensitive(VecEnvWrapper):
    """Pays the utility that each turn adds instead of its reward. `totals` (slots,) is the return of each slot's game so far."""

    def __init__(self, venv: VecEnv, risk: float, scale: float = 1.0) -> None:
        """`risk` is per unit of return; `scale` is what the rewards of the games have been multiplied with."""
        super().__init__(venv)
        self.risk = risk
        self.scale = scale
        self.totals = np.zeros(venv.num_envs)

    def reset(self) -> NDArray[np.float32]:
        """Start every game anew."""
        self.totals[:] = 0.0
        seen = self.venv.reset()
        assert isinstance(seen, np.ndarray)
        return seen

    def step_wait(self) -> tuple[Any, NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Play the turn."""
        seen, rewards, dones, infos = self.venv.step_wait()
        after = self.totals + rewards / self.scale
        paid = self.scale * (utility(after, self.risk) - utility(self.totals, self.risk))
        self.totals = np.where(dones, 0.0, after)
        return seen, paid.astype(np.float32), dones, infos


def utility(returns: NDArray[np.float64], risk: float) -> NDArray[np.float64]:
    """u(G) of each return, itself where risk is 0."""
    if risk == 0.0:
        return returns
    exponent = -risk * returns
    steep = np.minimum(exponent, STEEPEST)
    beyond: NDArray[np.float64] = (exponent - steep) * np.exp(STEEPEST)
    return (-np.expm1(steep) - beyond) / risk
