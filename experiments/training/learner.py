"""An algorithm of Stable-Baselines3 over its games, advanced an update at a time, so that a run can stop and go on between two."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from sb3_contrib import MaskablePPO
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm
from stable_baselines3.common.vec_env import VecEnv

from straits.agents.base import Choices, Masks, Observations, Policy, Rng
from straits.agents.network import Network, NetworkPolicy
from straits.agents.sb3 import ACTIVATIONS, linear_layers, network_of
from straits.conf.schema import AgentConfig, AlgorithmConfig, EnvConfig
from straits.envs.api.actions import N_FLAT
from straits.envs.api.sb3_vec_env import StraitsSB3VecEnv
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.moves import OFFSETS
from straits.experiments.training.callbacks import (
    BatchedBootstrap,
    EndAtHorizon,
    FiniteCheck,
    Progress,
    Schedule,
    Update,
    require_finite,
)
from straits.experiments.training.central_critic import CentralMaskablePolicy, CentralPolicy
from straits.experiments.training.risk import RiskSensitive

LEARNERS: Final[dict[str, type[BaseAlgorithm]]] = {"maskable_ppo": MaskablePPO, "ppo": PPO, "a2c": A2C, "dqn": DQN}
NEVER: Final = 2**62  # updates between SB3's own logs
OFF_POLICY_TURNS: Final = 52  # what counts as an update of an algorithm that learns all the time


class Frozen:
    """A learner as it was when it was last frozen: who the others meet in its seat."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.policy: Policy | None = None

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """What that self chooses."""
        assert self.policy is not None  # frozen before anything is played
        return self.policy.act(observation, mask, rng)


class Learner:
    """A policy that learns. `name`: what tables and folders call it; `algorithm`: how long it learns, and whether it values
    games that reach the horizon as if they went on."""

    def __init__(self, name: str, model: BaseAlgorithm, algorithm: AlgorithmConfig, frozen: "Frozen | None" = None) -> None:
        """`frozen`: the self that other learners meet, if any do."""
        self.name = name
        self.frozen = frozen
        self.model = model
        self.total = algorithm.total_timesteps
        self.bootstrap = algorithm.bootstrap
        self.seconds = 0.0  # of learning
        self.updates: list[Update] = []
        self._progress = Progress()

    @property
    def games(self) -> StraitsSB3VecEnv:
        """The games it learns from, without what is wrapped around them."""
        assert self.model.env is not None
        found = self.model.env.unwrapped
        assert isinstance(found, StraitsSB3VecEnv)
        return found

    @property
    def seats(self) -> tuple[str, ...]:
        """The actors it plays."""
        return self.games.seats

    @property
    def done(self) -> bool:
        """Whether it has learned from as many decisions as it may."""
        return self.model.num_timesteps >= self.total

    def advance(self) -> Update:
        """Play and learn for one update. FloatingPointError where it leaves a number that is not finite."""
        began = time.perf_counter()
        try:
            self.model.learn(
                self._steps(),
                callback=[*self._horizon(), FiniteCheck(), Schedule(self.total), self._progress],
                log_interval=NEVER,
                reset_num_timesteps=False,
            )
        except ValueError:  # torch's own check of a distribution's parameters, if weights went wrong within an update
            require_finite(self.model)
            raise
        self.seconds += time.perf_counter() - began
        self.updates.append(self._progress.update(self.seconds))
        return self.updates[-1]

    def network(self) -> Network:
        """The part that acts, as it is now."""
        return network_of(self.model.policy)

    def freeze(self) -> None:
        """Let the others meet what it is now."""
        if self.frozen is not None:
            self.frozen.policy = NetworkPolicy(self.name, self.network())

    def _horizon(self) -> list[BaseCallback]:
        """What becomes of games that reach it; SB3 itself bootstraps where an algorithm learns from a buffer."""
        if not self.bootstrap:
            return [EndAtHorizon()]
        return [BatchedBootstrap()] if isinstance(self.model, OnPolicyAlgorithm) else []

    def _steps(self) -> int:
        """Decisions in an update."""
        assert self.model.env is not None
        if isinstance(self.model, OnPolicyAlgorithm):
            return self.model.n_steps * self.model.env.num_envs
        assert isinstance(self.model, OffPolicyAlgorithm)
        frequency = getattr(self.model.train_freq, "frequency", self.model.train_freq)
        assert isinstance(frequency, int)
        return max(1, OFF_POLICY_TURNS // frequency) * frequency * self.model.env.num_envs


def build(
    scenarios: Scenario | Sequence[Scenario],
    env: EnvConfig,
    agent: AgentConfig,
    algorithm: AlgorithmConfig,
    others: Mapping[str, Policy],
    *,
    seed: int,
    risk: float = 0.0,
    central: bool = False,
) -> BaseAlgorithm:
    """The algorithm over its games, ready to learn. The seed fixes weights, games and draws. `others`: who plays each seat that
    does not learn here. Games are spread evenly over the scenarios; `risk` is that of `RiskSensitive`. `central`: the critic sees
    the whole game, which an algorithm without one (DQN) can't make use of."""
    games = _games(scenarios, env, agent, algorithm, others, central)
    if risk:
        games = RiskSensitive(games, risk, algorithm.reward_scale)
    layers = list(agent.layers)
    network: dict[str, Any] = {"activation_fn": ACTIVATIONS[agent.activation]}
    network["net_arch"] = layers if _is_flat(algorithm) else {"pi": layers, "vf": layers}
    kind: Any = LEARNERS[algorithm.name]
    policy: Any = "MlpPolicy"
    if central:
        policy = CentralMaskablePolicy if kind is MaskablePPO else CentralPolicy
    model: BaseAlgorithm = kind(policy, games, policy_kwargs=network, seed=seed, device="cpu", **algorithm.settings())
    _lean(model, agent.idle_bias)
    model.set_logger(Logger(None, []))
    return model


def _games(
    scenarios: Scenario | Sequence[Scenario],
    env: EnvConfig,
    agent: AgentConfig,
    algorithm: AlgorithmConfig,
    others: Mapping[str, Policy],
    central: bool,
) -> VecEnv:
    listed = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
    return StraitsSB3VecEnv(
        listed,
        env.games,
        agent.seats,
        others,
        which=np.arange(env.games) % len(listed),
        flat=_is_flat(algorithm),
        stagger=env.stagger,
        reward_scale=algorithm.reward_scale,
        central=central,
    )


def _is_flat(algorithm: AlgorithmConfig) -> bool:
    """True where one number stands for the choices in all channels: DQN takes no other actions."""
    return algorithm.name == "dqn"


def _lean(model: BaseAlgorithm, bias: float) -> None:
    """Raise the score of doing nothing in every channel, so that a policy begins near it and tries single moves from there."""
    *_, scores = linear_layers(model.policy)
    with torch.no_grad():
        scores.bias[[0] if scores.out_features == N_FLAT else list(OFFSETS)] += bias
