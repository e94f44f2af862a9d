"""Train one policy on many games at once, and keep its untrained twin to compare it with."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

from stable_baselines3.common.base_class import BaseAlgorithm

from straits.agents.base import Policy
from straits.agents.registry import policy
from straits.agents.sb3 import LearnedPolicy
from straits.conf.schema import AgentConfig, AlgorithmConfig, EnvConfig
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.training import learner
from straits.experiments.training.callbacks import Update
from straits.experiments.training.learner import Learner


@dataclass(frozen=True)
class Training:
    """What training left: the policy, its twin of the same architecture and seed with no step taken, and the curve."""

    trained: LearnedPolicy
    untrained: LearnedPolicy
    updates: list[Update]
    seconds: float
    interrupted: bool  # Ctrl-C: the policy is what it was then


def build(scenario: Scenario, env: EnvConfig, agent: AgentConfig, algorithm: AlgorithmConfig, *, seed: int) -> BaseAlgorithm:
    """The learner over its games, ready for `learn`. The seed fixes weights, games and draws."""
    return learner.build(scenario, env, agent, algorithm, players(agent), seed=seed)


def players(agent: AgentConfig, everywhere: bool = False) -> dict[str, Policy]:
    """Who plays each seat that does not learn, or `everywhere` each seat. ValueError where there is no such policy."""
    others = policy(agent.others)
    seats = [a for a in ACTORS if everywhere or a not in agent.seats]
    return {a: policy(agent.players[a]) if a in agent.players else others for a in seats}


def train(
    scenario: Scenario,
    env: EnvConfig,
    agent: AgentConfig,
    algorithm: AlgorithmConfig,
    *,
    seed: int,
    watch: Callable[[Update], None] = lambda update: None,
) -> Training:
    """Train for `algorithm.total_timesteps` decisions; `watch` is called after each update.

    FloatingPointError at the first update that is not finite. Ctrl-C ends training early and keeps what was learned.
    """
    model = build(scenario, env, agent, algorithm, seed=seed)
    learning = Learner("trained", model, algorithm)
    twin = copy.deepcopy(model.policy)
    interrupted = False
    try:
        while not learning.done:
            watch(learning.advance())
    except KeyboardInterrupt:
        interrupted = True
    return Training(
        trained=LearnedPolicy("trained", model.policy),
        untrained=LearnedPolicy("untrained", twin),
        updates=learning.updates,
        seconds=learning.seconds,
        interrupted=interrupted,
    )
