"""Speed of learning: Stable-Baselines3 on our games, on a VecEnv of the same shapes that does nothing, and through SuperSuit."""

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
MOMENT: Final = 10  # turns into its games at which the null stands still
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
    """Does nothing, in the shapes of StraitsSB3VecEnv, and truncates games as often: what a learner costs by itself.

    It shows one moment of real games for ever: masks that close nothing would let MaskablePPO compute faster than it does on real
    ones.
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
        """The observations that it always shows."""
        return self._seen

    def step_async(self, actions: NDArray[Any]) -> None:
        """Nothing."""

    def step_wait(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """The same observations, no reward, and truncations at the horizon."""
        self._left -= 1
        dones = self._left == 0
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for slot in np.flatnonzero(dones):
            infos[slot] = {"TimeLimit.truncated": True, "terminal_observation": self._seen[slot]}
        self._left[dones] = self._horizon
        return self._seen, np.zeros(self.num_envs, np.float32), dones, infos

    def close(self) -> None:
        """Nothing."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The attribute, for every slot."""
        return [getattr(self, attr_name)] * self.num_envs

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Nothing."""

    def env_method(self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any) -> Any:
        """The masks that it always shows."""
        return self._masks

    def action_masks(self) -> NDArray[np.int8]:
        """The same; SB3 looks whether it is there."""
        return self._masks

    def env_is_wrapped(self, wrapper_class: type[Any], indices: Any = None) -> list[bool]:
        """It is not."""
        return [False] * self.num_envs


class Learner:
    """A learner that can be asked, update by update, how fast it collects and how fast it is from end to end."""

    def __init__(self, name: str, envs: VecEnv, **changes: Any) -> None:
        self._clock = _Clock()
        self._model = LEARNERS[name]("MlpPolicy", envs, **{**SETTINGS, **changes})
        self._steps = self._model.n_steps * envs.num_envs

    def update(self) -> tuple[float, float]:
        """Agent-steps a second over one more update: collection alone, and all of it."""
        began = time.perf_counter()
        self._model.learn(self._steps, [BatchedBootstrap(), self._clock], log_interval=2**62, reset_num_timesteps=False)
        return self._steps / self._clock.spent, self._steps / (time.perf_counter() - began)


def shares_of_null(name: str, repeats: int) -> dict[str, float]:
    """Rates of a learner on our games and on the null's, in turns, and the median ratios."""
    horizon = load_scenario("baseline").horizon
    ours, null = (
        Learner(name, StraitsSB3VecEnv("baseline", GAMES, random_initial_step=True)),
        Learner(name, NullVecEnv(GAMES, horizon)),
    )
    pairs = [(ours.update(), null.update()) for _ in range(repeats + 1)][1:]  # the first compiles and warms
    collection, whole = (_columns(pairs, n) for n in (0, 1))
    return {
        "collection_steps_per_s": float(np.median(collection[0])),
        "steps_per_s": float(np.median(whole[0])),
        "null_collection_steps_per_s": float(np.median(collection[1])),
        "null_steps_per_s": float(np.median(whole[1])),
        "collection_share_of_null": float(np.median(collection[0] / collection[1])),
        "share_of_null": float(np.median(whole[0] / whole[1])),
    }


def supersuit_collection(repeats: int, n_steps: int = 16) -> float | None:
    """Agent-steps a second that PPO collects through SuperSuit's conversion of the Parallel API; None without SuperSuit."""
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
    """Times the collection of one rollout."""

    spent = 0.0

    def _on_rollout_start(self) -> None:
        self._began = time.perf_counter()

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        self.spent = time.perf_counter() - self._began
