"""Train one policy with Stable-Baselines3 on many games at once, and keep its untrained twin to compare it with."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sb3_contrib import MaskablePPO
from stable_baselines3 import PPO
from stable_baselines3.common.on_policy_algorithm import OnPolicyAlgorithm
from torch import nn

from straits.agents.learned import LearnedPolicy
from straits.agents.scripted import scripted
from straits.conf.schema import AgentConfig, AlgorithmConfig, EnvConfig
from straits.envs.scenario import Scenario
from straits.envs.vector import StraitsVecEnv
from straits.envs.vocabulary import ACTORS
from straits.experiments.callbacks import BatchedBootstrap, FiniteCheck, Progress, Update, require_finite

LEARNERS: Final[dict[str, type[OnPolicyAlgorithm]]] = {"maskable_ppo": MaskablePPO, "ppo": PPO}
ACTIVATIONS: Final[dict[str, type[nn.Module]]] = {"tanh": nn.Tanh, "relu": nn.ReLU}
NEVER: Final = 2**62  # updates between SB3's own logs
HYPERPARAMETERS: Final = (
    "learning_rate", "n_steps", "batch_size", "n_epochs", "gamma", "gae_lambda", "clip_range", "ent_coef", "vf_coef",
    "max_grad_norm",
)  # fmt: skip


@dataclass(frozen=True)
class Training:
    """What training left: the policy, its twin of the same architecture and seed with no step taken, and the curve."""

    trained: LearnedPolicy
    untrained: LearnedPolicy
    updates: list[Update]
    seconds: float
    interrupted: bool  # Ctrl-C: the policy is what it was then


def build(scenario: Scenario, env: EnvConfig, agent: AgentConfig, algorithm: AlgorithmConfig, *, seed: int) -> OnPolicyAlgorithm:
    """The learner over its games, ready for `learn`. The seed fixes weights, games and draws."""
    others = {a: scripted(agent.others) for a in ACTORS if a not in agent.seats}
    games = StraitsVecEnv(scenario, env.games, agent.seats, others, stagger=env.stagger, reward_scale=algorithm.reward_scale)
    layers = list(agent.layers)
    network = {"net_arch": {"pi": layers, "vf": layers}, "activation_fn": ACTIVATIONS[agent.activation]}
    settings: dict[str, Any] = {name: getattr(algorithm, name) for name in HYPERPARAMETERS}
    return LEARNERS[algorithm.name]("MlpPolicy", games, policy_kwargs=network, seed=seed, device="cpu", **settings)


def train(
    scenario: Scenario,
    env: EnvConfig,
    agent: AgentConfig,
    algorithm: AlgorithmConfig,
    *,
    seed: int,
    watch: Callable[[Update], None] = lambda update: None,
) -> Training:
    """Train for `algorithm.total_timesteps` decisions; `watch` is called after each rollout.

    FloatingPointError at the first update that is not finite. Ctrl-C ends training early and keeps what was learned.
    """
    model = build(scenario, env, agent, algorithm, seed=seed)
    twin = copy.deepcopy(model.policy)
    updates: list[Update] = []

    def keep(update: Update) -> None:
        updates.append(update)
        watch(update)

    began, interrupted = time.perf_counter(), False
    try:
        model.learn(algorithm.total_timesteps, callback=[BatchedBootstrap(), FiniteCheck(), Progress(keep)], log_interval=NEVER)
    except KeyboardInterrupt:
        interrupted = True
    except ValueError:  # torch's own check of a distribution's parameters, if weights went wrong within an update
        require_finite(model)
        raise
    return Training(
        trained=LearnedPolicy("trained", model.policy),
        untrained=LearnedPolicy("untrained", twin),
        updates=updates,
        seconds=time.perf_counter() - began,
        interrupted=interrupted,
    )
