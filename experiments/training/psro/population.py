"""The populations of a league, and how they grow: each actor's next member answers the others' mixtures.

The family is policy-space response oracles (Lanctot et al. 2017); `metagame` mixes the populations.
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
    """Populations by actor and what is known of them. Actors without a population are played by `others`."""

    scenario: Scenario
    others: Mapping[str, Policy]
    members: dict[str, list[Policy]]
    payoffs: NDArray[np.float64] | None = None  # (actors, members of each ...) mean returns
    strategy: list[NDArray[np.float64]] = field(default_factory=list)  # (members,) of each actor
    iteration: int = 0

    def mixture(self, actor: str) -> Policy:
        """Who plays the actor: its population, mixed."""
        weights = self.strategy[list(self.members).index(actor)]
        return Mixture(f"{actor}-league", self.members[actor], weights)

    def playing(self) -> dict[str, Policy]:
        """Who plays each seat."""
        return {a: self.mixture(a) if a in self.members else self.others[a] for a in ACTORS}

    def settle(self, config: LeagueConfig) -> None:
        """Play the combinations that are new and mix anew."""
        self.payoffs = metagame.payoffs(
            self.scenario,
            self.members,
            self.others,
            games=config.meta_games,
            seed=config.seed,
            known=self.payoffs,
        )
        self.strategy = metagame.meta_strategy(self.payoffs)


@dataclass(frozen=True)
class Plan:
    """A configuration with everything it names found."""

    config: LeagueConfig
    scenario: Scenario  # with the weights and types of the character
    start: tuple[Policy, ...]  # with which every population begins
    others: Mapping[str, Policy]


def found(plan: Plan) -> League:
    """A league that has learned nothing yet."""
    actors = [a for a in ACTORS if a in plan.config.agent.seats]
    league = League(plan.scenario, plan.others, {a: list(plan.start) for a in actors})
    league.settle(plan.config)
    return league


def iterate(league: League, config: LeagueConfig, watch: Watch = lambda name, learner: None) -> list[Learner]:
    """Train a response of every actor to the mixtures as they stand, then settle. Returns the learners, an actor each."""
    learners = [respond(league, actor, config, watch) for actor in league.members]
    for actor, learner in zip(league.members, learners, strict=True):
        league.members[actor].append(NetworkPolicy(learner.name, learner.network()))
    league.settle(config)
    league.iteration += 1
    return learners


def respond(league: League, actor: str, config: LeagueConfig, watch: Watch = lambda name, learner: None) -> Learner:
    """Train the actor's best response to everybody else as they mix now. Seeded by the league's seed, iteration and actor."""
    name = f"{actor}-{league.iteration + 1}"
    seed = int(np.random.SeedSequence([config.seed, league.iteration, ACTORS.index(actor)]).generate_state(1)[0] >> 1)
    agent = replace(config.agent, seats=[actor])
    others = {a: p for a, p in league.playing().items() if a != actor}
    risk = config.character.risk
    model = build(league.scenario, config.env, agent, config.algorithm, others, seed=seed, risk=risk)
    learner = Learner(name, model, config.algorithm)
    while not learner.done:
        learner.advance()
        watch(name, learner)
    return learner
