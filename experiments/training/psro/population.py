"""Grow the populations of a league: each actor's next member is a best response to the others' mixtures.

The algorithm is policy-space response oracles (Lanctot et al. 2017). `metagame` computes the mixtures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.network import NetworkPolicy
from straits.agents.wrappers import Mixture
from straits.conf.jobs import LeagueConfig
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.training.learner import Learner, build
from straits.experiments.training.psro import metagame

Watch = Callable[[str, Learner], None]  # the response's name, and the learner after an update


@dataclass
class League:
    """Populations by actor with their meta-game. `others` play the actors without a population."""

    scenario: Scenario
    others: Mapping[str, Policy]
    members: dict[str, list[Policy]]
    payoffs: NDArray[np.float64] | None = None  # (actors, members of each ...) mean returns
    strategy: list[NDArray[np.float64]] = field(default_factory=list)  # (members,) of each actor
    iteration: int = 0

    def mixture(self, actor: str) -> Policy:
        """Return the policy that draws one member of an actor's population per game, by the meta-strategy."""
        weights = self.strategy[list(self.members).index(actor)]
        return Mixture(f"{actor}-league", self.members[actor], weights)

    def playing(self) -> dict[str, Policy]:
        """Return the policy of each actor."""
        return {a: self.mixture(a) if a in self.members else self.others[a] for a in ACTORS}

    def settle(self, config: LeagueConfig) -> None:
        """Play the new combinations of the meta-game and compute the mixtures."""
        self.payoffs = metagame.payoffs(
            self.scenario,
            self.members,
            self.others,
            games=config.games_per_profile,
            seed=config.seed,
            known=self.payoffs,
        )
        self.strategy = metagame.meta_strategy(self.payoffs)


@dataclass(frozen=True)
class Plan:
    """A configuration with its scenario and policies loaded."""

    config: LeagueConfig
    scenario: Scenario  # with the weights and types of the reward profile
    start: tuple[Policy, ...]  # initial members of every population
    others: Mapping[str, Policy]


def create_league(plan: Plan) -> League:
    """Return a league with the initial members only."""
    actors = [a for a in ACTORS if a in plan.config.agent.seats]
    league = League(plan.scenario, plan.others, {a: list(plan.start) for a in actors})
    league.settle(plan.config)
    return league


def iterate(league: League, config: LeagueConfig, watch: Watch = lambda name, learner: None) -> list[Learner]:
    """Train a response of each actor to the current mixtures, then compute new mixtures.

    Args:
        league: The league, which is changed.
        config: The job.
        watch: Called after each update.

    Returns:
        One learner per actor.
    """
    learners = [respond(league, actor, config, watch) for actor in league.members]
    for actor, learner in zip(league.members, learners, strict=True):
        league.members[actor].append(NetworkPolicy(learner.name, learner.network()))
    league.settle(config)
    league.iteration += 1
    return learners


def respond(league: League, actor: str, config: LeagueConfig, watch: Watch = lambda name, learner: None) -> Learner:
    """Train an actor's best response to the current mixtures of the others.

    The training is seeded by the league's seed, the iteration and the actor.

    Args:
        league: The league.
        actor: Name of the actor.
        config: The job.
        watch: Called after each update.
    """
    name = f"{actor}-{league.iteration + 1}"
    seed = int(np.random.SeedSequence([config.seed, league.iteration, ACTORS.index(actor)]).generate_state(1)[0] >> 1)
    agent = replace(config.agent, seats=[actor])
    others = {a: p for a, p in league.playing().items() if a != actor}
    risk = config.reward_profile.risk
    model = build(league.scenario, config.env, agent, config.algorithm, others, seed=seed, risk=risk)
    learner = Learner(name, model, config.algorithm)
    while not learner.done:
        learner.advance()
        watch(name, learner)
    return learner
