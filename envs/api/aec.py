"""This module implements PettingZoo's AEC API over the Parallel API, with state restoration and forks.

The agents act in turn and the game advances on the last agent's action, so no agent sees what another chose in the same turn. At
the end of the game, each agent receives its final reward in a dead step, where the only valid action is None. Dead steps are in
alphabetical order.
"""

import struct
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pettingzoo.utils import AgentSelector
from pettingzoo.utils.conversions import parallel_to_aec_wrapper
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from straits.envs.api.actions import ACTION_FORMATS, is_discrete
from straits.envs.api.parallel import StraitsParallelEnv
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator import serialization
from straits.envs.spec.constants import CONFLICT, HORIZON, N_ACTORS, N_CHANNELS
from straits.envs.validation import over, wrong

# What an AEC API remembers beside the game: the discrete format, agents that acted in this turn, agents that took their dead step.
_CYCLE: Final = struct.Struct("<BBB")
_PENDING: Final = np.dtype("<i8")  # (agents, channels) of those that acted; in discrete format the first column


class StraitsAECEnv(parallel_to_aec_wrapper[str, NDArray[np.float32], Any]):
    """PettingZoo's Parallel-to-AEC converter with immediate action checks, states and forks."""

    env: StraitsParallelEnv

    def step(self, action: Any) -> None:
        """Take the selected agent's action.

        Args:
            action: Three indices, or one integer in discrete format; None for an agent that has left.

        Raises:
            ValueError: If the action is out of range, or illegal and `on_illegal="raise"`.
        """
        if self.agents and self.agent_selection in self.env.agents:
            action = self.env.checked(self.agent_selection, action)
        super().step(action)

    def get_state(self) -> bytes:
        """Return the game and the position within its turn as bytes for `set_state`."""
        engine = self.env.engine
        running = bool(self.env.agents)
        acted = self.possible_agents.index(self.agent_selection) if running else 0
        pending = np.zeros((N_ACTORS, N_CHANNELS), _PENDING)
        for n, agent in enumerate(self.possible_agents[:acted]):
            pending[n] = np.asarray(self._actions[agent])
        cycle = _CYCLE.pack(is_discrete(self.env.action_format), acted, 0 if running else N_ACTORS - len(self.agents))
        extra = engine.illegal.tobytes() + cycle + pending.tobytes()
        return serialization.pack("aec", self.env.scenario, engine.games, extra)

    def set_state(self, state: bytes) -> None:
        """Restore a game from the bytes of `get_state`.

        Args:
            state: The bytes.

        Raises:
            ValueError: If the bytes are damaged, or of another version, API or scenario.
        """
        illegal = self.env.engine.illegal.nbytes
        size = illegal + _CYCLE.size + N_ACTORS * N_CHANNELS * _PENDING.itemsize
        game, extra = serialization.unpack("aec", self.env.scenario, state, size)
        discrete, acted, gone = _CYCLE.unpack_from(extra, illegal)
        pending = np.frombuffer(extra, _PENDING, offset=illegal + _CYCLE.size).reshape(N_ACTORS, N_CHANNELS)
        if discrete != is_discrete(self.env.action_format):
            raise wrong("state.action_format", ACTION_FORMATS[discrete], self.env.action_format)
        if acted >= N_ACTORS or gone > N_ACTORS:
            raise wrong("state.cycle", (acted, gone), f"fewer than {N_ACTORS} that acted")
        actions = [row[0] if discrete else row.copy() for row in pending[:acted]]
        for agent, action in zip(self.possible_agents, actions, strict=False):
            self.env.checked(agent, action, now=False)
        self.env.put(game, extra[:illegal])
        self._resume(actions, gone)

    def fork(self, n: int = 1, resample_rng: bool = True) -> "list[OrderedAECEnv]":
        """Return n copies of the game, with the actions already taken in this turn.

        Args:
            n: Number of copies.
            resample_rng: True draws new random numbers for the coming turns in each copy; False keeps them.

        Raises:
            ValueError: If n < 1 or `resample_rng` is not a bool.
        """
        return [self._copy_over(env) for env in self.env.fork(n, resample_rng)]

    def action_mask(self, agent: str) -> NDArray[np.int8]:
        """Return the mask of an agent as one array.

        Args:
            agent: Name of the agent.

        Returns:
            (N_MOVES,) int8, in discrete format (N_FLAT,), 1 where legal.

        Raises:
            ValueError: If the agent is unknown.
        """
        return self.env.action_mask(agent)

    def state_dict(self) -> dict[str, Any]:
        """Return the full state by field name, in the units of the rules."""
        return self.env.state_dict()

    def episode_stats(self) -> dict[str, Any]:
        """Return statistics of the episode so far, such as outcome, peak tension and peak rung."""
        return self.env.episode_stats()

    def _copy_over(self, env: StraitsParallelEnv) -> "OrderedAECEnv":
        copied = StraitsAECEnv(env)
        running = bool(env.agents)
        acted = self.possible_agents.index(self.agent_selection) if running else 0
        copied._resume([self._actions[a] for a in self.possible_agents[:acted]], 0 if running else N_ACTORS - len(self.agents))
        return OrderedAECEnv(copied, begun=True)

    def _resume(self, actions: list[Any], gone: int) -> None:
        """Restore the position in the turn.

        Args:
            actions: Actions already taken in this turn.
            gone: Number of agents that took their dead step, if the game is over.
        """
        self._observations, self.infos = self.env.observe()
        everyone, outcome = self.possible_agents, self.env.engine.outcome[0]
        self._live_agents = everyone[:]
        self._agent_selector = AgentSelector(self._live_agents)
        self.agent_selection = self._agent_selector.reset()
        for _ in actions:
            self.agent_selection = self._agent_selector.next()
        self._actions = {**dict.fromkeys(everyone), **dict(zip(everyone, actions, strict=False))}
        self.agents = self.env.agents[:] or sorted(everyone)[gone:]
        self._cumulative_rewards = {agent: reward for agent, reward in self.env.rewards().items() if agent in self.agents}
        self.rewards = dict.fromkeys(self.agents, 0) if actions or gone else dict(self._cumulative_rewards)
        self.terminations = dict.fromkeys(self.agents, bool(outcome == CONFLICT))
        self.truncations = dict.fromkeys(self.agents, bool(outcome == HORIZON))
        if not self.env.agents:
            self._skip_agent_selection = everyone[-1]
            self._actions = {agent: None for agent in self.agents}
            self.infos = {agent: info for agent, info in self.infos.items() if agent in self.agents}
            self.agent_selection = self.agents[0] if self.agents else everyone[-1]


class OrderedAECEnv(OrderEnforcingWrapper[str, NDArray[np.float32], Any]):
    """PettingZoo's order-enforcing wrapper; restored games and forks need no `reset()`."""

    env: StraitsAECEnv

    def __init__(self, env: StraitsAECEnv, begun: bool = False) -> None:
        super().__init__(env)
        self._has_reset = self._has_updated = begun

    def step(self, action: Any) -> None:
        """Take the selected agent's action.

        Args:
            action: Three indices, or one integer in discrete format; None for an agent that has left.

        Raises:
            ValueError: If the action is out of range, or every agent has left the game.
        """
        if self._has_reset and not self.agents:
            raise over(self.env.env.engine.games[0])
        super().step(action)

    def get_state(self) -> bytes:
        """Return the game and the position within its turn as bytes; a restored game continues bit for bit."""
        return self.env.get_state()

    def set_state(self, state: bytes) -> None:
        """Restore a game from the bytes of `get_state`; `last()` and `agent_iter()` then continue.

        Args:
            state: The bytes.

        Raises:
            ValueError: If the bytes are damaged, or of another version, API or scenario.
        """
        self.env.set_state(state)
        self._has_reset = self._has_updated = True

    def __str__(self) -> str:
        return str(self.env)


def raw_env(scenario: Scenario | str | Path = "baseline", **arguments: Any) -> StraitsAECEnv:
    """Create the AEC environment without order enforcement.

    Args:
        scenario: A scenario, its name or its path.
        **arguments: Further arguments of `parallel_env`.

    Returns:
        The environment.
    """
    return StraitsAECEnv(StraitsParallelEnv(scenario, **arguments))


def env(scenario: Scenario | str | Path = "baseline", **arguments: Any) -> OrderedAECEnv:
    """Create the AEC environment with order enforcement.

    Args:
        scenario: A scenario, its name or its path.
        **arguments: Further arguments of `parallel_env`.

    Returns:
        The environment.
    """
    return OrderedAECEnv(raw_env(scenario, **arguments))
