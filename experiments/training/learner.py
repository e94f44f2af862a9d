"""Build an algorithm of Stable-Baselines3 over its games and train it update by update, so that a run can stop and resume."""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from straits.agents.registry import policy as policy_of
from straits.agents.sb3 import ACTIVATIONS, LearnedPolicy, linear_layers, network_of
from straits.conf.schema import AgentConfig, AlgorithmConfig, EnvConfig
from straits.envs.api.actions import ACTION_FORMATS, N_FLAT
from straits.envs.api.sb3_vec_env import StraitsSB3VecEnv
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS
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
from straits.experiments.training.reward_profiles import RiskSensitive

LEARNERS: Final[dict[str, type[BaseAlgorithm]]] = {"maskable_ppo": MaskablePPO, "ppo": PPO, "a2c": A2C, "dqn": DQN}
NEVER: Final = 2**62  # updates between SB3's own logs
OFF_POLICY_TURNS: Final = 52  # turns that count as one update of an algorithm that learns continuously


class OpponentSnapshot:
    """Snapshot of a learner's policy, which the other learners meet in its seat.

    Args:
        name: Name of the policy.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.policy: Policy | None = None

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Return the choices of the snapshot."""
        assert self.policy is not None  # frozen before anything is played
        return self.policy.act(observation, mask, rng)


class Learner:
    """Train one policy update by update.

    Args:
        name: Name in tables and folders.
        model: The algorithm over its games.
        algorithm: Length of training, and whether values are bootstrapped at the horizon.
        frozen: The frozen copy that other learners meet, if any.
    """

    def __init__(
        self, name: str, model: BaseAlgorithm, algorithm: AlgorithmConfig, frozen: "OpponentSnapshot | None" = None
    ) -> None:
        self.name = name
        self.frozen = frozen
        self.model = model
        self.total = algorithm.total_timesteps
        self.bootstrap = algorithm.bootstrap_on_truncation
        self.seconds = 0.0  # of learning
        self.updates: list[Update] = []
        self._progress = Progress()

    @property
    def games(self) -> StraitsSB3VecEnv:
        """The games that the learner plays, without wrappers."""
        assert self.model.env is not None
        games = self.model.env.unwrapped
        assert isinstance(games, StraitsSB3VecEnv)
        return games

    @property
    def seats(self) -> tuple[str, ...]:
        """Names of the actors that the learner plays."""
        return self.games.agents

    @property
    def done(self) -> bool:
        """Whether all time steps are used."""
        return self.model.num_timesteps >= self.total

    def advance(self) -> Update:
        """Play and learn for one update.

        Returns:
            The state of training.

        Raises:
            FloatingPointError: If a loss or weight is not finite.
        """
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
        """Return the current network of the policy."""
        return network_of(self.model.policy)

    def freeze(self) -> None:
        """Update the snapshot that the other learners meet."""
        if self.frozen is not None:
            self.frozen.policy = NetworkPolicy(self.name, self.network())

    def _horizon(self) -> list[BaseCallback]:
        """Return the callbacks for truncated games. SB3 itself bootstraps algorithms with a replay buffer."""
        if not self.bootstrap:
            return [EndAtHorizon()]
        return [BatchedBootstrap()] if isinstance(self.model, OnPolicyAlgorithm) else []

    def _steps(self) -> int:
        """Return the number of decisions in one update."""
        assert self.model.env is not None
        if isinstance(self.model, OnPolicyAlgorithm):
            return self.model.n_steps * self.model.env.num_envs
        assert isinstance(self.model, OffPolicyAlgorithm)
        frequency = getattr(self.model.train_freq, "frequency", self.model.train_freq)
        assert isinstance(frequency, int)
        return max(1, OFF_POLICY_TURNS // frequency) * frequency * self.model.env.num_envs


@dataclass(frozen=True)
class Training:
    """Result of `train`: the policy, a copy of it from before training, and the learning curve."""

    trained: LearnedPolicy
    untrained: LearnedPolicy  # same architecture and seed, no training step
    updates: list[Update]
    seconds: float
    interrupted: bool  # by Ctrl-C: `trained` is the policy at that time


def build(
    scenarios: Scenario | Sequence[Scenario],
    env: EnvConfig,
    agent: AgentConfig,
    algorithm: AlgorithmConfig,
    others: Mapping[str, Policy] | None = None,
    *,
    seed: int,
    risk: float = 0.0,
    central: bool = False,
) -> BaseAlgorithm:
    """Build an algorithm of Stable-Baselines3 over its games, ready for `learn`.

    Args:
        scenarios: One scenario or several. Games are spread evenly over them.
        env: Number of games and their stagger.
        agent: Actors that learn and the network.
        algorithm: The algorithm's settings.
        others: Policies of the actors that do not learn here, by default those that `agent` names.
        seed: Fixes weights, games and draws.
        risk: Sensitivity to risk, see `RiskSensitive`.
        central: The critic sees the complete state. Algorithms without a critic (DQN) cannot use it.

    Returns:
        The algorithm.
    """
    games = _games(scenarios, env, agent, algorithm, players(agent) if others is None else others, central)
    if risk:
        games = RiskSensitive(games, risk, algorithm.reward_scale)
    layers = list(agent.net_arch)
    network: dict[str, Any] = {"activation_fn": ACTIVATIONS[agent.activation]}
    network["net_arch"] = layers if _is_flat(algorithm) else {"pi": layers, "vf": layers}
    kind: Any = LEARNERS[algorithm.name]
    policy: Any = "MlpPolicy"
    if central:
        policy = CentralMaskablePolicy if kind is MaskablePPO else CentralPolicy
    model: BaseAlgorithm = kind(policy, games, policy_kwargs=network, seed=seed, device="cpu", **algorithm.settings())
    _bias_noop(model, agent.noop_logit_bias)
    model.set_logger(Logger(None, []))
    return model


def players(agent: AgentConfig, everywhere: bool = False) -> dict[str, Policy]:
    """Return the policy of each actor that does not learn.

    Args:
        agent: The agent's settings.
        everywhere: Return a policy for the actors that learn too.

    Raises:
        ValueError: If there is no policy of a given name.
    """
    others = policy_of(agent.opponents)
    seats = [a for a in ACTORS if everywhere or a not in agent.seats]
    return {a: policy_of(agent.opponent_overrides[a]) if a in agent.opponent_overrides else others for a in seats}


def train(
    scenario: Scenario,
    env: EnvConfig,
    agent: AgentConfig,
    algorithm: AlgorithmConfig,
    *,
    seed: int,
    watch: Callable[[Update], None] = lambda update: None,
) -> Training:
    """Train one policy for `algorithm.total_timesteps` decisions.

    Ctrl-C ends training early and keeps the policy.

    Args:
        scenario: The scenario of the games.
        env: Number of games and their stagger.
        agent: Actors that learn, other players and network.
        algorithm: The algorithm's settings.
        seed: Fixes weights, games and draws.
        watch: Called after each update.

    Returns:
        The policy before and after training, and its learning curve.

    Raises:
        FloatingPointError: At the first update that is not finite.
    """
    model = build(scenario, env, agent, algorithm, seed=seed)
    learning = Learner("trained", model, algorithm)
    untrained = copy.deepcopy(model.policy)
    interrupted = False
    try:
        while not learning.done:
            watch(learning.advance())
    except KeyboardInterrupt:
        interrupted = True
    return Training(
        trained=LearnedPolicy("trained", model.policy),
        untrained=LearnedPolicy("untrained", untrained),
        updates=learning.updates,
        seconds=learning.seconds,
        interrupted=interrupted,
    )


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
        env.num_envs,
        agent.seats,
        others,
        scenario_ids=np.arange(env.num_envs) % len(listed),
        action_format=ACTION_FORMATS[_is_flat(algorithm)],
        random_initial_step=env.random_initial_step,
        reward_scale=algorithm.reward_scale,
        append_global_state=central,
    )


def _is_flat(algorithm: AlgorithmConfig) -> bool:
    """Return True if one number encodes the choices in all channels: DQN has no other action format."""
    return algorithm.name == "dqn"


def _bias_noop(model: BaseAlgorithm, bias: float) -> None:
    """Raise the logit of the no-op in every channel, so that a policy starts near no-ops and tries single moves."""
    *_, scores = linear_layers(model.policy)
    with torch.no_grad():
        scores.bias[[0] if scores.out_features == N_FLAT else list(OFFSETS)] += bias
