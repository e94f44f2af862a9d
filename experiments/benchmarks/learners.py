"""Measure the speed of learning: Stable-Baselines3 on our games, on an empty VecEnv of the same shapes, and with SuperSuit."""

import importlib
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sb3_contrib import MaskablePPO
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm
from stable_baselines3.common.vec_env import VecEnv

from straits.agents.scripted import RandomLegal
from straits.envs.api.parallel import parallel_env
from straits.envs.api.sb3_vec_env import StraitsSB3VecEnv
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import N_ACTORS
from straits.experiments.training.callbacks import BatchedBootstrap

GAMES: Final = 103  # 515 slots
N_STEPS: Final = 128
MOMENT: Final = 10  # turn of real games whose observations and masks NullVecEnv repeats
LEARNERS: Final[dict[str, type[OnPolicyAlgorithm]]] = {"ppo": PPO, "maskable_ppo": MaskablePPO}
SETTINGS: Final[dict[str, Any]] = {
    "n_steps": N_STEPS,
    "batch_size": 8 * GAMES * N_ACTORS,  # 4120, a divisor of every rollout
    "n_epochs": 4,
    "policy_kwargs": {"net_arch": [64, 64]},
    "seed": 0,
    "device": "cpu",
}


class NullVecEnv(VecEnv):
    """An empty VecEnv with the shapes of StraitsSB3VecEnv, to measure the cost of a learner itself.

    It truncates games as often, and repeats one moment of real games. With masks that exclude nothing, MaskablePPO would compute
    faster than on real masks.

    Args:
        games: Number of games.
        horizon: Turns of a game.
    """

    render_mode: str | None = None

    def __init__(self, games: int, horizon: int) -> None:
        like = StraitsSB3VecEnv("baseline", games)
        like.seed(0)
        self._seen, rng = like.reset(), np.random.default_rng(0)
        for _ in range(MOMENT):
            like.step_async(RandomLegal().act(self._seen, like.action_masks(), rng))
            self._seen = like.step_wait()[0]
        self._masks = like.action_masks()
        self._left = np.repeat(1 + np.arange(games) * horizon // games, N_ACTORS)  # (slots,) turns, spread over the horizon
        self._horizon = horizon
        super().__init__(like.num_envs, like.observation_space, like.action_space)

    def reset(self) -> NDArray[np.float32]:
        """Return the constant observations."""
        return self._seen

    def step_async(self, actions: NDArray[Any]) -> None:
        """Do nothing."""

    def step_wait(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Return constant observations, no reward, and truncations at the horizon."""
        self._left -= 1
        dones = self._left == 0
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for slot in np.flatnonzero(dones):
            infos[slot] = {"TimeLimit.truncated": True, "terminal_observation": self._seen[slot]}
        self._left[dones] = self._horizon
        return self._seen, np.zeros(self.num_envs, np.float32), dones, infos

    def close(self) -> None:
        """Do nothing."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Return the attribute for each slot."""
        return [getattr(self, attr_name)] * self.num_envs

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Do nothing."""

    def env_method(self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any) -> Any:
        """Return the constant masks."""
        return self._masks

    def action_masks(self) -> NDArray[np.int8]:
        """Return the constant masks. SB3 checks that the method exists."""
        return self._masks

    def env_is_wrapped(self, wrapper_class: type[Any], indices: Any = None) -> list[bool]:
        """Return False for each slot."""
        return [False] * self.num_envs


class Learner:
    """A learner whose speed of collection and end-to-end speed are measured update by update.

    Args:
        name: A key of LEARNERS.
        envs: The games.
        changes: Changes of SETTINGS.
    """

    def __init__(self, name: str, envs: VecEnv, **changes: Any) -> None:
        self._clock = _Clock()
        self._model = LEARNERS[name]("MlpPolicy", envs, **{**SETTINGS, **changes})
        self._steps = self._model.n_steps * envs.num_envs

    def update(self) -> tuple[float, float]:
        """Return the agent-steps per second of one more update: collection alone, and end to end."""
        began = time.perf_counter()
        self._model.learn(self._steps, [BatchedBootstrap(), self._clock], log_interval=2**62, reset_num_timesteps=False)
        return self._steps / self._clock.spent, self._steps / (time.perf_counter() - began)


def shares_of_null(name: str, repeats: int) -> dict[str, float]:
    """Measure a learner on our games and on an empty VecEnv, alternately.

    Args:
        name: A key of LEARNERS.
        repeats: Number of pairs of measurements.

    Returns:
        Median rates, and median ratios of pairs.
    """
    horizon = load_scenario("baseline").horizon
    ours, null = (
        Learner(name, StraitsSB3VecEnv("baseline", GAMES, random_initial_step=True)),
        Learner(name, NullVecEnv(GAMES, horizon)),
    )
    pairs = [(ours.update(), null.update()) for _ in range(repeats + 1)][1:]  # the first compiles and warms
    collection, end_to_end = (_columns(pairs, n) for n in (0, 1))
    return {
        "collection_steps_per_s": float(np.median(collection[0])),
        "steps_per_s": float(np.median(end_to_end[0])),
        "null_collection_steps_per_s": float(np.median(collection[1])),
        "null_steps_per_s": float(np.median(end_to_end[1])),
        "collection_share_of_null": float(np.median(collection[0] / collection[1])),
        "share_of_null": float(np.median(end_to_end[0] / end_to_end[1])),
    }


def supersuit_collection(repeats: int, n_steps: int = 16) -> float | None:
    """Return PPO's agent-steps per second of rollouts with SuperSuit's conversion of the Parallel API; None if not installed."""
    try:
        supersuit = importlib.import_module("supersuit")
    except ImportError:
        return None
    one = supersuit.pettingzoo_env_to_vec_env_v1(parallel_env("baseline"))
    envs = supersuit.concat_vec_envs_v1(one, GAMES, num_cpus=1, base_class="stable_baselines3")
    learner = Learner("ppo", envs, n_steps=n_steps, seed=None)  # it cannot be seeded
    return float(np.median([learner.update()[0] for _ in range(repeats + 1)][1:]))


def _columns(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]], n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    return np.array([ours[n] for ours, _ in pairs]), np.array([null[n] for _, null in pairs])


class _Clock(BaseCallback):
    """Time the collection of one rollout."""

    spent = 0.0

    def _on_rollout_start(self) -> None:
        self._began = time.perf_counter()

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        self.spent = time.perf_counter() - self._began
