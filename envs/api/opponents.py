"""This module validates the arguments of environments in which some actors learn and policies play the others."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from straits.envs.core.rng import GameDraws
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS
from straits.envs.validation import hint, wrong


class OpponentPolicy(Protocol):
    """Policy of an actor that does not learn: `straits.agents.base.Policy` without its name."""

    def act(self, observation: NDArray[np.float32], mask: NDArray[np.int8], rng: Any) -> NDArray[np.int64]:
        """Choose a legal move in each channel.

        Args:
            observation: (rows, N_OBSERVATION) float32.
            mask: (rows, N_MOVES) int8, 1 where legal.
            rng: Random stream of each row.

        Returns:
            (rows, channels) int64 index in each channel.
        """
        ...


Opponents = OpponentPolicy | Mapping[str, OpponentPolicy] | None  # one policy for all other actors, or one for each by name
Scenarios = Scenario | str | Path | Sequence[Scenario | str | Path]


def agent_index(where: str, agent: str) -> int:
    """Return the index of an actor in `ACTORS`.

    Args:
        where: Name of the argument, for the error message.
        agent: Actor name.

    Raises:
        ValueError: If the actor is unknown.
    """
    if agent not in ACTORS:
        raise wrong(where, agent, f"one of {', '.join(ACTORS)}{hint(agent, ACTORS)}")
    return ACTORS.index(agent)


def agent_indices(agents: Sequence[str]) -> NDArray[np.int64]:
    """Return the indices of the learning actors.

    Args:
        agents: Names of actors.

    Returns:
        (agents,) int64.

    Raises:
        ValueError: If `agents` is not a list of distinct actors.
    """
    if isinstance(agents, str):
        raise wrong("agents", agents, f"a list of actors, such as [{agents!r}]")
    places = np.array([agent_index("agents", agent) for agent in agents], np.int64)
    if len(set(agents)) != len(agents) or not len(agents):
        raise ValueError(f"agents={list(agents)}: expected actors, each once")
    return places


def resolve_opponents(opponents: Opponents, agents: Sequence[str]) -> dict[int, OpponentPolicy]:
    """Return the policy of each actor that does not learn, by actor index.

    Args:
        opponents: One policy for all actors, or one policy per actor name.
        agents: Learning actors.

    Raises:
        ValueError: If an actor has no policy, or a policy has no actor to play.
    """
    free = [a for a in ACTORS if a not in agents]
    if opponents is None:
        opponents = {}
    policies = opponents if isinstance(opponents, Mapping) else dict.fromkeys(free, opponents)
    missing = [a for a in free if a not in policies]
    if missing:
        raise ValueError(f"opponents={sorted(policies)}: expected a policy for {', '.join(missing)}")
    extra = [a for a in policies if a not in free]
    if extra:
        raise ValueError(f"opponents.{extra[0]}: expected one of {', '.join(free) or 'nobody, as every agent learns'}")
    for actor, policy in policies.items():
        if not callable(getattr(policy, "act", None)):
            raise wrong(f"opponents.{actor}", policy, "a policy, with a method act(observation, mask, rng)")
    return {ACTORS.index(a): policies[a] for a in free}


def fill_opponent_actions(engine: Engine, playing: Mapping[int, OpponentPolicy], moves: NDArray[np.int64]) -> None:
    """Write the moves of the actors that do not learn.

    Args:
        engine: Engine whose games are played.
        playing: Policy of each actor index.
        moves: (games, actors, channels) int64, overwritten for these actors.
    """
    for place, policy in playing.items():
        seen, allowed = engine.observation[:, place], engine.mask[:, place]
        moves[:, place] = policy.act(seen, allowed, GameDraws(engine.games, place))


def load_scenarios(scenario: Scenarios) -> Scenario | Sequence[Scenario]:
    """Load the scenarios that are given by name or path.

    Args:
        scenario: One scenario, name or path, or a list of them.

    Returns:
        One scenario, or a list.

    Raises:
        ValueError: If a list is empty or a scenario is invalid.
    """
    if isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, str | Path):
        return load_scenario(scenario)
    listed = [each if isinstance(each, Scenario) else load_scenario(each) for each in scenario]
    if not listed:
        raise wrong("scenario", listed, "one scenario or more")
    return listed


def check_count(num_games: int) -> int:
    """Check the number of games.

    Args:
        num_games: The number.

    Returns:
        The number as an int.

    Raises:
        ValueError: If it is not a whole number >= 1.
    """
    if isinstance(num_games, bool) or not isinstance(num_games, int | np.integer) or num_games < 1:
        raise wrong("num_games", num_games, "a whole number, at least 1")
    return int(num_games)


def random_seed() -> int:
    """Return a 64-bit seed from the operating system."""
    return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
